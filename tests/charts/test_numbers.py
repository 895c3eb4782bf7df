"""Amounts on charts: two significant digits, the right scale, the right unit."""

import pytest

from simulator.charts.numbers import checked_unit, in_letters, percent, rarity, short, signed, spoken, tick
from simulator.scenario.errors import InputError


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (1_130_000_000, "GBP", "£1.1bn"),
        (999_600_000, "USD", "$1bn"),  # rounding carries into the next scale
        (994_000_000, "EUR", "€990m"),
        (77_400, "units", "77,000"),
        (0.00123, "units", "0.0012"),
        (0, "GBP", "£0"),
        (3.14e12, "person-hours", "3.1tn"),
        (-2_340_000, "GBP", "−£2.3m"),
        (-0.394, "units", "−0.39"),
    ],
)
def test_short(value: float, unit: str, expected: str) -> None:
    assert short(value, unit) == expected


def test_spoken_names_the_unit_unless_it_is_money() -> None:
    assert plain(spoken(1_130_000, "customer-hours")) == "1.1 million customer-hours"
    assert plain(spoken(52_300, "person-hours")) == "52,000 person-hours"
    assert spoken(1_130_000, "EUR") == "€1.1m"


def test_a_number_never_parts_from_its_unit() -> None:
    assert " " not in spoken(1_130_000, "customer-hours") + rarity(100)


def test_tick_rarity_and_percent() -> None:
    assert (tick(2e9, "GBP"), tick(500_000), tick(0.001), tick(2e-9)) == ("£2bn", "500,000", "0.001", "2e-09")
    assert [plain(rarity(years)) for years in (2.5, 10, 475, 1000)] == [
        "1 in 2.5",
        "1 in 10",
        "1 in 475",
        "1 in 1,000",
    ]
    assert [percent(share) for share in (0.384, 0.0421, 0.00001, 1.0)] == ["38%", "4.2%", "<0.01%", "100%"]


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(InputError, match='unit of the loss is "XAU"; allowed: customer-hours'):
        checked_unit("XAU")


def test_gains_carry_a_plus_and_losses_a_minus() -> None:
    assert [signed(value, "GBP") for value in (2_340_000, 0, -515)] == ["+£2.3m", "£0", "−£520"]
    assert tick(-2e9, "GBP") == "−£2bn"


def test_counts_up_to_ten_are_in_letters() -> None:
    assert [in_letters(number) for number in (0, 1, 10, 11, 1_200)] == ["no", "one", "ten", "11", "1,200"]
