"""The page on hindcasts: its card works, its vocabulary and its cards are those of the program."""

from __future__ import annotations

from pathlib import Path

from simulator.checks.hindcast.forecast import forecasts
from simulator.checks.hindcast.quantities import QUANTITIES
from simulator.checks.hindcast.reading import read_card
from simulator.checks.hindcast.verdict import judged
from simulator.scenario.shipped import hindcast_cards

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "hindcasts.md").read_text(encoding="utf-8")


def test_the_card_on_the_page_works(tmp_path: Path) -> None:
    path = tmp_path / "gas_meters_2031.yaml"
    path.write_text(PAGE.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    (found,) = forecasts([read_card(path)], outer=3)
    (row,) = judged(found)
    assert row.foretold
    assert 0.0 < row.predicted < 1.0


def test_every_quantity_is_on_the_page() -> None:
    rows = {line.split("`")[1]: line for line in PAGE.split("\n") if line.startswith("| `")}
    for quantity in QUANTITIES.values():
        assert f"| {quantity.kind} | {quantity.about}" in rows[quantity.name]
    assert set(rows) - set(QUANTITIES) == {*hindcast_cards(), "absence"}


def test_the_picture_is_there() -> None:
    picture = PAGE.split("](images/")[1].split(")")[0]
    assert (Path(__file__).resolve().parents[3] / "docs" / "images" / picture).stat().st_size > 50_000
