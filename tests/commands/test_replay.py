"""replay: the story of one simulated future, told and saved; and which futures it chooses from a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from simulator.batch.results import Results
from simulator.batch.run import run as simulate
from simulator.commands.replay import typical_replication, worst_replication
from simulator.scenario.errors import InputError
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer
from tests.commands.test_run import Run, caller

WAR = known_answer("v17_from_war")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return caller(monkeypatch, capsys, "replay")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run with seed 3."""
    out = tmp_path_factory.mktemp("runs") / "war"
    simulate(load(WAR), replications=200, seed=3, out=out)
    return out


def test_a_story_is_told_and_saved(run: Run, tmp_path: Path) -> None:
    code, out, err = run(WAR, "--replication", 5, "--seed", 3, "--out", tmp_path / "five.txt")
    assert (code, err) == (0, "")
    assert "simulated future 5, one with a malicious compromise (seed 3)" in out
    assert "is found out, because of #" in out
    assert (tmp_path / "five.txt").read_text().splitlines() == out.rstrip().splitlines()[:-2]
    table = pd.read_csv(tmp_path / "five.csv")
    assert list(table.columns) == ["number", "time_h", "kind", "subject", "parent", "detail"]
    assert {"release", "install", "detection", "service_down"} <= set(table["kind"])
    more = run(WAR, "--replication", 5, "--seed", 3, "--all")[1]
    assert len(more.splitlines()) == len(table) + 4


def test_the_worst_future_of_a_run(run: Run, folder: Path) -> None:
    results = Results.read(folder)
    worst = worst_replication(results)
    totals = results.events.groupby("replication")["customer_hours_water"].sum()
    assert totals[worst] == totals.max()
    code, out, _ = run(WAR, "--worst", "--run", folder)
    assert code == 0
    assert f"simulated future {worst}, one with a malicious compromise (seed 3)" in out


def test_a_future_of_a_return_period(run: Run, folder: Path) -> None:
    results = Results.read(folder)
    chosen = typical_replication(results, 25.0)
    assert results.events.loc[results.events["replication"] == chosen, "customer_hours_water"].sum() > 0.0
    assert f"simulated future {chosen}," in run(WAR, "--return-period", 25, "--run", folder)[1]
    with pytest.raises(InputError, match="rarer than once in 2 years"):
        typical_replication(results, 2.0)
    with pytest.raises(InputError, match="return period of 1e\\+06 years is beyond this run"):
        typical_replication(results, 1e6)
    none = replace(results, years=results.years.iloc[:0])
    with pytest.raises(InputError, match="no simulated future of this run has a loss"):
        worst_replication(none)


def test_why_an_organisation_lost_service(run: Run) -> None:
    story = run(WAR, "--replication", 5, "--seed", 3, "--all")[1]
    line = next(line for line in story.splitlines() if "loses service" in line)
    name = line.split("  ")[-1].split(" stops as a precaution")[0].strip()
    day = line.split("day ")[1].split(",")[0]
    explained = run(WAR, "--replication", 5, "--seed", 3, "--why", name, "--day", day)[1]
    lines = [text.split("  ")[-1].strip() for text in explained.splitlines()]
    assert lines[0] == f"Why {name} is without service on day {day}:"
    assert "does as " in lines[1]
    assert lines[2].endswith(" goes out by code release")
    assert lines[-1].startswith(f"{name} stops as a precaution and loses service")
    assert run(WAR, "--replication", 5, "--seed", 3, "--why", name)[1] == explained
    assert "never loses service" in run(WAR, "--replication", 4, "--why", name)[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say which simulated future: one of --replication, --worst or --return-period"),
        (["--replication", 1, "--worst"], "say which simulated future"),
        (["--worst"], "give its folder with --run"),
        (["--replication", 1, "--day", 3], "--day needs --why"),
        (["--replication", 1, "--why", "Atlantis"], '"Atlantis" is not an organisation of this scenario'),
        (["--worst", "--run", "nowhere"], "nowhere is not a finished run"),
    ],
)
def test_bad_input_ends_in_a_sentence(run: Run, arguments: list[object], said: str) -> None:
    code, out, err = run(WAR, *arguments)
    assert code == 2
    assert said in err
    assert out == ""
    assert "Traceback" not in err


def test_a_run_of_something_else_is_refused(run: Run, folder: Path) -> None:
    code, _, err = run(known_answer("v17"), "--worst", "--run", folder)
    assert (code, "is a run of another scenario" in err) == (2, True)
    code, _, err = run(WAR, "--worst", "--run", folder, "--seed", 4)
    assert (code, "--seed is 4 but the run" in err) == (2, True)


def test_a_place_that_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, _, err = run(WAR, "--replication", 4, "--out", tmp_path / "file" / "story.txt")
    assert code == 2
    assert "cannot be written" in err
