"""Numbers with units: "36 d", "0.15 / year", "250 USD / h", "7 %".

In the model: hours, per hour, kW, kWh, money with its currency, shares from 0 to 1. The text is checked
against a strict pattern before anything else reads it.
"""

from __future__ import annotations

import math
import re
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, overload

from pydantic_core import core_schema

from simulator.scenario.errors import InputError, did_you_mean, shown
from simulator.scenario.units import (
    UNIT_TEXT,
    UnknownUnit,
    counted,
    currency_of,
    per_what,
    powers,
    read_unit,
    registry,
    unit_choices,
    what_it_measures,
    words_of,
)

PlainDimension = Literal["time", "rate", "power", "energy", "share", "count", "number"]
Dimension = Literal[PlainDimension, "money", "money_rate"]

MAX_CHARACTERS = 60
NUMBER = r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?"
TEXT = rf"(?P<number>{NUMBER})(?: in (?P<every>{NUMBER}))?\s*(?P<unit>{UNIT_TEXT})?"

MODEL_UNIT = {"time": "h", "rate": "/ h", "power": "kW", "energy": "kWh"}
"""What a plain dimension is converted to; the rest need no unit."""

WANTED: dict[str, tuple[str, str]] = {
    "time": ("a time", '"36 d" or "36 h"'),
    "rate": ("a rate", '"0.15 / year" or "1 in 40 years"'),
    "power": ("a power", '"1.5 MW" or "250 kW"'),
    "energy": ("an energy", '"40 MWh" or "250 kWh"'),
    "money": ("an amount of money", '"250 kUSD" or "3 million GBP"'),
    "money_rate": ("money per something", '"250 USD / h" or "9.4 GBP / kWh"'),
    "share": ("a share from 0 to 1", '0.07 or "7 %"'),
    "count": ("a count, 0 or more", "1200"),
    "number": ("a number", "2.5"),
}
_TWO_UNITS = {
    "time": ("d", "h"),
    "rate": ("/ year", "/ h"),
    "power": ("MW", "kW"),
    "energy": ("MWh", "kWh"),
    "money": ("USD", "million GBP"),
    "money_rate": ("USD / h", "GBP / kWh"),
}


class Written(ABC):
    """Marks a field whose value a person writes in a form of its own; used as `Annotated[type, marker]`."""

    @abstractmethod
    def read(self, given: object) -> object:
        """The value of what was written. Raises InputError."""

    def write(self, value: Any) -> object:
        """What `read` gives back unchanged."""
        return str(value)

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """The JSON schema of what may be written."""

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read,
            serialization=core_schema.plain_serializer_function_ser_schema(self.write, when_used="json"),
        )

    def __get_pydantic_json_schema__(self, schema: object, handler: object) -> dict[str, Any]:
        return self.json_schema()


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency. As a field type it is written "250 kUSD" and may not be negative."""

    amount: float
    currency: str

    def __str__(self) -> str:
        return f"{self.amount!r} {self.currency}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> core_schema.CoreSchema:
        return Amount().__get_pydantic_core_schema__(source, handler)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, Any]:
        return Amount().json_schema()


@dataclass(frozen=True, slots=True)
class MoneyPer:
    """An amount per model unit; `per` is for example "h", "kWh", "customer" or "person h". Not negative."""

    amount: float
    currency: str
    per: str

    def __str__(self) -> str:
        return f"{self.amount!r} {self.currency} / {self.per}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> core_schema.CoreSchema:
        return AmountPer().__get_pydantic_core_schema__(source, handler)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, Any]:
        return AmountPer().json_schema()


@overload
def parse(given: object, dimension: PlainDimension) -> float: ...
@overload
def parse(given: object, dimension: Literal["money"]) -> Money: ...
@overload
def parse(given: object, dimension: Literal["money_rate"]) -> MoneyPer: ...


def parse(given: object, dimension: Dimension) -> float | Money | MoneyPer:
    """A quantity in the model's unit: hours, per hour, kW, kWh; share 0 to 1; money with its currency.

    Text, or a number where no unit is needed (share, count, number). Money may be negative here, all else but
    "number" may not. Raises InputError in one sentence.
    """
    if isinstance(given, str):
        return _parse_text(given.strip(), dimension)
    wanted, example = WANTED[dimension]
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise InputError(f"{shown(given)} is not {wanted}; write for example {example}")
    if not abs(given) <= sys.float_info.max:
        raise InputError(f"{shown(given)} is not a finite number; allowed: {wanted}")
    if dimension in _TWO_UNITS:
        raise _unit_needed(shown(given), shown(given), dimension)
    return _within(float(given), given, dimension)


@lru_cache(maxsize=8192)
def _parse_text(text: str, dimension: Dimension) -> float | Money | MoneyPer:
    wanted, example = WANTED[dimension]
    match = re.fullmatch(TEXT, text) if len(text) < MAX_CHARACTERS else None
    if match is None or (match["every"] and dimension not in ("rate", "share")):
        hint = " (write thousands without commas)" if re.match(r"[-+]?[0-9]+,[0-9]{3}", text) else ""
        raise InputError(f"{shown(text)} is not {wanted}{hint}; write for example {example}")
    number = float(match["number"])
    if match["unit"] is None and match["every"] is None:
        if dimension in _TWO_UNITS:
            raise _unit_needed(shown(text), text, dimension)
        return _within(_finite(number, text), text, dimension)
    try:
        unit = read_unit(match["unit"] or "")
    except UnknownUnit as unknown:
        hint = did_you_mean(unknown.word, words_of(dimension))
        raise InputError(
            f"{shown(text)}: {unknown}; allowed: {unit_choices(dimension)}" + (f". {hint}" if hint else "")
        ) from None
    if match["every"]:
        every = float(match["every"])
        if every <= 0.0:
            raise InputError(f"{shown(text)} is not {wanted}; write for example {example}")
        number, unit = number / every, 1 / unit
    return _convert(number, unit, text, dimension)


def unit_written(given: object, dimension: Dimension) -> tuple[str, float]:
    """The unit that a quantity was written in, and its size in the model's unit: ("d", 24); ("", 1) for a number.

    A rate written as "1 in 40 years" is in "/ year". Raises InputError for what is no quantity.
    """
    match = re.fullmatch(TEXT, given.strip()) if isinstance(given, str) else None
    if match is None or match["unit"] is None:
        return "", 1.0
    unit = "/ year" if match["every"] else match["unit"]
    size = parse(f"1 {unit}", dimension)
    return unit, size if isinstance(size, float) else size.amount


def _unit_needed(said: str, number: str, dimension: Dimension) -> InputError:
    first, second = _TWO_UNITS[dimension]
    return InputError(f'{said} needs a unit, for example "{number} {first}" or "{number} {second}"')


def _convert(number: float, unit: Any, text: str, dimension: Dimension) -> float | Money | MoneyPer:
    """`number` of `unit` in the model's unit, where the unit fits the dimension."""
    currency, per = currency_of(unit), per_what(unit)
    quantity = registry().Quantity(number, unit)
    if dimension == "money" and currency and per == "":
        return Money(_finite(quantity.to(currency).magnitude, text), currency)
    if dimension == "money_rate" and currency and per:
        return MoneyPer(_finite(quantity.to(read_unit(f"{currency} / {per}")).magnitude, text), currency, per)
    if dimension in MODEL_UNIT:
        target = read_unit(MODEL_UNIT[dimension])
        if powers(target) == powers(unit):
            return _within(_finite(quantity.to(target).magnitude, text), text, dimension)
    elif not powers(unit) or (dimension == "count" and counted(unit)):
        return _within(_finite(quantity.to_base_units().magnitude, text), text, dimension)
    wanted, example = WANTED[dimension]
    raise InputError(f"{shown(text)} is {what_it_measures(unit)}; allowed: {wanted}, for example {example}")


def _finite(number: float, text: str) -> float:
    if not math.isfinite(number):
        raise InputError(f"{shown(text)} is too large")
    return float(number) + 0.0


def _within(number: float, given: object, dimension: Dimension) -> float:
    wanted, example = WANTED[dimension]
    if (number < 0.0 and dimension != "number") or (number > 1.0 and dimension == "share"):
        floor = wanted if dimension in ("share", "count") else f"{wanted} of 0 or more"
        raise InputError(f"{shown(given)} is out of range; allowed: {floor}, for example {example}")
    return number + 0.0


@dataclass(frozen=True, slots=True)
class Dimensioned(Written):
    """Marks a float or int field as a quantity: `Hours = Annotated[float, Dimensioned("time")]`."""

    dimension: PlainDimension
    positive: bool = False
    whole: bool = False

    def read(self, given: object) -> float:
        """The number in the model's unit; an int where `whole`. Raises InputError."""
        number = parse(given, self.dimension)
        if self.whole and (number != math.floor(number) or number > 2.0**53):
            raise InputError(f"{shown(given)} is not a whole number; allowed: {self._floor()} or more")
        if self.positive and number == 0.0:
            least = f"{self._floor()} or more" if self.whole else f"{WANTED[self.dimension][0]} above 0"
            raise InputError(f"{shown(given)} is out of range; allowed: {least}")
        return int(number) if self.whole else number

    def write(self, value: float) -> float | str:
        """The number with its unit."""
        unit = MODEL_UNIT.get(self.dimension)
        return f"{value!r} {unit}" if unit else value

    def json_schema(self) -> dict[str, Any]:
        """Text where a unit is needed; else a number."""
        written = text_json_schema(self.dimension)
        if self.dimension in MODEL_UNIT:
            return written
        if self.dimension == "number":
            return {"type": "number"}
        if self.whole:
            return {"type": "integer", "minimum": self._floor()}
        return {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, written]}

    def _floor(self) -> int:
        return 1 if self.positive else 0


@dataclass(frozen=True, slots=True)
class Amount(Written):
    """Marks a Money field; with `negative` it may also be a saving."""

    negative: bool = False

    def read(self, given: object) -> Money:
        """The amount. Raises InputError."""
        money = given if isinstance(given, Money) else parse(given, "money")
        if money.amount < 0.0 and not self.negative:
            raise InputError(f"{shown(given)} is negative; allowed: an amount of money of 0 or more")
        return money

    def json_schema(self) -> dict[str, Any]:
        """Text."""
        return text_json_schema("money")


@dataclass(frozen=True, slots=True)
class AmountPer(Written):
    """Marks a MoneyPer field with what it is per: `Annotated[MoneyPer, AmountPer("kWh")]`; "" is any."""

    per: str = ""

    def read(self, given: object) -> MoneyPer:
        """The amount per model unit. Raises InputError, also where it is per something else."""
        money = given if isinstance(given, MoneyPer) else parse(given, "money_rate")
        if self.per and money.per != self.per:
            raise InputError(
                f"{shown(given)} is money per {money.per}; allowed: money per {self.per}, "
                f'for example "25 USD / {self.per}"'
            )
        if money.amount < 0.0:
            raise InputError(f"{shown(given)} is negative; allowed: an amount of money of 0 or more")
        return money

    def json_schema(self) -> dict[str, Any]:
        """Text."""
        example = {"examples": [f"25 USD / {self.per}"]} if self.per else {}
        return text_json_schema("money_rate") | example


def text_json_schema(dimension: Dimension) -> dict[str, Any]:
    """The JSON schema of a quantity written as text."""
    wanted, examples = WANTED[dimension]
    return {
        "type": "string",
        "pattern": "^[-+.0-9]",
        "description": f"{wanted}; units: {unit_choices(dimension)}",
        "examples": re.findall(r'"([^"]+)"', examples),
    }


Hours = Annotated[float, Dimensioned("time")]
PositiveHours = Annotated[float, Dimensioned("time", positive=True)]
PerHour = Annotated[float, Dimensioned("rate")]
Kilowatts = Annotated[float, Dimensioned("power")]
KilowattHours = Annotated[float, Dimensioned("energy")]
Share = Annotated[float, Dimensioned("share")]
Number = Annotated[float, Dimensioned("number")]
Count = Annotated[int, Dimensioned("count", whole=True)]
PositiveCount = Annotated[int, Dimensioned("count", positive=True, whole=True)]
SignedMoney = Annotated[Money, Amount(negative=True)]
MoneyPerHour = Annotated[MoneyPer, AmountPer("h")]
MoneyPerKilowattHour = Annotated[MoneyPer, AmountPer("kWh")]
MoneyPerCustomer = Annotated[MoneyPer, AmountPer("customer")]
MoneyPerCustomerHour = Annotated[MoneyPer, AmountPer("customer h")]
MoneyPerPersonHour = Annotated[MoneyPer, AmountPer("person h")]
MoneyPerTeamHour = Annotated[MoneyPer, AmountPer("team h")]
