"""The chart of a hindcast: clean over extremes, and its words and marks equal the data."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from simulator.charts.hindcast import counted, hindcast_chart
from simulator.charts.hindcast_strips import strip_for
from simulator.charts.lint import lint
from simulator.charts.style import RUST, HouseFigure
from simulator.checks.hindcast.card import Card, Naive, Observed, Status
from simulator.checks.hindcast.forecast import Curve, Forecast, curve_hours
from simulator.checks.hindcast.quantities import Ask
from simulator.checks.hindcast.tolerance import Tolerance
from simulator.checks.hindcast.verdict import Judged
from simulator.scenario.load import LoadedScenario, load
from tests.charts.conftest import LONG

Words = Callable[[Figure], str]
DRAWS = np.random.default_rng(3)


@cache
def loaded() -> LoadedScenario:
    return load("faulty_update")


def seen(
    quantity: str,
    value: float,
    tolerance: Tolerance,
    status: Status = "held_out",
    at_h: float = math.nan,
    what: str = "what was seen",
    naive: float = 1.0,
    among: tuple[str, ...] = (),
) -> Observed:
    since = "disclosure" if quantity == "clean_share" else "activation"
    ask = Ask(quantity, since, at_h, among)
    return Observed(ask, what, value, tolerance, status, "because", Naive(naive, "a guess"), "a source", "")


def forecast(observed: list[Observed], samples: list[np.ndarray]) -> Forecast:
    """A forecast made up; a curve rises as one less an exponential to each future's own level."""
    card = Card("made_up", f"Made up of {LONG}", "About.", "", "Stands.", {"": 1.0}, loaded(), tuple(observed))
    curves = []
    for ask in card.curves():
        hours = curve_hours(card, ask)
        levels = DRAWS.uniform(0.7, 1.0, size=len(samples[0]))
        curves.append(Curve(ask, hours, levels[:, None] * -np.expm1(-3.0 * hours / hours[-1])[None, :]))
    return Forecast(card, 1, len(samples[0]) // 2, np.column_stack(samples), tuple(curves))


def near(value: float, spread: float = 0.2) -> np.ndarray:
    return value * np.exp(DRAWS.normal(0.0, spread, size=80))


BAND = Tolerance("band", 0.3, 0.6)
NOTHING = np.full(80, math.nan)

CASES: dict[str, tuple[list[Observed], list[np.ndarray]]] = {
    "one strip": ([seen("hit_share", 0.5, BAND)], [near(0.4)]),
    "curve and strips": (
        [
            seen("restored_share", 0.58, BAND, "fitted", at_h=6.0),
            seen("restored_share", 0.97, Tolerance("band", 0.95, 0.99), at_h=240.0),
            seen("loss", 5.4e9, Tolerance("band", 4e9, 7e9), naive=2.5e7),
            seen("detected_after", 6264.0, Tolerance("central", share=0.8), naive=4000.0),
        ],
        [near(0.5), near(0.9, 0.02), near(4e5), near(2600.0, 1.3)],
    ),
    "two curves": (
        [
            seen("clean_share", 0.55, BAND, "fitted", at_h=48.0),
            seen("restored_share", 0.45, BAND, at_h=1200.0, among=("Firm with a long name", "Another")),
        ],
        [near(0.8, 0.05), near(0.7, 0.05)],
    ),
    "not foretold": ([seen("kept_by_hand", 0.8, BAND)], [NOTHING]),
    "a chance": ([seen("found_within", 0.0, Tolerance("at_most", high=0.25), at_h=720.0)], [DRAWS.integers(0, 2, 80)]),
    "all alike and nought": (
        [seen("service_lost", 0.0, Tolerance("at_most", high=0.01), "fitted")],
        [np.zeros(80)],
    ),
    "unlike sizes": (
        [
            seen("installed", 2.27e6, Tolerance("band", 2e6, 2.5e6), "implied"),
            seen("victims", 40.0, Tolerance("band", 20.0, 500.0), naive=12700.0),
            seen("withdrawn_after", 0.4, Tolerance("at_least", low=0.2), naive=3.0),
            seen("last_restored_after", 2040.0, Tolerance("at_least", low=1920.0), naive=720.0, what=LONG * 2),
        ],
        [np.full(80, 2.27e6), near(13.0), near(0.5), near(500.0, 0.8)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_no_faults(case: str) -> None:
    figure = hindcast_chart(forecast(*CASES[case]), model_version="0.1.0.dev20261123+build")
    assert lint(figure) == []
    assert figure.headline in figure.alt
    for one in CASES[case][0]:
        assert one.what in figure.alt


def drawn(case: str) -> HouseFigure:
    return hindcast_chart(forecast(*CASES[case]), model_version="0.1.0")


def test_the_headline_counts_what_is_held_out_and_nothing_else() -> None:
    assert drawn("one strip").headline == (
        "The one held-out figure is foretold within tolerance, and better than by a naive forecast"
    )
    assert drawn("not foretold").headline.startswith("The one held-out figure is not foretold within tolerance, and no")
    assert drawn("all alike and nought").headline == (
        "All that was seen was fitted or implied, so nothing is put to the test"
    )
    assert drawn("curve and strips").headline.startswith("One of three held-out figures is foretold")


def test_counts_in_words() -> None:
    assert counted(0, 2, " of two held-out figures") == ("neither of two held-out figures", "is")
    assert counted(2, 2, " of two held-out figures") == ("both held-out figures", "are")
    assert counted(3, 3, " of three held-out figures") == ("all three held-out figures", "are")
    assert counted(1, 3, " of three held-out figures") == ("one of three held-out figures", "is")


def test_hollow_is_fitted_and_solid_is_held_out() -> None:
    """Each mark stands at what was seen."""
    curve, *strips, _ = (axes for axes in drawn("curve and strips").figure.axes if axes.axison)
    assert curve.get_ylim() == (0.0, 1.04)
    marks = [
        (line.get_xdata()[0], line.get_ydata()[0], line.get_markerfacecolor())
        for line in curve.lines
        if line.get_marker() == "o"
    ]
    assert [(x, y) for x, y, _ in marks] == [(0.25, 0.58), (10.0, 0.97)]
    assert [colour == RUST for *_, colour in marks] == [False, True]
    (loss,) = (line for axes in strips for line in axes.lines if line.get_marker() == "o")
    assert loss.get_xdata()[0] == 5.4e9


def test_a_central_tolerance_is_the_band_that_has_to_hold_what_was_seen() -> None:
    observed, samples = CASES["curve and strips"]
    row = Judged(observed[3], samples[3])
    dashed = [line for axes in drawn("curve and strips").axes for line in axes.lines if line.get_linestyle() == "--"]
    (line,) = dashed
    assert list(line.get_xdata()) == pytest.approx(row.band(0.8))


def test_a_point_outside_says_so(words: Words) -> None:
    said = words(drawn("curve and strips"))
    assert "97%, held out, outside" in said
    assert "58%, fitted" in said
    assert "58%, fitted, outside" not in said


def test_bands_are_those_of_the_data() -> None:
    observed, (sample,) = CASES["one strip"]
    (axes,) = (axes for axes in drawn("one strip").axes if axes.axison)
    row = Judged(observed[0], sample)
    found = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in axes.patches]
    assert found == [pytest.approx(row.band(0.9)), pytest.approx(row.band(0.5))]


@pytest.mark.parametrize("case", CASES)
def test_a_strip_shows_all_that_belongs_on_it(case: str) -> None:
    for one, sample in zip(*CASES[case], strict=True):
        row = Judged(one, np.asarray(sample, dtype=float))
        strip = strip_for(row, "USD")
        shown = [one.value, *(end for end in (one.tolerance.low, one.tolerance.high) if math.isfinite(end))]
        if row.foretold and not one.quantity.chance:
            shown += row.band(0.9)
        assert all(strip.low <= mark <= strip.high for mark in shown)
        assert strip.ticks
        assert len(set(strip.labels)) == len(strip.labels)


def test_who_names_vendors_is_said(words: Words, tmp_path: Path) -> None:
    made_up = forecast(*CASES["one strip"])
    for incident, said in (
        ("", ""),
        ("viasat_2022", "named as published; the page says by whom."),
        ("sunburst_2020", "named as published; the page says by whom, and who denies it."),
    ):
        chart = hindcast_chart(replace(made_up, card=replace(made_up.card, incident=incident)), model_version="0.1.0")
        assert said in words(chart)
        assert ("named as published" in words(chart)) is bool(said)
    assert "No figure in most futures: what was seen." in words(drawn("not foretold"))
