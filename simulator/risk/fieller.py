"""Fieller's limits for the ratio of two means whose denominator has an error of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from simulator.risk.arrays import Floats
from simulator.risk.estimate import NO_ERROR, Estimate, either_sign_limits, join_notes
from simulator.risk.interval import t_quantile
from simulator.risk.paired import hidden, moments_of_sum
from simulator.risk.sampling import Sampling


def fieller_ratio(numerator: Floats, denominator: Floats, design: Sampling, *, confidence: float = 0.95) -> Estimate:
    """Ratio of two means of per-replication values of either sign (Fieller 1954, JRSS B 16:175).

    The limits are the ratios r at which the mean of numerator - r denominator may be zero, with the
    multiples of its standard error that `either_sign_limits` allows on each side at the estimate. nan, with a
    note, without a ratio (the mean denominator is not above zero) and where the limits are unbounded (it may
    be zero).
    """
    nan = math.nan
    moments, below = moments_of_sum((numerator,), design), moments_of_sum((denominator,), design)
    whole = Estimate(nan, nan, nan, nan, confidence, "none", design.count, int(moments.nonzero.sum()))
    if below.mean <= 0.0:
        return replace(whole, note="no ratio: what it is divided by is not above zero")
    value = moments.mean / below.mean
    spread = moments_of_sum((numerator, -value * denominator), design)
    if not math.isfinite(spread.variance):
        return replace(whole, value=value, note=NO_ERROR)
    if spread.variance == 0.0:
        return replace(whole, value=value, se=0.0, low=value, high=value, method="exact")
    found = replace(whole, value=value, se=spread.se / below.mean)
    allowed = either_sign_limits(replace(spread, mean=0.0), confidence)
    z = t_quantile(0.5 + confidence / 2.0, math.inf)
    means = _Means(
        moments.mean,
        below.mean,
        moments.variance + (hidden(numerator, design, confidence) / z) ** 2,
        below.variance + (hidden(denominator, design, confidence) / z) ** 2,
        _covariance(numerator, denominator, moments.variance, below.variance, design),
    )
    low, high = means.root(allowed.low / spread.se), means.root(allowed.high / spread.se)
    if math.isnan(low) or math.isnan(high):
        return replace(found, note=join_notes("unbounded: what it is divided by may be zero", allowed.note))
    return replace(found, low=low, high=high, method="Fieller", note=allowed.note)


def _covariance(x: Floats, y: Floats, variance_x: float, variance_y: float, design: Sampling) -> float:
    """Covariance of two means, from the variances of sum and difference once both are of one scale."""
    if variance_x == 0.0 or variance_y == 0.0:
        return 0.0
    scale = math.sqrt(variance_x / variance_y)
    total, rest = design.moments(x + scale * y), design.moments(x - scale * y)
    return (total.variance - rest.variance) / (4.0 * scale)


@dataclass(frozen=True)
class _Means:
    above: float
    below: float
    variance_above: float
    variance_below: float
    covariance: float

    def root(self, multiple: float) -> float:
        """The ratio r with above - r below = -multiple se(above - r below); nan if there is none."""
        square = multiple * multiple
        a = self.below**2 - square * self.variance_below
        if a <= 0.0:
            return math.nan
        half = self.above * self.below - square * self.covariance
        c = self.above**2 - square * self.variance_above
        return (half + math.copysign(math.sqrt(max(half * half - a * c, 0.0)), multiple)) / a
