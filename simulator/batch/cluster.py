"""Blocks on a Dask cluster: the same blocks and the same bytes as here, on as many machines as there are."""

from __future__ import annotations

import logging
import pickle
import re
import signal
import threading
import time
import warnings
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from simulator.batch import interrupts
from simulator.batch.asked import Asked
from simulator.batch.block import Done
from simulator.batch.faults import RunFault
from simulator.batch.identity import code_digests, differences, versions
from simulator.batch.plan import Block
from simulator.batch.processes import main_left_alone
from simulator.batch.tasks import IN_HAND, Pace, Task, TaskDone, run_task
from simulator.batch.workers import make_arms
from simulator.chance.arms import Arms
from simulator.scenario.errors import InputError, shown
from simulator.scenario.portfolio import Register
from simulator.scenario.schema import Scenario

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

LOCAL = "local"
WORKERS_ON_A_MACHINE = "--nworkers -1 --nthreads 1"
"""Options of `dask worker`: a process for each core. With "auto" Dask gives several threads to each process."""
ADDRESS = re.compile(r"(tcp|tls)://[^\s/:]+:[0-9]{1,5}/?")
PATIENCE_S = 15.0
"""For the scheduler to answer, and for a first worker to be there."""
LOOK_S = 2.0
"""How often workers are counted: some join late."""


def checked_scheduler(address: str | None, workers: int) -> str | None:
    """The address, or InputError if it is none, or if processes here are asked for beside it."""
    if address is None or address == LOCAL:
        return address
    if not ADDRESS.fullmatch(address):
        raise InputError(f"the scheduler is {shown(address)}; allowed: tcp://HOST:PORT, tls://HOST:PORT or local")
    if workers != 1:
        raise InputError("give either a number of workers or the address of a scheduler, which has its own")
    return address


class Cluster:
    """Runs blocks on the workers of a Dask scheduler, and hands results back as they finish."""

    def __init__(
        self, scenarios: Sequence[Scenario], register: Register, asked: Asked, address: str, count: int
    ) -> None:
        """Raises InputError if there is no scheduler, no worker, or one of another version."""
        self.asked = asked
        self.address = address
        self.pace = Pace()
        self.at_work: dict[Future, Task] = {}
        self.threads = 0
        self.looked = -LOOK_S
        self.local: LocalCluster | None = None
        self.client = self._connected(count)
        try:
            self._check_workers()
            self.parcel = self._sent(scenarios, register)
        except BaseException:
            self.close()
            raise

    def run(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, Done]]:
        """Results in the order in which they finish. Raises RunFault if the cluster fails."""
        from distributed import CancelledError, wait
        from distributed.comm import CommClosedError
        from distributed.scheduler import KilledWorker

        waiting = deque(blocks)
        try:
            while waiting or self.at_work:
                self._hand_out(waiting)
                with suppress(TimeoutError):
                    wait(list(self.at_work), timeout=LOOK_S, return_when="FIRST_COMPLETED")
                for promise in [p for p in self.at_work if p.status != "pending"]:
                    done = promise.result(timeout=PATIENCE_S)
                    if isinstance(done, str):
                        raise RunFault(f"a Dask worker cannot share in this run: {done}{_going_on()}")
                    task = self.at_work.pop(promise)
                    self.pace.learn(task, done)
                    yield from zip(task, done.blocks, strict=True)
        except KilledWorker as fault:
            raise RunFault(f"Dask workers died again and again over the same blocks ({fault}){_going_on()}") from None
        except (CancelledError, CommClosedError, TimeoutError, OSError):
            raise RunFault(f"the Dask scheduler at {self.address} was lost or started anew{_going_on()}") from None

    def close(self) -> None:
        """Stop at once; unfinished blocks are forgotten."""
        with suppress(Exception):  # a scheduler that is gone cannot be told
            self.client.cancel(list(self.at_work))
        self.at_work.clear()
        with suppress(Exception):
            self.client.close(timeout=PATIENCE_S)
        if self.local is not None:
            self.local.close(timeout=PATIENCE_S)
            self.local = None

    def _connected(self, count: int) -> Client:
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            raise InputError('a scheduler needs the package distributed: pip install "geocyber[dask]"') from None
        for name in ("distributed", "distributed.client"):  # what matters is said in a sentence
            logging.getLogger(name).setLevel(logging.CRITICAL)
        if self.address == LOCAL:
            with interrupts.kept_from_children(), main_left_alone():
                self.local = LocalCluster(
                    n_workers=count, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
                )
                client = Client(self.local, timeout=PATIENCE_S)
                client.run(_deaf)
                return client
        try:
            return Client(self.address, timeout=PATIENCE_S)
        except (OSError, TimeoutError, ValueError):
            raise InputError(
                f"no Dask scheduler answers at {self.address}; start one with: dask scheduler, and workers with: "
                f"dask worker {self.address} {WORKERS_ON_A_MACHINE}"
            ) from None

    def _check_workers(self) -> None:
        """Every worker that is there now; those that join later check themselves with each task."""
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE_S)
        except TimeoutError:
            raise InputError(
                f"the Dask scheduler at {self.address} has no workers; start some with: "
                f"dask worker {self.address} {WORKERS_ON_A_MACHINE}"
            ) from None
        told = self.client.run(unlike, signature(), on_error="return")
        for worker, said in told.items():
            if said:
                raise InputError(f"the Dask worker at {worker} cannot share in this run: {_in_words(said)}")

    def _sent(self, scenarios: Sequence[Scenario], register: Register) -> Future:
        """The scenarios, once for all tasks; a task of its own, so that they are made again if their worker dies."""
        parcel = zlib.compress(pickle.dumps((tuple(scenarios), register)), 1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that a large portfolio is large
            return self.client.submit(_handed_on, parcel, pure=False)

    def _hand_out(self, waiting: deque[Block]) -> None:
        """Give every thread of every worker enough to do."""
        if time.monotonic() - self.looked >= LOOK_S:
            self.threads = max(sum(self.client.nthreads().values()), 1)
            self.looked = time.monotonic()
        while waiting and len(self.at_work) < IN_HAND * self.threads:
            task = self.pace.task(waiting, self.threads)
            promise = self.client.submit(_work, self.parcel, self.asked, task, signature(), pure=False)
            self.at_work[promise] = task


def signature() -> dict[str, Any]:
    """What has to be the same on all machines."""
    return {"versions": dict(versions()), "code": dict(code_digests()), "platform": {}}


def unlike(expected: dict[str, Any]) -> str:
    """On a worker: what is not as on the machine that asks ("here"), in words; "" if nothing is."""
    return "; ".join(differences(expected, signature(), "here"))


def _in_words(said: str | BaseException) -> str:
    return said if isinstance(said, str) else f"it has no geocyber of this version ({type(said).__name__}: {said})"


def _going_on() -> str:
    return "; finished blocks of a run with --out are safe, and geocyber run --resume DIR goes on with them"


def _deaf() -> None:
    """On a worker of this machine: this process alone decides what Ctrl-C means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _handed_on(parcel: bytes) -> bytes:
    return parcel


_one_at_a_time = threading.Lock()
"""The event model holds the interpreter anyway; more threads of a worker would only wait for each other."""


@lru_cache(maxsize=2)
def _arms_of(parcel: bytes) -> Arms:
    """The worlds of a run, built once in a worker."""
    return make_arms(*pickle.loads(zlib.decompress(parcel)))


def _work(parcel: bytes, asked: Asked, task: Task, expected: dict[str, Any]) -> TaskDone | str:
    """On a worker: the blocks of a task, or why it cannot run them."""
    with _one_at_a_time:
        return unlike(expected) or run_task(_arms_of(parcel), asked, task)
