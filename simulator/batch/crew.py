"""Who does the work of a run: this process and its threads, processes beside it, or a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from simulator.batch.asked import Asked
from simulator.batch.cluster import Cluster, checked_scheduler
from simulator.batch.engines import KERNEL
from simulator.batch.gathering import Crew
from simulator.batch.processes import checked_workers
from simulator.batch.threads import Threads
from simulator.batch.workers import Workers
from simulator.chance.arms import Arms
from simulator.scenario.portfolio import Register
from simulator.scenario.schema import Scenario


@dataclass(frozen=True)
class Hands:
    """How many processes (or threads of the kernel) here, or which scheduler. No result depends on it."""

    workers: int = 1
    scheduler: str | None = None

    def __post_init__(self) -> None:
        """Raises InputError for a number or an address that will not do."""
        checked_workers(self.workers)
        checked_scheduler(self.scheduler, self.workers)


@contextmanager
def crew_for(
    hands: Hands, scenarios: Sequence[Scenario], register: Register, arms: Arms, asked: Asked
) -> Iterator[Crew]:
    """The crew, closed at the end. Raises InputError for a scheduler that will not do."""
    found: Crew
    if hands.scheduler is None and asked.engine == KERNEL:
        found = Threads(arms, asked, hands.workers)
    elif hands.scheduler is None:
        found = Workers(scenarios, register, arms, asked, hands.workers)
    else:
        found = Cluster(scenarios, register, asked, hands.scheduler, hands.workers)
    with closing(found) as crew:
        yield crew
