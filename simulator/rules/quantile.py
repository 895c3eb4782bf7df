"""Laws of delays and sizes by their inverse distribution function: one uniform in, one value out."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from simulator.rules.normal import inverse_normal, normal_cdf

FIXED = 0
UNIFORM = 1
EXPONENTIAL = 2
LOGNORMAL = 3
WEIBULL = 4
PERT = 5
EMPIRICAL = 6
SPLIT_LOGNORMAL = 7
GAMMA = 8

Z95 = 1.6448536269514722
"""The 95 % point of the standard normal law."""


def uniform_quantile(u: float, low: float, high: float) -> float:
    """Uniform on [low, high]."""
    return low + (high - low) * u


def exponential_quantile(u: float, mean: float) -> float:
    """Exponential with the given mean."""
    return -mean * math.log1p(-u)


def lognormal_quantile(u: float, median: float, sigma: float) -> float:
    """Lognormal: median x exp(sigma Z)."""
    return median * math.exp(sigma * inverse_normal(u))


def split_lognormal_quantile(u: float, median: float, sigma_low: float, sigma_high: float) -> float:
    """Lognormal with one sigma below the median and another above it."""
    z = inverse_normal(u)
    return median * math.exp((sigma_low if z < 0.0 else sigma_high) * z)


def weibull_quantile(u: float, shape: float, scale: float) -> float:
    """Weibull with P(X > x) = exp(-(x / scale)^shape)."""
    return float(scale * (-math.log1p(-u)) ** (1.0 / shape))


def empirical_quantile(u: float, points: Sequence[float], cumulative: Sequence[float]) -> float:
    """The least point whose cumulative probability reaches u."""
    low, high = 0, len(points) - 1
    while low < high:
        middle = (low + high) // 2
        if cumulative[middle] < u:
            low = middle + 1
        else:
            high = middle
    return points[low]


def pert_shapes(low: float, mode: float, high: float) -> tuple[float, float]:
    """The two shapes of the beta law on [low, high] that PERT stands for (Malcolm et al. 1959)."""
    width = high - low
    return 1.0 + 4.0 * (mode - low) / width, 1.0 + 4.0 * (high - mode) / width


@dataclass(frozen=True, slots=True)
class Law:
    """A law of one positive or real quantity, in the unit of whoever uses it.

    Meaning of (a, b, c) by kind: FIXED value; UNIFORM low, high; EXPONENTIAL mean; LOGNORMAL median,
    sigma; SPLIT_LOGNORMAL median, sigma below, sigma above; WEIBULL shape, scale; PERT low, mode, high;
    GAMMA mean, shape; EMPIRICAL none, but ascending `points` and their `cumulative` probabilities ending in 1.
    """

    kind: int
    a: float = 0.0
    b: float = 0.0
    c: float = 0.0
    points: tuple[float, ...] = ()
    cumulative: tuple[float, ...] = ()

    @classmethod
    def fixed(cls, value: float) -> "Law":
        """Always `value`."""
        _demand(math.isfinite(value), f"a fixed value must be finite, not {value}")
        return cls(FIXED, float(value))

    @classmethod
    def uniform(cls, low: float, high: float) -> "Law":
        """Uniform on [low, high]. Raises ValueError unless low <= high."""
        _demand(-math.inf < low <= high < math.inf, f"a uniform law needs low <= high, not {low} and {high}")
        return cls(UNIFORM, float(low), float(high))

    @classmethod
    def exponential(cls, mean: float) -> "Law":
        """Exponential. Raises ValueError unless mean > 0."""
        _demand(0.0 < mean < math.inf, f"the mean of an exponential law must be above 0, not {mean}")
        return cls(EXPONENTIAL, float(mean))

    @classmethod
    def lognormal(cls, median: float, sigma: float) -> "Law":
        """Lognormal from its median and the standard deviation of its logarithm. Raises ValueError."""
        _demand(0.0 < median < math.inf, f"the median of a lognormal law must be above 0, not {median}")
        _demand(0.0 <= sigma < math.inf, f"the sigma of a lognormal law must be 0 or more, not {sigma}")
        return cls(LOGNORMAL, float(median), float(sigma))

    @classmethod
    def lognormal_quantiles(cls, q05: float, q50: float, q95: float) -> "Law":
        """Lognormal through elicited 5 %, 50 % and 95 % points.

        A stated median off the middle of the logarithms by more than 1e-9 gives a split lognormal, which
        meets all three points. Raises ValueError unless 0 < q05 <= q50 <= q95.
        """
        _demand(
            0.0 < q05 <= q50 <= q95 < math.inf,
            f"lognormal quantiles need 0 < q05 <= q50 <= q95, not {q05}, {q50} and {q95}",
        )
        below = math.log(q50 / q05) / Z95
        above = math.log(q95 / q50) / Z95
        implied = math.sqrt(q05 * q95)
        if abs(q50 - implied) <= 1e-9 * implied:
            return cls.lognormal(q50, 0.5 * (below + above))
        return cls(SPLIT_LOGNORMAL, float(q50), below, above)

    @classmethod
    def weibull(cls, shape: float, scale: float) -> "Law":
        """Weibull. Raises ValueError unless shape > 0 and scale > 0."""
        _demand(0.0 < shape < math.inf, f"the shape of a Weibull law must be above 0, not {shape}")
        _demand(0.0 < scale < math.inf, f"the scale of a Weibull law must be above 0, not {scale}")
        return cls(WEIBULL, float(shape), float(scale))

    @classmethod
    def gamma(cls, mean: float, shape: float) -> "Law":
        """Gamma with density in proportion to x^(shape - 1) exp(-shape x / mean). Raises ValueError."""
        _demand(0.0 < mean < math.inf, f"the mean of a gamma law must be above 0, not {mean}")
        _demand(0.0 < shape < math.inf, f"the shape of a gamma law must be above 0, not {shape}")
        return cls(GAMMA, float(mean), float(shape))

    @classmethod
    def pert(cls, low: float, mode: float, high: float) -> "Law":
        """PERT: a beta law on [low, high] with mean (low + 4 mode + high) / 6. Raises ValueError."""
        _demand(
            -math.inf < low <= mode <= high < math.inf,
            f"a PERT law needs low <= mode <= high, not {low}, {mode} and {high}",
        )
        return cls.fixed(low) if low == high else cls(PERT, float(low), float(mode), float(high))

    @classmethod
    def empirical(cls, values: Sequence[float], weights: Sequence[float] | None = None) -> "Law":
        """One of `values`, each with its weight (equal weights if none). Raises ValueError."""
        shares = [1.0] * len(values) if weights is None else list(weights)
        _demand(len(values) > 0, "an empirical law needs at least one value")
        _demand(len(shares) == len(values), f"{len(values)} values need as many weights, not {len(shares)}")
        _demand(all(math.isfinite(v) for v in values), "the values of an empirical law must be finite")
        _demand(all(0.0 <= w < math.inf for w in shares), "the weights of an empirical law must be 0 or more")
        kept = sorted((float(v), float(w)) for v, w in zip(values, shares, strict=True) if w > 0.0)
        _demand(len(kept) > 0, "an empirical law needs a weight above 0")
        total = math.fsum(w for _, w in kept)
        cumulative = [s / total for s in accumulate(w for _, w in kept)]
        cumulative[-1] = 1.0
        return cls(EMPIRICAL, points=tuple(v for v, _ in kept), cumulative=tuple(cumulative))

    def quantile(self, u: float) -> float:
        """The value below which the law falls with probability u, for 0 < u < 1 (FIXED ignores u)."""
        kind = self.kind
        if kind == FIXED:
            return self.a
        if kind == EXPONENTIAL:
            return exponential_quantile(u, self.a)
        if kind == LOGNORMAL:
            return lognormal_quantile(u, self.a, self.b)
        if kind == UNIFORM:
            return uniform_quantile(u, self.a, self.b)
        if kind == WEIBULL:
            return weibull_quantile(u, self.a, self.b)
        if kind == SPLIT_LOGNORMAL:
            return split_lognormal_quantile(u, self.a, self.b, self.c)
        if kind == EMPIRICAL:
            return empirical_quantile(u, self.points, self.cumulative)
        from scipy.special import betaincinv, gammaincinv

        if kind == GAMMA:
            return self.a / self.b * float(gammaincinv(self.b, u))
        first, second = pert_shapes(self.a, self.b, self.c)
        return self.a + (self.c - self.a) * float(betaincinv(first, second, u))

    def cdf(self, x: float) -> float:
        """P(X <= x)."""
        kind = self.kind
        if kind == FIXED:
            return 1.0 if x >= self.a else 0.0
        if kind == EMPIRICAL:
            below = bisect_right(self.points, x)
            return self.cumulative[below - 1] if below else 0.0
        low = self.a if kind in (UNIFORM, PERT) else 0.0
        high = {UNIFORM: self.b, PERT: self.c}.get(kind, math.inf)
        if x >= high:
            return 1.0
        return 0.0 if x <= low else self._cdf_inside(x)

    def scaled(self, factor: float) -> "Law":
        """The law of `factor` times the quantity. Raises ValueError unless 0 < factor < infinity."""
        _demand(0.0 < factor < math.inf, f"a law is scaled by a factor above 0, not {factor}")
        a, b, c = self.a, self.b, self.c
        if self.kind == WEIBULL:
            b *= factor
        else:
            a *= factor
        if self.kind in (UNIFORM, PERT):
            b, c = b * factor, c * factor
        return replace(self, a=a, b=b, c=c, points=tuple(point * factor for point in self.points))

    def mean(self) -> float:
        """The expected value."""
        return self._moment(1)

    def variance(self) -> float:
        """The variance. That of PERT is (mean - low)(high - mean) / 7, not ((high - low) / 6)^2."""
        kind = self.kind
        if kind == FIXED:
            return 0.0
        if kind == UNIFORM:
            return (self.b - self.a) ** 2 / 12.0
        if kind == EXPONENTIAL:
            return self.a**2
        if kind == GAMMA:
            return self.a**2 / self.b
        if kind == LOGNORMAL:
            return self.mean() ** 2 * math.expm1(self.b**2)
        mean = self.mean()
        if kind == PERT:
            return (mean - self.a) * (self.c - mean) / 7.0
        if kind == EMPIRICAL:
            return math.fsum(w * (v - mean) ** 2 for v, w in self._weighted())
        return max(self._moment(2) - mean**2, 0.0)

    def _cdf_inside(self, x: float) -> float:
        kind = self.kind
        if kind == UNIFORM:
            return (x - self.a) / (self.b - self.a)
        if kind == EXPONENTIAL:
            return -math.expm1(-x / self.a)
        if kind == WEIBULL:
            return -math.expm1(-((x / self.b) ** self.a))
        if kind == PERT:
            from scipy.special import betainc

            first, second = pert_shapes(self.a, self.b, self.c)
            return float(betainc(first, second, (x - self.a) / (self.c - self.a)))
        if kind == GAMMA:
            from scipy.special import gammainc

            return float(gammainc(self.b, self.b * x / self.a))
        sigma = self.c if kind == SPLIT_LOGNORMAL and x > self.a else self.b
        if sigma == 0.0:
            return 1.0 if x >= self.a else 0.0
        return normal_cdf(math.log(x / self.a) / sigma)

    def _moment(self, order: int) -> float:
        kind = self.kind
        if kind == UNIFORM:
            return 0.5 * (self.a + self.b)
        if kind == LOGNORMAL:
            return self.a**order * math.exp(0.5 * (order * self.b) ** 2)
        if kind == SPLIT_LOGNORMAL:
            below, above = order * self.b, order * self.c
            return self.a**order * (
                math.exp(0.5 * below**2) * normal_cdf(-below) + math.exp(0.5 * above**2) * normal_cdf(above)
            )
        if kind == WEIBULL:
            return self.b**order * math.gamma(1.0 + order / self.a)
        if kind == PERT:
            return (self.a + 4.0 * self.b + self.c) / 6.0
        if kind == EMPIRICAL:
            return math.fsum(w * v for v, w in self._weighted())
        return self.a  # FIXED, EXPONENTIAL and GAMMA state their mean

    def _weighted(self) -> list[tuple[float, float]]:
        steps = zip((0.0, *self.cumulative), self.cumulative, strict=False)
        return [(v, high - low) for v, (low, high) in zip(self.points, steps, strict=True)]


def _demand(holds: bool, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)
