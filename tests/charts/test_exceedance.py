"""The exceedance chart: clean over extremes, and its words and marks equal the data."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from simulator.charts.exceedance import exceedance_chart
from simulator.charts.lint import lint
from simulator.charts.scales import linear_ticks, log_ticks, round_down, round_up
from simulator.charts.style import Footer, save
from simulator.scenario.errors import InputError
from tests.charts.conftest import LONG

Words = Callable[[Figure], str]
PERIODS = (2.0, 5, 10, 20, 50, 100, 200, 500, 1000)


def curve(loss: Callable[[float], float], periods: tuple[float, ...] = PERIODS, spread: float = 0.3) -> pd.DataFrame:
    years = np.array(periods)
    losses = np.array([float(loss(period)) for period in periods])
    factor = np.exp(spread * np.sqrt(years / 100))
    return pd.DataFrame(
        {"return_period": years, "loss": losses, "low": losses / factor, "high": losses * factor, "note": ""}
    )


CASES: dict[str, tuple[pd.DataFrame, str, str]] = {
    "typical": (curve(lambda t: 3e8 * math.log(t)), "GBP", "AEP"),
    "largest event": (curve(lambda t: 2e4 * t**0.9), "customer-hours", "OEP"),
    "zero first": (curve(lambda t: 0 if t < 20 else 1e5 * t), "USD", "AEP"),
    "zero but for the last": (curve(lambda t: 0 if t < 1000 else 1e5), "USD", "AEP"),
    "all zero": (curve(lambda t: 0), "EUR", "AEP"),
    "one row": (curve(lambda t: 5e6, (100.0,)), "USD", "AEP"),
    "one odd row": (curve(lambda t: 5e6, (37.0,)), "person-hours", "OEP"),
    "two rows": (curve(lambda t: t, (1.0, 2.0)), "units", "AEP"),
    "huge": (curve(lambda t: 1e12 * t**0.5), "person-hours", "OEP"),
    "tiny": (curve(lambda t: 1e-3 * t**0.3), "units", "AEP"),
    "steep": (curve(lambda t: 1e-3 * t**4.5), "person-hours", "AEP"),
    "level": (curve(lambda t: 7e5), "customer-hours", "AEP"),
    "wide band": (curve(lambda t: 7e5 * t, spread=8.0), "GBP", "AEP"),
    "no band": (curve(lambda t: 7e5 * t).assign(low=np.nan, high=np.nan), "GBP", "AEP"),
    "open above": (curve(lambda t: 7e5 * t).assign(high=np.nan), "GBP", "AEP"),
    "crowded": (
        curve(lambda t: 3e8 * math.log(t), tuple(range(90, 211, 10))),
        "GBP",
        "AEP",
    ),
    "beyond the data": (curve(lambda t: np.nan), "GBP", "AEP"),
    "empty": (curve(lambda t: t, ()), "GBP", "AEP"),
}


@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_no_faults(case: str, conditional: bool, footer: Footer, long_footer: Footer) -> None:
    data, unit, kind = CASES[case]
    foot, scenario = (long_footer, LONG) if conditional else (footer, "Squeeze")
    figure = exceedance_chart(data, unit=unit, kind=kind, scenario=scenario, footer=foot, conditional=conditional)
    assert lint(figure) == []
    assert figure.headline in figure.alt
    assert scenario in figure.alt
    assert ("Conditional on given facts" in figure.alt) is conditional


@pytest.mark.parametrize(
    ("loss", "unit", "kind", "headline"),
    [
        (1.13e9, "GBP", "AEP", "One year in 100 could cost £1.1bn or more"),
        (4.56e8, "USD", "OEP", "One year in 100 could bring a single event costing $460m or more"),
        (52_300, "customer-hours", "AEP", "One year in 100 could lose 52,000 customer-hours or more"),
        (
            7_770_000,
            "person-hours",
            "OEP",
            "One year in 100 could bring a single event losing 7.8 million person-hours or more",
        ),
    ],
)
def test_the_headline_is_the_loss_at_one_in_100(
    loss: float, unit: str, kind: str, headline: str, footer: Footer, tmp_path: Path
) -> None:
    data = curve(lambda t: loss * t / 100)
    figure = exceedance_chart(data, unit=unit, kind=kind, scenario="S", footer=footer, conditional=False)
    assert figure.headline == headline
    assert figure.alt.startswith(headline)
    png, _ = save(figure, tmp_path / "chart")
    with Image.open(png) as image:
        image.load()
        assert image.text["Title"] == headline
        assert image.text["Description"].startswith(headline)


@pytest.mark.parametrize(
    ("periods", "year"),
    [((10.0, 50, 200, 500), "200"), ((2.0, 10, 50), "10"), ((2.0, 5, 20), "20"), ((3.0,), "3")],
)
def test_without_one_in_100_the_headline_takes_the_next_best(
    periods: tuple[float, ...], year: str, footer: Footer
) -> None:
    data = curve(lambda t: 1e6 * t, periods)
    figure = exceedance_chart(data, unit="GBP", kind="AEP", scenario="S", footer=footer, conditional=False)
    assert figure.headline == f"One year in {year} could cost £{int(year)}m or more"


def test_marks_are_the_data(footer: Footer, words: Words) -> None:
    data = curve(lambda t: 1.13e7 * t)
    figure = exceedance_chart(data, unit="GBP", kind="AEP", scenario="S", footer=footer, conditional=False)
    (axes,) = figure.axes
    line, *dots = axes.lines
    np.testing.assert_allclose(line.get_xydata(), data[["return_period", "loss"]].to_numpy())
    assert sorted(float(dot.get_xdata()[0]) for dot in dots) == [10, 100, 200]
    said = words(figure)
    assert "1 in 10: £110m (£100m to £120m)" in said
    assert "1 in 100: £1.1bn (£840m to £1.5bn)" in said
    assert "1 in 200: £2.3bn (£1.5bn to £3.5bn)" in said
    assert "(95% range £840m to £1.5bn)" in figure.alt


def test_it_says_what_the_band_is_and_is_not(footer: Footer, words: Words) -> None:
    data = curve(lambda t: t)
    figure = exceedance_chart(data, unit="GBP", kind="AEP", scenario="S", footer=footer, conditional=False)
    assert "Band: 95% sampling error." in words(figure)
    assert "the band shows only the error of a finite number of simulated futures, not doubt" in words(figure)
    bare = data.assign(low=np.nan, high=np.nan)
    figure = exceedance_chart(bare, unit="GBP", kind="AEP", scenario="S", footer=footer, conditional=False)
    assert "Band:" not in words(figure)
    assert "the curve shows neither the error of a finite number of simulated futures nor" in words(figure)


def test_the_curve_stops_where_the_data_end(footer: Footer, words: Words) -> None:
    data = curve(lambda t: 1e6 * t)
    beyond = data["return_period"] >= 500
    data.loc[beyond, ["loss", "low", "high"]] = np.nan
    data.loc[beyond, "note"] = "beyond the data: 4.0 effective simulated futures, ten needed"
    figure = exceedance_chart(data, unit="GBP", kind="AEP", scenario="S", footer=footer, conditional=False)
    assert figure.axes[0].get_xlim()[1] == 200
    assert "Not shown: 1 in 500 and rarer (beyond the data: 4.0 effective simulated futures" in words(figure)
    assert "1,000" not in words(figure)


def test_an_upper_end_beyond_the_data_is_said_to_be_open(footer: Footer, words: Words) -> None:
    data = curve(lambda t: 1e6 * t).assign(high=np.nan)
    figure = exceedance_chart(data, unit="GBP", kind="AEP", scenario="S", footer=footer, conditional=False)
    assert "1 in 100: £100m (£74m or more)" in words(figure)
    assert "Brackets: 95% sampling error." in words(figure)


def test_years_without_loss_are_said_and_shaded(footer: Footer, words: Words) -> None:
    data = curve(lambda t: 0 if t <= 20 else 1e6 * t)
    figure = exceedance_chart(data, unit="GBP", kind="AEP", scenario="S", footer=footer, conditional=False)
    assert figure.headline == "One year in 100 could cost £100m or more; no loss in years as common as 1 in 20"
    assert "no loss at 1 in 20 and in commoner years" in words(figure)
    assert figure.axes[0].get_ylim()[0] > 0


def test_no_loss_at_all_is_no_proof(footer: Footer, words: Words) -> None:
    data = curve(lambda t: 0).assign(high=[0.0] * 8 + [4.4e6])
    figure = exceedance_chart(data, unit="EUR", kind="AEP", scenario="S", footer=footer, conditional=False)
    assert figure.headline == "No loss in simulated years as common as 1 in 1,000; any loss is rarer"
    assert "not proof that there is no risk" in words(figure)
    assert "The 95% upper limit at 1 in 1,000 is €4.4m." in words(figure)
    assert not figure.axes


def test_conditional_results_say_so(footer: Footer, words: Words) -> None:
    data = curve(lambda t: 1e6 * t)
    figure = exceedance_chart(data, unit="EUR", kind="AEP", scenario="S", footer=footer, conditional=True)
    assert figure.headline == "If the given facts hold, one year in 100 could cost €100m or more"
    assert "Conditional on given facts." in words(figure)


def test_years_are_never_called_n_year(footer: Footer, words: Words) -> None:
    data = curve(lambda t: 1e6 * t)
    figure = exceedance_chart(data, unit="EUR", kind="AEP", scenario="S", footer=footer, conditional=False)
    assert "-year" not in words(figure) + figure.alt


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"return_period": 0.5}, "return_period of an exceedance curve is 0.5; allowed: 1 or more"),
        ({"loss": -1.0}, "loss at 2 years is -1; allowed: zero or more"),
        ({"loss": math.inf}, "loss at 2 years is inf"),
    ],
)
def test_impossible_numbers_are_refused(change: dict[str, float], message: str, footer: Footer) -> None:
    data = curve(lambda t: 1e6 * t).assign(**change)
    with pytest.raises(InputError, match=message):
        exceedance_chart(data, unit="EUR", kind="AEP", scenario="S", footer=footer, conditional=False)


def test_unknown_kind_unit_and_columns_are_refused(footer: Footer) -> None:
    data = curve(lambda t: t)
    with pytest.raises(InputError, match='kind of exceedance curve is "TVAR"; allowed: AEP, OEP'):
        exceedance_chart(data, unit="EUR", kind="TVAR", scenario="S", footer=footer, conditional=False)
    with pytest.raises(InputError, match="unit of the loss"):
        exceedance_chart(data, unit="hours", kind="AEP", scenario="S", footer=footer, conditional=False)
    with pytest.raises(InputError, match="no column high"):
        exceedance_chart(
            data.drop(columns="high"), unit="EUR", kind="AEP", scenario="S", footer=footer, conditional=False
        )


def test_round_numbers() -> None:
    assert [round_down(x) for x in (1, 1.9, 2, 49, 50, 0.0031)] == [1, 1, 2, 20, 50, 0.002]
    assert [round_up(x) for x in (1, 1.9, 2, 49, 51, 0.0031)] == [1, 2, 2, 50, 100, 0.005]
    assert log_ticks(10, 1000) == [10, 20, 50, 100, 200, 500, 1000]
    assert log_ticks(1e-3, 1e9) == [1e-3, 1e-1, 1e1, 1e3, 1e5, 1e7, 1e9]
    assert linear_ticks(4.4e6) == [0, 1e6, 2e6, 3e6, 4e6]
