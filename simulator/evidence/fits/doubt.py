"""How far a fitted time may be off: a law of a factor on it, median 1."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from simulator.evidence.fits.points import Point
from simulator.rules.quantile import Z95, Law

GRID = [math.exp(-3.0 + 6.0 * step / 3000.0) for step in range(3001)]
"""Factors from 1/20 to 20, evenly in the logarithm."""

Band = tuple[float, float, float]
"""5, 50 and 95 % points."""


def own_band(law: Law, points: Sequence[Point], parameters: int) -> Band:
    """Posterior of the factor on the law's times, from the points it was fitted to, its shape held.

    Flat prior on the logarithm of the factor. A published share is normal about the true one, a published time
    lognormal about the true one, each with its range as 5 and 95 % points; points are independent. Where a law
    of so many parameters misses its points by more than these errors allow, all errors grow by the square root
    of chi-square over degrees of freedom (Birge, Physical Review 40 (1932) 207).
    """
    missed = [math.fsum(_misfit(law, factor, point) ** 2 for point in points) for factor in GRID]
    growth = max(1.0, min(missed) / max(1, len(points) - parameters))
    heights = [-0.5 * square / growth for square in missed]
    top = max(heights)
    weights = [math.exp(height - top) for height in heights]
    total = math.fsum(weights)
    found, below, wanted = [], 0.0, [0.05, 0.5, 0.95]
    for factor, weight in zip(GRID, weights, strict=True):
        below += weight / total
        while wanted and below >= wanted[0]:
            found.append(factor)
            wanted.pop(0)
    return found[0], found[1], found[2]


def implied_factor(law: Law, points: Iterable[Point]) -> float:
    """The factor on the law's times that another incident asks for: geometric mean over its points."""
    logs = [math.log(point.days / law.quantile(point.share)) for point in points]
    return math.exp(math.fsum(logs) / len(logs))


def doubt(own: Band, others: Sequence[float]) -> Law:
    """The law of the factor: a lognormal, split at its median of 1.

    On each side the fit's own doubt and the distance between incidents add as variances. That distance is the
    standard deviation of the logarithms of their factors about that of the incident fitted to, 1: the sum of
    squares over the number of the others. It counts on both sides, for the next incident may lie on either; with
    few others it is itself unsure, and with none it cannot be told. The median stays at the fit, which is what ships.
    """
    apart = math.sqrt(math.fsum(math.log(factor) ** 2 for factor in others) / len(others)) if others else 0.0
    below = math.hypot(math.log(own[1] / own[0]) / Z95, apart)
    above = math.hypot(math.log(own[2] / own[1]) / Z95, apart)
    return factor_law(math.exp(-Z95 * below), math.exp(Z95 * above))


def factor_law(p05: float, p95: float) -> Law:
    """A factor with median 1 and these 5 and 95 % points, rounded to two digits, or two decimals below 2."""
    return Law.lognormal_quantiles(_two_digits(p05), 1.0, _two_digits(p95))


def _two_digits(factor: float) -> float:
    return round(factor, 2) if 0.1 < factor < 2.0 else float(f"{factor:.2g}")


def _misfit(law: Law, factor: float, point: Point) -> float:
    """How many standard errors the point lies off the law with its times multiplied."""
    if point.days_low is not None and point.days_high is not None:
        spread = math.log(point.days_high / point.days_low) / (2.0 * Z95)
        return math.log(point.days / (factor * law.quantile(point.share))) / spread
    if point.low is None or point.high is None:
        raise ValueError(f"the point of {point.incident} at {point.days:g} days has no range")
    return (point.share - law.cdf(point.days / factor)) / ((point.high - point.low) / (2.0 * Z95))
