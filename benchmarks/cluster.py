"""What a very large job takes on a cluster, from measured seconds.

    python -m benchmarks.cluster [--seconds-per-replication S] [--seconds-per-block B] [--overhead 0.05]
                                 [--replications 1e9] [--nodes 100] [--cores 32]

`seconds-per-replication`: processor seconds of one replication on one core, for the portfolio in question; left out,
it is measured here on 50,000 organisations with the products of 20 vendors. `seconds-per-block`: of the process that
starts the run, which alone takes in, packs and stores the blocks of all nodes; left out, it is measured here on V17.
`overhead`: as `python -m benchmarks.overhead` prints it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.large_market import large_market
from benchmarks.pairing import processor_seconds
from simulator.batch.asked import Asked, checked
from simulator.batch.block import Done, run_block
from simulator.batch.gathering import Gathering
from simulator.batch.order import Order
from simulator.batch.plan import Block, design
from simulator.batch.run import run
from simulator.batch.store import RunFolder
from simulator.batch.workers import make_arms
from simulator.scenario.load import LoadedScenario, load
from simulator.scenario.shipped import known_answer

BLOCK = 1_024
MARKET = (50_000, 20)
WARM, MEASURED = 64, 1_024
SECONDS_PER_HOUR = 3_600.0


class Ready:
    """A crew that hands back the same finished block each time, numbers aside: only taking in is timed."""

    def __init__(self, done: dict[int, Done]) -> None:
        self.done = done

    def run(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, Done]]:
        return ((block, self.done[block.number]) for block in blocks)

    def close(self) -> None:
        return None


def seconds_per_replication() -> float:
    """Processor seconds of a replication of a large market by the engine a run takes itself, drawn and with tables."""
    loaded = large_market(*MARKET)
    run(loaded, replications=WARM, workers=1)
    return (_seconds(loaded, WARM + MEASURED) - _seconds(loaded, WARM)) / MEASURED


def _seconds(loaded: LoadedScenario, replications: int) -> float:
    return processor_seconds(lambda: run(loaded, replications=replications, workers=1))[0]


def seconds_per_block() -> float:
    """Processor seconds to take in, count, pack and store a block of V17, the mean of its two strata."""
    loaded = load(known_answer("v17"))
    order = Order.of(loaded, checked(Asked(replications=4 * BLOCK, block=BLOCK)))
    arms = make_arms([loaded.scenario], loaded.register)
    plan = design(arms, 1, False)
    blocks = [Block(k, 0, s, range(int(s), 2 * BLOCK + int(s), 2)) for k, s in enumerate(plan.strata)]
    done = {block.number: run_block(arms, 1, block) for block in blocks}
    with tempfile.TemporaryDirectory() as place:
        folder = RunFolder.create(Path(place) / "run")
        folder.begin(order.plain(), order.run)
        gathering = Gathering(plan, arms.base.world, order.asked, folder, None)
        started = time.process_time()
        gathering.take(Ready(done), blocks, last=True)
        return (time.process_time() - started) / len(blocks)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds-per-replication", type=float)
    parser.add_argument("--seconds-per-block", type=float)
    parser.add_argument("--overhead", type=float, default=0.05)
    parser.add_argument("--replications", type=float, default=1e9)
    parser.add_argument("--nodes", type=int, default=100)
    parser.add_argument("--cores", type=int, default=32)
    told = parser.parse_args()
    cores = told.nodes * told.cores
    one = told.seconds_per_replication
    one = one if one is not None else seconds_per_replication()
    work = told.replications * one * (1.0 + told.overhead) / cores
    each = told.seconds_per_block if told.seconds_per_block is not None else seconds_per_block()
    blocks = told.replications / BLOCK
    print(f"{told.replications:.3g} replications of {one:.3g} s")
    print(f"  simulating on {told.nodes} nodes of {told.cores} cores, {told.overhead:.0%} overhead: {_hours(work)}")
    print(f"  taking in {blocks:,.0f} blocks of {1000.0 * each:.0f} ms: {_hours(blocks * each)}")
    print(f"  the longer of the two: {_hours(max(work, blocks * each))}")


def _hours(seconds: float) -> str:
    return f"{seconds / SECONDS_PER_HOUR:,.1f} hours"


if __name__ == "__main__":
    main()
