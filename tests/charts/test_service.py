"""The service chart: clean over extremes, and its words and curves equal the data."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from simulator.charts.lint import lint
from simulator.charts.service import service_chart
from simulator.charts.style import Footer, save
from simulator.scenario.errors import InputError
from tests.charts.conftest import LONG

Words = Callable[[Figure], str]
QUANTILES = {"q05": -1.645, "q25": -0.674, "q50": 0.0, "q75": 0.674, "q95": 1.645}
CURVES = [*QUANTILES, "mean"]


def bands(sector: str, peak: float, tau: float, end: float = 1440, step: float = 6) -> pd.DataFrame:
    """A sector whose median rises in a step of the clock to `peak` and then falls by e every `tau` hours."""
    hour = np.arange(0, end, step)
    median = np.where(hour == 0, 0, peak * np.exp(-(hour - step) / tau))
    curves = {name: median * math.exp(0.8 * score) for name, score in QUANTILES.items()}
    return pd.DataFrame({"sector": sector, "hour": hour, **curves, "mean": median * math.exp(0.32)})


def three(scale: float = 1.0) -> pd.DataFrame:
    parts = [
        bands("telecom", 3.21e6 * scale, 70),
        bands("energy", 1.9e6 * scale, 110),
        bands("water", 1.2e6 * scale, 340),
    ]
    return pd.concat(parts, ignore_index=True)


def zeroed(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return table.assign(**dict.fromkeys(columns, 0.0))


CASES: dict[str, pd.DataFrame] = {
    "typical": three(),
    "in hours": pd.concat([bands("water", 9e3, 9, 72, 1), bands("energy", 4e3, 5, 72, 1)]),
    "one sector": bands("energy", 5e5, 30, 200, 2),
    "one sector with zeros": pd.concat([bands("energy", 5e5, 30), zeroed(bands("water", 1, 9), CURVES)]),
    "median zero": zeroed(three(), ["q05", "q25", "q50"]),
    "all zero": zeroed(three(), CURVES),
    "empty": three().iloc[:0],
    "one row": three().iloc[[3]],
    "one row at zero": bands("water", 1e6, 50, 12).iloc[[1]].assign(hour=0.0),
    "two rows": bands("water", 1e6, 50, 12),
    "level": three().assign(**dict.fromkeys(CURVES, 3e5)),
    "huge": three(1e6),
    "tiny": three(1e-9),
    "of unlike size": pd.concat([bands("water", 1e12, 340), bands("telecom", 1e3, 40), bands("energy", 1e-3, 9)]),
}


@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_no_faults(case: str, conditional: bool, footer: Footer, long_footer: Footer) -> None:
    foot, scenario = (long_footer, LONG) if conditional else (footer, "Squeeze")
    given = "compromise" if conditional else "outage"
    figure = service_chart(CASES[case], scenario=scenario, footer=foot, conditional=conditional, given=given)
    assert lint(figure) == []
    assert figure.headline in figure.alt
    assert scenario in figure.alt
    assert ("Conditional on given facts" in figure.alt) is conditional


def test_the_headline_names_the_worst_and_the_slowest(footer: Footer, tmp_path: Path) -> None:
    figure = service_chart(three(), scenario="S", footer=footer, conditional=False)
    # ln 2 × 340 h after the peak at 6 h, on a grid of 6 h: 246 h, or 10.25 days
    expected = "At the median peak, 3.2 million people are without telecom; "
    expected += "water is slowest to recover by half (10 days)"
    assert figure.headline == expected
    assert "median peak 3.2 million people" in figure.alt
    png, _ = save(figure, tmp_path / "chart")
    with Image.open(png) as image:
        image.load()
        assert image.text["Title"] == expected
        assert image.text["Description"].startswith(expected)


def test_curves_are_the_data(footer: Footer) -> None:
    figure = service_chart(three(), scenario="S", footer=footer, conditional=False)
    for axes, sector in zip(figure.axes, ("water", "telecom", "energy"), strict=True):
        rows = three().loc[three()["sector"] == sector]
        _, mean, median, *_ = axes.lines
        np.testing.assert_allclose(median.get_xdata(), rows["hour"] / 24)
        np.testing.assert_allclose(median.get_ydata(), rows["q50"])
        np.testing.assert_allclose(mean.get_ydata(), rows["mean"])
        assert mean.get_linestyle() == "--"
        assert len(axes.collections) == 2
    assert len({axes.get_ylim() for axes in figure.axes}) == 1


def test_panels_only_for_sectors_with_a_loss(footer: Footer, words: Words) -> None:
    figure = service_chart(CASES["one sector with zeros"], scenario="S", footer=footer, conditional=False)
    assert len(figure.axes) == 1
    assert "No loss of water or telecom." in words(figure)
    figure = service_chart(three(), scenario="S", footer=footer, conditional=False)
    assert "must not be added up" in words(figure)
    assert "No loss of" not in words(figure)


def test_the_time_axis_is_in_hours_or_days(footer: Footer, words: Words) -> None:
    assert "Hours since service was first lost" in words(
        service_chart(CASES["in hours"], scenario="S", footer=footer, conditional=False)
    )
    figure = service_chart(three(), scenario="S", footer=footer, conditional=False)
    assert "Days since service was first lost" in words(figure)
    end = figure.axes[0].get_xlim()[1]
    later = three().loc[three()["hour"] > 24 * end]
    assert (later[CURVES].max() <= 0.01 * three()["q95"].max()).all()


def test_a_cut_axis_is_owned_up_to(footer: Footer, words: Words) -> None:
    long = bands("water", 1e6, 10, 1440)
    figure = service_chart(long, scenario="S", footer=footer, conditional=False)
    assert figure.axes[0].get_xlim()[1] < 100
    assert "all curves are below 1% of the highest" in words(figure)
    figure = service_chart(long.query("hour < 30"), scenario="S", footer=footer, conditional=False)
    assert "all curves" not in words(figure)


def test_no_recovery_is_said(footer: Footer) -> None:
    table = pd.concat([bands("energy", 5e5, 30), bands("water", 4e5, 90).assign(q50=4e5)])
    figure = service_chart(table, scenario="S", footer=footer, conditional=False)
    assert figure.headline.endswith("half of the peak is not restored in water in the time shown")


def test_a_median_of_zero_leads_with_the_mean(footer: Footer) -> None:
    figure = service_chart(CASES["median zero"], scenario="S", footer=footer, conditional=False)
    assert figure.headline == (
        "At the median no one loses service; on average telecom peaks at 4.4 million people without it"
    )


def test_nothing_lost_and_nothing_simulated_are_told_apart(footer: Footer, words: Words) -> None:
    figure = service_chart(CASES["all zero"], scenario="S", footer=footer, conditional=False)
    assert figure.headline == "No sector loses service in these simulated futures"
    assert "not proof" in words(figure)
    figure = service_chart(CASES["empty"], scenario="S", footer=footer, conditional=False, given="compromise")
    assert figure.headline == "None of the simulated futures has a successful malicious compromise to show"


def test_conditions_are_in_the_subtitle(footer: Footer, words: Words) -> None:
    figure = service_chart(three(), scenario="S", footer=footer, conditional=True, given="compromise")
    assert figure.headline.startswith("If the given facts hold, at the median peak")
    assert "Conditional on given facts." in words(figure)
    assert "in futures with a successful malicious compromise" in words(figure)


def test_bad_tables_are_refused(footer: Footer) -> None:
    with pytest.raises(InputError, match='a service band is "gas"; allowed: water, telecom, energy'):
        service_chart(bands("gas", 1, 9), scenario="S", footer=footer, conditional=False)
    with pytest.raises(InputError, match="service bands have no column mean"):
        service_chart(three().drop(columns="mean"), scenario="S", footer=footer, conditional=False)
    with pytest.raises(InputError, match="service bands of water hold a value that is negative"):
        service_chart(three().assign(q05=-1.0), scenario="S", footer=footer, conditional=False)
    with pytest.raises(InputError, match='given "war"; allowed: compromise, outage'):
        service_chart(three(), scenario="S", footer=footer, conditional=False, given="war")
