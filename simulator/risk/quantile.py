"""Quantiles of weighted, clustered samples with confidence limits.

A sample is a list of rows (value, replication, unit); a row's mass is its replication's weight times its
unit. The replication is the sampling unit: rows of one replication may depend on each other in any way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.risk.estimate import Estimate, effective_sample_size, join_notes
from simulator.risk.interval import ENOUGH_LOSSES, Limits, gamma_quantile, quantile_ranks, t_quantile
from simulator.risk.sampling import Floats, Moments, Rows, Sampling, per_row

FEWEST_BEYOND = 10.0
"""Effective replications beyond a level below which a return period is refused."""


@dataclass(frozen=True)
class WeightedSample:
    """Rows sorted by falling value.

    With `domain` None the rows are the part above zero of a distribution of total mass one, whose other rows
    are all zero and are not stored. Otherwise the rows are the whole domain (say, replications with an
    outage) and `domain` holds the units of each replication in it.
    """

    design: Sampling
    position: Rows
    value: Floats
    unit: Floats
    domain: Floats | None
    independent: bool
    """True if the rows (zeros included) are independent draws of one distribution, so that ranks apply."""

    @cached_property
    def mass(self) -> Floats:
        stratum = self.design.stratum[self.position]
        return self.design.stratum_weight[stratum] * self.unit / self.total

    @cached_property
    def total(self) -> float:
        if self.domain is None:
            return 1.0
        return float(np.sum(self.design.weight * self.domain))

    @cached_property
    def cumulative(self) -> Floats:
        """Mass of the first 0, 1, 2, ... rows."""
        return np.concatenate(([0.0], np.cumsum(self.mass)))

    @cached_property
    def with_loss(self) -> int:
        """Replications with a row."""
        return int(np.count_nonzero(np.bincount(self.position, minlength=1)))

    @property
    def count(self) -> int:
        """Rows, with the zeros that are not stored (for independent rows)."""
        return self.design.count if self.domain is None else int(self.value.size)

    def rows_above(self, level: float, or_equal: bool = False) -> int:
        below = np.searchsorted(self.value[::-1], level, side="left" if or_equal else "right")
        return int(self.value.size - below)

    def quantile(self, beyond: float) -> float:
        """inf{x : P(X > x) <= beyond}."""
        row = int(np.searchsorted(self.cumulative[1:], beyond * (1.0 + 1e-9), side="right"))
        if row < self.value.size:
            return float(self.value[row])
        return 0.0 if self.domain is None or not self.value.size else float(self.value[-1])

    def order_statistic(self, rank: int | None) -> float:
        """X_(rank), ranks from 1 for the smallest; nan for a rank outside the sample."""
        if rank is None or rank < 1:
            return 0.0 if rank is not None and self.domain is None else math.nan
        row = self.count - rank
        return float(self.value[row]) if row < self.value.size else 0.0

    def indicator(self, rows: int) -> Floats:
        """Per replication, units in the first `rows` rows."""
        return per_row(self.position[:rows], self.unit[:rows], self.design.count)

    def error_of_share(self, rows: int) -> Moments:
        """Moments of the linearised share of mass in the first `rows` rows."""
        inside = self.indicator(rows)
        if self.domain is None:
            return self.design.moments(inside)
        share = float(self.cumulative[rows])
        return self.design.moments((inside - share * self.domain) / self.total)

    def effective_beyond(self, beyond: float) -> float:
        """Effective replications (Kish) that make up the upper tail of mass `beyond`."""
        level = self.quantile(beyond)
        above, at_least = self.rows_above(level), self.rows_above(level, or_equal=True)
        part = self.mass[:at_least].copy()
        tied = self.cumulative[at_least] - self.cumulative[above]
        if tied > 0.0:
            part[above:] *= min(max((beyond - self.cumulative[above]) / tied, 0.0), 1.0)
        return effective_sample_size(per_row(self.position[:at_least], part, self.design.count))


def weighted_sample(
    design: Sampling,
    position: Rows,
    value: Floats,
    *,
    unit: float | Floats = 1.0,
    zeros: bool = True,
    independent: bool = False,
) -> WeightedSample:
    """A sample from rows in any order.

    With `zeros` every mass that is not given is at zero, so values must not be negative and zeros are
    dropped; without, the rows are the whole domain. Raises ValueError for a value that is not finite.
    """
    if not np.isfinite(value).all():
        raise ValueError("a value of the sample is not a finite number")
    if zeros:
        if (value < 0.0).any():
            raise ValueError("a loss is negative")
        order = np.flatnonzero(value)
        order = order[np.argsort(-value[order], kind="stable")]
    else:
        order = np.argsort(-value, kind="stable")
    position, value = position[order], value[order]
    units = np.broadcast_to(unit, value.shape) if np.ndim(unit) == 0 else np.asarray(unit, dtype=np.float64)[order]
    domain = None if zeros else per_row(position, units, design.count)
    return WeightedSample(design, position, value, units, domain, independent)


@dataclass(frozen=True)
class QuantileEstimate:
    estimate: Estimate
    effective: float
    """Effective replications beyond the quantile."""


def upper_quantile(
    sample: WeightedSample, beyond: float, *, confidence: float = 0.95, refuse: bool = True
) -> QuantileEstimate:
    """The value exceeded with probability `beyond`, with Woodruff's (1952) interval, or by ranks if
    independent.

    With `refuse` a value is nan below ten effective replications beyond it. A sample with unstored zeros
    whose probability of a loss is at most `beyond` has the quantile 0. An empty domain gives nan.
    """
    if not 0.0 < beyond < 1.0:
        raise ValueError(f"the probability beyond a quantile must lie between 0 and 1; got {beyond}")
    if sample.domain is not None and not sample.value.size:
        return QuantileEstimate(_none(sample, confidence, "nothing observed"), 0.0)
    effective = sample.effective_beyond(beyond)
    value = sample.quantile(beyond)
    below_resolution = sample.domain is None and value == 0.0
    if refuse and effective < FEWEST_BEYOND and not below_resolution:
        note = refusal(effective)
        return QuantileEstimate(_none(sample, confidence, note), effective)
    note = ""
    if below_resolution:
        note = f"below the resolution: a loss has probability {sample.cumulative[-1]:.2g}"
    elif effective < FEWEST_BEYOND:
        note = f"rough: {effective:.1f} effective replications beyond"
    limits = _limits(sample, value, beyond, effective, confidence)
    se = (limits.high - limits.low) / (2.0 * t_quantile(0.5 + confidence / 2.0, math.inf))
    estimate = Estimate(
        value=value,
        se=se,
        low=limits.low,
        high=limits.high,
        confidence=confidence,
        method=limits.method,
        replications=sample.design.count,
        with_loss=sample.with_loss,
        note=join_notes(note, limits.note),
    )
    return QuantileEstimate(estimate, effective)


def refusal(effective: float) -> str:
    """Why a level with so few effective replications beyond it is refused."""
    return f"beyond the data: {effective:.1f} effective simulated futures, ten needed"


@dataclass(frozen=True)
class QuantileInfluence:
    """What each replication does to an upper quantile."""

    value: Floats
    """1{X > x} / f, summed over the units of each replication; the constant that makes the mean zero is left
    out.
    """
    step: float
    """Distance to the neighbouring value, on average: the quantile is one of the values of the sample."""


def quantile_influence(sample: WeightedSample, found: Estimate) -> QuantileInfluence | None:
    """Influence of each replication on its upper quantile.

    The density f is the one that the limits imply (Woodruff 1952): se of the share beyond / se of x. Zero
    where the limits are one point. None where rows of one value within the limits hold more mass than the
    share has error, zero included: there is no density at an atom.
    """
    rows = sample.rows_above(found.value)
    if found.low == found.high:
        return QuantileInfluence(np.zeros(sample.design.count), 0.0)
    share = sample.error_of_share(rows).se
    if not found.low > 0.0 or not math.isfinite(found.high) or not share > 0.0:
        return None
    first, end = sample.rows_above(found.high), sample.rows_above(found.low, or_equal=True)
    starts = np.flatnonzero(np.diff(sample.value[first:end], prepend=math.inf))
    mass = sample.mass[first:end]
    # A row that stands alone is no atom, however heavy its stratum.
    if (np.add.reduceat(mass, starts) - np.maximum.reduceat(mass, starts)).max() > share:
        return None
    return QuantileInfluence(sample.indicator(rows) * (found.se / share), float(mass.max()) * found.se / share)


def _none(sample: WeightedSample, confidence: float, note: str) -> Estimate:
    nan = math.nan
    return Estimate(nan, nan, nan, nan, confidence, "none", sample.design.count, sample.with_loss, note)


def _limits(sample: WeightedSample, value: float, beyond: float, effective: float, confidence: float) -> Limits:
    if sample.independent:
        lower, upper = quantile_ranks(sample.count, 1.0 - beyond, confidence)
        low, high, method = sample.order_statistic(lower), sample.order_statistic(upper), "binomial ranks"
    else:
        least, most, method = _share_limits(sample, value, beyond, effective, confidence)
        if math.isnan(least):
            return Limits(math.nan, math.nan, "none", "no error can be given for so few replications")
        low = sample.quantile(most)
        first = float(sample.cumulative[1]) if sample.value.size else 0.0
        high = sample.quantile(least) if least >= first else math.nan
        if sample.domain is None and value == 0.0 and not sample.value.size:
            high = math.nan
    return Limits(low, high, method, "no upper limit from so few replications" if math.isnan(high) else "")


def _share_limits(
    sample: WeightedSample, value: float, beyond: float, effective: float, confidence: float
) -> tuple[float, float, str]:
    """Shares of mass above x that are compatible with `beyond`: Woodruff's interval for F at the quantile.

    At an atom the share strictly above is short of `beyond` and the share at or above is over it; each
    standard error is brought to `beyond` as that of a binomial, and the larger counts.
    """
    errors = []
    degrees = math.inf
    for or_equal in (False, True):
        rows = sample.rows_above(value, or_equal)
        share = float(sample.cumulative[rows])
        if 0.0 < share < 1.0 - 1e-12:
            moments = sample.error_of_share(rows)
            odds = beyond * (1.0 - beyond) / (share * (1.0 - share))
            errors.append(moments.se * math.sqrt(odds))
            degrees = min(degrees, moments.degrees_of_freedom)
    se = float(np.max(errors)) if errors else 0.0
    if math.isnan(se):
        return math.nan, math.nan, "none"
    tail = (1.0 - confidence) / 2.0
    if effective >= ENOUGH_LOSSES or 0.2 <= beyond <= 0.8:
        half = t_quantile(1.0 - tail, degrees) * se
        return max(beyond - half, 0.0), min(beyond + half, 1.0), "Woodruff"
    if beyond < 0.2:
        least, most = (gamma_quantile(p, beyond, se * se) for p in (tail, 1.0 - tail))
        return least, min(most, 1.0), "Woodruff (gamma)"
    rest = 1.0 - beyond
    least, most = (1.0 - gamma_quantile(p, rest, se * se) for p in (1.0 - tail, tail))
    return max(least, 0.0), most, "Woodruff (gamma)"
