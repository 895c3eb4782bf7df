"""Blocks on local processes. A worker that dies costs one retry of its blocks, never the run."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future as Promise
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from simulator.batch import interrupts
from simulator.batch.block import Done, run_block
from simulator.batch.plan import Block
from simulator.batch.store import RunFault
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

    def __init__(self, scenarios: Sequence[Scenario], register: Register, arms: Arms, seed: int, count: int) -> None:
        self.scenarios = tuple(scenarios)
        self.register = register
        self.arms = arms
        self.seed = seed
        self.count = count
        self.pool: ProcessPoolExecutor | None = None

    def run(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, Done]]:
        """Results in the order in which they finish."""
        if self.count == 1:
            for block in blocks:
                yield block, run_block(self.arms, self.seed, block)
            return
        waiting = list(blocks)
        for last_try in (False, True):
            done = set()
            try:
                for block, finished in self._on_pool(waiting):
                    done.add(block.number)
                    yield block, finished
                return
            except BrokenProcessPool:
                self.close()
                waiting = [b for b in waiting if b.number not in done]
                if last_try:
                    names = ", ".join(str(b.number) for b in waiting[:5])
                    raise RunFault(
                        f"a worker process died twice; blocks {names} (first replication "
                        f"{waiting[0].replications[0]}) were not finished, the others are safe"
                    ) from None

    def _on_pool(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, Done]]:
        if self.pool is None:
            self.pool = ProcessPoolExecutor(
                self.count,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_start_worker,
                initargs=(self.scenarios, self.register),
            )
        with interrupts.kept_from_children(), main_left_alone():  # they start at the first block given to a pool
            promised: dict[Promise[Done], Block] = {
                self.pool.submit(_work, self.seed, block): block for block in blocks
            }
        for promise in as_completed(promised):
            yield promised[promise], promise.result()

    def close(self) -> None:
        """Stop at once; unfinished blocks are forgotten."""
        if self.pool is not None:
            end(self.pool)
            self.pool = None


def end(pool: ProcessPoolExecutor) -> None:
    """Stop a pool at once, whatever its processes are doing."""
    processes = list((pool._processes or {}).values())  # shutdown forgets them
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()


@contextmanager
def main_left_alone() -> Iterator[None]:
    """Processes started meanwhile do not import the user's script, which may have no guard against running again."""
    own = vars(sys.modules["__main__"])
    saved = {name: own[name] for name in own.keys() & {"__spec__", "__file__"}}
    try:
        own["__spec__"] = None
        own.pop("__file__", None)
        yield
    finally:
        own.update(saved)


def _start_worker(scenarios: Sequence[Scenario], register: Register) -> None:
    global _arms
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    threading.Thread(target=end_with_parent, daemon=True).start()
    _arms = make_arms(scenarios, register)
    gc.freeze()  # the worlds live as long as the process: the collector need not look through them again and again


def end_with_parent() -> None:
    """A parent that is killed leaves nobody to tell its workers."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _work(seed: int, block: Block) -> Done:
    assert _arms is not None
    return run_block(_arms, seed, block)
