"""Blocks on threads of this process: for the compiled kernel, which leaves the interpreter to others."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from simulator.batch.asked import Asked
from simulator.batch.block import Done, run_block
from simulator.batch.plan import Block
from simulator.batch.tasks import IN_HAND
from simulator.chance.arms import Arms


class Threads:
    """Runs blocks side by side, and hands results back as they finish."""

    def __init__(self, arms: Arms, asked: Asked, count: int) -> None:
        self.arms = arms
        self.asked = asked
        self.count = count
        self.pool = ThreadPoolExecutor(count, thread_name_prefix="block")
        self.at_work: dict[Future[Done], Block] = {}

    def run(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, Done]]:
        """Results in the order in which they finish."""
        waiting = deque(blocks)
        while waiting or self.at_work:
            while waiting and len(self.at_work) < IN_HAND * self.count:
                block = waiting.popleft()
                promise = self.pool.submit(run_block, self.arms, self.asked.seed, block, self.asked.engine)
                self.at_work[promise] = block
            for promise in wait(self.at_work, return_when=FIRST_COMPLETED).done:
                yield self.at_work.pop(promise), promise.result()

    def close(self) -> None:
        """Stop once the blocks at work are done; the others are forgotten."""
        self.at_work.clear()
        self.pool.shutdown(cancel_futures=True)
