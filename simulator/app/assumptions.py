"""The assumptions about which least is known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from simulator.scenario.ledger import Entry

SHOWN = 10
AMOUNT = re.compile(r"([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*(.*)")
LONG = re.compile(r"(?<![\d.])\d{5,}(?![\d.])")


@dataclass(frozen=True)
class Assumption:
    """An assumption as it is read: a parameter, its value and range as they were written, and why."""

    parameter: str
    value: str
    range: str
    reason: str


def widest(entries: Iterable[Entry], most: int = SHOWN) -> list[Assumption]:
    """Assumptions in the order of their range, high over low. Those of equal reasons are told as one, by the
    widest of them."""
    alike: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.basis == "assumption" and entry.low:
            alike.setdefault(entry.assumption, []).append(entry)
    groups = sorted(alike.values(), key=lambda group: -max(map(width, group)))
    return [told(max(group, key=width), len(group) - 1) for group in groups[:most]]


def told(entry: Entry, others: int) -> Assumption:
    """An entry in words, with the number of other parameters that rest on the same reason."""
    name = plain_path(entry.parameter) + (f", and {others} alike" if others else "")
    return Assumption(name, grouped(entry.value), grouped(entry.range), entry.assumption)


def width(entry: Entry) -> float:
    """High over low, at least 1; for a range from zero, high over the value used."""
    low, high = amount(entry.low), amount(entry.high)
    if low is None or high is None or low[1] != high[1]:
        return 1.0
    if low[0] > 0.0:
        return max(high[0] / low[0], 1.0)
    value = amount(entry.value)
    return max(high[0] / value[0], 1.0) if value is not None and value[0] > 0.0 else 1.0


def amount(text: str) -> tuple[float, str] | None:
    """`0.2 / year` as (0.2, "/ year"); None for what does not start with a number, such as a law."""
    match = AMOUNT.fullmatch(text)
    return (float(match[1]), match[2]) if match is not None else None


def plain_path(parameter: str) -> str:
    """`theatres.east.rates` as steps from the whole to the part."""
    return parameter.replace("_", " ").replace(".", " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ")


def grouped(text: str) -> str:
    """Long whole numbers with commas: `20000000` as `20,000,000`."""
    return LONG.sub(lambda match: f"{int(match[0]):,}", text)
