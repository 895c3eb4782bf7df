"""Every shipped scenario: its summary and its three charts from a small run, and what cannot be saved."""

from __future__ import annotations

import errno
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from simulator.batch.run import run
from simulator.briefing import pictures as module
from simulator.briefing.pictures import pictures, save_pictures
from simulator.briefing.summary import summarise
from simulator.charts.lint import lint
from simulator.scenario.errors import InputError
from simulator.scenario.load import load
from simulator.scenario.shipped import shipped_scenarios

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "known"
SHIPPED = [name for name in shipped_scenarios() if not name.startswith("defaults")]
NAMES = ["exceedance", "service", "reach"]


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_is_told_and_drawn(name: str) -> None:
    results = run(load(name), replications=40, seed=31)
    summary = summarise(results)
    assert summary.headline.endswith(".")
    assert {"The average year", "A year as bad as this or worse comes"} <= {s.title for s in summary.sections}
    drawn = dict(pictures(results))
    assert list(drawn) == NAMES
    assert {chart: faults for chart, figure in drawn.items() if (faults := lint(figure))} == {}
    assert all(len(figure.alt) > 100 for figure in drawn.values())
    assert plt.get_fignums() == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["v17", "v19", "v41", "v42", "v43", "v08", "v09"])
def test_a_known_answer_is_drawn(name: str) -> None:
    results = run(load(FOLDER / f"{name}.yaml"), replications=64, seed=31)
    drawn = dict(pictures(results))
    assert {chart: faults for chart, figure in drawn.items() if (faults := lint(figure))} == {}


def test_a_run_without_any_loss_is_drawn() -> None:
    results = run(load(FOLDER / "v17.yaml"), replications=16, crude=True)
    assert results.events.empty
    drawn = dict(pictures(results))
    assert list(drawn) == NAMES
    assert {chart: faults for chart, figure in drawn.items() if (faults := lint(figure))} == {}


def test_without_vendors_there_is_no_chart_of_their_reach(tmp_path: Path) -> None:
    results = run(load(FOLDER / "v42.yaml"), replications=16)
    assert results.reach.empty
    assert [path.name for path in save_pictures(results, tmp_path)] == ["exceedance.png", "service.png"]
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        *("exceedance.alt.txt", "exceedance.png", "service.alt.txt", "service.png"),
    ]


def test_charts_that_cannot_be_saved_are_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "save", full)
    results = run(load(FOLDER / "v42.yaml"), replications=16)
    with pytest.raises(InputError) as told:
        save_pictures(results, tmp_path)
    assert str(told.value) == f"chart exceedance could not be written to {tmp_path} (No space left on device)"
