"""Peak memory of a run of so many replications of V17, blocks made up from two that were simulated.

    python -m benchmarks.memory 1000000 FOLDER

Everything but the simulation is that of a real run: blocks are packed and brought to the disk, rounds planned, tables
written, metrics told. It prints the peak of the process, what it was before the run, and the bytes per replication.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

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


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def main(replications: int, folder: Path) -> None:
    @contextmanager
    def crew_for(hands: Any, scenarios: Any, register: Any, arms: Any, asked: Asked) -> Iterator[Copies]:
        yield Copies(arms, asked)

    run_module.crew_for = crew_for  # type: ignore[assignment]
    loaded = load(known_answer("v17"))
    make_arms([loaded.scenario], loaded.register)
    before, started = peak_mib(), time.monotonic()
    run_module.run(loaded, replications=replications, out=folder)
    peak = peak_mib()
    each = (peak - before) * 2.0**20 / replications
    print(f"{replications:,} replications: peak {peak:,.0f} MiB, {before:,.0f} before the run, {each:,.0f} bytes each")
    print(f"{time.monotonic() - started:,.0f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
