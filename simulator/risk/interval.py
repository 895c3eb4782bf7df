"""Confidence limits from a mean and its moments, and from ranks.

`limits` picks the method by what the sample can carry:
- with at least 100 replications with a loss and little skewness, Student's t (the mean of 2 or 9 expected
  losses has a t interval that covers 73 % or 91 %, not 95 %; with 188 it covers 94.4 %), for losses joined
  with Hall's (1992, JRSS B 54:221) transformation of t to remove skewness, never narrower
  than t: where a few large losses have not come yet, t alone ends below the truth too often, whether or not
  the run stops at a precision (tests/proofs/test_stopping_coverage.py);
- otherwise, for losses and probabilities, the gamma interval of Fay & Feuer (1997, Statistics in Medicine
  16:791) for a weighted sum of Poisson counts, with the stratified variance in place of the Poisson one. It
  is exact (Garwood) for counts of one size in one stratum. Where few futures carry the mean it rests on the largest
  value seen, and ends below the truth too often: such intervals are marked rough;
- otherwise, for values of either sign (differences), Hall's transformation, too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

ENOUGH_LOSSES = 100
"""Replications with a loss from which a t interval is used."""
LITTLE_SKEWNESS = 0.2
"""Skewness of the estimated mean up to which that is so."""
VERY_FEW_LOSSES = 10


@dataclass(frozen=True)
class Limits:
    """Confidence limits (nan: no limit can be given), the method and what a reader should know."""

    low: float
    high: float
    method: str
    note: str = ""


def t_quantile(probability: float, degrees_of_freedom: float) -> float:
    """Quantile of Student's t (of the normal for infinite degrees of freedom)."""
    from scipy import special

    if math.isinf(degrees_of_freedom):
        return float(special.ndtri(probability))
    return float(special.stdtrit(max(degrees_of_freedom, 1.0), probability))


def t_limits(mean: float, se: float, degrees_of_freedom: float, confidence: float) -> Limits:
    """Two-sided Student's t interval."""
    half = t_quantile(0.5 + confidence / 2.0, degrees_of_freedom) * se
    return Limits(mean - half, mean + half, "t")


def gamma_quantile(probability: float, mean: float, variance: float) -> float:
    """Quantile of the gamma distribution with this mean and variance (zero if the mean is zero)."""
    from scipy import special

    if mean <= 0.0:
        return 0.0
    if variance <= 0.0:
        return mean
    return float(special.gammaincinv(mean * mean / variance, probability)) * variance / mean


def gamma_limits(mean: float, variance: float, largest: float, confidence: float) -> Limits:
    """Interval of Fay & Feuer for the mean of non-negative values.

    `largest` is the largest contribution one more replication with a loss could make (weight times value).
    """
    tail = (1.0 - confidence) / 2.0
    low = gamma_quantile(tail, mean, variance)
    high = gamma_quantile(1.0 - tail, mean + largest, variance + largest * largest)
    return Limits(low, high, "gamma (rough)")


def skew_corrected_limits(
    mean: float, se: float, skewness: float, degrees_of_freedom: float, confidence: float
) -> Limits:
    """Hall's interval, joined with t so that it is never the narrower of the two."""
    plain = t_limits(mean, se, degrees_of_freedom, confidence)
    if abs(skewness) < 1e-9:
        return plain
    z = t_quantile(0.5 + confidence / 2.0, math.inf)

    def transformed_back(x: float) -> float:
        return 3.0 / skewness * (math.cbrt(1.0 + skewness * (x - skewness / 6.0)) - 1.0)

    low = mean - se * transformed_back(z)
    high = mean - se * transformed_back(-z)
    return Limits(min(low, plain.low), max(high, plain.high), "skew-corrected t")


def quantile_ranks(n: int, q: float, confidence: float = 0.95) -> tuple[int, int | None]:
    """Ranks (l, u), from 1, with P(X_(l) <= x_q < X_(u)) >= confidence for n independent values (V30).

    A lower rank of 0 means no lower limit beyond the smallest possible value; an upper rank of None means
    that n is too small for a finite upper limit. Raises ValueError for q outside (0, 1) or n < 1.
    """
    if n < 1 or not 0.0 < q < 1.0:
        raise ValueError(f"ranks need at least one value and 0 < q < 1; got n = {n}, q = {q}")
    tail = (1.0 - confidence) / 2.0
    lower = _binomial_quantile(tail, n, q)
    upper = _binomial_quantile(1.0 - tail, n, q) + 1
    return lower, upper if upper <= n else None


def rank_coverage(n: int, q: float, lower: int, upper: int) -> float:
    """P(lower <= Bin(n, q) <= upper - 1): exact coverage of the ranks for a continuous distribution."""
    from scipy import special

    below = float(special.bdtr(lower - 1, n, q)) if lower > 0 else 0.0
    return float(special.bdtr(upper - 1, n, q)) - below


def _binomial_quantile(probability: float, n: int, q: float) -> int:
    """Smallest k with P(Bin(n, q) <= k) >= probability."""
    from scipy import special

    k = math.floor(n * q + t_quantile(probability, math.inf) * math.sqrt(n * q * (1.0 - q)))
    k = min(max(k, 0), n)
    while k > 0 and special.bdtr(k - 1, n, q) >= probability:
        k -= 1
    while special.bdtr(k, n, q) < probability:
        k += 1
    return k
