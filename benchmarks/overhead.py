"""What sharing out costs: time of two workers in which no block is worked at, blocks brought to the disk meanwhile.

    python -m benchmarks.overhead [REPLICATIONS]

Time is taken between the first and the last block of a warm crew, on one clock in all processes, and compared with the
seconds that the blocks themselves took; so other load on the machine, which stretches both, hardly matters.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.pairing import Spread
from simulator.batch.asked import Asked, checked
from simulator.batch.cluster import Cluster
from simulator.batch.gathering import Gathering
from simulator.batch.order import Order
from simulator.batch.plan import Planner, design
from simulator.batch.store import RunFolder
from simulator.batch.tasks import Pace, Task, TaskDone
from simulator.batch.workers import Workers, make_arms
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer

WORKERS = 2
REPLICATIONS, ROUNDS = 40_000, 3


class Counted(Pace):
    """Adds up what the blocks took."""

    total = 0.0

    def learn(self, task: Task, done: TaskDone) -> None:
        super().learn(task, done)
        self.total += sum(done.seconds)


def overhead(crew: Workers | Cluster, order: Order, folder: Path) -> float:
    """A warm-up, then one round of all replications asked for: its idle time over that of its blocks."""
    arms = make_arms([order.loaded.scenario], order.loaded.register)
    plan = design(arms, order.asked.seed, False)
    store = RunFolder.create(folder)
    store.begin(order.plain(), order.run)
    gathering, planner = Gathering(plan, arms.base.world, order.asked, store, None), Planner(plan)
    gathering.take(crew, planner.pilot(512))
    gathering.take(crew, planner.round(gathering.deviations(), 2_048))
    crew.pace = pace = Counted()
    pace.seconds = dict.fromkeys(plan.strata, 0.0015)
    blocks = planner.round(gathering.deviations(), 2_048 + (order.asked.replications or 0))
    started = time.perf_counter()
    gathering.take(crew, blocks, last=True)
    elapsed = time.perf_counter() - started
    store.lock.release()
    return WORKERS * elapsed / pace.total - 1.0


def measured(replications: int, rounds: int) -> dict[str, Spread]:
    """Overhead of processes, then of a Dask cluster of this machine; the two are not compared."""
    loaded = load(known_answer("v17_from_war"))
    order = Order.of(loaded, checked(Asked(replications=replications)))
    arms = make_arms([loaded.scenario], loaded.register)
    crews: dict[str, Callable[[], Workers | Cluster]] = {
        "processes": lambda: Workers([loaded.scenario], loaded.register, arms, order.asked, WORKERS),
        "Dask": lambda: Cluster([loaded.scenario], loaded.register, order.asked, "local", WORKERS),
    }

    def once(start: Callable[[], Workers | Cluster]) -> float:
        with tempfile.TemporaryDirectory() as place, closing(start()) as crew:
            return overhead(crew, order, Path(place) / "run")

    found = {name: [once(start) for _ in range(rounds)] for name, start in crews.items()}
    return {name: Spread.of(shares) for name, shares in found.items()}


def in_percent(share: Spread) -> str:
    return f"{share.middle:.1%} ({share.low:.1%} to {share.high:.1%})"


if __name__ == "__main__":
    for name, share in measured(int(sys.argv[1]) if len(sys.argv) > 1 else REPLICATIONS, ROUNDS).items():
        print(f"{name}: overhead {in_percent(share)}", flush=True)
