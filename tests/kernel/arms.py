"""What both engines say of a base and its arms: which futures each arm touches, its tables, what it spends."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simulator.batch.block import run_block
from simulator.batch.engines import KERNEL, SIMPY
from simulator.batch.plan import Block
from simulator.batch.tables import SCHEMAS, Tables
from simulator.chance.arms import Arms
from simulator.chance.future import Stratum
from tests.kernel.told import SEED
from tests.kernel.worlds import World
from tests.properties.arms import compatible, driver_of, table_bytes

MOST_ALONE = 4
"""Mitigations of a random world that have an arm each."""


def arms_of(world: World) -> Arms | None:
    """Some mitigations of a random world one by one, and all of them; None for a world that has none on offer.

    In the base of every second world with several the first is in force.
    """
    offers = dict(world.measures)
    names = tuple(offers)
    before = names[: len(names) % 2] if len(names) > 1 else ()
    alone = [(*before, name) for name in names if name not in before]
    sets = dict.fromkeys([*alone[:MOST_ALONE], names])
    possible = [one for one in sets if compatible(world.parts, offers, one)]
    return Arms([driver_of(world.parts, offers, *one) for one in (before, *possible)]) if possible else None


def blocks(arms: Arms, each: int) -> Iterator[Block]:
    """`each` futures of every stratum that the arms have."""
    for stratum in Stratum:
        if stratum is not Stratum.AT_LEAST_ONE or arms.ceiling() > 0.0:
            yield Block(0, 0, stratum, range(int(stratum), int(stratum) + 3 * each, 3))


def difference(arms: Arms, block: Block) -> str:
    """Where the kernel first says anything else of a block than the event model, in words; "" if it never does."""
    told, its = (run_block(arms, SEED, block, engine) for engine in (SIMPY, KERNEL))
    found = _of_tables(told.base, its.base)
    if found:
        return f"base: {found}"
    for number, (mine, other) in enumerate(zip(told.arms, its.arms, strict=True), start=1):
        if mine.replications != other.replications:
            return f"arm {number} touches: model {mine.replications} kernel {other.replications}"
        found = _of_tables(mine.tables, other.tables) or _of_frames("spending", mine.spending, other.spending)
        if found:
            return f"arm {number}: {found}"
    return ""


def _of_tables(mine: Tables, other: Tables) -> str:
    differing = (_of_frames(name, getattr(mine, name), getattr(other, name)) for name in SCHEMAS)
    return next(filter(None, differing), "")


def _of_frames(name: str, mine: pd.DataFrame, other: pd.DataFrame) -> str:
    if mine.dtypes.equals(other.dtypes) and table_bytes(mine) == table_bytes(other):
        return ""
    return f"{name}: model\n{mine.to_csv()}kernel\n{other.to_csv()}"
