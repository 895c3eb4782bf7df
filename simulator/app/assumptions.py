"""The assumptions about which least is known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from simulator.scenario.ledger import Entry

SHOWN = 10
AMOUNT = re.compile(r"([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*(.*)")


@dataclass(frozen=True)
class Assumption:
    """An assumption with the widest range stated for it, and how many parameters rest on it."""

    parameter: str
    value: str
    range: str
    reason: str
    parameters: int


def widest(entries: Iterable[Entry], most: int = SHOWN) -> list[Assumption]:
    """Assumptions in the order of their widest range, high over low; those of equal reasons are one."""
    alike: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.basis == "assumption" and entry.low:
            alike.setdefault(entry.assumption, []).append(entry)
    leaders = [(max(group, key=width), len(group)) for group in alike.values()]
    leaders.sort(key=lambda found: -width(found[0]))
    return [Assumption(plain_path(e.parameter), e.value, e.range, e.assumption, count) for e, count in leaders[:most]]


def width(entry: Entry) -> float:
    """High over low, at least 1. A range from zero counts as reaching as far below its value as above it."""
    low, high = amount(entry.low), amount(entry.high)
    if low is None or high is None or low[1] != high[1]:
        return 1.0
    if low[0] > 0.0:
        return max(high[0] / low[0], 1.0)
    value = amount(entry.value)
    return max((high[0] / value[0]) ** 2, 1.0) if value is not None and value[0] > 0.0 else 1.0


def amount(text: str) -> tuple[float, str] | None:
    """`0.2 / year` as (0.2, "/ year"); None for what does not start with a number, such as a law."""
    match = AMOUNT.fullmatch(text)
    return (float(match[1]), match[2]) if match is not None else None


def plain_path(parameter: str) -> str:
    """`theatres.east.rates` as steps from the whole to the part."""
    return parameter.replace("_", " ").replace(".", " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ")
