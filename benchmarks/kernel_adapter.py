"""The one place where the benchmarks know the compiled kernel, and what they do while it is not there."""

from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path

from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.chance.driver import Driver
from simulator.scenario.load import LoadedScenario

MISSING = "the kernel is not built in yet"


class NotThere(Exception):
    """Something a row needs is not there; the message says what."""


def engine() -> str:
    """The engine that a run takes by itself."""
    there = importlib.util.find_spec("simulator.kernel") is not None and "engine" in inspect.signature(run).parameters
    return "kernel" if there else "simpy"


def need_kernel() -> None:
    if engine() != "kernel":
        raise NotThere(MISSING)


def play(driver: Driver, seed: int, count: int, threads: int = 1) -> None:
    """Replications 0, 1, ... of a world by the kernel: draws and outcomes, no log and no tables."""
    need_kernel()
    raise NotThere("the kernel's way to play a world is not joined to the benchmark yet")


def shares_of_time(driver: Driver, seed: int, count: int) -> dict[str, float]:
    """Shares of the kernel's time in randomness, heap, rules and output; they sum to one."""
    need_kernel()
    raise NotThere("the kernel's own times are not joined to the benchmark yet")


def run_scenario(
    loaded: LoadedScenario, replications: int, workers: int, out: Path | None = None, crude: bool = False
) -> Results:
    """A run as a user starts it, by the engine it takes itself."""
    return run(loaded, replications=replications, workers=workers, out=out, crude=crude)
