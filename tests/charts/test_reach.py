"""The reach chart: clean over extremes, and its cells, bars and words equal the data."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from simulator.charts.lint import lint
from simulator.charts.reach import reach_chart
from simulator.charts.style import NAVY, TINTS, Footer, save
from simulator.scenario.errors import InputError
from tests.charts.conftest import LONG

Words = Callable[[Figure], str]
SECTORS = ["water", "telecom", "energy"]


def table(
    vendors: int, homes: list[str], scale: float = 1.0, names: Callable[[int], str] = "V{}".format
) -> pd.DataFrame:
    """Vendors of falling reach, dealt to the homes in turn; shares spread over all tints and zero."""
    i = np.arange(vendors)
    shares = {sector: ((7 * i + 31 * k) % 101) / 100 for k, sector in enumerate(SECTORS)}
    rest = {"home": [homes[n % len(homes)] for n in i], "reach": scale * 1e6 * (vendors - i)}
    return pd.DataFrame({**shares, **rest}, index=[names(n) for n in i])


SMALL = pd.DataFrame(
    {
        "water": [0.384, 0.0, 0.09],
        "telecom": [0.291, 0.04, np.nan],
        "energy": [0.33, 0.41, 0.8],
        "home": ["Sylvania", "Ruritania", "Sylvania"],
        "reach": [25.6e6, 17.7e6, 4.8e6],
    },
    index=["Helio Remote", "Northwall", "Ardent"],
)
CASES: dict[str, pd.DataFrame] = {
    "typical": table(10, ["Ruritania", "Sylvania", "Borduria"]),
    "twenty": table(20, ["Ruritania"]),
    "twenty homes": table(20, [f"State {n}" for n in range(20)]),
    "many": table(120, ["Ruritania", "Sylvania", "Borduria", "Fenwick"]),
    "long names": table(21, [LONG, "Ruritania"], names=lambda n: f"{LONG[:77]}{n:03d}"),
    "wide letters": table(5, ["W" * 80], names=lambda n: f"{n}" + "W" * 79),
    "one": table(1, ["Ruritania"]),
    "zero": table(3, ["Ruritania"], scale=0.0).assign(**dict.fromkeys(SECTORS, 0.0)),
    "huge": table(4, ["Ruritania", "Sylvania"], scale=1e6),
    "tiny": table(4, ["A", "B"], scale=1e-9).assign(**dict.fromkeys(SECTORS, 1e-5)),
    "one sector": table(4, ["A", "B"]).drop(columns=["water", "telecom"]),
    "dollars": table(4, ["$A$", "B_{x}"], names="$V_{}$".format),
    "empty": table(0, ["A"]),
}


@pytest.mark.parametrize("case", CASES)
def test_no_faults(case: str, footer: Footer, long_footer: Footer) -> None:
    for foot, scenario in ((footer, "Squeeze"), (long_footer, LONG)):
        figure = reach_chart(CASES[case], scenario=scenario, footer=foot)
        assert lint(figure) == []
        assert scenario in figure.alt


def test_the_headline_is_the_widest_reach(footer: Footer, tmp_path: Path) -> None:
    figure = reach_chart(SMALL, scenario="S", footer=footer)
    expected = "Of 3 vendors, Helio Remote reaches most customers: 26 million, with 38% of those of water"
    assert figure.headline == expected
    png, _ = save(figure, tmp_path / "chart")
    with Image.open(png) as image:
        image.load()
        assert image.text["Title"] == expected
        assert image.text["Description"].startswith(expected)


def test_a_long_name_is_cut_in_the_headline_and_whole_in_the_alt_text(footer: Footer) -> None:
    figure = reach_chart(SMALL.rename(index={"Helio Remote": LONG}), scenario="S", footer=footer)
    assert "…" in figure.headline
    assert figure.headline.endswith("26 million, with 38% of those of water")
    assert figure.alt.startswith(f"Of 3 vendors, {LONG} reaches most customers: 26 million")


def test_cells_carry_the_number_and_the_tint_of_its_bin(footer: Footer) -> None:
    figure = reach_chart(SMALL, scenario="S", footer=footer)
    said = [text.get_text() for text in figure.texts]
    assert [said.count(number) for number in ("38", "29", "33", "4", "41", "9", "80", "–")] == [1] * 7 + [2]
    tints = [to_hex(patch.get_facecolor()).upper() for patch in figure.axes[0].patches]
    cells = [tint for tint in tints if tint != NAVY] + [NAVY]
    assert sorted(cells) == sorted([TINTS[2]] * 4 + [TINTS[0]] * 2 + [TINTS[4]])


def test_bars_are_in_proportion(footer: Footer, words: Words) -> None:
    figure = reach_chart(SMALL, scenario="S", footer=footer)
    bars = [p for p in figure.axes[0].patches if isinstance(p, Rectangle) and p.get_height() < 0.2]
    lengths = np.array([bar.get_width() for bar in bars])
    np.testing.assert_allclose(lengths / lengths[0], np.array([25.6, 4.8, 17.7]) / 25.6)
    for number in ("26m", "18m", "4.8m"):
        assert number in words(figure)


def test_vendors_are_grouped_by_home_and_sorted_by_reach(footer: Footer) -> None:
    figure = reach_chart(SMALL, scenario="S", footer=footer)
    height = {text.get_text(): text.get_position()[1] for text in figure.texts}
    order = sorted(("Helio Remote", "Northwall", "Ardent"), key=lambda name: -height[name])
    assert order == ["Helio Remote", "Ardent", "Northwall"]
    assert height["Sylvania"] == pytest.approx(height["Helio Remote"])
    assert height["Ruritania"] == pytest.approx(height["Northwall"])


def test_more_than_twenty_vendors_are_pooled_without_adding_up(footer: Footer, words: Words) -> None:
    many = table(25, ["A", "B"])
    figure = reach_chart(many, scenario="S", footer=footer)
    said = words(figure)
    rows = [
        text.get_text() for text in figure.texts if text.get_text().startswith("V") and text.get_text()[1:].isdigit()
    ]
    assert sorted(rows, key=lambda name: int(name[1:])) == [f"V{n}" for n in range(19)]
    assert "6 others" in said
    assert f"≤ {many['water'].iloc[19:].max() * 100:.0f}" in said
    assert "≤ 6m" in said
    assert "Others: each at most." in said
    assert "others" not in words(reach_chart(table(20, ["A"]), scenario="S", footer=footer))


def test_it_says_who_named_the_vendors(footer: Footer, words: Words) -> None:
    said = words(reach_chart(SMALL, scenario="S", footer=footer))
    assert "Vendors were named by the author of the scenario" in said
    assert "any hazard attached to one is the user's assumption" in said
    assert "dependence is not outage" in said


def test_bad_tables_are_refused(footer: Footer) -> None:
    with pytest.raises(InputError, match="no column home"):
        reach_chart(SMALL.drop(columns="home"), scenario="S", footer=footer)
    with pytest.raises(InputError, match="no column of a sector"):
        reach_chart(SMALL[["home", "reach"]], scenario="S", footer=footer)
    with pytest.raises(InputError, match='reach of "Helio Remote" has a share of 38; allowed: 0 to 1'):
        reach_chart(SMALL.assign(water=38.0), scenario="S", footer=footer)
    with pytest.raises(InputError, match="is -1 customers"):
        reach_chart(SMALL.assign(reach=-1.0), scenario="S", footer=footer)
