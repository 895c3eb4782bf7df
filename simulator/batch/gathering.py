"""Blocks of a run as they come in, and what they say so far."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
import pandas as pd

from simulator.batch.asked import Asked
from simulator.batch.block import Done
from simulator.batch.block_file import as_frames
from simulator.batch.plan import Block, Design
from simulator.batch.store import RunFolder
from simulator.batch.tables import SCHEMAS, Tables, frame
from simulator.batch.tally import Kept, Tally
from simulator.chance.future import Stratum
from simulator.risk.estimate import Estimate
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.words import MEASURES
from simulator.world.world import World

HANDS = 2
"""Threads that put tables together."""


class Progress(Protocol):
    """Told after every block."""

    def __call__(self, done: int, asked: int, estimate: Estimate | None) -> None: ...


class Crew(Protocol):
    """Whoever does the work."""

    def run(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, Done]]:
        """Results in the order in which they finish."""
        ...

    def close(self) -> None:
        """Stop at once; unfinished blocks are forgotten."""
        ...


class Gathering:
    """Blocks as they come in. Only the unbroken prefix counts, so results do not depend on who was faster.

    Tables stay in the run folder, or in memory where there is none; here are only what rounds are planned by.
    """

    def __init__(
        self, plan: Design, world: World, asked: Asked, folder: RunFolder | None, progress: Progress | None
    ) -> None:
        self.plan = plan
        self.world = world
        self.asked = asked
        self.folder = folder
        self.progress = progress
        self.blocks: list[Block] = []
        """All that were given out, by number."""
        self.memory: dict[int, Done] = {}
        self.done = 0
        self.expected = 0
        """Replications there will be, as far as that is known."""
        self.prefix = 0
        """Blocks up to the first one missing."""
        self.tallies: dict[Stratum, Tally] = {s: Tally.none() for s in plan.strata}
        self.kept: list[Kept] = []
        self._waiting: dict[int, tuple[Tally, Kept | None]] = {}
        """Of finished blocks beyond the first one missing."""

    def take(self, crew: Crew, blocks: Sequence[Block], last: bool = False) -> None:
        """Have blocks run, those excepted that the folder holds already, and keep what they give.

        After the `last` round nothing is planned any more, so nothing is kept for it.
        """
        self.blocks += blocks
        keep = self.asked.metric is not None or self.asked.precision is not None
        missing = []
        for block in blocks:
            found = self.folder.read_block(block) if self.folder is not None else None
            if found is None:
                missing.append(block)
            else:
                self._count(block, as_frames(found), keep and not last)
        for block, done in crew.run(missing):
            if self.folder is not None:
                self.folder.write_block(block, done.base)
            else:
                self.memory[block.number] = done
            self._count(block, done.base, keep and not last)

    def _count(self, block: Block, tables: Tables, keep: bool) -> None:
        kept = Kept.of(tables, self.measure) if keep else None
        self._waiting[block.number] = Tally.of(tables), kept
        while self.prefix in self._waiting:
            tally, kept = self._waiting.pop(self.prefix)
            stratum = self.blocks[self.prefix].stratum
            self.tallies[stratum] = self.tallies[stratum].joined(tally)
            if kept is not None:
                self.kept.append(kept)
            self.prefix += 1
        self.done += len(block.replications)
        if self.progress is not None:
            self.progress(self.done, max(self.expected, self.done), self._provisional())

    @property
    def measure(self) -> str:
        """The measure of the metric asked for."""
        return self.asked.goal.measure or self.world.scenario.measure

    @property
    def counts(self) -> dict[Stratum, int]:
        """Replications of each stratum in the unbroken prefix."""
        return {stratum: tally.count for stratum, tally in self.tallies.items()}

    def unbroken(self) -> list[Block]:
        """Finished blocks up to the first one missing."""
        return self.blocks[: self.prefix]

    def tables(self) -> Tables:
        """All of the base in memory, in block order: for a run without a folder."""
        return joined([self.memory[block.number].base for block in self.unbroken()])

    def sample(self) -> Sample:
        """What the metric asked for can be told from. Only before the last round."""
        kept = Kept.joined(self.kept)
        self.kept = [kept]
        crude = self.plan.strata == (Stratum.CRUDE,)
        years = self.world.horizon_h / HOURS_PER_YEAR
        return Sample(kept.replications, kept.years, self.plan.table(self.counts), years, crude)

    def deviations(self) -> list[list[float]]:
        """Standard deviation in each stratum of each figure that effort is shared out by.

        All that is reported counts alike; a metric asked for by name counts as much as all the rest.
        """
        rows = [list(row) for row in zip(*(self.tallies[s].deviations.tolist() for s in self.plan.strata), strict=True)]
        if self.asked.metric is None:
            return rows
        sample = self.sample()
        influence = pd.Series(self.asked.goal.influence(sample, self.measure))  # type: ignore[arg-type]
        spread = influence.groupby(sample.replications["stratum"].to_numpy()).std().fillna(0.0)
        own = [float(spread[int(s)]) for s in self.plan.strata]
        return rows + sum(any(row) for row in rows) * [own]

    def _provisional(self) -> Estimate | None:
        """Average annual loss of the leading measure, for the eye only: nothing is decided on it."""
        if any(count < 2 for count in self.counts.values()):
            return None
        k = 3 * MEASURES.index(self.world.scenario.measure)
        years = self.world.horizon_h / HOURS_PER_YEAR
        known = [self.tallies[s] for s in self.plan.strata]
        means = [float(tally.mean[k]) / years for tally in known]
        errors = [float(tally.deviations[k]) / years / math.sqrt(tally.count) for tally in known]
        value = math.fsum(p * mean for p, mean in zip(self.plan.probabilities, means, strict=True))
        within = [p * error for p, error in zip(self.plan.probabilities, errors, strict=True)]
        se = math.hypot(*within, self.plan.se * (means[-1] - means[0]))
        return Estimate(value, se, math.nan, math.nan, replications=self.done)


@dataclass(frozen=True)
class Sample:
    """The part of a run's results that one metric needs."""

    replications: pd.DataFrame
    years: pd.DataFrame
    strata: pd.DataFrame
    horizon_years: float
    crude: bool


def joined(blocks: Sequence[Tables]) -> Tables:
    """Tables of blocks, one after the other."""
    whole = {
        name: _stacked([getattr(b, name) for b in blocks]) if blocks else frame([], schema)
        for name, schema in SCHEMAS.items()
    }
    return Tables(**whole)


def _stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows of tables, one after the other. Most of the time goes to memory touched for the first time, which threads
    can share.
    """
    names = list(tables[0].columns)
    with ThreadPoolExecutor(HANDS) as hands:
        columns = hands.map(partial(_column, tables), names)
        return pd.DataFrame(dict(zip(names, columns, strict=True)), copy=False)


def _column(tables: Sequence[pd.DataFrame], name: str) -> object:
    parts = [table[name] for table in tables]
    if isinstance(parts[0].dtype, np.dtype):
        return np.concatenate([part.to_numpy() for part in parts])
    return pd.concat(parts, ignore_index=True).array
