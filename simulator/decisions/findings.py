"""A comparison as one table: a row per arm, every figure with its interval."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from simulator.batch.results import Results
from simulator.batch.tables import year_table
from simulator.decisions.bans import BanOutlook
from simulator.decisions.compare import Compared, Comparison
from simulator.decisions.economics import ACTING_CAUSES, Appraisal, appraise, present_benefit
from simulator.decisions.joint import JointBenefit, joint_benefit
from simulator.decisions.verdict import worsens_tail
from simulator.risk.loss import checked_measure, horizon_losses
from simulator.risk.paired import (
    paired_average_annual_loss,
    paired_probability_of_outage,
    paired_service,
    same_futures,
    variance_ratio,
)
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.errors import InputError

RETURN_PERIOD = 100.0
FEWEST_DIFFERENCES = 10
"""Futures that must differ before an arm tells how much pairing gained."""


def losses_only(results: Results) -> Results:
    """The results without the events that are the cost of acting (instruments, mitigations)."""
    events = results.events[~results.events["cause"].isin(list(ACTING_CAUSES))]
    return replace(results, events=events, years=year_table(events))


def findings(comparison: Comparison, measure: str | None = None, return_period: float = RETURN_PERIOD) -> pd.DataFrame:
    """One row per arm; money is present value over the horizon, differences are base minus arm.

    Columns: name, title, together, members, grade, rerun (share of futures simulated again), verdict,
    operator_verdict, tail_worse, tail_sentence, reason, note; and with `_low` and `_high` for a 95 % interval:
    benefit, cost, net, ratio, operator_benefit, operator_cost, operator_net, gap, net by payer, aal, var, tvar
    (of losses in `measure`, those of acting left out), outage (probability within the horizon), person_days and
    customer_hours a year by sector. Raises InputError for an unknown measure or a return period of one or less.
    """
    checked_choices(measure, return_period)
    base = losses_only(comparison.base)
    own = measure if measure is not None else comparison.base.measure
    return pd.DataFrame([dict(_row(comparison, base, one, own, return_period)) for one in comparison.compared])


def checked_choices(measure: str | None, return_period: float) -> None:
    """Raises InputError for an unknown measure or a return period of one year or less."""
    if measure is not None:
        checked_measure(measure)
    if not (math.isfinite(return_period) and return_period > 1.0):
        raise InputError(f"the return period is {return_period:g} years; allowed: above 1")


def _row(
    comparison: Comparison, base: Results, one: Compared, measure: str, return_period: float
) -> Iterator[tuple[str, Any]]:
    arm = losses_only(one.arm.results)
    found = appraise(comparison.base, one.arm.results, comparison.discount_per_hour, spending=one.arm.spending)
    tail = worsens_tail(base, arm, measure, 1.0 - 1.0 / return_period, name=one.title)
    yield from (("name", one.name), ("title", one.title), ("together", one.together))
    yield from (("members", list(one.members)), ("grade", one.grade), ("reason", one.reason))
    yield "rerun", one.arm.rerun / len(comparison.base.replications)
    yield from (("verdict", found.society.verdict), ("operator_verdict", _operators_verdict(found)))
    yield from (("tail_worse", tail.worse), ("tail_sentence", tail.sentence))
    notes = dict.fromkeys(n for n in (found.society.net.note, tail.value_at_risk.note) if n)
    yield "note", "; ".join(notes)
    figures = {
        "benefit": found.society.benefit,
        "cost": found.society.cost,
        "net": found.society.net,
        "ratio": found.society.ratio,
        "operator_benefit": found.operator.benefit,
        "operator_cost": found.operator.cost,
        "operator_net": found.operator.net,
        "gap": found.gap,
        "aal": paired_average_annual_loss(base, arm, measure),
        "var": tail.value_at_risk,
        "tvar": tail.tail_value_at_risk,
        "outage": paired_probability_of_outage(base, arm),
    }
    for name, estimate in figures.items():
        yield from _columns(name, estimate.value, estimate.low, estimate.high)
    for _, row in found.by_payer.iterrows():
        yield from _columns(f"{row['figure']}_{row['payer']}", row["value"], row["low"], row["high"])
    for _, row in paired_service(base, arm).iterrows():
        yield from _columns(f"{row['measure']}_{row['sector']}", row["value"], row["low"], row["high"])


def _operators_verdict(found: Appraisal) -> str:
    """As for society; of an arm that neither costs nor helps operators anything, that it does not touch them."""
    own = found.operator
    untouched = all(e.value == 0.0 and not e.with_loss for e in (own.benefit, own.cost))
    return "not touched" if untouched else own.verdict


def _columns(name: str, value: float, low: float, high: float) -> Iterator[tuple[str, float]]:
    yield from ((name, float(value)), (f"{name}_low", float(low)), (f"{name}_high", float(high)))


def joint_findings(comparison: Comparison) -> dict[str, JointBenefit]:
    """For each set whose members were all compared alone: the joint benefit against the sum of single ones."""
    design = same_futures(comparison.base, comparison.base)
    single = {one.name: one for one in comparison.compared if not one.together}
    found = {}
    for one in comparison.compared:
        if one.together and len(one.members) > 1 and all(m in single for m in one.members):
            benefits = [_benefit(comparison, single[m]) for m in one.members]
            found[one.name] = joint_benefit(_benefit(comparison, one), benefits, design, unit=comparison.base.currency)
    return found


def _benefit(comparison: Comparison, one: Compared) -> np.ndarray:
    return present_benefit(comparison.base, one.arm.results, comparison.discount_per_hour)


def _futures_that_differ(base: Results, arm: Results) -> int:
    return int(np.count_nonzero(horizon_losses(base, base.measure) != horizon_losses(arm, base.measure)))


def about(comparison: Comparison, return_period: float = RETURN_PERIOD) -> dict[str, Any]:
    """What all arms have in common, for charts and briefings."""
    base = comparison.base
    ratios = [
        variance_ratio(base, one.arm.results, base.measure)
        for one in comparison.compared
        if _futures_that_differ(base, one.arm.results) >= FEWEST_DIFFERENCES
    ]
    known = [r for r in ratios if math.isfinite(r)]
    return {
        "title": str(base.manifest["scenario"]["title"]),
        "name": str(base.manifest["scenario"]["name"]),
        "horizon_years": base.horizon_years,
        "replications": len(base.replications),
        "seed": int(base.manifest["seed"]),
        "currency": base.currency,
        "return_period": return_period,
        "discount": comparison.discount_per_hour * HOURS_PER_YEAR,
        "variance_ratio": float(np.median(known)) if known else math.inf,
        "conditional": base.conditional,
        "partial": base.partial,
        "joint": {
            name: {
                "sum": j.sum_of_singles.value,
                "joint": j.joint.value,
                "difference": j.difference.value,
                "low": j.difference.low,
                "high": j.difference.high,
                "sentence": j.sentence,
            }
            for name, j in joint_findings(comparison).items()
        },
        "bans": [
            {
                "mitigation": ban.mitigation,
                "horizon_years": ban.horizon_years,
                "saves": ban.saves,
                "without": ban.without.hit,
                "with": ban.with_ban.hit,
                "sentence": ban_sentence(ban),
            }
            for ban in comparison.bans
        ],
        "left_out": list(comparison.left_out),
    }


def ban_sentence(ban: BanOutlook) -> str:
    """What a ban does to the expected share of customers hit, beyond two standard errors of the paired difference."""
    change = ban.with_ban.hit - ban.without.hit
    if abs(change) <= 2.0 * ban.difference_se:
        return "no difference beyond chance"
    return "fewer customers hit" if change < 0.0 else "MORE customers hit: use it or lose it"
