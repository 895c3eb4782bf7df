"""Round numbers for axes, and how many of them fit."""

from __future__ import annotations

import math
from itertools import pairwise

from simulator.charts.lettering import width
from simulator.charts.numbers import rarity
from simulator.charts.style import TICK_SIZE

FEW = 8
"""Most ticks on a value axis."""


def round_down(value: float) -> float:
    """The next number of the 1-2-5 series at or below."""
    power = math.floor(math.log10(value) + 1e-12)
    lead = value / 10.0**power
    return float(f"{max(step for step in (1, 2, 5) if step <= lead * (1 + 1e-9) or step == 1)}e{power}")


def round_up(value: float) -> float:
    """The next number of the 1-2-5 series at or above."""
    below = round_down(value)
    if math.isclose(below, value):
        return below
    power = math.floor(math.log10(below) + 1e-12)
    lead = round(below / 10.0**power)
    return float(f"{ {1: 2, 2: 5, 5: 10}[lead] }e{power}")


def series(low: float, high: float, leads: tuple[int, ...]) -> list[float]:
    """Numbers lead × 10^n from low to high."""
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    found = [float(f"{lead}e{power}") for power in powers for lead in leads]
    return [value for value in found if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]


def log_ticks(bottom: float, top: float, most: int = FEW) -> list[float]:
    """Round numbers, as many as fit: 1-2-5, then powers of ten, then every second or later power."""
    for leads in ((1, 2, 5), (1,)):
        found = series(bottom, top, leads)
        if len(found) <= most:
            return found
    return found[:: math.ceil(len(found) / most)]


def rarity_ticks(first: float, last: float, inches: float) -> list[float]:
    """Round return periods whose labels stand apart on an axis so long."""
    for leads in ((1, 2, 5), (1, 3), (1,)):
        found = series(first, last, leads)
        if len(found) < 2 or labels_fit(found, first, last, inches):
            break
    return found


def labels_fit(years: list[float], first: float, last: float, inches: float) -> bool:
    scale = inches / math.log(last / first)
    halves = [width(rarity(value), TICK_SIZE) / 2 for value in years]
    gaps = [scale * math.log(b / a) for a, b in pairwise(years)]
    return all(gap > a + b + 0.08 for gap, (a, b) in zip(gaps, pairwise(halves), strict=True))


def linear_ticks(top: float, most: int = 5) -> list[float]:
    """Zero and round steps up to `top`, at most `most` of them above zero."""
    step = round_up(top / most)
    return [step * i for i in range(math.floor(top / step * (1 + 1e-9)) + 1)]
