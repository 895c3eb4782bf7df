"""Blocks of a run as they come in, and what they say so far."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from simulator.batch.block import Done
from simulator.batch.plan import Block, Design
from simulator.batch.store import RunFolder
from simulator.batch.tables import MEASURE_COLUMNS, SCHEMAS, Tables, frame
from simulator.batch.workers import Workers
from simulator.risk.estimate import Estimate, stratified_mean
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.world.world import World


class Progress(Protocol):
    """Told after every block."""

    def __call__(self, done: int, asked: int, estimate: Estimate | None) -> None: ...


class Gathering:
    """Blocks as they come in. Only the unbroken prefix counts, so results do not depend on who was faster."""

    def __init__(self, plan: Design, world: World, folder: RunFolder | None, progress: Progress | None) -> None:
        self.plan = plan
        self.world = world
        self.folder = folder
        self.progress = progress
        self.blocks: dict[int, Done] = {}
        self.done = 0
        self.asked = 0
        self.next_look = 0
        self._joined: tuple[int, Tables] | None = None

    def take(self, crew: Workers, blocks: list[Block]) -> None:
        """Run blocks and keep what they give."""
        for block, done in crew.run(blocks):
            if self.folder is not None:
                self.folder.write_block(block.number, done.base)
            self.blocks[block.number] = done
            self.done += len(block.replications)
            if self.progress is not None:
                self.progress(self.done, max(self.asked, self.done), self._provisional())

    def tables(self) -> Tables:
        """All blocks of the base up to the first one missing, in block order."""
        known = self.unbroken()
        if self._joined is None or self._joined[0] != len(known):
            self._joined = (len(known), joined([done.base for done in known]))
        return self._joined[1]

    def unbroken(self) -> list[Done]:
        """Finished blocks up to the first one missing."""
        count = 0
        while count in self.blocks:
            count += 1
        return [self.blocks[k] for k in range(count)]

    def estimate(self) -> Estimate:
        """Average annual loss of the leading measure so far."""
        tables = self.tables()
        results = _Sample(tables, self.plan.table(tables))
        columns = list(MEASURE_COLUMNS[self.world.scenario.measure])
        totals = tables.events.groupby("replication")[columns].sum().sum(axis=1)
        return stratified_mean(totals / (self.world.horizon_h / HOURS_PER_YEAR), results)  # type: ignore[arg-type]

    def _provisional(self) -> Estimate | None:
        """For the eye only: nothing is decided on it. A look costs as much as all before it, hence fewer and fewer."""
        if self.done < min(self.next_look, self.asked):
            return None
        self.next_look = math.ceil(1.2 * self.done)
        return self.estimate() if all(self.plan.table(self.tables())["replications"] > 1) else None


@dataclass(frozen=True)
class _Sample:
    """The part of a run's results that a mean needs."""

    tables: Tables
    strata: pd.DataFrame

    @property
    def replications(self) -> pd.DataFrame:
        return self.tables.replications


def joined(blocks: list[Tables]) -> Tables:
    """Tables of blocks, one after the other."""
    whole = {
        name: pd.concat([getattr(b, name) for b in blocks], ignore_index=True) if blocks else frame([], schema)
        for name, schema in SCHEMAS.items()
    }
    return Tables(**whole)
