"""Quantiles of weighted, clustered samples with confidence limits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulator.risk.arrays import Floats
from simulator.risk.estimate import Estimate, join_notes
from simulator.risk.interval import ENOUGH_LOSSES, Limits, gamma_quantile, quantile_ranks, t_quantile
from simulator.risk.sample import Sample, WeightedSample

FEWEST_BEYOND = 10.0
"""Effective replications beyond a level below which a return period is refused."""


@dataclass(frozen=True)
class QuantileEstimate:
    estimate: Estimate
    effective: float
    """Effective replications beyond the quantile."""


def upper_quantile(sample: Sample, beyond: float, *, confidence: float = 0.95, refuse: bool = True) -> QuantileEstimate:
    """The value exceeded with probability `beyond`, with Woodruff's (1952) interval, or by ranks if
    independent.

    With `refuse` a value is nan below ten effective replications beyond it. A sample with unstored zeros
    whose probability of a loss is at most `beyond` has the quantile 0. An empty domain gives nan.
    """
    if not 0.0 < beyond < 1.0:
        raise ValueError(f"the probability beyond a quantile must lie between 0 and 1; got {beyond}")
    if sample.domain is not None and sample.empty:
        return QuantileEstimate(_none(sample, confidence, "nothing observed"), 0.0)
    effective = sample.effective_beyond(beyond)
    value = sample.quantile(beyond)
    below_resolution = sample.domain is None and value == 0.0
    if refuse and effective < FEWEST_BEYOND and not below_resolution:
        note = refusal(effective)
        return QuantileEstimate(_none(sample, confidence, note), effective)
    note = ""
    if below_resolution:
        note = f"below the resolution: a loss has probability {sample.mass_of_rows:.2g}"
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
        replications=sample.strata.count,
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
    if found.low == found.high:
        return QuantileInfluence(np.zeros(sample.strata.count), 0.0)
    share = sample.moments_above(found.value).se
    if not found.low > 0.0 or not math.isfinite(found.high) or not share > 0.0:
        return None
    first, end = sample.rows_above(found.high), sample.rows_above(found.low, or_equal=True)
    starts = np.flatnonzero(np.diff(sample.value[first:end], prepend=math.inf))
    mass = sample.mass[first:end]
    # A row that stands alone is no atom, however heavy its stratum.
    if (np.add.reduceat(mass, starts) - np.maximum.reduceat(mass, starts)).max() > share:
        return None
    return QuantileInfluence(sample.units_above(found.value) * (found.se / share), float(mass.max()) * found.se / share)


def _none(sample: Sample, confidence: float, note: str) -> Estimate:
    nan = math.nan
    return Estimate(nan, nan, nan, nan, confidence, "none", sample.strata.count, sample.with_loss, note)


def _limits(sample: Sample, value: float, beyond: float, effective: float, confidence: float) -> Limits:
    if sample.independent:
        lower, upper = quantile_ranks(sample.count, 1.0 - beyond, confidence)
        low, high, method = sample.order_statistic(lower), sample.order_statistic(upper), "binomial ranks"
    else:
        least, most, method = _share_limits(sample, value, beyond, effective, confidence)
        if math.isnan(least):
            return Limits(math.nan, math.nan, "none", "no error can be given for so few replications")
        low = sample.quantile(most)
        high = sample.quantile(least) if least >= sample.mass_of_largest else math.nan
        if sample.domain is None and value == 0.0 and sample.empty:
            high = math.nan
    return Limits(low, high, method, "no upper limit from so few replications" if math.isnan(high) else "")


def _share_limits(
    sample: Sample, value: float, beyond: float, effective: float, confidence: float
) -> tuple[float, float, str]:
    """Shares of mass above x that are compatible with `beyond`: Woodruff's interval for F at the quantile.

    At an atom the share strictly above is short of `beyond` and the share at or above is over it; each
    standard error is brought to `beyond` as that of a binomial, and the larger counts.
    """
    errors = []
    degrees = math.inf
    for or_equal in (False, True):
        share = sample.share_above(value, or_equal)
        if 0.0 < share < 1.0 - 1e-12:
            moments = sample.moments_above(value, or_equal)
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
