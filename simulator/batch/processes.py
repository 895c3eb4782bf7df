"""Processes of our own: started apart from the user's script, deaf to Ctrl-C, and gone with their parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, TypeVar

from simulator.batch import interrupts
from simulator.scenario.errors import InputError

Work = TypeVar("Work")
Result = TypeVar("Result")
MOST_WORKERS = 256


def checked_workers(count: int) -> int:
    """The number of processes, or InputError if there cannot be so many."""
    if not 1 <= count <= MOST_WORKERS:
        raise InputError(f"{count} workers; allowed: 1 to {MOST_WORKERS}")
    return count


def pool_of(count: int, prepare: Callable[..., None] | None = None, *given: Any) -> ProcessPoolExecutor:
    """A pool of spawned processes, each of which first calls `prepare(*given)`. `end_at_once` ends it."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(prepare, given))


def finished(
    pool: ProcessPoolExecutor, do: Callable[[Work], Result], work: Sequence[Work]
) -> Iterator[tuple[Work, Result]]:
    """Each piece of work with its result, in the order in which they are done. Raises BrokenProcessPool."""
    promised = {submitted(pool, do, piece): piece for piece in work}
    for promise in as_completed(promised):
        yield promised[promise], promise.result()


def submitted(pool: ProcessPoolExecutor, do: Callable[..., Result], *given: Any) -> Future[Result]:
    """The promise to call `do(*given)` in a process of a pool. Raises BrokenProcessPool."""
    with interrupts.kept_from_children(), main_left_alone():  # processes start when there is something to do
        return pool.submit(do, *given)


def end_at_once(pool: ProcessPoolExecutor) -> None:
    """End the processes of a pool, whatever they are doing."""
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


def _begin(prepare: Callable[..., None] | None, given: tuple[Any, ...]) -> None:
    """In a new process: the parent decides what Ctrl-C means, and one that is killed takes its processes along."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if prepare is not None:
        prepare(*given)


def _end_with_parent() -> None:
    """A parent that is killed leaves nobody to tell its workers."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
