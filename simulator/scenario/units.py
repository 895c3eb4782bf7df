"""The units a scenario may use, and how unit text is read.

The registry knows only these, so a slip such as "36 m" is an error and never 36 metres. Text reaches pint one
listed word at a time, never as an expression.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.errors import InputError, listed, shown

if TYPE_CHECKING:
    from pint import UnitRegistry

CURRENCIES = ("USD", "GBP", "EUR")

DEFINITIONS = (
    "kilo- = 1e3 = k-",
    "mega- = 1e6 = M-",
    "giga- = 1e9 = G-",
    "hour = [time] = h = hr",
    "minute = hour / 60 = min",
    "second = hour / 3600 = s = sec",
    "day = 24 * hour = d",
    "week = 7 * day = wk",
    f"month = {HOURS_PER_YEAR / 12.0} * hour = mo",
    f"year = {HOURS_PER_YEAR} * hour = yr",
    "watt = [power] = W",
    "watt_hour = watt * hour = Wh",
    "USD = [USD]",
    "GBP = [GBP]",
    "EUR = [EUR]",
    "person = [people] = _ = people",
    "customer = [customers]",
    "host = [hosts]",
    "team = [teams]",
    "thousand = 1e3",
    "million = 1e6",
    "billion = 1e9",
    "percent = 0.01",
    "event = []",
    "vendor = []",
    "state = []",
    "organisation = []",
)
_SINGULAR = (
    *"second minute hour day week month year".split(),
    *"person customer host team event vendor state organisation".split(),
)
WORDS = (
    *_SINGULAR,
    *(f"{word}s" for word in _SINGULAR if word != "person"),
    *"people s sec min h hr d wk mo yr W kW MW GW Wh kWh MWh GWh".split(),
    *"thousand million billion percent".split(),
    *(prefix + currency for currency in CURRENCIES for prefix in ("", "k", "M", "G")),
)

UNIT_WORD = r"[A-Za-z]+(?:\^?-?[1-9])?"
UNIT_TEXT = rf"%|(?:(?:/|per\b)\s*)?{UNIT_WORD}(?:\s*[*/-]\s*{UNIT_WORD}|\s+{UNIT_WORD})*"
"""Unit words joined by space, hyphen, * (all products), / or "per"."""

_PER = {"[people]": "person", "[customers]": "customer", "[hosts]": "host", "[teams]": "team"}
_NAMES = {
    "": "a plain number",
    "[time]": "a time",
    "1/[time]": "a rate",
    "[power]": "a power",
    "[power]*[time]": "an energy",
    "[people]": "a number of people",
    "[customers]": "a number of customers",
    "[hosts]": "a number of hosts",
    "[teams]": "a number of teams",
}


class UnknownUnit(InputError):
    """A unit word outside the list, or a unit that can be read two ways."""

    def __init__(self, word: str, message: str) -> None:
        super().__init__(message)
        self.word = word


@cache
def registry() -> UnitRegistry[float]:
    """The one unit registry, built when first needed."""
    from pint import UnitRegistry

    units: UnitRegistry[float] = UnitRegistry(None)
    for definition in DEFINITIONS:
        units.define(definition)
    return units


@cache
def read_unit(text: str) -> Any:
    """The pint unit that a text matching UNIT_TEXT names; all that follows "/" or "per" divides.

    Raises UnknownUnit for a word outside the list, and for a mixture of / and *.
    """
    units = registry()
    unit = units.Unit("dimensionless")
    below = False
    for token in re.findall(rf"{UNIT_WORD}|[*/%]", text):
        if token in ("/", "per"):
            below = True
        elif token == "*":
            if below:
                raise UnknownUnit("", f'{shown(text)} is ambiguous (write only "/" after the first "/")')
        else:
            word, power = _word_and_power("percent" if token == "%" else token)
            unit = unit * units.Unit(word) ** (-power if below else power)
    return unit


def _word_and_power(token: str) -> tuple[str, int]:
    word = token.rstrip("^-123456789")
    if word not in WORDS:
        raise UnknownUnit(word, f"the unit {shown(word)} is not known")
    return word, int(token[len(word) :].lstrip("^") or 1)


def powers(unit: Any) -> dict[str, int]:
    """The base dimensions of a unit with their powers."""
    return {name: int(power) for name, power in sorted(unit.dimensionality.items())}


def currency_of(unit: Any) -> str | None:
    """The currency an amount is in, or None for what is not money."""
    found = powers(unit)
    return next((c for c in CURRENCIES if found.get(f"[{c}]") == 1), None)


def per_what(unit: Any) -> str | None:
    """For a unit of money: "" for an amount, "h", "kWh", "customer h", ...; None for any other unit."""
    currency = currency_of(unit)
    rest = {name: power for name, power in powers(unit).items() if name != f"[{currency}]"}
    if currency is None or any(power != -1 for power in rest.values()):
        return None
    words = [word for name, word in _PER.items() if name in rest]
    if len(words) + ("[time]" in rest) + ("[power]" in rest) < len(rest):
        return None
    suffix = ("kW" if "[power]" in rest else "") + ("h" if "[time]" in rest else "")
    return " ".join([*words, suffix] if suffix else words)


def counted(unit: Any) -> bool:
    """Is it a count: plain, or of one thing such as people?"""
    found = powers(unit)
    return not found or (len(found) == 1 and any(found.get(name) == 1 for name in _PER))


def what_it_measures(unit: Any) -> str:
    """In words: "a power", "money per customer h"; for an error message."""
    per = per_what(unit)
    if per is not None:
        return f"money per {per}" if per else "an amount of money"
    found = powers(unit)
    above = "*".join(name for name, power in found.items() if power == 1)
    if all(power == 1 for power in found.values()):
        return _NAMES.get(above, "no known quantity")
    return _NAMES["1/[time]"] if found == {"[time]": -1} else "no known quantity"


def unit_choices(dimension: str) -> str:
    """The units allowed for a dimension, for an error message."""
    return {
        "time": "s, min, h, d, week, month, year",
        "rate": "/ h, / d, / week, / month, / year",
        "power": "W, kW, MW, GW",
        "energy": "Wh, kWh, MWh, GWh",
        "money": f"{listed(CURRENCIES)}, each with k, M or G in front",
        "money_rate": "money / h, kWh, customer, person, host or team",
        "share": "%",
        "count": "people, customers, hosts, teams, thousand, million, billion",
        "number": "%, thousand, million, billion",
    }[dimension]


def words_of(dimension: str) -> list[str]:
    """The unit words that make sense for a dimension, long and short, to guess what was meant."""
    kinds = {
        "time": ["[time]"],
        "rate": ["[time]"],
        "power": ["[power]"],
        "energy": ["[power]", "[time]"],
        "money": [f"[{currency}]" for currency in CURRENCIES],
        "money_rate": [*(f"[{currency}]" for currency in CURRENCIES), "[time]", "[power]", *_PER],
        "count": list(_PER),
    }.get(dimension, [])
    return [word for word in WORDS if set(powers(read_unit(word))) <= set(kinds)]
