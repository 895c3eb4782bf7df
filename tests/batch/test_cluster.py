"""A Dask cluster of real processes on this machine: equal bytes, and no loss whoever dies."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.batch import cluster
from simulator.batch.asked import Asked
from simulator.batch.cluster import WORKERS_ON_A_MACHINE, signature, unlike
from simulator.batch.faults import RunFault
from simulator.batch.run import resume, run
from simulator.batch.store import BLOCKS
from simulator.risk.estimate import Estimate
from simulator.scenario.errors import InputError
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer
from tests.batch.test_resume import files

pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.slow,
    # What distributed leaves open when a peer is killed is not for these tests to judge.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed"),
]

ROOT = Path(__file__).resolve().parents[2]
V17 = known_answer("v17_from_war")
FUTURES = 700
"""Two rounds, eleven blocks or more."""
PATIENCE_S = 120.0


class Machines:
    """A scheduler and workers, each a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.scheduler = self._scheduler("0")
        wait_for(self.file.exists)
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        return str(json.loads(self.file.read_text())["address"])

    def worker(self, path: Path = ROOT, options: str = "--no-nanny --nthreads 1") -> subprocess.Popen[bytes]:
        """One more, with the package that lies at a path."""
        started = self._start(
            *("worker", self.address, "--host", "127.0.0.1", "--no-dashboard", *options.split()),
            *("--local-directory", str(self.folder)),
            path=path,
        )
        self.workers.append(started)
        return started

    def lose_scheduler(self) -> None:
        self.scheduler.kill()
        self.scheduler.wait()

    def restart_scheduler(self) -> None:
        """At the same address, with a worker that is new too."""
        port = self.address.rpartition(":")[2]
        self.lose_scheduler()
        self.scheduler = self._scheduler(port)
        self.worker()

    def count(self) -> int:
        """Workers that the scheduler knows."""
        return len(self.threads())

    def threads(self) -> list[int]:
        """Of each worker that the scheduler knows."""
        from distributed import Client

        with Client(self.address, timeout=PATIENCE_S) as client:
            return list(client.nthreads().values())

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _scheduler(self, port: str) -> subprocess.Popen[bytes]:
        line = ("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        return self._start(*line, "--scheduler-file", str(self.file))

    def _start(self, *arguments: str, path: Path = ROOT) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(Path(sys.executable).parent / "dask"), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(path), "PATH": "/usr/bin:/bin"},
            cwd=self.folder,
        )


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    started = Machines(tmp_path)
    yield started
    started.end()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run by one worker, here."""
    folder = tmp_path_factory.mktemp("alone") / "run"
    run(load(V17), replications=FUTURES, seed=5, out=folder)
    return folder


class At:
    """A progress callback that does something when so many blocks have come in."""

    def __init__(self, blocks: int, do: Callable[[], Any]) -> None:
        self.blocks = blocks
        self.do = do

    def __call__(self, done: int, asked: int, estimate: Estimate | None) -> None:
        self.blocks -= 1
        if self.blocks == 0:
            self.do()


def test_a_machine_started_as_users_are_told_has_a_worker_for_each_core(machines: Machines) -> None:
    from dask.system import CPU_COUNT

    started = machines.worker(options=WORKERS_ON_A_MACHINE)
    wait_for(lambda: machines.count() == CPU_COUNT)
    assert machines.threads() == [1] * CPU_COUNT
    started.terminate()  # its workers are processes of their own, which it ends
    started.wait(PATIENCE_S)


def test_one_joins_late_and_the_first_is_killed(machines: Machines, alone: Path, tmp_path: Path) -> None:
    """All that comes after is done by the late one, what the first had in hand included."""
    first = machines.worker()

    def change() -> None:
        machines.worker()
        wait_for(lambda: machines.count() == 2)
        first.kill()
        first.wait()

    folder, progress = tmp_path / "run", At(3, change)
    run(load(V17), replications=FUTURES, seed=5, scheduler=machines.address, out=folder, progress=progress)
    assert first.returncode != 0
    assert files(folder) == files(alone)


@pytest.mark.parametrize("what", ["lose_scheduler", "restart_scheduler"])
def test_the_scheduler_is_lost_and_the_run_goes_on_elsewhere(
    machines: Machines, alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    machines.worker()
    monkeypatch.setattr(cluster, "PATIENCE_S", 5.0)
    folder, progress = tmp_path / "run", At(3, getattr(machines, what))
    with pytest.raises(RunFault) as told:
        run(load(V17), replications=FUTURES, seed=5, scheduler=machines.address, out=folder, progress=progress)
    assert str(told.value) == (
        f"the Dask scheduler at {machines.address} was lost or started anew; finished blocks of a run with --out are "
        "safe, and geocyber run --resume DIR goes on with them"
    )
    assert len(list((folder / BLOCKS).glob("*.block"))) >= 2
    resume(folder)
    assert files(folder) == files(alone)


def test_a_cluster_of_this_machine(alone: Path, tmp_path: Path) -> None:
    run(load(V17), replications=FUTURES, seed=5, scheduler="local", workers=2, out=tmp_path / "run")
    assert files(tmp_path / "run") == files(alone)


def refusal(address: str) -> str:
    with pytest.raises(InputError) as told:
        run(load(V17), replications=64, scheduler=address)
    assert "\n" not in str(told.value)
    return str(told.value)


def test_a_worker_with_other_code(machines: Machines, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(ROOT / "simulator", other / "simulator", ignore=shutil.ignore_patterns("__pycache__"))
    init = other / "simulator" / "__init__.py"
    init.write_text(init.read_text().replace('__version__ = "', '__version__ = "9.'))
    clock = other / "simulator" / "rules" / "clock.py"
    clock.write_text(clock.read_text() + "\n")
    machines.worker(other)
    said = refusal(machines.address)
    assert said.startswith("the Dask worker at tcp://127.0.0.1:")
    assert said.endswith("cannot share in this run: geocyber is 9.0.1.0, here 0.1.0; the code under rules differs")


def test_a_scheduler_without_workers(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE_S", 3.0)
    said = refusal(machines.address)
    assert said.startswith(f"the Dask scheduler at {machines.address} has no workers; start some with: dask worker ")


def test_a_scheduler_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE_S", 1.0)
    assert refusal("tcp://127.0.0.1:9").startswith("no Dask scheduler answers at tcp://127.0.0.1:9; start one with")


@pytest.mark.parametrize("address", ["", "here", "tcp://", "127.0.0.1:8786", "http://x:1", "tcp://x", "tcp://x:y"])
def test_what_is_no_address(address: str) -> None:
    assert "; allowed: tcp://HOST:PORT, tls://HOST:PORT or local" in refusal(address)


def test_processes_here_and_a_scheduler_elsewhere() -> None:
    with pytest.raises(InputError, match="either a number of workers or the address of a scheduler"):
        run(load(V17), replications=64, workers=2, scheduler="tcp://127.0.0.1:8786")


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert refusal("tcp://127.0.0.1:8786") == 'a scheduler needs the package distributed: pip install "geocyber[dask]"'


def test_a_worker_that_joined_late_checks_itself() -> None:
    assert unlike(signature()) == ""
    expected = signature()
    expected["versions"] = {**expected["versions"], "numpy": "1.0"}
    assert unlike(expected).startswith("numpy is ")
    assert cluster._work(b"", Asked(), (), expected) == unlike(expected)
