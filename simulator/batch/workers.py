"""Blocks on local processes. A worker that dies costs one retry of its blocks, never the run."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from simulator.batch.asked import Asked
from simulator.batch.block import Done, run_block
from simulator.batch.faults import RunFault
from simulator.batch.plan import Block
from simulator.batch.processes import end_at_once, pool_of, submitted
from simulator.batch.tasks import IN_HAND, Pace, Task, TaskDone, run_task, unfinished
from simulator.chance.arms import Arms
from simulator.chance.driver import Driver
from simulator.chance.entities import Entities
from simulator.scenario.portfolio import Register
from simulator.scenario.schema import Scenario
from simulator.world.world import build

_arms: Arms | None = None
"""The worlds of a worker process, built once when it starts."""


def make_driver(scenario: Scenario, register: Register) -> Driver:
    """The driver of a scenario's world."""
    world = build(scenario, register)
    return Driver(world, Entities.of(world))


def make_arms(scenarios: Sequence[Scenario], register: Register) -> Arms:
    """The worlds of several scenarios of one portfolio; the first is the base."""
    return Arms([make_driver(scenario, register) for scenario in scenarios])


class Workers:
    """Runs blocks here (one worker) or on spawned processes, and hands results back as they finish."""

    def __init__(self, scenarios: Sequence[Scenario], register: Register, arms: Arms, asked: Asked, count: int) -> None:
        self.scenarios = tuple(scenarios)
        self.register = register
        self.arms = arms
        self.asked = asked
        self.count = count
        self.pace = Pace()
        self.pool: ProcessPoolExecutor | None = None
        self.at_work: dict[Future[TaskDone], Task] = {}

    def run(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, Done]]:
        """Results in the order in which they finish."""
        if self.count == 1:
            for block in blocks:
                yield block, run_block(self.arms, self.asked.seed, block, self.asked.engine)
            return
        waiting = deque(blocks)
        lost: set[int] = set()
        while waiting or self.at_work:
            try:
                self._hand_out(waiting)
                yield from self._next_done()
            except BrokenProcessPool:
                again = unfinished(list(self.at_work.values()))
                self.close()
                twice = [block for block in again if block.number in lost]
                if twice:
                    raise RunFault(
                        f"a worker process died twice; blocks {', '.join(str(b.number) for b in twice[:5])} "
                        f"(first replication {twice[0].replications[0]}) were not finished, the others are safe"
                    ) from None
                lost |= {block.number for block in again}
                waiting.extendleft(reversed(again))

    def _hand_out(self, waiting: deque[Block]) -> None:
        """Give every worker enough to do. Raises BrokenProcessPool."""
        if self.pool is None:
            self.pool = pool_of(self.count, _start_worker, self.scenarios, self.register)
        while waiting and len(self.at_work) < IN_HAND * self.count:
            task = self.pace.task(waiting, self.count)
            try:
                self.at_work[submitted(self.pool, _work, self.asked, task)] = task
            except BrokenProcessPool:
                waiting.extendleft(reversed(task))
                raise

    def _next_done(self) -> Iterator[tuple[Block, Done]]:
        """What the next finished tasks give. Raises BrokenProcessPool."""
        for promise in wait(self.at_work, return_when=FIRST_COMPLETED).done:
            done = promise.result()
            task = self.at_work.pop(promise)
            self.pace.learn(task, done)
            yield from zip(task, done.blocks, strict=True)

    def close(self) -> None:
        """Stop at once; unfinished blocks are forgotten."""
        self.at_work.clear()
        if self.pool is not None:
            end_at_once(self.pool)
            self.pool = None


def _start_worker(scenarios: Sequence[Scenario], register: Register) -> None:
    global _arms
    _arms = make_arms(scenarios, register)
    gc.freeze()  # the worlds live as long as the process: the collector need not look through them again and again


def _work(asked: Asked, task: Task) -> TaskDone:
    assert _arms is not None
    return run_task(_arms, asked, task)
