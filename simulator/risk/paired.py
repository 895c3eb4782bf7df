"""Base and arm on the same futures: differences base minus arm, so that a positive one favours the arm.

The replication is the sampling unit: its two values are taken apart before anything is averaged, so that
what chance does to both cancels (V40).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from simulator.risk.arrays import Floats
from simulator.risk.estimate import (
    ESTIMATE_COLUMNS,
    NO_ERROR,
    Estimate,
    either_sign_limits,
    join_notes,
    silent_strata,
)
from simulator.risk.exceedance import losses_of_kind
from simulator.risk.interval import Limits, t_quantile
from simulator.risk.loss import horizon_losses
from simulator.risk.protocol import ResultTables
from simulator.risk.quantile import quantile_influence, upper_quantile
from simulator.risk.sample import WeightedSample
from simulator.risk.sampling import Moments, Sampling, sampling
from simulator.risk.service import service_lost
from simulator.risk.tail import checked_level, refused_tail

ROUNDING = 1e-12
"""A sum below this share of its terms is taken for rounding."""
SAME_TAIL = "the two have the same losses from there up in all simulated futures"


def paired_average_annual_loss(
    base: ResultTables,
    arm: ResultTables,
    measure: str,
    *,
    confidence: float = 0.95,
    possible_in: Collection[int] | None = None,
) -> Estimate:
    """AAL of the base less that of the arm, in units of the measure per year.

    `possible_in` names the strata in which the two can differ at all (all, if None): one that acts on orders alone
    changes nothing without a compromise, and then that stratum hides nothing.
    """
    design = same_futures(base, arm)
    scale = horizon_losses(base, measure) / base.horizon_years
    difference = _annual_difference(base, arm, measure)
    return mean_of_differences(difference, design=design, confidence=confidence, scale=scale, possible_in=possible_in)


def paired_probability_of_loss(
    base: ResultTables, arm: ResultTables, measure: str, *, confidence: float = 0.95
) -> Estimate:
    """Probability of any loss within the horizon, base less arm."""
    design = same_futures(base, arm)
    lost = [(horizon_losses(tables, measure) > 0.0).astype(np.float64) for tables in (base, arm)]
    found = mean_of_differences(lost[0] - lost[1], design=design, confidence=confidence)
    return replace(found, low=_at_least(found.low, -1.0), high=-_at_least(-found.high, -1.0))


def paired_probability_of_outage(base: ResultTables, arm: ResultTables, *, confidence: float = 0.95) -> Estimate:
    """Probability of any customer-hour lost within the horizon, base less arm."""
    return paired_probability_of_loss(base, arm, "customer_hours", confidence=confidence)


def paired_service(base: ResultTables, arm: ResultTables, *, confidence: float = 0.95) -> pd.DataFrame:
    """Loss of service per year and sector, base less arm, with the rows and units of `service_losses`.

    Columns: sector, measure (customer_hours, person_days, and unsafe_person_days of water), and those of an
    estimate.
    """
    design = same_futures(base, arm)
    helped = service_lost(arm, sampling(arm))
    rows = []
    for (sector, measure), lost in service_lost(base, design).items():
        difference = apart(lost, helped[sector, measure])
        estimate = mean_of_differences(difference, design=design, confidence=confidence, scale=lost)
        rows.append({"sector": sector, "measure": measure, **estimate.row()})
    return pd.DataFrame(rows, columns=["sector", "measure", *ESTIMATE_COLUMNS])


def paired_value_at_risk(
    base: ResultTables,
    arm: ResultTables,
    measure: str,
    q: float,
    kind: str = "AEP",
    *,
    confidence: float = 0.95,
) -> Estimate:
    """VaR_q of the base less that of the arm.

    The error is that of the difference of influence values (`quantile_influence`). At an atom of losses, zero
    included, there are none: the limits of each, at the higher confidence that keeps the joint one
    (Bonferroni), are then set against each other, which is wide but safe. nan below ten effective
    replications beyond either.
    """
    beyond = 1.0 - checked_level(q)
    design, samples, note = _samples(base, arm, measure, kind)
    found = [upper_quantile(sample, beyond, confidence=confidence).estimate for sample in samples]
    value = found[0].value - found[1].value
    note = join_notes(*_of_each([estimate.note for estimate in found]), note)
    if math.isnan(value):
        return _none(design, confidence, note)
    if _same_above(samples, min(estimate.low for estimate in found)):
        return _no_difference(design, confidence, join_notes(SAME_TAIL, note))
    first, second = (quantile_influence(s, estimate) for s, estimate in zip(samples, found, strict=True))
    if first is None or second is None:
        return _set_against_each_other(samples, beyond, confidence, note)
    moments = _moments_of_tails(first.value - second.value, samples, min(estimate.value for estimate in found))
    # Each quantile is one of the values of its sample: two errors of rounding, even over one step.
    rounding = (first.step**2 + second.step**2) / 12.0
    moments = replace(moments, mean=value, variance=moments.variance + rounding)
    return _estimate(moments, design, confidence, note)


def paired_tail_value_at_risk(
    base: ResultTables,
    arm: ResultTables,
    measure: str,
    q: float,
    kind: str = "AEP",
    *,
    confidence: float = 0.95,
) -> Estimate:
    """TVaR_q of the base less that of the arm, with the error of the difference of the influence values
    VaR + (L - VaR)+ / (1 - q) (V32). nan below ten effective replications in the tail of either.
    """
    beyond = 1.0 - checked_level(q)
    design, samples, note = _samples(base, arm, measure, kind)
    refused = [refused_tail(sample, beyond) for sample in samples]
    if any(refused):
        return _none(design, confidence, join_notes(*_of_each(refused), note))
    if _same_above(samples, min(sample.quantile(beyond) for sample in samples)):
        return _no_difference(design, confidence, join_notes(SAME_TAIL, note))
    level, arm_level = (sample.quantile(beyond) for sample in samples)
    excess, arm_excess = (s.excess_over(at, beyond) for s, at in zip(samples, (level, arm_level), strict=True))
    moments = _moments_of_tails(excess - arm_excess, samples, min(level, arm_level))
    return _estimate(replace(moments, mean=level - arm_level + moments.mean), design, confidence, note)


def variance_ratio(base: ResultTables, arm: ResultTables, measure: str) -> float:
    """Variance of the difference of AAL had the two been independent, over that of the paired difference.

    That many times more replications would have been needed without pairing. inf if the difference is the
    same in every replication though losses vary; nan if nothing varies or a stratum has one replication.
    """
    design = same_futures(base, arm)
    paired = design.moments(_annual_difference(base, arm, measure)).variance
    apart = sum(
        design.moments(horizon_losses(tables, measure) / tables.horizon_years).variance for tables in (base, arm)
    )
    if paired > 0.0:
        return apart / paired
    return math.inf if apart > 0.0 and paired == 0.0 else math.nan


def mean_of_differences(
    *parts: Floats,
    design: Sampling,
    confidence: float = 0.95,
    scale: Floats | None = None,
    possible_in: Collection[int] | None = None,
) -> Estimate:
    """Mean of a sum of per-replication differences, each in the order of `design`.

    A difference may be of either sign even if one sign alone was seen, so no limit leans on zero. The limits are
    wider by what a stratum without any difference may hide (see `hidden`). Where the first part is zero in every
    replication, it may hide as much as `scale` (the values of the base) has at most; without a scale that is not
    counted, and [0, 0] if no replication has any difference. Strata not in `possible_in` hide nothing.
    """
    total = np.sum(parts, axis=0)
    never = hidden_everywhere(scale, design, confidence) if scale is not None and not parts[0].any() else 0.0
    if not total.any():
        note = f"the two do not differ in any of the {design.count:,} simulated futures"
        return replace(_no_difference(design, confidence, note), low=-never, high=never)
    moments = moments_of_sum(parts, design)
    found = _estimate(moments, design, confidence, silent_strata(design, moments, "the same difference"))
    unseen = never + sum(hidden(part, design, confidence, possible_in) for part in parts)
    return replace(found, low=found.low - unseen, high=found.high + unseen, with_loss=int(np.count_nonzero(total)))


def hidden(
    value: Floats, design: Sampling, confidence: float = 0.95, possible_in: Collection[int] | None = None
) -> float:
    """How far the mean of per-replication values may be off for what a silent stratum did not show.

    A stratum is silent if its values are all the same while others vary. Where n replications show nothing, up to
    -ln(1 - confidence) / n of them may differ (the rule of three), taken to be by as much as any seen elsewhere.
    """
    usual = _most_common(value)
    largest = float(np.abs(value - usual).max(initial=0.0))
    silent = [
        row
        for row in range(design.code.size)
        if design.probability[row] > 0.0 and np.ptp(value[design.stratum == row]) == 0.0
    ]
    if possible_in is not None:
        silent = [row for row in silent if design.code[row] in possible_in]
    if largest == 0.0 or len(silent) == design.code.size:
        return 0.0
    return -math.log(1.0 - confidence) * largest * float(design.stratum_weight[silent].sum())


def hidden_everywhere(scale: Floats, design: Sampling, confidence: float = 0.95) -> float:
    """How far a mean may be off whose values are zero in every replication: by the rule of three in each stratum,
    a difference as large as the largest of `scale` there.
    """
    largest = np.array([np.abs(scale[design.stratum == row]).max(initial=0.0) for row in range(design.code.size)])
    return -math.log(1.0 - confidence) * float(np.sum(design.stratum_weight * largest))


def moments_of_sum(parts: Sequence[Floats], design: Sampling) -> Moments:
    """Moments of the mean of a sum of per-replication values, with the values that vary as the nonzero ones.

    Those are the ones that are not the most common value; each part counts its own by its share of the
    variance (as Satterthwaite counts degrees of freedom). A cost that is the same in all futures must not
    pass for many observations of a rare benefit.
    """
    common = [_most_common(part) for part in parts]
    varying = [design.moments(part - usual) for part, usual in zip(parts, common, strict=True)]
    whole = design.moments(np.sum(parts, axis=0) - sum(common))
    variance = np.array([moments.variance for moments in varying])
    known = float(np.sum([m.variance**2 / m.effective_nonzero for m in varying if m.variance > 0.0]))
    effective = float(variance.sum()) ** 2 / known if known > 0.0 else whole.effective_nonzero
    return replace(whole, mean=whole.mean + sum(common), effective_nonzero=round(effective, 6))


def same_futures(base: ResultTables, arm: ResultTables) -> Sampling:
    """The sampling design that base and arm share.

    Raises ValueError unless replications, strata, horizon and currency are the same, in the same order.
    """
    design, own = sampling(base), sampling(arm)
    for name in ("replication", "stratum", "code", "probability", "probability_se"):
        if not np.array_equal(getattr(design, name), getattr(own, name)):
            raise ValueError(f"base and arm are not the same futures: {name} differs")
    for name in ("horizon_years", "currency"):
        if getattr(base, name) != getattr(arm, name):
            raise ValueError(f"base and arm cannot be compared: {name} differs")
    return design


def apart(base: Floats, arm: Floats) -> Floats:
    """Base less arm per replication, without what is only rounding (see `summed`)."""
    return summed([base, -arm])


def summed(parts: Sequence[Floats]) -> Floats:
    """Sum per replication; where it is only rounding (terms added in another order) it is zero."""
    total = np.sum(parts, axis=0)
    total[np.abs(total) <= ROUNDING * np.sum(np.abs(parts), axis=0)] = 0.0
    return np.asarray(total, dtype=np.float64)


def _annual_difference(base: ResultTables, arm: ResultTables, measure: str) -> Floats:
    return apart(horizon_losses(base, measure), horizon_losses(arm, measure)) / base.horizon_years


def _samples(
    base: ResultTables, arm: ResultTables, measure: str, kind: str
) -> tuple[Sampling, list[WeightedSample], str]:
    design = same_futures(base, arm)
    losses = [losses_of_kind(tables, measure, kind) for tables in (base, arm)]
    return design, [each.in_memory for each in losses], losses[0].note


def _same_above(samples: list[WeightedSample], level: float) -> bool:
    """True if both have the same years with the same losses from `level` (above zero) up."""
    top = []
    for sample in samples:
        rows = sample.rows_above(level, or_equal=True)
        order = np.lexsort((sample.position[:rows], -sample.value[:rows]))
        top.append((sample.position[order], sample.value[order]))
    return all(np.array_equal(mine, its) for mine, its in zip(*top, strict=True))


def _set_against_each_other(samples: list[WeightedSample], beyond: float, confidence: float, note: str) -> Estimate:
    each = 1.0 - (1.0 - confidence) / 2.0
    base, arm = (upper_quantile(sample, beyond, confidence=each).estimate for sample in samples)
    low, high = base.low - arm.high, base.high - arm.low
    return replace(
        _none(samples[0].design, confidence, join_notes("wide interval: many years share one loss", note)),
        value=base.value - arm.value,
        se=(high - low) / (2.0 * t_quantile(0.5 + confidence / 2.0, math.inf)),
        low=low,
        high=high,
        method="limits of each (wide)",
    )


def _moments_of_tails(influence: Floats, samples: list[WeightedSample], level: float) -> Moments:
    """Moments of a difference of influence values; what counts as seen are the replications whose losses
    above `level` differ, not all those in a tail that both share.
    """
    design = samples[0].design
    above = []
    for sample in samples:
        above.append(sample.excess_over(level))
    differing = design.moments(apart(above[0], above[1]))
    moments = design.moments(influence)
    return replace(moments, nonzero=differing.nonzero, effective_nonzero=differing.effective_nonzero)


def _estimate(moments: Moments, design: Sampling, confidence: float, note: str) -> Estimate:
    if not math.isfinite(moments.variance):
        limits = Limits(math.nan, math.nan, "none", NO_ERROR)
    elif moments.variance == 0.0:
        limits = Limits(moments.mean, moments.mean, "exact", "the difference is the same in all futures seen")
    else:
        limits = either_sign_limits(moments, confidence)
    return Estimate(
        value=moments.mean,
        se=moments.se,
        low=limits.low,
        high=limits.high,
        confidence=confidence,
        method=limits.method,
        replications=design.count,
        with_loss=int(moments.nonzero.sum()),
        note=join_notes(limits.note, note),
    )


def _no_difference(design: Sampling, confidence: float, note: str) -> Estimate:
    return Estimate(0.0, 0.0, 0.0, 0.0, confidence, "exact", design.count, 0, note)


def _none(design: Sampling, confidence: float, note: str) -> Estimate:
    nan = math.nan
    return Estimate(nan, nan, nan, nan, confidence, "none", design.count, 0, note)


def _of_each(notes: list[str]) -> list[str]:
    return [f"{name}: {note}" for name, note in zip(("base", "arm"), notes, strict=True) if note]


def _most_common(value: Floats) -> float:
    if 2 * np.count_nonzero(value) < value.size:
        return 0.0
    found, times = np.unique(value, return_counts=True)
    return float(found[np.argmax(times)]) if times.max() > 1 else 0.0


def _at_least(limit: float, least: float) -> float:
    return max(limit, least) if not math.isnan(limit) else limit
