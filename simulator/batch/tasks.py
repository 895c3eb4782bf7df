"""Blocks put together into tasks of about a second, so that handing them out costs next to nothing."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.batch.asked import Asked
from simulator.batch.block import Done, run_block
from simulator.batch.plan import Block
from simulator.chance.arms import Arms
from simulator.chance.future import Stratum

TASK_S = 1.0
"""Seconds that a task should take."""
IN_HAND = 2
"""Tasks that each worker has: the one it works at and the next."""
NEWEST = 0.5
"""Weight of the newest time in the pace."""

Task = tuple[Block, ...]


@dataclass(frozen=True)
class TaskDone:
    """Blocks of a task, finished, and the seconds that each took."""

    blocks: tuple[Done, ...]
    seconds: tuple[float, ...]


def run_task(arms: Arms, asked: Asked, task: Task) -> TaskDone:
    """Run the blocks of a task one after the other."""
    found, seconds = [], []
    for block in task:
        started = time.perf_counter()
        found.append(run_block(arms, asked.seed, block, asked.engine))
        seconds.append(time.perf_counter() - started)
    return TaskDone(tuple(found), tuple(seconds))


class Pace:
    """How long a replication takes, and so how many blocks make a task. Results do not depend on it."""

    def __init__(self) -> None:
        self.seconds: dict[Stratum, float] = {}
        """Per replication."""

    def learn(self, task: Task, done: TaskDone) -> None:
        """From the times of a task."""
        for block, seconds in zip(task, done.seconds, strict=True):
            each = seconds / len(block.replications)
            before = self.seconds.get(block.stratum, each)
            self.seconds[block.stratum] = (1.0 - NEWEST) * before + NEWEST * each

    def task(self, waiting: deque[Block], workers: int) -> Task:
        """The next blocks that make about a second, taken from those that wait; one where nothing is known yet.

        Never more than leaves the other workers their share, so that all end together.
        """
        most = max(len(waiting) // (IN_HAND * workers), 1)
        blocks = [waiting.popleft()]
        expected = self._seconds(blocks[0])
        while len(blocks) < most and expected + self._seconds(waiting[0]) <= TASK_S:
            expected += self._seconds(waiting[0])
            blocks.append(waiting.popleft())
        return tuple(blocks)

    def _seconds(self, block: Block) -> float:
        return self.seconds.get(block.stratum, TASK_S) * len(block.replications)


def unfinished(tasks: Sequence[Task]) -> list[Block]:
    """Blocks of tasks that have to be done again, in their order."""
    return sorted((block for task in tasks for block in task), key=lambda block: block.number)
