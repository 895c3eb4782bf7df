"""`geocyber hindcast`: a user's own incident in one file, what it prints and saves, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import simulator
from simulator.checks.hindcast import forecast
from tests.checks.hindcast.invented import CARD, POINT, entry, written
from tests.commands.test_run import Run, caller


@pytest.fixture
def hindcast(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return caller(monkeypatch, capsys, "hindcast")


def quick(path: Path, *more: object) -> tuple[object, ...]:
    return (path, "--futures", 8, "--workers", 1, *more)


def test_an_incident_of_one_s_own_in_one_file(hindcast: Run, tmp_path: Path) -> None:
    """The one held-out quantity is foretold exactly: nothing in the invented incident is left to chance."""
    late = entry("half_restored_after", "3 d", "plus_or_minus: 1 d", naive="{value: 1 d, from: a guess}")
    reason = "    fails_because: the archive counts from another day\n"
    done = hindcast(
        *quick(written(tmp_path, POINT, late + reason), "--out", tmp_path / "out", "--html", tmp_path / "p.html")
    )
    assert (done.code, done.err) == (0, "")
    said = " ".join(done.out.split())
    assert "The night of the gauges" in said
    assert "Held out: 1 of 2 inside tolerance (2 unsure); better than the naive forecast in 1 of 2" in said
    assert "OUTSIDE, unsure" in said
    assert "skill: 1 is perfect, 0 as good as the naive forecast." in said
    assert "Too few futures for bands: 40 or more are needed." in said
    assert "what was seen of half_restored_after: the archive counts from another day" in said
    assert "8 simulated futures: 4 draws of what nobody knows, 2 of chance in each; seed 1" in said
    figures = json.loads((tmp_path / "out" / "hindcasts.json").read_text())
    back, half = figures["cards"][0]["quantities"]
    assert (back["predicted"], back["inside"], back["percentile"]) == (1.0, True, 0.0)
    assert (half["predicted"], half["observed"], half["skill"]) == (24.0, 72.0, 0.0)
    assert half["fails_because"] == "the archive counts from another day"
    assert (half["unsure"], half["interval"], figures["held_out"]["unsure"]) == (True, [None, None], 2)
    assert figures["version"] == simulator.__version__
    assert figures["held_out"]["outside_without_reason"] == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "hindcasts.json",
        "night_of_the_gauges.png",
        "night_of_the_gauges.alt.txt",
    }
    assert "<h2>The night of the gauges</h2>" in (tmp_path / "p.html").read_text()


def test_a_miss_without_a_reason_is_loud(hindcast: Run, tmp_path: Path) -> None:
    missed = entry("hit_share", "0.1", "plus_or_minus: 0.05", naive="{value: 0.5, from: a guess}")
    assert "NO REASON IS KNOWN" in hindcast(*quick(written(tmp_path, missed))).out


def test_json_and_nothing_else(hindcast: Run, tmp_path: Path) -> None:
    done = hindcast(*quick(written(tmp_path), "--json"))
    figures = json.loads(done.out)
    assert figures["cards"][0]["name"] == "night_of_the_gauges"
    assert figures["cards"][0]["scenario"]["digest"]
    assert figures["absence"] == []
    assert done.err == ""


def test_what_did_not_happen(hindcast: Run) -> None:
    done = hindcast("absence")
    assert "What did not happen" in done.out
    assert "Shipped defaults, all vendors at once, since February 2022: 24 vendor-years" in done.out
    assert [line for line in done.out.splitlines() if line.startswith("high ends")][-1].split()[-2:] == [
        "TOO",
        "UNLIKELY",
    ]
    assert "TOO UNLIKELY" in done.out
    rows = json.loads(hindcast("absence", "--json").out)["absence"]
    assert not [row for row in rows if row["as_shipped"] and row["flagged"]]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ((POINT, POINT.replace("hosts back", "'")), "not valid YAML"),
        ((POINT, ""), "observed is an empty value; allowed: a list"),
        (("value: 0.9", "value: 9 d"), 'observed[1].value: "9 d" is a time; allowed: a share'),
        (("restored_share", "restord_share"), 'Did you mean "restored_share"?'),
        (("plus_or_minus: 0.2", "plus_or_minus: 0"), "a tolerance of nought"),
    ],
)
def test_bad_cards_end_in_a_sentence(hindcast: Run, changed: tuple[str, str], sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "gauges.yaml"
    path.write_text((CARD + POINT).replace(*changed))
    done = hindcast(path)
    assert done.code == 2
    assert done.err.startswith("geocyber: gauges.yaml, line ")
    assert sentence in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("no_such_card",), '"no_such_card" is neither a file nor a shipped hindcast'),
        (("no_such_card",), ", absence"),
        (("absense",), 'Did you mean "absence"?'),
        (("absence", "--futures", 1), "--futures is 1; allowed: 2 or more"),
        (("absence", "--workers", 0), "0 workers; allowed: 1 to 256"),
        (("absence", "--futures", 7), "--futures is 7; allowed: 2 or more, and 2 for each draw of ignorance"),
        (("absence", "--seed", -1), "the seed is -1; allowed"),
        (("absence", "--html", "/no/such/folder/page.html"), "is no folder; give --html a file in one"),
    ],
)
def test_bad_arguments_end_in_a_sentence(hindcast: Run, arguments: tuple[object, ...], sentence: str) -> None:
    done = hindcast(*arguments)
    assert done.code == 2
    assert sentence in done.err


def test_a_folder_that_is_in_use_is_left_alone(hindcast: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = hindcast("absence", "--out", tmp_path)
    assert done.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_it_can_be_stopped(hindcast: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(forecast, "_futures_of", stop)
    done = hindcast(*quick(written(tmp_path), "--out", tmp_path / "out"))
    assert done.code == 130
    assert done.err == "geocyber: stopped before anything could be foretold\n"
    assert not (tmp_path / "out").exists()
