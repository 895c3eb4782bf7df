"""The one place where the benchmarks know the compiled kernel, and what they do while it is not there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.pairing import processor_seconds
from simulator.batch.engines import AUTO, KERNEL, chosen
from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.chance import strata
from simulator.chance.arms import Arms
from simulator.chance.driver import Driver
from simulator.chance.future import Stratum
from simulator.scenario.load import LoadedScenario

MISSING = "the kernel needs Numba, which is not installed"
BLOCK = 100
"""Replications played by one call."""


class NotThere(Exception):
    """Something a row needs is not there; the message says what."""


def kernel_there() -> bool:
    """Can the kernel be had?"""
    return chosen(AUTO) == KERNEL


def need_kernel() -> None:
    if not kernel_there():
        raise NotThere(MISSING)


def play(driver: Driver, seed: int, count: int, threads: int = 1) -> int:
    """Replications 0, 1, ... of a world by the kernel, draws included, no log and no tables; their events."""
    need_kernel()
    arms, engine = Arms([driver]), _engine(driver)

    def block(first: int) -> int:
        numbers = np.arange(first, min(first + BLOCK, count), dtype=np.int64)
        (columns,) = strata.drawn(arms, seed, Stratum.CRUDE, numbers)
        return int(engine.play(seed, columns).results["count"].sum())

    starts = range(0, count, BLOCK)
    if threads == 1:
        return sum(map(block, starts))
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(block, starts))


@lru_cache(maxsize=1)
def _engine(driver: Driver) -> Any:
    from simulator.kernel.engine import Engine

    return Engine(driver)


def shares_of_time(driver: Driver, seed: int, count: int) -> dict[str, float]:
    """Shares of the kernel's time in randomness, heap, rules and output; they sum to one.

    Randomness, heap and output are timed by themselves, as often as the replications need them; rules are the rest.
    """
    need_kernel()
    from benchmarks.kernel_parts import seconds_of_parts

    (columns,) = strata.drawn(Arms([driver]), seed, Stratum.CRUDE, np.arange(count, dtype=np.int64))
    engine = _engine(driver)
    engine.play(seed, columns)
    whole = processor_seconds(lambda: engine.play(seed, columns))[0]
    parts = seconds_of_parts(engine, seed, columns)
    found = {name: seconds / whole for name, seconds in parts.items()}
    rules = 1.0 - sum(found.values())
    return {"randomness": found["randomness"], "heap": found["heap"], "rules": rules, "output": found["output"]}


def run_scenario(
    loaded: LoadedScenario, replications: int, workers: int, out: Path | None = None, crude: bool = False
) -> Results:
    """A run as a user starts it, by the engine it takes itself."""
    return run(loaded, replications=replications, workers=workers, out=out, crude=crude)
