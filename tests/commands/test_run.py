"""`geocyber run`: what it prints, what it saves, and that nothing a user types ends in a traceback."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.console import Console

from simulator.batch.results import Results
from simulator.batch.store import MANIFEST, METRICS, TABLES, TIMINGS
from simulator.briefing.summary import Row, Section
from simulator.cli import main
from simulator.commands.arguments import read_precision
from simulator.commands.sections import print_sections

KNOWN = Path(__file__).resolve().parents[2] / "scenarios" / "known"
V42 = str(KNOWN / "v42.yaml")


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


def caller(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *before: str) -> Run:
    """Calls `geocyber` with the words `before` and those that are given."""

    def call(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["geocyber", *before, *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        text = capsys.readouterr()
        assert "Traceback" not in text.err
        return Done(code, text.out, text.err)

    return call


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return caller(monkeypatch, capsys, "run")


def extended(folder: Path, text: str) -> Path:
    """A scenario that changes V42."""
    path = folder / "mine.yaml"
    path.write_text(f"extends: {os.path.relpath(V42, folder)}\n{text}\n")
    return path


def sentence(done: Done) -> str:
    """The one sentence that a refusal is."""
    assert done.code == 2
    assert done.out.strip() == ""
    assert done.err.startswith("geocyber: ")
    assert done.err.count("\n") == 1
    return done.err.removeprefix("geocyber: ").strip()


def test_a_run_prints_its_summary(run: Run) -> None:
    done = run(V42, "--replications", 16, "--seed", 3)
    assert done.code == 0
    assert done.err == ""
    said = " ".join(done.out.split())
    assert "Known answer V42, five sites and two teams, the largest first" in said
    assert "16 simulated futures of 1 year; plain sampling; seed 3" in said
    assert "conditional on given facts" in said
    assert "The average year" in said
    assert "Saved" not in said


def test_a_run_saves_its_folder(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    done = run(V42, "--replications", 16, "--out", folder)
    assert done.code == 0
    assert f"Saved in {folder}: tables, metrics.json, manifest.json and 2 charts." in " ".join(done.out.split())
    charts = [f"{chart}.{ending}" for chart in ("exceedance", "service") for ending in ("png", "alt.txt")]
    expected = {MANIFEST, METRICS, TIMINGS, *(f"{name}.parquet" for name in TABLES), *charts}
    assert {p.name for p in folder.iterdir()} == expected
    assert len(Results.read(folder).replications) == 16


def test_json_prints_json_and_nothing_else(run: Run, tmp_path: Path) -> None:
    done = run(V42, "--replications", 16, "--json", "--out", tmp_path / "run")
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert told == json.loads((tmp_path / "run" / METRICS).read_text())
    assert (told["state"], told["conditional"], told["measure"]) == ("complete", True, "customer_hours")
    assert done.out.lstrip().startswith("{")
    assert done.out.rstrip().endswith("}")


def test_json_of_a_run_without_a_loss_is_json_too(run: Run) -> None:
    told = json.loads(run(KNOWN / "v17.yaml", "--replications", 8, "--crude", "--json").out)
    assert told["average_annual_loss"]["value"] == 0.0
    assert told["crude"] is True


def test_json_does_not_hide_a_refusal(run: Run) -> None:
    assert "replications; allowed: 4 to" in sentence(run(V42, "--replications", 1, "--json"))


def test_progress_as_lines(run: Run) -> None:
    lines = run(V42, "--replications", 200, "--progress-lines").out.splitlines()
    assert lines[:4] == ["progress 64 200", "progress 128 200", "progress 192 200", "progress 200 200"]


@pytest.mark.parametrize("text", ["5%", "5 %", " 5% ", "0.05", ".05", "5.0%"])
def test_a_precision_as_people_write_it(text: str) -> None:
    assert read_precision(text) == pytest.approx(0.05)


def test_a_precision_is_met(run: Run) -> None:
    told = json.loads(run(V42, "--precision", "5 %", "--json").out)
    assert told["average_annual_loss"]["se"] <= 0.05 * told["average_annual_loss"]["value"]


@pytest.mark.parametrize("text", ["five", "5 percent", "5%%", "%", "", "1e-2", "-5%", "0,05", "nan", "5 0"])
def test_a_precision_that_cannot_be_read(run: Run, text: str) -> None:
    said = sentence(run(V42, f"--precision={text}"))
    assert said == f'--precision is "{text}"; allowed: a share such as 5% or 0.05'


@pytest.mark.parametrize("text", ["0", "0%", "100%", "500%", "5"])
def test_a_precision_that_will_not_do(run: Run, text: str) -> None:
    assert "allowed: above 0 and below 1, for example 5%" in sentence(run(V42, "--precision", text))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--replications", 100, "--precision", "5%"), "either a number of replications or a precision, not both"),
        (("--replications", 0), "0 replications; allowed: 4 to"),
        (("--replications", -5), "-5 replications; allowed: 4 to"),
        (("--workers", 0), "0 workers; allowed: 1 to 256"),
        (("--workers", -1), "-1 workers; allowed: 1 to 256"),
        (("--seed", -1), "seed is -1; allowed: 0 to 18446744073709551615"),
        (("--seed", 2**64), "seed is 18446744073709551616; allowed: 0 to 18446744073709551615"),
    ],
)
def test_numbers_that_will_not_do(run: Run, arguments: tuple[object, ...], says: str) -> None:
    assert says in sentence(run(V42, *arguments))


def test_an_unknown_scenario_gets_a_hint(run: Run) -> None:
    said = sentence(run("uk_2020"))
    assert '"uk_2020" is neither a file nor a shipped scenario' in said
    assert 'Did you mean "uk_2022"?' in said


def test_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    assert sentence(run(tmp_path / "no.yaml")) == "no.yaml does not exist; allowed: a readable file"


def test_a_scenario_with_a_fault_is_told_by_its_line(run: Run, tmp_path: Path) -> None:
    assert "mine.yaml, line 2: horizon" in sentence(run(extended(tmp_path, "horizon: soon")))


@pytest.mark.parametrize("inside", ["thesis.txt", None])
def test_a_folder_in_use_is_refused(run: Run, tmp_path: Path, inside: str | None) -> None:
    place = tmp_path / "run"
    if inside is None:
        place.write_text("a file")
    else:
        place.mkdir()
        (place / inside).write_text("years of work")
    said = sentence(run(V42, "--replications", 8, "--out", place))
    what = "is no folder; give --out another name" if inside is None else "is not empty; give --out another folder"
    assert said == f"{place} already exists and {what}"


def test_a_run_without_a_scenario(run: Run) -> None:
    assert sentence(run()) == "no scenario is given; allowed: a scenario file or the name of one, or --resume DIR"


@pytest.mark.parametrize("option", ["--replications", "--seed", "--precision", "--metric", "--out"])
def test_a_run_goes_on_as_it_was_begun(run: Run, tmp_path: Path, option: str) -> None:
    expected = f"{option} cannot be given with --resume; a run goes on as it was begun"
    assert sentence(run("--resume", tmp_path, option, "5")) == expected


def test_a_complete_run_is_shown_again(run: Run, tmp_path: Path) -> None:
    first = run(V42, "--replications", 16, "--out", tmp_path / "run")
    assert run("--resume", tmp_path / "run") == first


def test_a_metric_that_does_not_exist(run: Run) -> None:
    said = sentence(run(V42, "--precision", "5%", "--metric", "VaR 1-in-1"))
    assert said.startswith('the metric is "VaR 1-in-1"; allowed: AAL, VaR 1-in-N, TVaR 1-in-N,')


def test_a_place_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written (Not a directory)" in sentence(run(V42, "--out", tmp_path / "file" / "run"))


@pytest.mark.parametrize(
    "arguments",
    [("--replications", "many", V42), ("--seed", "1.5", V42), ("--colour", V42), (V42, V42), ("--out",)],
)
def test_what_cannot_be_parsed_is_refused_without_a_traceback(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert "Error" in done.err


def test_help(run: Run) -> None:
    done = run("--help")
    assert done.code == 0
    for option in ("--replications", "--precision", "--seed", "--workers", "--crude", "--out", "--json"):
        assert option in done.out


def test_brackets_in_a_title_are_printed_as_they_are(run: Run, tmp_path: Path) -> None:
    done = run(extended(tmp_path, "title: 'Sites [bold] of [/red] one ['"), "--replications", 8)
    assert done.code == 0
    assert "Sites [bold] of [/red] one [" in done.out


def test_a_reader_that_goes_away_is_no_fault() -> None:
    """As in `geocyber run ... | head -1`."""
    code = f"import sys; sys.argv = ['geocyber', 'run', {V42!r}, '--replications', '8']; from simulator.cli import main"
    process = subprocess.Popen(
        [sys.executable, "-c", f"{code}; main()"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait(60)


class TestFromPython:
    def test_the_three_functions(self) -> None:
        from simulator import load, replay
        from simulator import run as run_

        results = run_(load(V42), replications=8, seed=2)
        assert list(results.replications["replication"]) == [0, 2, 4, 6, 8, 10, 12, 14]
        assert {"cause", "year", "customer_hours_water", "cost_operator"} <= set(results.events.columns)
        assert {"replication", "year", "customer_hours", "customer_hours_max"} <= set(results.years.columns)
        assert list(results.strata.columns) == ["stratum", "probability", "probability_se", "replications"]
        assert list(results.service.columns) == ["replication", "sector", "hour", "people_without"]
        again = replay(load(V42), 6, 2)
        hours = sum(sum(loss.customer_hours) for loss in again.outcome.losses)
        assert hours == pytest.approx(results.years.set_index("replication")["customer_hours"][6], rel=1e-12)

    def test_nothing_else_is_in_the_package(self) -> None:
        import simulator

        with pytest.raises(AttributeError, match="no attribute 'simulate'"):
            _ = simulator.simulate

    @pytest.mark.parametrize(
        ("statement", "absent"),
        [
            ("import simulator", ["numpy", "pandas", "pydantic", "simulator.batch"]),
            ("from simulator import load, run, replay", ["scipy.stats", "pint", "pyarrow.parquet", "matplotlib"]),
            ("import simulator.cli", ["numpy", "pandas", "matplotlib", "pydantic"]),
        ],
    )
    def test_importing_stays_light(self, statement: str, absent: list[str]) -> None:
        code = f"import sys; {statement}; print(*[m for m in {absent!r} if m in sys.modules])"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == ""


def test_an_unhealthy_run_fails_with_a_sentence_and_keeps_its_results(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.risk.health.FEWEST_JUDGED", 10)
    done = run(KNOWN / "v17.yaml", "--replications", 16, "--out", tmp_path / "run")
    assert done.code == 3
    assert done.err == (
        "geocyber: the run is UNHEALTHY: a single simulated future carries 12.5% of all weight; at most 2% is "
        f"allowed; its results are kept in {tmp_path / 'run'}\n"
    )
    assert "UNHEALTHY: its weights are too unequal" in " ".join(done.out.split())
    told = json.loads((tmp_path / "run" / METRICS).read_text())
    assert told["unhealthy"] == ["a single simulated future carries 12.5% of all weight; at most 2% is allowed"]


def test_a_run_tells_how_many_more_futures_a_precision_would_take(run: Run) -> None:
    told = json.loads(run(V42, "--replications", 400, "--metric", "VaR 1-in-20", "--json").out)["precision"]
    assert told["metric"] == "VaR 1-in-20"
    assert (told["asked"], told["reached"]) == (None, None)
    more = {float(rung): n for rung, n in told["more_replications"].items()}
    assert set(more) == {0.1, 0.05, 0.02, 0.01}
    assert more[0.01] > more[0.02] >= more[0.1]
    assert more[0.1] == 400 * (100 / 20) - 400  # no error to speak of, but only twenty futures beyond


def test_a_precision_of_a_metric_is_met_and_said(run: Run) -> None:
    done = run(V42, "--precision", "5%", "--metric", "TVaR 1-in-20 of person_hours")
    assert "standard error of TVaR 1-in-20 of person_hours" in " ".join(done.out.split())
    assert "not reached" not in done.out


@pytest.mark.parametrize("width", [60, 80, 100])
def test_how_sure_a_figure_is_is_never_cut_off(width: int) -> None:
    console = Console(width=width, highlight=False, markup=False, file=io.StringIO())
    rows = [Row("energy: SAIFI, interruptions per customer and year", "GBP 28 million", "GBP 25 to 32 million (rough)")]
    print_sections(console, [Section("Loss", rows)])
    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert "…" not in told
    assert {*rows[0].label.split(), *rows[0].value.split(), *rows[0].doubt.split()} <= set(told.split())
