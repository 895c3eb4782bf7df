"""Rows for whole runs, each with a time or a memory it has to keep to."""

from __future__ import annotations

import math

from benchmarks import memory
from benchmarks.jobs import MARKET, Done, job
from benchmarks.pairing import Spread, short
from benchmarks.sizes import Sizes
from benchmarks.table import Row, judged
from simulator.batch.engines import AUTO, chosen

PILOT = 64
"""Replications of the first trial of a run."""
STEP = 10
FEWEST = 4
"""Replications of any run."""
BRIEF_S = 5.0
AGAIN = 6
"""A run briefer than that is run so often again, in a process of its own each time; its median is judged."""
FLAT = 1.05
"""Memory is flat if five times the replications take at most this factor of it."""


def rows(sizes: Sizes) -> list[Row]:
    organisations, vendors = sizes.market
    return [
        _timed("uk_2022 with metrics, 10,000 replications", "uk_2022", 10_000, 1.0, sizes),
        _timed("us_state with metrics, 100,000 replications", "us_state", 100_000, 30.0, sizes),
        _timed(
            f"{organisations:,} organisations x {vendors} vendors, 10,000 replications",
            f"{MARKET}:{organisations}:{vendors}",
            10_000,
            120.0,
            sizes,
            memory_mib=2048.0,
        ),
        _flat("V17, 10,000,000 replications: memory", 500.0, sizes),
    ]


def _timed(what: str, name: str, count: int, seconds: float, sizes: Sizes, memory_mib: float = math.inf) -> Row:
    done = [_as_far_as_time_allows(name, count, seconds, sizes, sizes.workers)]
    if done[0].wall < BRIEF_S:
        done += [job(name, done[0].count, sizes.workers) for _ in range(AGAIN)]
    ran, wall = done[0].count, Spread.of([one.wall * count / one.count for one in done])
    told = f"{_scaled(ran, count)}{wall if len(done) > 1 else short(wall.middle)} s wall ({chosen(AUTO)})"
    peak = max(one.peak_mib for one in done)
    target = f"< {seconds:.0f} s wall on 2 cores"
    if math.isfinite(memory_mib):
        target += f", < {memory_mib:,.0f} MiB"
        told += f", peak {peak:,.0f} MiB"
    return judged(what, target, told, wall.middle < seconds and peak < memory_mib)


def _flat(what: str, memory_mib: float, sizes: Sizes) -> Row:
    """Not at the full number, which takes minutes: memory that does not grow up to here does not grow after."""
    fewer, more = (memory.job(count) for count in sizes.memory)
    growth = more.mib / fewer.mib
    told = (
        f"{more.replications:,} with made-up blocks: peak {more.mib:,.0f} MiB, x {growth:.2f} that of "
        f"{fewer.replications:,} ({chosen(AUTO)})"
    )
    return judged(what, f"flat, < {memory_mib:.0f} MiB", told, growth <= FLAT and more.mib < memory_mib)


def _as_far_as_time_allows(name: str, count: int, seconds: float, sizes: Sizes, workers: int) -> Done:
    """Ten times as many at each step, until the time of all can be foretold. A run that would take more than twice
    what it ought to is cut short.
    """
    wanted = max(round(count * sizes.scale), FEWEST)
    done = job(name, min(PILOT, wanted), workers)
    while done.count < wanted and done.wall < sizes.cut_to / STEP:
        done = job(name, min(STEP * done.count, wanted), workers)
    if done.count == wanted:
        return done
    hopeless = done.wall * wanted / done.count > 2.0 * seconds
    affordable = int(done.count * sizes.cut_to / done.wall) if hopeless else wanted
    return job(name, min(affordable, wanted), workers) if affordable > done.count else done


def _scaled(ran: int, count: int) -> str:
    return "" if ran == count else f"scaled from {ran:,}: "
