"""How an amount is written on a chart: two significant digits, with its unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from simulator.risk.words import two_digits
from simulator.scenario.errors import InputError, listed, shown
from simulator.scenario.words import Currency

SIGNS: dict[str, str] = {"USD": "$", "GBP": "£", "EUR": "€"}
HOURS_AND_UNITS = ("customer-hours", "person-hours", "units")
MINUS = "−"
NO_BREAK = "\u00a0"
"""Holds a number and its unit on one line."""
UNITS: tuple[str, ...] = (*HOURS_AND_UNITS, *get_args(Currency))
"""Units a loss may be drawn in: two kinds of hours, abstract units of loss, or a currency."""

LETTERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))


def checked_unit(unit: str) -> str:
    """The unit, if it is one that charts know. Raises `InputError` otherwise."""
    if unit not in UNITS:
        raise InputError(f"unit of the loss is {shown(unit)}; allowed: {listed(UNITS)}")
    return unit


def short(value: float, unit: str = "units") -> str:
    """For a mark, where the unit stands elsewhere unless it is money, in whole units: `£1.1bn`, `−£2m`, `52,000`."""
    value = float(f"{value:.1e}")
    if unit in SIGNS:
        value = float(round(value))
    return f"{sign(value, unit)}{scaled(abs(value), two_digits)}"


def signed(value: float, unit: str = "units") -> str:
    """As `short`, with a plus before gains: `+£1.1bn`."""
    return f"{'+' if value > 0 else ''}{short(value, unit)}"


def spoken(value: float, unit: str) -> str:
    """For a sentence: `£1.1bn`, `52,000 customer-hours`, `1.1 million person-hours`."""
    return short(value, unit) if unit in SIGNS else f"{count(value)}{NO_BREAK}{unit}"


def count(value: float) -> str:
    """A number in a sentence: `52,000`, `1.1 million`."""
    return two_digits(value).replace(" ", NO_BREAK)


def tick(value: float, unit: str = "units") -> str:
    """For a tick, which is a round number: `£2bn`, `−£2bn`, `500,000`, `0.2`."""
    return f"{sign(value, unit)}{scaled(abs(value), plain)}"


def sign(value: float, unit: str) -> str:
    """What stands before the digits: a minus, then the sign of a currency."""
    return f"{MINUS if value < 0 else ''}{SIGNS.get(unit, '')}"


def scaled(value: float, write: Callable[[float], str]) -> str:
    """An amount of zero or more, large ones in m, bn or tn."""
    for size, letter in SCALES:
        if value >= size:
            return f"{write(value / size)}{letter}"
    return write(value)


def plain(value: float) -> str:
    """Only the digits it takes: `0.001`, `2.5`, `1,000`; an exponent below a millionth."""
    if 0 < abs(value) < 1e-6:
        return f"{value:.2g}"
    text = f"{value:,.12f}" if abs(value) < 1 else f"{value:,.3f}"
    return text.rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """A share from 0 to 1 as a percentage: `42%`, `4.2%`, `<0.01%`."""
    return f"{percent_digits(share)}%"


def percent_digits(share: float) -> str:
    return "<0.01" if 0 < share < 0.0001 else two_digits(100 * share)


def rarity(years: float) -> str:
    """How rare a year is, from its return period: `1 in 100`, `1 in 2.5`."""
    return f"1{NO_BREAK}in{NO_BREAK}{plain(round(years, 0 if years >= 10 else 1))}"


def in_letters(number: int) -> str:
    """A count in a sentence: `no`, `three`, from 11 on in digits."""
    return LETTERS[number] if number < len(LETTERS) else f"{number:,}"
