"""`geocyber warmup`, and what a run shows while the kernel is compiled."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from simulator.batch import engines
from simulator.chance import loops
from simulator.commands import warmup as module
from simulator.scenario.shipped import shipped_scenarios
from tests.batch.runs import needs_numba
from tests.commands.test_run import V42, Run, caller, sentence

READY = re.compile(r"The kernel is compiled and kept on disk; it was ready after (\d+) s\.\n")
PARTS = 3


@pytest.fixture
def warmup(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return caller(monkeypatch, capsys, "warmup")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return caller(monkeypatch, capsys, "run")


@pytest.fixture
def compare(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return caller(monkeypatch, capsys, "compare")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel of three parts that takes longer than anybody is patient."""

    def make_ready(engine: str, told: engines.Ready | None = None) -> None:
        for part in range(PARTS):
            if told is not None and engines.chosen(engine) == engines.KERNEL:
                told(part + 1, PARTS)

    monkeypatch.setattr(engines, "find_spec", lambda name: object())
    monkeypatch.setattr(engines, "make_ready", make_ready)
    monkeypatch.setattr(module, "PATIENCE_S", 0.0)
    monkeypatch.setattr(module, "rehearse", lambda: None)


@needs_numba
def test_it_says_that_the_kernel_is_ready_and_the_second_time_is_quick(warmup: Run) -> None:
    first = warmup()
    assert first.code == 0
    assert READY.fullmatch(first.out)
    second = warmup()
    assert (second.code, second.err) == (0, "")
    told = READY.fullmatch(second.out)
    assert told is not None
    assert int(told[1]) <= 3


@needs_numba
def test_it_leaves_nothing_to_be_compiled_in_the_first_run_or_comparison(
    warmup: Run, run: Run, compare: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOCYBER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(loops, "compiled", {})
    assert warmup().code == 0
    kept = sorted(path.name for path in (tmp_path / "cache").rglob("*.nbc"))
    assert kept
    monkeypatch.setattr(loops, "compiled", {})
    assert run(shipped_scenarios()["us_state"], "--replications", "8", "--out", tmp_path / "run").code == 0
    others = ["--only", "shut_out_after_disclosure", "--only", "ban_at_war"]
    assert compare(shipped_scenarios()["uk_2022"], "--replications", "8", *others).code == 0
    assert sorted(path.name for path in (tmp_path / "cache").rglob("*.nbc")) == kept


@pytest.mark.usefixtures("slow")
def test_what_takes_time_is_told_apart_from_what_the_command_says(warmup: Run) -> None:
    found = warmup()
    assert READY.fullmatch(found.out)
    assert (found.code, found.err.strip()) == (0, "")  # the bar is for terminals, and goes when it is done


def test_without_numba_there_is_nothing_to_compile(warmup: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    assert sentence(warmup()) == 'the compiled kernel needs Numba: pip install "geocyber[fast]"'


def test_a_run_without_numba_and_with_the_kernel(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    expected = 'the compiled kernel needs Numba: pip install "geocyber[fast]"'
    assert sentence(run(V42, "--replications", 8, "--engine", "kernel")) == expected
    assert run(V42, "--replications", 8).code == 0


def test_an_engine_that_does_not_exist(run: Run) -> None:
    expected = 'the engine is "fast"; allowed: auto, simpy, kernel'
    assert sentence(run(V42, "--replications", 8, "--engine", "fast")) == expected


@needs_numba
@pytest.mark.usefixtures("slow")
class TestShown:
    def test_json_says_nothing_of_it(self, run: Run) -> None:
        found = run(V42, "--replications", 8, "--json")
        assert (found.code, found.err) == (0, "")
        assert json.loads(found.out)["state"] == "complete"

    def test_programs_get_lines(self, run: Run) -> None:
        found = run(V42, "--replications", 8, "--progress-lines").out.splitlines()
        assert found[: PARTS + 1] == [*(f"compiling {n} {PARTS}" for n in (1, 2, 3)), "progress 8 8"]

    def test_the_event_model_has_nothing_to_compile(self, run: Run) -> None:
        found = run(V42, "--replications", 8, "--engine", "simpy", "--progress-lines")
        assert found.out.splitlines()[0] == "progress 8 8"

    def test_a_short_moment_is_not_worth_a_word(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "PATIENCE_S", 60.0)
        found = run(V42, "--replications", 8, "--progress-lines")
        assert found.out.splitlines()[0] == "progress 8 8"
