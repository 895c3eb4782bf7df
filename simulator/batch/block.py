"""One block of replications: the base, and each arm where anything it changes was touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.batch.arm import ArmOfBase
from simulator.batch.engines import KERNEL, SIMPY
from simulator.batch.faults import RunFault
from simulator.batch.plan import Block
from simulator.batch.spending import SPENDING, spending_rows
from simulator.batch.tables import Tables, frame, not_finite, tables_of
from simulator.chance.arms import Arms
from simulator.chance.columns import FutureColumns
from simulator.chance.driver import Driver
from simulator.chance.future import Future
from simulator.chance.keys import Draws
from simulator.chance.strata import drawn
from simulator.model.replication import Noted, Outcome, simulate

Player = Callable[[Driver, int, FutureColumns, int], tuple[Tables, Sequence[Noted]]]
"""Given a driver, a seed, futures and the number of the round: their tables, and what each future noted."""
Play = Callable[[Driver, FutureColumns], tuple[Tables, Sequence[Noted]]]
"""The same in a block, whose seed and round are known."""


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
    try:
        base, *others = drawn(arms, seed, block.stratum, np.array(block.replications, dtype=np.int64))
    except RuntimeError as fault:  # the scenario leaves no path to draw, or too many refusals
        raise RunFault(f"block {block.number} (first replication {block.replications[0]}): {fault}") from fault
    player = _player(engine, alone=not others)

    def play(driver: Driver, columns: FutureColumns) -> tuple[Tables, Sequence[Noted]]:
        tables, noted = player(driver, seed, columns, block.round)
        return _checked(tables, block), noted

    tables, noted = play(arms.base, base)
    found = [
        _arm_block(ArmOfBase(arms.base.world, driver), seed, play, base, own, noted)
        for driver, own in zip(arms.drivers[1:], others, strict=True)
    ]
    return Done(tables, tuple(found))


def _player(engine: str, alone: bool) -> Player:
    """How an engine plays; where the base is alone the kernel notes nothing, for no arm is to be judged by it."""
    if engine != KERNEL:
        return _simulated
    from simulator.batch.compiled import played, played_noting

    return played if alone else played_noting


def _simulated(
    driver: Driver, seed: int, columns: FutureColumns, round_number: int
) -> tuple[Tables, Sequence[Outcome]]:
    """By the event model, whose outcomes hold what they noted."""
    outcomes = [simulate(driver, seed, columns.row(i)) for i in range(len(columns))]
    return tables_of(outcomes, round_number), outcomes


def _arm_block(
    arm: ArmOfBase, seed: int, play: Play, base: FutureColumns, columns: FutureColumns, noted: Sequence[Noted]
) -> ArmBlock:
    """The arm where it was touched, given the base's futures, its own, and what the base noted."""
    own = [columns.row(i) for i in range(len(columns))]
    again = [i for i, future in enumerate(own) if arm.touched(base.row(i), future, noted[i])]
    tables, noted_again = play(arm.driver, columns.rows(np.array(again, dtype=np.int64)))
    found = dict(enumerate(noted)) | dict(zip(again, noted_again, strict=True))
    rows = [row for i, future in enumerate(own) for row in _spending(arm, seed, future, found[i])]
    return ArmBlock(tuple(own[i].replication for i in again), tables, frame(rows, SPENDING))


def _spending(arm: ArmOfBase, seed: int, own: Future, noted: Noted) -> Iterator[tuple[object, ...]]:
    draws = Draws(seed, own.replication)
    return spending_rows(arm.driver, arm.names, draws, own.dates, arm.starts(own, noted), dict(noted.announced))


def _checked(tables: Tables, block: Block) -> Tables:
    if wrong := not_finite(tables.events):
        raise RunFault(f"block {block.number}: {wrong}; this is a fault of the model, not of the scenario")
    return tables
