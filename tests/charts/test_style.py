"""The page, its foot, and what is saved."""

import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest
from PIL import Image

from simulator.charts.style import Footer, HouseFigure, page, save

SUBTITLE = "Yearly loss, reached or passed, by how rare the year is."


@pytest.fixture
def figure(footer: Footer) -> HouseFigure:
    alt = "One year in 100 could cost €1m.\nLine chart “in words”, 1\u00a0in\u00a010."
    return page("One year in 100 could cost €1m", SUBTITLE, footer.foot("Mind."), alt, 1.0)[0]


def test_foot_names_source_and_caveat(footer: Footer) -> None:
    assert footer.foot("Mind the band.", "") == [
        "Source: geocyber 0.1.0, scenario “Squeeze”, 20,000 simulated futures × 5 years, seed 77.",
        "Read with care: Mind the band. Crew counts are assumed.",
    ]
    assert Footer("1", "S", 1, 1, 0).foot() == [
        "Source: geocyber 1, scenario “S”, 1 simulated future × 1 year, seed 0."
    ]
    assert "2 simulated futures × 30 days, seed 0." in Footer("1", "S", 2, 30 / 365.25, 0).source()
    assert "2 simulated futures × 6 months, seed 0." in Footer("1", "S", 2, 0.5, 0).source()


def test_png_has_its_size_and_words(figure: HouseFigure, tmp_path: Path) -> None:
    png, words = save(figure, tmp_path / "a.chart")
    assert (png.name, words.name) == ("a.chart.png", "a.chart.alt.txt")
    with Image.open(png) as image:
        image.load()
        assert image.size[0] == 1600
        assert image.info["dpi"] == pytest.approx((200, 200), abs=0.1)
        assert image.text["Description"] == figure.alt
        assert image.text["Title"] == figure.headline == "One year in 100 could cost €1m"
    assert words.read_text(encoding="utf-8") == f"{figure.alt}\n"
    assert figure.alt == "One year in 100 could cost €1m. Line chart “in words”, 1 in 10."


def test_svg_holds_outlines_and_words(figure: HouseFigure, tmp_path: Path) -> None:
    *_, svg = save(figure, tmp_path / "chart", svg=True)
    text = svg.read_text(encoding="utf-8")
    assert "<text" not in text
    assert figure.alt in text


def test_equal_figures_are_equal_bytes(figure: HouseFigure, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        save(figure, tmp_path / folder / "chart", svg=True)
    for name in ("chart.png", "chart.svg", "chart.alt.txt"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_global_settings_stay_as_they_were(figure: HouseFigure, tmp_path: Path) -> None:
    before = dict(matplotlib.rcParams)
    save(figure, tmp_path / "chart", svg=True)
    assert dict(matplotlib.rcParams) == before


DRAW_ALL = """
import sys
import pandas as pd
from simulator.charts import exceedance, lint, reach, service, style
footer = style.Footer("1", "S", 1, 1, 0)
curve = pd.DataFrame({"return_period": [10.0, 100.0], "loss": [1.0, 9.0], "low": 0.5, "high": 20.0})
curve["note"] = ""
charts = [exceedance.exceedance_chart(
    curve, unit="GBP", kind="AEP", scenario="S", footer=footer, conditional=False)]
bands = pd.DataFrame({"sector": "water", "hour": [0.0, 9.0], "mean": 2.0, "q05": 0.0, "q25": 1.0, "q50": 2.0,
                      "q75": 3.0, "q95": 4.0})
charts.append(service.service_chart(bands, scenario="S", footer=footer, conditional=False))
table = pd.DataFrame({"water": [0.4], "home": ["A"], "reach": [9.0]}, index=["V"])
charts.append(reach.reach_chart(table, scenario="S", footer=footer))
for number, chart in enumerate(charts):
    style.save(chart, f"{sys.argv[1]}/{number}", svg=True)
    assert lint.lint(chart) == [], lint.lint(chart)
print("pyplot" if "matplotlib.pyplot" in sys.modules else "clean")
"""


@pytest.mark.slow
def test_no_chart_imports_pyplot(tmp_path: Path) -> None:
    found = subprocess.run([sys.executable, "-c", DRAW_ALL, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (found.stdout, found.stderr) == ("clean\n", "")
    assert len(list(tmp_path.iterdir())) == 9
