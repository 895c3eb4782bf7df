"""`geocyber run` as a process of its own: Ctrl-C, a full disk, a parent that is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import psutil
import pytest

from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.batch.store import BLOCKS, MANIFEST
from simulator.scenario.load import load
from tests.batch.runs import EITHER, needs_numba

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="process groups and signals are those of POSIX systems"),
]

V17 = Path(__file__).resolve().parents[2] / "scenarios" / "known" / "v17.yaml"
PATIENCE_S = 120.0
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts `geocyber run` on V17 with far more to do than any test waits for."""
    started = []

    def call(*arguments: object, limit: int | None = None) -> subprocess.Popen[str]:
        line = [sys.executable, "-m", "simulator", "run", str(V17), "--replications", "1000000", "--progress-lines"]
        process = subprocess.Popen(
            [*line, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=V17.parents[2],
            start_new_session=True,
            preexec_fn=None if limit is None else lambda: small_files(limit),
        )
        started.append(process)
        return process

    yield call
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def small_files(limit: int) -> None:
    """No file of this process may grow beyond so many bytes: a disk that is full, to whoever writes."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def wait_for_progress(process: subprocess.Popen[str], futures: int) -> None:
    """Until so many futures are done."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("progress") and int(line.split()[1]) >= futures:
            return
    raise AssertionError("the run ended too early")


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def press_ctrl_c(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """As the terminal does it: to the command and to its workers. Exit code, output, errors."""
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, err


@pytest.mark.parametrize("engine", EITHER)
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_in_a_partial_run_that_says_so(start: Start, tmp_path: Path, workers: int, engine: str) -> None:
    folder = tmp_path / "run"
    process = start("--workers", workers, "--engine", engine, "--seed", 5, "--out", folder)
    wait_for_progress(process, 400)
    code, out, err = press_ctrl_c(process)
    assert (code, err) == (0, "")
    assert "PARTIAL: the run was stopped early" in " ".join(out.split())
    assert f"it was stopped before it was done; geocyber run --resume {folder} goes on with it." in out
    assert json.loads((folder / MANIFEST).read_text())["state"] == "partial"
    results = Results.read(folder)
    assert results.partial
    finished = len(results.replications)
    assert 256 <= finished < 1_000_000
    assert results.manifest["finished"] == results.strata["replications"].sum() == finished
    assert (folder / BLOCKS).exists()  # it can be gone on with
    whole = run(load(V17), replications=256, seed=5)  # the first round of any longer run
    first = results.replications[results.replications["round"] == 0]
    pd.testing.assert_frame_equal(first, whole.replications)


def test_ctrl_c_before_anything_is_known_is_told_and_leaves_nothing(start: Start, tmp_path: Path) -> None:
    """While the workers are still starting: they must not answer Ctrl-C with tracebacks of their own."""
    folder = tmp_path / "run"
    process = start("--workers", 2, "--engine", "simpy", "--out", folder)
    wait_for(lambda: len(psutil.Process(process.pid).children()) >= 2)
    code, out, err = press_ctrl_c(process)
    assert (code, out) == (130, "")
    assert err == "geocyber: stopped before anything could be estimated\n"
    assert list(tmp_path.iterdir()) == []


@needs_numba
def test_ctrl_c_while_the_kernel_is_compiled_is_told_and_leaves_nothing(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOCYBER_CACHE", str(tmp_path / "cache"))
    process = start("--engine", "kernel", "--out", tmp_path / "run")
    assert process.stdout is not None
    assert process.stdout.readline().startswith("compiling ")
    code, _, err = press_ctrl_c(process)
    assert (code, err) == (130, "geocyber: stopped before anything could be estimated\n")
    assert [p.name for p in tmp_path.iterdir()] == ["cache"]


def test_closing_standard_input_stops_the_run_if_asked(start: Start, tmp_path: Path) -> None:
    process = start("--out", tmp_path / "run", "--stop-with-stdin")
    wait_for_progress(process, 300)
    out, err = process.communicate("", timeout=PATIENCE_S)
    assert (process.returncode, err) == (0, "")
    assert "PARTIAL" in out
    assert Results.read(tmp_path / "run").partial


def test_a_full_disk_ends_in_one_sentence(start: Start, tmp_path: Path) -> None:
    """A block of V17 with a compromise needs more than 20 kB, one without less."""
    process = start("--out", tmp_path / "run", limit=20_000)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2
    assert err.count("\n") == 1
    assert err.startswith("geocyber: block 1 could not be written to")
    assert "(File too large); one finished block is safe, and geocyber run --resume" in err
    assert [p.name for p in (tmp_path / "run" / BLOCKS).iterdir()] == ["0000000.block"]


def test_workers_do_not_outlive_a_parent_that_is_killed(start: Start, tmp_path: Path) -> None:
    process = start("--workers", 2, "--engine", "simpy")
    wait_for_progress(process, 100)
    workers = psutil.Process(process.pid).children(recursive=True)
    assert len(workers) >= 2
    process.kill()
    _, alive = psutil.wait_procs(workers, timeout=PATIENCE_S)
    assert alive == []
