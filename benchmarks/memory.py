"""Peak memory of a run of so many replications of V17, blocks made up from two that were simulated.

    python -m benchmarks.memory 1000000 FOLDER

Everything but the simulation is that of a real run: blocks are packed and brought to the disk, rounds planned, tables
written, metrics told. It prints the peak of the process and what it was before the run. The kernel has to be compiled
already (`geocyber warmup`), or that counts too.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.jobs import ROOT, peak_mib
from simulator.batch import run as run_module
from simulator.batch.asked import Asked
from simulator.batch.block import Done, run_block
from simulator.batch.plan import Block
from simulator.batch.tables import SCHEMAS
from simulator.batch.workers import make_arms
from simulator.chance.future import Stratum
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer

SIMULATED = 256
"""Replications of each stratum that all others are copies of."""


class Copies:
    """A crew whose blocks are copies of simulated ones under their own numbers."""

    def __init__(self, arms: Any, asked: Asked) -> None:
        self.known = {
            s: run_block(arms, asked.seed, Block(0, 0, s, range(int(s), 2 * SIMULATED + int(s), 2))).base
            for s in (Stratum.NONE, Stratum.AT_LEAST_ONE)
        }

    def run(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, Done]]:
        for block in blocks:
            numbers = np.asarray(block.replications)
            made = {}
            for name in SCHEMAS:
                table = getattr(self.known[block.stratum], name)
                parts = []
                for start in range(0, len(numbers), SIMULATED):
                    own = numbers[start : start + SIMULATED]
                    index = (table["replication"].to_numpy() - int(block.stratum)) // 2
                    kept = index < len(own)
                    parts.append(table[kept].assign(replication=own[index[kept]]))
                made[name] = pd.concat(parts, ignore_index=True)
            yield block, Done(replace(self.known[block.stratum], **made))

    def close(self) -> None:
        return None


@dataclass(frozen=True)
class Peak:
    """Memory of a process, in MiB."""

    replications: int
    mib: float
    before_mib: float
    """Before the run, with everything imported that a run needs at once."""
    seconds: float


def measured(replications: int, folder: Path) -> Peak:
    @contextmanager
    def crew_for(hands: Any, scenarios: Any, register: Any, arms: Any, asked: Asked) -> Iterator[Copies]:
        yield Copies(arms, asked)

    run_module.crew_for = crew_for  # type: ignore[assignment]
    loaded = load(known_answer("v17"))
    make_arms([loaded.scenario], loaded.register)
    before, started = peak_mib(), time.monotonic()
    run_module.run(loaded, replications=replications, out=folder)
    return Peak(replications, peak_mib(), before, time.monotonic() - started)


def job(replications: int) -> Peak:
    """Measured in a new process."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.memory", str(replications), f"{folder}/run", "json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"the memory of {replications:,} failed: {done.stderr.strip().splitlines()[-1]}")
    return Peak(**json.loads(done.stdout.splitlines()[-1]))


def main(replications: int, folder: Path, as_json: bool) -> None:
    peak = measured(replications, folder)
    if as_json:
        print(json.dumps(vars(peak)))
        return
    print(f"{replications:,} replications: peak {peak.mib:,.0f} MiB, {peak.before_mib:,.0f} before the run")
    print(f"{peak.seconds:,.0f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] == ["json"])
