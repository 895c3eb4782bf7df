"""Numbers with units: what they mean, what is refused, and that they read back as written."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.errors import InputError
from simulator.scenario.quantity import (
    Count,
    Hours,
    KilowattHours,
    Kilowatts,
    Money,
    MoneyPer,
    MoneyPerKilowattHour,
    MoneyPerPersonHour,
    Number,
    PerHour,
    PositiveCount,
    PositiveHours,
    Share,
    SignedMoney,
    parse,
)
from simulator.scenario.units import WORDS, read_unit


@pytest.mark.parametrize(
    ("given", "dimension", "value"),
    [
        ("36 d", "time", 864.0),
        ("36d", "time", 864.0),
        ("90 min", "time", 1.5),
        ("1 year", "time", HOURS_PER_YEAR),
        ("6 months", "time", HOURS_PER_YEAR / 2),
        ("2 weeks", "time", 336.0),
        ("0 h", "time", 0.0),
        ("0.15 / year", "rate", 0.15 / HOURS_PER_YEAR),
        ("2 per year", "rate", 2 / HOURS_PER_YEAR),
        ("3 events per day", "rate", 0.125),
        ("1 in 40 years", "rate", 1 / 40 / HOURS_PER_YEAR),
        ("2 in 100 vendor-years", "rate", 0.02 / HOURS_PER_YEAR),
        ("1.5 MW", "power", 1500.0),
        ("2 GWh", "energy", 2e6),
        ("2 MW h", "energy", 2e3),
        ("7 %", "share", 0.07),
        ("1 in 200", "share", 0.005),
        (1, "share", 1.0),
        ("1200 customers", "count", 1200.0),
        ("3 million people", "count", 3e6),
        (0, "count", 0.0),
        (-2.5, "number", -2.5),
        ("1e3", "number", 1000.0),
    ],
)
def test_quantities_come_in_the_units_of_the_model(given: object, dimension: Any, value: float) -> None:
    assert parse(given, dimension) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("250 kUSD", Money(250_000.0, "USD")),
        ("3 million GBP", Money(3e6, "GBP")),
        ("1.5 MEUR", Money(1.5e6, "EUR")),
        ("-2 USD", Money(-2.0, "USD")),
    ],
)
def test_money_keeps_its_currency(text: str, money: Money) -> None:
    assert parse(text, "money") == money


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("250 USD / h", MoneyPer(250.0, "USD", "h")),
        ("9.4 GBP/kWh", MoneyPer(9.4, "GBP", "kWh")),
        ("9400 GBP / MWh", MoneyPer(9.4, "GBP", "kWh")),
        ("48 USD / person-day", MoneyPer(2.0, "USD", "person h")),
        ("48 USD / customer / day", MoneyPer(2.0, "USD", "customer h")),
        ("48 USD per customer day", MoneyPer(2.0, "USD", "customer h")),
        ("3 kEUR / host", MoneyPer(3000.0, "EUR", "host")),
        ("12 USD / kW", MoneyPer(12.0, "USD", "kW")),
    ],
)
def test_money_rates_are_per_model_unit(text: str, rate: MoneyPer) -> None:
    found = parse(text, "money_rate")
    assert (found.currency, found.per) == (rate.currency, rate.per)
    assert found.amount == pytest.approx(rate.amount, rel=1e-14)


@pytest.mark.parametrize(
    ("given", "dimension", "sentence"),
    [
        (36, "time", '36 needs a unit, for example "36 d" or "36 h"'),
        ("36", "time", '"36" needs a unit, for example "36 d" or "36 h"'),
        ("36 kW", "time", '"36 kW" is a power; allowed: a time, for example "36 d" or "36 h"'),
        (
            "36 dais",
            "time",
            '"36 dais": the unit "dais" is not known; allowed: s, min, h, d, week, month, year. Did you mean "days"?',
        ),
        (
            "-3 h",
            "time",
            '"-3 h" is out of range; allowed: a time of 0 or more, for example "36 d" or "36 h"',
        ),
        ("1.2", "share", '"1.2" is out of range; allowed: a share from 0 to 1, for example 0.07 or "7 %"'),
        ("1,200", "count", None),
        ("36 m", "time", None),
        ("36 das", "time", None),
        ("1 / h / year", "rate", None),
        ("1 in 0 years", "rate", None),
        ("1 in 5 h", "time", None),
        ("5 USD GBP", "money", None),
        ("5 USD / h", "money", None),
        ("5 USD", "money_rate", None),
        ("5 USD / h * h", "money_rate", None),
        ("9**9**9", "time", None),
        ("9^9^9 h", "time", None),
        ("__import__('os').system('x')", "time", None),
        ("1 h" + " " * 60 + "h", "time", None),
        ("nan h", "time", None),
        ("inf", "number", None),
        ("1e999 h", "time", None),
        ("1e307 GW", "power", '"1e307 GW" is too large'),
        (float("nan"), "number", "nan is not a finite number; allowed: a number"),
        (float("inf"), "share", None),
        (10**400, "number", None),
        (True, "number", "true is not a number; write for example 2.5"),
        (None, "time", None),
        ([1], "time", None),
        ({"a": 1}, "count", None),
    ],
)
def test_refusals_are_one_sentence(given: object, dimension: Any, sentence: str | None) -> None:
    with pytest.raises(InputError) as caught:
        parse(given, dimension)
    said = str(caught.value)
    assert "\n" not in said
    assert said == (sentence or said)


def test_every_listed_word_is_a_unit() -> None:
    for word in WORDS:
        assert read_unit(word) is not None


@pytest.mark.parametrize("kind", [Hours, PositiveHours, PerHour, Kilowatts, KilowattHours, Share, Number])
@given(number=st.floats(1e-12, 1.0))
def test_values_written_read_back_to_the_last_bit(kind: Any, number: float) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    written = adapter.dump_python(number, mode="json")
    assert adapter.validate_python(written) == number


@given(st.text(st.sampled_from("0123456789.eE+-*/^ %hdkWUSDGBPmper in"), max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    for dimension in ("time", "rate", "energy", "share", "count", "number"):
        try:
            assert parse(text, dimension) >= 0.0 or dimension == "number"  # type: ignore[call-overload]
        except InputError as refused:
            said = str(refused)
            assert "\n" not in said


class Costs(BaseModel):
    """Money in each of its forms."""

    loss: Money
    saving: SignedMoney
    unserved: MoneyPerKilowattHour
    dry: MoneyPerPersonHour
    staff: Count
    teams: PositiveCount


def test_money_and_counts_as_fields() -> None:
    written = {
        "loss": "2 kUSD",
        "saving": "-1 kUSD",
        "unserved": "9 GBP / kWh",
        "dry": "24 GBP / person-day",
        "staff": 0,
        "teams": 1e3,
    }
    costs = Costs.model_validate(written)
    assert costs.saving == Money(-1000.0, "USD")
    assert costs.dry.per == "person h"
    assert (costs.teams, type(costs.teams)) == (1000, int)
    assert Costs.model_validate(costs.model_dump(mode="json")) == costs


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Hours, 36.0),
        (PositiveHours, "0 h"),
        (Money, "-1 USD"),
        (Money, 5),
        (MoneyPerKilowattHour, "9 GBP / h"),
        (Count, 1.5),
        (Count, -1),
        (Count, 1e300),
        (PositiveCount, 0),
        (Share, "107 %"),
    ],
)
def test_fields_refuse_what_is_out_of_range(kind: Any, given: object) -> None:
    with pytest.raises(ValueError, match=r"needs a unit|out of range|negative|whole number|money per"):
        TypeAdapter(kind).validate_python(given)


def test_json_schema_asks_for_text_where_a_unit_is_needed() -> None:
    assert TypeAdapter(Hours).json_schema()["type"] == "string"
    assert TypeAdapter(Money).json_schema()["type"] == "string"
    assert TypeAdapter(PositiveCount).json_schema() == {"type": "integer", "minimum": 1}
    assert TypeAdapter(Number).json_schema() == {"type": "number"}


def test_importing_the_types_does_not_import_pint() -> None:
    check = "import simulator.scenario.distribution, sys; sys.exit('pint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
