"""Runs measured in a process of their own: `python -m benchmarks.jobs NAME COUNT WORKERS`.

Prints wall seconds, processor seconds and the peak of memory of this process as JSON. A small run of the same
scenario comes first, so that what is timed is warm.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.kernel_adapter import run_scenario
from benchmarks.large_market import large_market
from simulator.batch.results import figures
from simulator.scenario.load import LoadedScenario, load

WARM_UP = 8
MARKET = "market"
ROOT = Path(__file__).resolve().parents[1]
KIB_PER_MIB = 1024.0


@dataclass(frozen=True)
class Done:
    """What a job came to."""

    count: int
    """Replications."""
    wall: float
    processor: float
    peak_mib: float


def job(name: str, count: int, workers: int = 1) -> Done:
    """Run one in a new process. `name`: a shipped scenario, a file, or `market:ORGANISATIONS:VENDORS`."""
    command = [sys.executable, "-m", "benchmarks.jobs", name, str(count), str(workers)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{name} x {count:,} failed: {done.stderr.strip().splitlines()[-1]}")
    return Done(**json.loads(done.stdout.splitlines()[-1]))


def peak_mib() -> float:
    """Of this process alone: Linux would count the memory of whoever started it in `getrusage`."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / KIB_PER_MIB


def main(name: str, count: int, workers: int) -> Done:
    loaded = _loaded(name)
    _run(loaded, min(WARM_UP, count), workers)
    wall, processor = time.perf_counter(), time.process_time()
    _run(loaded, count, workers)
    return Done(count, time.perf_counter() - wall, time.process_time() - processor, peak_mib())


def _loaded(name: str) -> LoadedScenario:
    if name.startswith(MARKET):
        _, organisations, vendors = name.split(":")
        return large_market(int(organisations), int(vendors))
    return load(name)


def _run(loaded: LoadedScenario, count: int, workers: int) -> None:
    """In memory, with all metrics."""
    figures(run_scenario(loaded, count, workers, None))


if __name__ == "__main__":
    scenario, number, processes = sys.argv[1:]
    print(json.dumps(vars(main(scenario, int(number), int(processes)))))
