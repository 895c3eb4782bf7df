"""What a very large job takes on a cluster, from measured seconds.

    python -m benchmarks.cluster [--replications 1e9] [--nodes 100] [--cores 32] [--overhead 0.05]

Measured here on 50,000 organisations with the products of 20 vendors: the processor time of one replication, and that
of the process that starts the run, which alone takes in, packs and stores the blocks of all nodes. `overhead`: as
`python -m benchmarks.overhead` prints it.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.large_market import large_market
from benchmarks.pairing import processor_seconds
from simulator.batch.asked import Asked, checked
from simulator.batch.block import Done, run_block
from simulator.batch.engines import AUTO, chosen
from simulator.batch.gathering import Gathering
from simulator.batch.order import Order
from simulator.batch.plan import LARGE_BLOCK, Block, design
from simulator.batch.store import RunFolder
from simulator.batch.workers import make_arms

REPLICATIONS, NODES, CORES = 1e9, 100, 32
SECONDS_PER_HOUR = 3_600.0


class Ready:
    """A crew whose blocks are finished before they are asked for: only taking in is timed."""

    def __init__(self, done: dict[int, Done]) -> None:
        self.done = done

    def run(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, Done]]:
        return ((block, self.done[block.number]) for block in blocks)

    def close(self) -> None:
        return None


@dataclass(frozen=True)
class Needs:
    """Of a portfolio, processor seconds."""

    replication: float
    """To draw and play one on a worker, tables included."""
    taking_in: float
    """To take in, count, pack and store one in the process that starts the run."""

    @classmethod
    def of(cls, organisations: int, vendors: int, block: int = LARGE_BLOCK) -> Needs:
        """Of a large market, by the engine a run takes itself: two blocks of each stratum, the first a warm-up."""
        loaded = large_market(organisations, vendors)
        order = Order.of(loaded, checked(Asked(replications=4 * block, block=block, engine=chosen(AUTO))))
        arms = make_arms([loaded.scenario], loaded.register)
        plan = design(arms, 1, False)
        blocks = [
            Block(k, 0, stratum, range(2 * k * block + int(stratum), 2 * (k + 1) * block + int(stratum), 2))
            for k, stratum in enumerate((*plan.strata, *plan.strata))
        ]
        seconds, done = [], {}
        for one in blocks:
            spent, done[one.number] = processor_seconds(lambda one=one: run_block(arms, 1, one, order.asked.engine))
            seconds.append(spent)
        counted = len(blocks) // 2
        with tempfile.TemporaryDirectory() as place:
            folder = RunFolder.create(Path(place) / "run")
            folder.begin(order.plain(), order.run)
            gathering = Gathering(plan, arms.base.world, order.asked, folder, None)
            gathering.take(Ready(done), blocks[:-counted])
            taken, _ = processor_seconds(lambda: gathering.take(Ready(done), blocks[-counted:], last=True))
            folder.lock.release()
        return cls(sum(seconds[-counted:]) / counted / block, taken / counted / block)


@dataclass(frozen=True)
class Hours:
    """Of a job on a cluster."""

    simulating: float
    taking_in: float
    """By one process, meanwhile: no number of nodes shortens it."""

    @classmethod
    def of(cls, needs: Needs, replications: float, cores: int, overhead: float) -> Hours:
        work = replications * needs.replication * (1.0 + overhead) / cores
        return cls(work / SECONDS_PER_HOUR, replications * needs.taking_in / SECONDS_PER_HOUR)

    def __str__(self) -> str:
        longer = max(self.simulating, self.taking_in)
        return f"{self.simulating:.1f} h simulating, {self.taking_in:.1f} h taking in: {longer:.1f} h"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster")
    parser.add_argument("--replications", type=float, default=REPLICATIONS)
    parser.add_argument("--nodes", type=int, default=NODES)
    parser.add_argument("--cores", type=int, default=CORES, help="of a node")
    parser.add_argument("--overhead", type=float, default=0.05)
    told = parser.parse_args()
    needs = Needs.of(50_000, 20)
    hours = Hours.of(needs, told.replications, told.nodes * told.cores, told.overhead)
    print(f"a replication takes {1e3 * needs.replication:.3g} ms, taking it in {1e6 * needs.taking_in:.3g} us")
    print(f"{told.replications:.3g} on {told.nodes} nodes of {told.cores} cores: {hours}")


if __name__ == "__main__":
    main()
