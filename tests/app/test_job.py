"""The child process behind a run."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import simulator.app
from simulator.app.job import UNEXPECTED, Job, command
from simulator.app.launch import how_far
from tests.app.conftest import AT_FAULT, BROKEN, ENDLESS, GOOD, ROOT, TINY, until

PACKAGE = Path(simulator.app.__file__).parent


def ended(job):
    until(lambda: job.ended)
    return job


def test_the_command_line_names_a_shipped_file_and_the_settings(chosen, tmp_path):
    line = command(chosen, tmp_path / "out")
    assert line[1:5] == ["-m", "simulator", "run", str(TINY)]
    assert line[5:] == [
        *("--replications", "200", "--seed", "1", "--workers", "1", "--out", str(tmp_path / "out")),
        *("--progress-lines", "--stop-with-stdin"),
    ]


def test_a_job_ends_with_results_and_leaves_no_folder(child, chosen, tmp_path):
    child(GOOD)
    job = ended(Job(chosen))
    assert job.fault == ""
    assert job.finished is not None
    assert job.finished.settings == chosen
    assert (job.done, job.asked) == (200, 200)
    assert list(tmp_path.iterdir()) == []


def test_a_cancelled_job_has_neither_results_nor_a_fault(child, chosen, tmp_path):
    child(ENDLESS)
    job = Job(chosen)
    until(lambda: job.done)
    assert job.seconds_left is None
    job.cancel()
    assert ended(job).finished is None
    assert job.fault == ""
    assert list(tmp_path.iterdir()) == []
    job.cancel()


def test_faults_are_told_apart(child, chosen, tmp_path):
    child(AT_FAULT)
    assert ended(Job(chosen)).fault.startswith("uk.yaml, line 3: horizon is *soon*")
    child(BROKEN)
    assert ended(Job(chosen)).fault == UNEXPECTED
    child("pass")
    assert ended(Job(chosen)).fault == UNEXPECTED, "a run that wrote nothing"
    assert list(tmp_path.iterdir()) == []


def test_places_are_given_back(child, chosen):
    child("pass")
    for _ in range(20):
        ended(Job(chosen))


def test_the_pace_since_the_first_block_tells_the_time_left(child, chosen, monkeypatch):
    child(ENDLESS)
    job = Job(chosen)
    until(lambda: job.done)
    job._first = (1000.0, 50)
    job.done = 100
    monkeypatch.setattr("simulator.app.job.time.monotonic", lambda: 1010.0)
    assert job.seconds_left == pytest.approx(20.0)
    monkeypatch.undo()
    job.cancel()
    ended(job)


def test_the_app_forks_nothing_and_reads_no_pickles():
    named = set()
    for file in (*PACKAGE.glob("*.py"), ROOT / "app.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                named.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                named.add((node.module or "").split(".")[0])
    assert "streamlit" in named
    assert named & {"multiprocessing", "concurrent", "pickle", "shelve", "marshal"} == set()


@pytest.mark.slow
def test_the_workers_of_a_batch_are_never_loaded_by_the_app():
    script = (
        "import sys, simulator.app.explore, simulator.app.finished; print('simulator.batch.workers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False", done.stderr


@pytest.mark.slow
def test_the_command_ends_when_its_standard_input_closes():
    line = [sys.executable, "-m", "simulator", "run", str(TINY), "--replications", "1000000"]
    with subprocess.Popen(
        [*line, "--progress-lines", "--stop-with-stdin"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for _ in range(4):  # enough of both strata for a partial result
            assert process.stdout.readline().startswith("progress ")
        process.stdin.close()
        rest = process.stdout.read()
        assert process.wait(60) == 0
    assert "This run is PARTIAL" in rest


def test_a_kernel_that_is_compiled_first_is_told(child, chosen):
    child("print('compiling 3 120', flush=True)\n" + ENDLESS.replace('print("progress 50 200", flush=True)', ""))
    job = Job(chosen)
    until(lambda: job.compiled)
    assert how_far(job) == "Compiling, once for this version: 3 of 120 parts"
    job.cancel()
    ended(job)


def test_once_it_plays_the_futures_are_told(child, chosen):
    child("print('compiling 120 120', flush=True)\n" + ENDLESS)
    job = Job(chosen)
    until(lambda: job.done)
    assert how_far(job) == "50 of 200 simulated futures"
    job.cancel()
    ended(job)
