"""A law through points of its distribution function: a straight line on the law's probability paper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from simulator.evidence.fits.points import Point
from simulator.rules.normal import inverse_normal
from simulator.rules.quantile import Law

Family = Literal["uniform", "exponential", "weibull", "lognormal"]
PARAMETERS: dict[Family, int] = {"uniform": 1, "exponential": 1, "weibull": 2, "lognormal": 2}
"""How many numbers each law is fitted with."""


def law_through(family: Family, points: Sequence[Point]) -> Law:
    """The law, in days, by least squares on its paper; all points weigh the same.

    Exponential and Weibull: ln(-ln(1 - share)) on ln(days), the share unsure; the exponential with slope 1.
    Lognormal: ln(days) on the normal score of the share, the day unsure, for firms announce the day on which a
    round share is passed. Uniform: from 0 to the one point, which has the share 1.
    Raises ValueError for fewer different days than the law has parameters.
    """
    days = sorted({point.days for point in points})
    if len(days) < PARAMETERS[family]:
        raise ValueError(f"a {family} law needs points at {PARAMETERS[family]} different times, not {len(days)}")
    times = [math.log(point.days) for point in points]
    if family == "uniform":
        return Law.uniform(0.0, days[-1])
    if family == "lognormal":
        sigma, middle = _line([inverse_normal(point.share) for point in points], times)
        return Law.lognormal(math.exp(middle), sigma)
    hazards = [math.log(-math.log1p(-point.share)) for point in points]
    if family == "exponential":
        return Law.exponential(math.exp(_mean(times) - _mean(hazards)))
    shape, height = _line(times, hazards)
    return Law.weibull(shape, math.exp(-height / shape))


def _line(x: Sequence[float], y: Sequence[float]) -> tuple[float, float]:
    """Slope and height at 0 of the least-squares line of y on x."""
    middle_x, middle_y = _mean(x), _mean(y)
    spread = math.fsum((a - middle_x) ** 2 for a in x)
    slope = math.fsum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True)) / spread
    return slope, middle_y - slope * middle_x


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
