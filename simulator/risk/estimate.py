"""An estimate with its error, and the stratified mean that most metrics are."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np
import pandas as pd

from simulator.risk.arrays import Booleans, Values, combined, parts_of
from simulator.risk.interval import (
    ENOUGH_LOSSES,
    LITTLE_SKEWNESS,
    VERY_FEW_LOSSES,
    Limits,
    gamma_limits,
    skew_corrected_limits,
    t_limits,
)
from simulator.risk.protocol import ResultTables
from simulator.risk.sampling import NO_COMPROMISE, Moments, Strata, replication_values, sampling


class EstimateRow(TypedDict):
    """The fields of an estimate, as columns of a table."""

    value: float
    se: float
    low: float
    high: float
    confidence: float
    method: str
    replications: int
    with_loss: int
    note: str


@dataclass(frozen=True)
class Estimate:
    """A figure with its sampling error. A limit that cannot be given is nan and `note` says why.

    The interval covers chance only (finitely many replications), not ignorance about the inputs.
    """

    value: float
    se: float
    low: float
    high: float
    confidence: float = 0.95
    method: str = "t"
    replications: int = 0
    with_loss: int = 0
    note: str = ""

    def row(self) -> EstimateRow:
        """The estimate as a row of a table."""
        return {
            "value": self.value,
            "se": self.se,
            "low": self.low,
            "high": self.high,
            "confidence": self.confidence,
            "method": self.method,
            "replications": self.replications,
            "with_loss": self.with_loss,
            "note": self.note,
        }


ESTIMATE_COLUMNS: tuple[str, ...] = tuple(EstimateRow.__annotations__)
NO_ERROR = "a stratum has a single replication: no error can be given"


def join_notes(*notes: str) -> str:
    return "; ".join(note for note in notes if note)


def stratified_mean(
    values: pd.Series[float],
    tables: ResultTables,
    *,
    confidence: float = 0.95,
    probability: bool = False,
    possible_in: Collection[int] | None = None,
) -> Estimate:
    """Mean over replications of `values`, a Series indexed by replication (absent ones are zero).

    Variance: sum over strata of p^2 s^2 / n, plus (m1 - m0)^2 se(p)^2 where the probabilities of two strata
    are themselves estimates. The interval is chosen by `interval.limits`. With `probability` the values lie
    in [0, 1] and so do the limits. `possible_in` names the strata in which a value other than zero can occur
    at all (all, if None). Raises ValueError for a value that is not finite or a replication that the run
    does not have.
    """
    design = sampling(tables)
    return mean_of(
        replication_values(values, design),
        design,
        confidence=confidence,
        probability=probability,
        possible_in=possible_in,
    )


def mean_of(
    value: Values,
    design: Strata,
    *,
    confidence: float = 0.95,
    probability: bool = False,
    possible_in: Collection[int] | None = None,
) -> Estimate:
    """`stratified_mean` of one value per replication in the order of `design`."""
    moments = design.moments(value)
    possible = np.isin(design.code, list(possible_in)) if possible_in is not None else design.code >= 0
    if probability and moments.mean > 0.5:
        rest = combined(lambda share: 1.0 - share, value)
        complement = _limits(rest, design, design.moments(rest), confidence, True, design.code >= 0)
        limits = Limits(1.0 - complement.high, 1.0 - complement.low, complement.method, complement.note)
    else:
        limits = _limits(value, design, moments, confidence, probability, possible)
    low, high = limits.low, limits.high
    if probability:
        low, high = max(low, 0.0), min(high, 1.0)
    return Estimate(
        value=moments.mean,
        se=moments.se,
        low=low,
        high=high,
        confidence=confidence,
        method=limits.method,
        replications=design.count,
        with_loss=int(moments.nonzero.sum()),
        note=join_notes(limits.note, silent_strata(design, moments, "nothing", possible, probability=probability)),
    )


def _limits(
    value: Values,
    design: Strata,
    moments: Moments,
    confidence: float,
    probability: bool,
    possible: Booleans,
) -> Limits:
    if not math.isfinite(moments.variance):
        return Limits(math.nan, math.nan, "none", NO_ERROR)
    if not moments.nonzero.any():
        return _nothing_seen(design, confidence, probability, possible)
    if moments.variance == 0.0:
        return Limits(moments.mean, moments.mean, "exact", "every replication has the same value")
    if value.min() < 0.0:
        return either_sign_limits(moments, confidence)
    if _enough(moments):
        mean, se, freedom = moments.mean, moments.se, moments.degrees_of_freedom
        if probability:  # nothing is rare and large
            limits = t_limits(mean, se, freedom, confidence)
        else:
            limits = skew_corrected_limits(mean, se, moments.skewness, freedom, confidence)
        return replace(limits, low=max(limits.low, 0.0))
    largest = design.largest_contribution(value)
    if probability:
        seen_strata = (moments.nonzero > 0) & possible
        largest = max(largest, float((design.stratum_weight * value.max())[seen_strata].max(initial=0.0)))
    limits = gamma_limits(moments.mean, moments.variance, largest, confidence)
    return replace(limits, note=_roughness(moments, "a loss"))


def either_sign_limits(moments: Moments, confidence: float) -> Limits:
    """Limits for the mean of values that may be of either sign, such as differences, neither all equal nor
    without an error: t, or corrected for skewness where few values or a few large ones carry the mean.
    """
    if _enough(moments):
        return t_limits(moments.mean, moments.se, moments.degrees_of_freedom, confidence)
    freedom = min(moments.degrees_of_freedom, max(moments.effective_nonzero - 1.0, 1.0))
    limits = skew_corrected_limits(moments.mean, moments.se, moments.skewness, freedom, confidence)
    return replace(limits, method=f"{limits.method} (rough)", note=_roughness(moments, "a difference"))


def _enough(moments: Moments) -> bool:
    return moments.effective_nonzero >= ENOUGH_LOSSES and abs(moments.skewness) <= LITTLE_SKEWNESS


def _roughness(moments: Moments, seen: str) -> str:
    count = math.floor(moments.effective_nonzero)
    scale = "very rough" if moments.effective_nonzero < VERY_FEW_LOSSES else "rough"
    note = f"{scale} interval: {count} effective replication{'s' if count != 1 else ''} with {seen}"
    return f"{note}, a few of which dominate" if count >= ENOUGH_LOSSES else note


def _nothing_seen(
    design: Strata,
    confidence: float,
    probability: bool,
    possible: Booleans,
) -> Limits:
    if not probability:
        return Limits(0.0, math.nan, "none", f"no loss in {design.count:,} replications: no upper limit")
    largest = float(design.stratum_weight[possible].max(initial=0.0))
    high = gamma_limits(0.0, 0.0, largest, confidence).high
    return Limits(0.0, min(high, 1.0), "gamma (rough)", f"never seen in {design.count:,} replications")


def silent_strata(
    design: Strata,
    moments: Moments,
    nothing: str,
    possible: Booleans | None = None,
    *,
    probability: bool = False,
) -> str:
    """What the interval leaves out: a stratum in which nothing was seen adds nothing to the variance."""
    possible = design.code >= 0 if possible is None else possible
    if design.code.size < 2 or not moments.nonzero.any():
        return ""
    empty = (moments.nonzero == 0) & possible & (design.probability > 0.0)
    notes = []
    for row in np.flatnonzero(empty):
        name = "without" if design.code[row] == NO_COMPROMISE else "with"
        seen = f"{nothing} in the {design.size[row]:,} replications {name} a compromise"
        bound = -math.log(0.05) * float(design.stratum_weight[row])
        if not probability:
            notes.append(seen)
        elif bound > 0.1 * moments.mean:
            notes.append(f"{seen}, where up to {bound:.2g} more cannot be ruled out")
    return join_notes(*notes)


def ratio_of(numerator: Values, denominator: Values, design: Strata, *, confidence: float = 0.95) -> Estimate:
    """Ratio of two stratified means of non-negative values, with the linearised (delta method) variance.

    Under 100 replications with a nonzero denominator the interval is t on the log scale. nan, with a note, if
    the denominator is zero throughout.
    """
    below = design.moments(denominator)
    with_loss = int(below.nonzero.sum())
    if below.mean <= 0.0:
        nan = math.nan
        return Estimate(nan, nan, nan, nan, confidence, "none", design.count, 0, "nothing to divide by")
    value = design.moments(numerator).mean / below.mean
    moments = design.moments(combined(lambda n, d: (n - value * d) / below.mean, numerator, denominator))
    freedom = min(moments.degrees_of_freedom, max(below.effective_nonzero - 1.0, 1.0))
    note = ""
    if not math.isfinite(moments.variance):
        limits = Limits(math.nan, math.nan, "none", NO_ERROR)
    elif below.effective_nonzero >= ENOUGH_LOSSES or value == 0.0:
        limits = t_limits(value, moments.se, freedom, confidence)
    else:
        spread = t_limits(0.0, moments.se / value, freedom, confidence).high
        limits = Limits(value * math.exp(-spread), value * math.exp(spread), "log t (rough)")
        note = f"rough interval: {math.floor(below.effective_nonzero)} effective replications with a loss"
    return Estimate(
        value,
        moments.se,
        limits.low,
        limits.high,
        confidence,
        limits.method,
        design.count,
        with_loss,
        join_notes(limits.note, note),
    )


def effective_sample_size(contribution: Values) -> float:
    """Kish's effective number of equal contributions: (sum c)^2 / sum c^2, zero if all are zero."""
    total = squares = 0.0
    for part in parts_of(contribution):
        total += float(np.sum(np.abs(part)))
        squares += float(np.sum(np.square(part)))
    return total**2 / squares if squares > 0.0 else 0.0


def largest_share(contribution: Values) -> float:
    """Share of the largest contribution (weight, or weight times value) in the total; nan if all are zero."""
    total = largest = 0.0
    for part in parts_of(contribution):
        total += float(np.sum(np.abs(part)))
        largest = max(largest, float(np.max(np.abs(part))))
    return largest / total if total > 0.0 else math.nan


def stratum_deviations(values: pd.Series[float], tables: ResultTables) -> dict[int, float]:
    """Standard deviation between replications of each stratum (code -> deviation), for allocation.

    nan for a stratum with a single replication.
    """
    design = sampling(tables)
    moments = design.moments(replication_values(values, design))
    return {int(code): float(np.sqrt(v)) for code, v in zip(design.code, moments.stratum_variances, strict=True)}
