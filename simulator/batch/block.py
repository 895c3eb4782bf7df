"""One block of replications: the base, and each arm where anything it changes was touched."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.batch.engines import KERNEL, SIMPY
from simulator.batch.faults import RunFault
from simulator.batch.plan import Block
from simulator.batch.spending import SPENDING, spending_rows
from simulator.batch.tables import Tables, frame, not_finite, tables_of
from simulator.chance.arms import Arms
from simulator.chance.driver import Driver
from simulator.chance.exposure import targeted
from simulator.chance.future import Future
from simulator.chance.keys import Draws
from simulator.chance.strata import drawn, futures
from simulator.model.replication import Outcome, simulate
from simulator.scenario.government import Instrument
from simulator.world.mitigations import Bearing
from simulator.world.world import World


@dataclass(frozen=True)
class ArmBlock:
    """What an arm came to where it had to be simulated again; elsewhere its losses are those of the base."""

    replications: tuple[int, ...]
    tables: Tables
    spending: pd.DataFrame
    """Capital and running cost of its mitigations, in all replications of the block."""


@dataclass(frozen=True)
class Done:
    """A finished block."""

    base: Tables
    arms: tuple[ArmBlock, ...] = ()


def run_block(arms: Arms, seed: int, block: Block, engine: str = SIMPY) -> Done:
    """All replications of a block, in the base and in every other arm. A pure function of its arguments.

    Raises RunFault for futures that cannot be drawn and for a loss that is not a finite number.
    """
    numbers = np.array(block.replications, dtype=np.int64)
    try:
        if engine == KERNEL and len(arms.drivers) == 1:
            from simulator.batch.compiled import played_tables

            (columns,) = drawn(arms, seed, block.stratum, numbers)
            return Done(_checked(played_tables(arms.base, seed, columns, block.round), block))
        found = futures(arms, seed, block.stratum, numbers)
    except RuntimeError as fault:  # the scenario leaves no path to draw, or too many refusals
        raise RunFault(f"block {block.number} (first replication {block.replications[0]}): {fault}") from fault
    base = [simulate(arms.base, seed, own) for own, *_ in found]
    others = tuple(
        _arm_block(ArmOfBase(arms.base.world, driver), seed, block, [(f[0], f[a]) for f in found], base)
        for a, driver in enumerate(arms.drivers)
        if a > 0
    )
    return Done(_checked(tables_of(base, block.round), block), others)


def _arm_block(
    arm: ArmOfBase,
    seed: int,
    block: Block,
    drawn: Sequence[tuple[Future, Future]],
    base: Sequence[Outcome],
) -> ArmBlock:
    again: list[Outcome] = []
    rows: list[tuple[object, ...]] = []
    for (first, own), outcome in zip(drawn, base, strict=True):
        found = outcome
        if arm.touched(first, own, outcome):
            found = simulate(arm.driver, seed, own)
            again.append(found)
        rows += spending_rows(
            arm.world,
            arm.names,
            Draws(seed, own.replication),
            own.dates,
            arm.starts(own, found),
            dict(found.announced),
        )
    numbers = tuple(o.future.replication for o in again)
    return ArmBlock(numbers, _checked(tables_of(again, block.round), block), frame(rows, SPENDING))


def _checked(tables: Tables, block: Block) -> Tables:
    if wrong := not_finite(tables.events):
        raise RunFault(f"block {block.number}: {wrong}; this is a fault of the model, not of the scenario")
    return tables


class ArmOfBase:
    """One arm against the base: when do they differ?"""

    def __init__(self, base: World, driver: Driver) -> None:
        self.driver = driver
        self.world = driver.world
        known = {i.name for i in base.scenario.instruments}
        self.acts: tuple[tuple[int, Instrument], ...] = tuple(
            (k, i) for k, i in enumerate(self.world.scenario.instruments) if i.name not in known
        )
        """Instruments that the base does not have."""
        before = set(base.scenario.in_force)
        self.names = tuple(sorted(set(self.world.scenario.in_force) - before))
        """Everything in force here and not in the base."""
        self.new = tuple(m for m, one in enumerate(self.world.mitigations) if one.name not in before)
        """Mitigations that the base does not have."""
        row = {name: k for k, name in enumerate(self.world.dependencies.names)}
        self.dependency = tuple(row[name] for name in base.dependencies.names)
        """Row here of each dependency of the base: what takes a place later has rows of its own."""

    def touched(self, first: Future, own: Future, outcome: Outcome) -> bool:
        """Could the arm end otherwise than the base did? Never wrongly no."""
        if own.attempts != first.attempts:
            return True
        if any(own.dates.instruments[k] < self.world.horizon_h or self._woken(i, outcome) for k, i in self.acts):
            return True
        starts = self.starts(own, outcome)
        begun = {m for m in self.new if math.isfinite(starts[m])}  # a disclosure may follow the horizon, and matter
        if any(self.world.mitigations[m].acts_by_itself for m in begun):
            return True
        return any(begun.intersection(self.world.bearings.get(self._here(key), ())) for key in outcome.asked)

    def starts(self, own: Future, outcome: Outcome) -> list[float]:
        """Hours at which its mitigations begin, what waits for a disclosure included; inf for never."""
        starts, announced = list(own.dates.mitigations), dict(outcome.announced)
        for m, one in enumerate(self.world.mitigations):
            if one.mitigation.starts.disclosure:
                met = (hour for hour, vendors in outcome.disclosures if set(vendors) & set(one.vendors))
                starts[m] = min(met, default=math.inf)
            elif one.mitigation.starts.warning is not None and math.isinf(starts[m]):
                starts[m] = announced.get(one.mitigation.starts.warning, math.inf)
        return starts

    def _woken(self, instrument: Instrument, outcome: Outcome) -> bool:
        return instrument.trigger.disclosure and bool(set(targeted(self.world, instrument)) & outcome.in_the_news)

    def _here(self, key: tuple[Bearing, int]) -> tuple[Bearing, int]:
        bearing, row = key
        return (bearing, self.dependency[row]) if bearing in ("hold_updates", "close_paths", "reach_left") else key
