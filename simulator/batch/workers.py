"""Blocks on local processes. A worker that dies costs one retry of its blocks, never the run."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future as Promise
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

import numpy as np

from simulator.batch import interrupts
from simulator.batch.plan import Block
from simulator.batch.store import RunFault
from simulator.batch.tables import Tables, not_finite, tables_of
from simulator.chance.arms import Arms
from simulator.chance.driver import Driver
from simulator.chance.entities import Entities
from simulator.chance.strata import futures
from simulator.model.replication import simulate
from simulator.scenario.portfolio import Register
from simulator.scenario.schema import Scenario
from simulator.world.world import build

_driver: Driver | None = None
"""The driver of a worker process, built once when it starts."""


def make_driver(scenario: Scenario, register: Register) -> Driver:
    """The driver of a scenario's world."""
    world = build(scenario, register)
    return Driver(world, Entities.of(world))


def run_block(driver: Driver, seed: int, block: Block) -> Tables:
    """All replications of a block. A pure function of its arguments.

    Raises RunFault for futures that cannot be drawn and for a loss that is not a finite number.
    """
    try:
        drawn = futures(Arms([driver]), seed, block.stratum, np.array(block.replications, dtype=np.int64))
    except RuntimeError as fault:  # the scenario leaves no path to draw, or too many refusals
        raise RunFault(f"block {block.number} (first replication {block.replications[0]}): {fault}") from fault
    tables = tables_of((simulate(driver, seed, future) for (future,) in drawn), block.round)
    if wrong := not_finite(tables.events):
        raise RunFault(f"block {block.number}: {wrong}; this is a fault of the model, not of the scenario")
    return tables


class Workers:
    """Runs blocks here (one worker) or on spawned processes, and hands results back as they finish."""

    def __init__(self, scenario: Scenario, register: Register, driver: Driver, seed: int, count: int) -> None:
        self.scenario = scenario
        self.register = register
        self.driver = driver
        self.seed = seed
        self.count = count
        self.pool: ProcessPoolExecutor | None = None

    def run(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, Tables]]:
        """Results in the order in which they finish."""
        if self.count == 1:
            for block in blocks:
                yield block, run_block(self.driver, self.seed, block)
            return
        waiting = list(blocks)
        for last_try in (False, True):
            done = set()
            try:
                for block, tables in self._on_pool(waiting):
                    done.add(block.number)
                    yield block, tables
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

    def _on_pool(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, Tables]]:
        if self.pool is None:
            self.pool = ProcessPoolExecutor(
                self.count,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_start_worker,
                initargs=(self.scenario, self.register),
            )
        with interrupts.kept_from_children():  # which start at the first block given to a pool
            promised: dict[Promise[Tables], Block] = {
                self.pool.submit(_work, self.seed, block): block for block in blocks
            }
        for promise in as_completed(promised):
            yield promised[promise], promise.result()

    def close(self) -> None:
        """Stop at once; unfinished blocks are forgotten."""
        if self.pool is not None:
            processes = list((self.pool._processes or {}).values())  # shutdown forgets them
            self.pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
            self.pool = None


def _start_worker(scenario: Scenario, register: Register) -> None:
    global _driver
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _driver = make_driver(scenario, register)


def _end_with_parent() -> None:
    """A parent that is killed leaves nobody to tell its workers."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _work(seed: int, block: Block) -> Tables:
    assert _driver is not None
    return run_block(_driver, seed, block)
