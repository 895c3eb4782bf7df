"""The vocabulary, asked of an incident that can be worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from simulator.checks.hindcast.forecast import forecasts
from simulator.checks.hindcast.quantities import QUANTITIES
from simulator.checks.hindcast.reading import read_card
from tests.checks.hindcast.invented import CARD, entry, written

ANYHOW = "central: 0.5"


def foretold(tmp_path: Path, *observed: str, card: str = CARD) -> list[float]:
    """The first future's figures of these quantities."""
    (found,) = forecasts([read_card(written(tmp_path, *observed, card=card))], outer=1, inner=1)
    figures: list[float] = found.sample[0].tolist()
    return figures


DAY = {"naive": "{value: 1 d, from: a guess}"}
SUM = {"naive": "{value: 1 USD, from: a guess}"}

BY_HAND: list[tuple[str, str, float]] = [
    ("all hosts and farms took it", entry("installed", "1", ANYHOW), 504.0),
    ("farms only", entry("installed", "1", ANYHOW, among="Farm"), 4.0),
    ("by sector", entry("installed", "1", ANYHOW, among="energy"), 4.0),
    ("nobody before the release", entry("installed_share", "1", ANYHOW, at="0 h", since="release"), 1.0),
    ("all are struck", entry("struck_share", "1", ANYHOW), 1.0),
    ("of all", entry("hit_share", "1", ANYHOW), 1.0),
    ("hosts among the struck", entry("part_of_struck", "1", ANYHOW, among="Host"), 500.0 / 504.0),
    ("nobody is back before a day", entry("restored_share", "1", ANYHOW, at="23.9 h"), 0.0),
    ("all are back after it", entry("restored_share", "1", ANYHOW, at="24.1 h"), 1.0),
    ("counted from the release", entry("restored_share", "1", ANYHOW, at="25.9 h", since="release"), 0.0),
    ("clean a day after it is found", entry("clean_share", "1", ANYHOW, at="23.1 h"), 1.0),
    ("not yet clean", entry("clean_share", "1", ANYHOW, at="22.9 h"), 0.0),
    ("found three hours after the release", entry("detected_after", "1 d", ANYHOW, **DAY), 3.0),
    ("not within two", entry("found_within", "1", ANYHOW, at="2 h"), 0.0),
    ("but within four", entry("found_within", "1", ANYHOW, at="4 h"), 1.0),
    ("withdrawn five hours after it is found", entry("withdrawn_after", "1 d", ANYHOW, **DAY), 5.0),
    ("eight after the release", entry("withdrawn_after", "1 d", ANYHOW, since="release", **DAY), 8.0),
    ("half are struck after two hours", entry("half_struck_after", "1 d", ANYHOW, **DAY), 2.0),
    ("half are back a day after", entry("half_restored_after", "1 d", ANYHOW, **DAY), 24.0),
    ("and so are the last", entry("last_restored_after", "1 d", ANYHOW, since="release", **DAY), 26.0),
    ("nobody is spied on", entry("victims", "1", ANYHOW), 0.0),
    ("three quarters of water", entry("service_lost", "1", ANYHOW, among="water"), 0.75),
    ("of ten in fourteen of all people", entry("service_lost", "1", ANYHOW), 0.75 * 10 / 14),
    # A team day of 1,000 USD each; a host loses three quarters of 100 customers at 2 USD a day besides.
    ("what all pay", entry("loss", "1 USD", ANYHOW, **SUM), 500 * 1150.0 + 4 * 1000.0),
    ("what farms pay", entry("loss", "1 USD", ANYHOW, among="Farm", **SUM), 4000.0),
    ("what the median pays", entry("loss_per_struck", "1 USD", ANYHOW, **SUM), 1150.0),
]


def test_every_quantity_worked_out_by_hand(tmp_path: Path) -> None:
    got = foretold(tmp_path, *(observed for _, observed, _ in BY_HAND))
    assert {what: one for (what, _, _), one in zip(BY_HAND, got, strict=True)} == {
        what: pytest.approx(one) for what, _, one in BY_HAND
    }


def test_what_is_kept_by_hand(tmp_path: Path) -> None:
    """Crews keep 0.9 at first and lose 0.05 every ten hours: 0.8 when work is done after a day."""
    blind = CARD.replace("precautionary_stop: 1, loss_of_view: 0", "precautionary_stop: 0, loss_of_view: 1")
    crews = "    unsafe_water: 0\n    manual:\n      water: {share: 0.9, floor: 0.5, falls_by: 0.05, every: 10 h}\n"
    card = blind.replace("    unsafe_water: 0\n", crews)
    kept = entry("kept_by_hand", "1", ANYHOW)
    assert foretold(tmp_path, kept, card=card) == [pytest.approx(0.8)]
    assert math.isnan(foretold(tmp_path, kept)[0])  # nobody lost view


def test_leaving_a_vendor(tmp_path: Path) -> None:
    """An order at hour 100 is obeyed after 10 hours and cuts off at once; advice leads to a replacement in 20 more."""
    act = (
        "  instruments:\n"
        "    - {name: act, kind: KIND, trigger: {at: 100 h}, vendors: [maker], comply: 1, comply_delay: 10 h}\n"
        "  removal: {time: 20 h, overrun: 1, integrators: 99}\nstands_for:"
    )
    asked = [entry("gone_share", "1", ANYHOW, at=f"{hours} h") for hours in (9.9, 10.1, 29.9, 30.1)]
    card = CARD.replace("stands_for:", act, 1)
    assert foretold(tmp_path, *asked, card=card.replace("KIND", "emergency_order")) == [0.0, 1.0, 1.0, 1.0]
    assert foretold(tmp_path, *asked, card=card.replace("KIND", "public_advice")) == [0.0, 0.0, 0.0, 1.0]


def test_a_spy_s_victims_are_counted_for_what_they_stand_for(tmp_path: Path) -> None:
    rates = ", ".join(f"{name}: 0 / year" for name in ("found_per_active", "found_per_dormant", "found_outside"))
    spying = f"mode: espionage, selection: {{discount: 0.1 / year, {rates}}}"
    card = CARD.replace("mode: disruption", spying)
    assert foretold(tmp_path, entry("victims", "1", ANYHOW), card=card) == [504.0]


def test_a_quantity_without_a_figure_is_nan(tmp_path: Path) -> None:
    """Nothing acts, so nobody is struck or comes back."""
    card = CARD.replace("activation: 1", "activation: 0")
    asked = [entry("restored_share", "1", ANYHOW, at="5 h"), entry("half_struck_after", "1 d", ANYHOW, **DAY)]
    assert all(math.isnan(figure) for figure in foretold(tmp_path, *asked, card=card))


def test_each_quantity_is_asked_here() -> None:
    asked = {text.split("quantity: ")[1].split("\n")[0] for _, text, _ in BY_HAND}
    assert asked | {"kept_by_hand", "gone_share"} == set(QUANTITIES)
