"""Kills runs at random instants and goes on with them, until so many were killed; prints what came of it.

    python -m tests.batch.killing KILLS SEED FOLDER [simpy | kernel]

Each run is a fork of this process, which has imported everything already, so that an instant anywhere in the life
of a run is as likely as any other: while the order is written, between blocks, in the middle of one. One in three is
killed only once it puts tables and metrics in their places, which takes little of its life.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from simulator.batch.run import resume, run
from simulator.batch.store import ORDER, TIMINGS
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer

FUTURES = {"simpy": 700, "kernel": 7_000}
"""Two rounds, and eleven blocks or more."""
WORKERS = {"simpy": 1, "kernel": 2}


def begun(folder: Path, engine: str) -> int:
    """The process of a new run, or of one that goes on."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if (folder / ORDER).exists() or (folder / "manifest.json").exists():
                resume(folder)
            else:
                scenario = load(known_answer("v17_from_war"))
                run(scenario, replications=FUTURES[engine], seed=5, engine=engine, workers=WORKERS[engine], out=folder)
            code = 0
        finally:
            os._exit(code)
    return child


def ended(child: int, patience: float, after: Path | None = None) -> bool:
    """Has it ended by itself, and well? Otherwise it is killed when the time is over, which runs from when a file
    is there if one is named.
    """
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if after is not None:
            until = time.monotonic() + patience
            after = None if after.exists() else after
        if (state := os.waitpid(child, os.WNOHANG)) != (0, 0):
            if state[1] != 0:
                raise RuntimeError(f"a run that was gone on with ended with {state[1]}")
            return True
        time.sleep(0.0005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def instant(rng: random.Random, length: float, folder: Path) -> tuple[float, Path | None]:
    """When to kill a run that takes `length` seconds."""
    if rng.random() < 1 / 3:
        return rng.uniform(0.0, 0.15), folder / ".replications.parquet.tmp"
    return rng.uniform(0.0, 1.2 * length), None


def files(folder: Path) -> dict[str, bytes]:
    """All that identifies a run."""
    return {p.name: p.read_bytes() if p.is_file() else b"" for p in folder.iterdir() if p.name != TIMINGS}


def main(kills: int, seed: int, place: Path, engine: str) -> None:
    rng = random.Random(seed)
    started = time.monotonic()
    assert ended(begun(place / "undisturbed", engine), 600.0)
    length = time.monotonic() - started
    expected = files(place / "undisturbed")
    killed = same = runs = with_blocks = at_the_end = 0
    while killed < kills:
        folder = place / f"run{runs}"
        while not ended(begun(folder, engine), *instant(rng, length, folder)):
            killed += 1
            with_blocks += any(folder.glob("blocks/*.block"))
            at_the_end += any(folder.glob("*.parquet")) or any(folder.glob(".*.parquet.tmp"))
        runs += 1
        same += files(folder) == expected
    print(json.dumps({"killed": killed, "runs": runs, "same": same, "with_blocks": with_blocks, "at_end": at_the_end}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), (*sys.argv[4:], "simpy")[0])
