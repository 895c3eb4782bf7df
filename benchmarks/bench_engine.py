"""Speed of the event model: simulated futures and logged events per second, and peak memory.

Timed in processor seconds of one core (`make bench`), which other load on the machine disturbs least; still,
compare rows of one run with each other, not figures of different days.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from simulator.batch.plan import design, replication_number
from simulator.batch.workers import make_driver
from simulator.chance.arms import Arms
from simulator.chance.future import Stratum
from simulator.chance.strata import futures
from simulator.model.replication import simulate
from simulator.scenario.load import load

SCENARIOS = ("uk_2022", "us_state")
SEED = 1
KIB_PER_MIB = 1024.0
SAMPLE = {"uk_2022": 100, "us_state": 10}
"""Futures per measurement; half in each stratum where there are two."""
_drivers: dict[str, Any] = {}


def driver_of(name: str) -> Any:
    if name not in _drivers:
        loaded = load(name)
        _drivers[name] = make_driver(loaded.scenario, loaded.register)
    return _drivers[name]


@pytest.mark.parametrize("sampling", ["crude", "stratified"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_futures_per_second(benchmark: Any, name: str, sampling: str) -> None:
    driver = driver_of(name)
    strata = (Stratum.CRUDE,) if sampling == "crude" else (Stratum.NONE, Stratum.AT_LEAST_ONE)
    each = SAMPLE[name] // len(strata)
    events = 0

    def work() -> None:
        nonlocal events
        events = 0
        for stratum in strata:
            numbers = np.array([replication_number(stratum, i) for i in range(each)])
            for (future,) in futures(Arms([driver]), SEED, stratum, numbers):
                events += simulate(driver, SEED, future).sim_events

    benchmark.pedantic(work, rounds=3, warmup_rounds=1)
    seconds = benchmark.stats.stats.median
    benchmark.extra_info |= {
        "scenario": name,
        "what": f"{sampling} futures",
        "futures/s": each * len(strata) / seconds,
        "events/s": events / seconds,
        "events/future": events / (each * len(strata)),
    }


@pytest.mark.parametrize("name", SCENARIOS)
def test_load_and_plan(benchmark: Any, name: str) -> None:
    """From the file to stratum probabilities, the fixed cost of a run."""

    def work() -> None:
        loaded = load(name)
        design(Arms([make_driver(loaded.scenario, loaded.register)]), SEED, crude=False)

    benchmark.pedantic(work, rounds=3)
    benchmark.extra_info |= {"scenario": name, "what": "load and plan", "seconds": benchmark.stats.stats.median}


PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Run by a small process of its own: Linux counts the memory of whoever starts a process as its peak."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_peak_memory(benchmark: Any, name: str) -> None:
    """Peak memory of one process that runs a few dozen futures or more from the command line."""
    command = [sys.executable, "-m", "simulator", "run", name, "--replications", str(2 * SAMPLE[name]), "--json"]
    peaks = []

    def work() -> None:
        told = subprocess.run([sys.executable, "-c", PEAK, *command], capture_output=True, text=True, check=True)
        peaks.append(int(told.stdout) / KIB_PER_MIB)

    benchmark.pedantic(work, rounds=1)
    benchmark.extra_info |= {"scenario": name, "what": "peak memory", "MiB": max(peaks)}
