"""`geocyber compare`: what it prints and saves, and that nothing a user types ends in a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from simulator.batch import engines
from simulator.kernel import known
from simulator.scenario.template import write_template
from tests.batch.runs import EITHER, needs_numba
from tests.commands.test_run import Run, caller, sentence

FILES = {f"comparison.{ending}" for ending in ("csv", "parquet", "json", "png", "alt.txt")}


@pytest.fixture
def compare(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """`compare` of the template's scenario and mitigations."""
    scenario = write_template(tmp_path / "mine")

    files = [str(scenario), "--mitigations", str(scenario.parent / "mitigations.yaml")]
    return caller(monkeypatch, capsys, "compare", *files, "--workers", "1")


def test_a_comparison_prints_what_pays_and_saves_table_and_chart(compare: Run, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = compare("--only", "hold_updates", "--only", "ban", "--replications", 60, "--no-bans", "--out", folder)
    assert (done.code, done.err) == (0, "")
    said = " ".join(done.out.split())
    for part in ("60 simulated futures of 5 years; the same futures for every mitigation", "Hold updates for two days"):
        assert part in said
    assert f"Saved in {folder}" in said
    assert {p.name for p in folder.iterdir()} == FILES
    table, flat = pd.read_parquet(folder / "comparison.parquet"), pd.read_csv(folder / "comparison.csv")
    assert list(table["name"]) == list(flat["name"]) == ["hold_updates", "ban"]
    assert (table["net_low"] <= table["net_high"]).all()
    told = json.loads((folder / "comparison.json").read_text())
    assert [arm["name"] for arm in told["arms"]] == ["hold_updates", "ban"]
    assert told["about"]["replications"] == 60


@needs_numba
def test_both_engines_save_the_same_bytes(compare: Run, tmp_path: Path) -> None:
    said = {}
    for engine in ("simpy", "kernel"):
        done = compare("--replications", 40, "--engine", engine, "--out", tmp_path / engine)
        assert (done.code, done.err) == (0, "")
        said[engine] = done.out.replace(engine, "engine")
    assert said["simpy"] == said["kernel"]
    for name in FILES:
        assert (tmp_path / "simpy" / name).read_bytes() == (tmp_path / "kernel" / name).read_bytes(), name


def test_without_numba_it_is_the_event_model(compare: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    expected = 'the compiled kernel needs Numba: pip install "geocyber[fast]"'
    asked = ("--only", "hold_updates", "--replications", 8, "--no-bans")
    assert sentence(compare(*asked, "--engine", "kernel")) == expected
    assert sentence(compare(*asked, "--engine", "fast")) == 'the engine is "fast"; allowed: auto, simpy, kernel'
    done = compare(*asked)
    assert (done.code, done.err) == (0, "")


def test_what_the_kernel_does_not_know_is_said(compare: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: object())
    monkeypatch.setattr(known, "KNOWN", known.KNOWN - {"vendors"})
    done = compare("--only", "hold_updates", "--replications", 8, "--no-bans")
    said = "the compiled kernel does not know the section vendors of this scenario, so the event model plays it"
    assert (done.code, done.err) == (0, f"geocyber: {said}\n")


def test_json_prints_json_and_nothing_else(compare: Run) -> None:
    done = compare(
        "--together", "hold_updates", "--together", "segmentation", "--replications", 40, "--json", "--no-bans"
    )
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert [arm["name"] for arm in told["arms"]] == ["hold_updates", "segmentation", "together"]
    assert told["about"]["joint"]["together"]["low"] <= told["about"]["joint"]["together"]["high"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--only", "hold_update"), 'Did you mean "hold_updates"?'),
        (("--set", "operator"), 'Did you mean "operators"?'),
        (("--metric", "money"), "measure is 'money'; allowed: customer_hours"),
        (("--return-period", 1), "the return period is 1 years; allowed: above 1"),
        (("--return-period", "nan"), "the return period is nan years; allowed: above 1"),
        (("--replications", 3), "3 replications; allowed: 4 to"),
        (("--replications", 40, "--precision", "5%"), "either a number of replications or a precision"),
        (("--precision", "0%"), "allowed: above 0 and below 1"),
        (("--seed", -1), "seed is -1"),
        (("--workers", 0), "0 workers; allowed: 1 to 256"),
        (("--mitigations", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_a_refusal_is_one_sentence(compare: Run, arguments: tuple[object, ...], says: str) -> None:
    assert says in sentence(compare(*arguments))


def test_a_folder_that_holds_something_is_left_alone(compare: Run, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    assert "already exists and is not empty" in sentence(compare("--out", folder))
    assert [p.name for p in folder.iterdir()] == ["thesis.txt"]


def test_what_is_refused_leaves_no_folder(compare: Run, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    sentence(compare("--only", "nothing", "--out", folder))
    assert not folder.exists()


def test_a_scenario_without_mitigations_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = Path(__file__).resolve().parents[2] / "scenarios" / "known" / "v17.yaml"
    assert "the scenario has no mitigations on offer" in sentence(caller(monkeypatch, capsys, "compare")(known))


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX systems")
@pytest.mark.parametrize("engine", EITHER)
def test_ctrl_c_compares_what_is_complete(tmp_path: Path, engine: str) -> None:
    scenario = write_template(tmp_path / "mine")
    line = [sys.executable, "-m", "simulator", "compare", str(scenario)]
    line += ["--mitigations", str(scenario.parent / "mitigations.yaml"), "--only", "hold_updates", "--no-bans"]
    line += ["--replications", "1000000", "--engine", engine, "--progress-lines", "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        for told in process.stdout:
            if told.startswith("progress") and int(told.split()[1]) >= 256:
                break
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert "PARTIAL" in out
    assert json.loads((tmp_path / "out" / "comparison.json").read_text())["about"]["partial"] is True
