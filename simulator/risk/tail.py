"""Value at risk and tail value at risk of annual losses."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from simulator.risk.estimate import ESTIMATE_COLUMNS, Estimate, join_notes, mean_of
from simulator.risk.exceedance import losses_of_kind
from simulator.risk.loss import AnnualLosses
from simulator.risk.protocol import ResultTables
from simulator.risk.quantile import FEWEST_BEYOND, refusal, upper_quantile
from simulator.risk.sample import Sample
from simulator.scenario.errors import InputError

LEVELS: tuple[float, ...] = (0.9, 0.95, 0.99, 0.995, 0.999)


def value_at_risk(
    tables: ResultTables, measure: str, q: float, kind: str = "AEP", *, confidence: float = 0.95
) -> Estimate:
    """VaR_q = inf{x : F(x) >= q} of the annual loss.

    Interval: binomial ranks for a crude run of one year (V30), Woodruff's otherwise. nan below ten effective
    replications beyond it; zero if a loss of any size has a probability of at most 1 - q.
    """
    return _value_at_risk(losses_of_kind(tables, measure, kind), checked_level(q), confidence)


def tail_value_at_risk(
    tables: ResultTables, measure: str, q: float, kind: str = "AEP", *, confidence: float = 0.95
) -> Estimate:
    """TVaR_q = (1 / (1 - q)) int_q^1 VaR_u du, the mean of the worst share 1 - q of years.

    Not E[L | L > VaR], which differs where VaR is an atom such as zero (V31). The error is that of the
    influence values VaR + (L - VaR)+ / (1 - q), averaged over the years of each replication (V32). nan below
    ten effective replications in the tail.
    """
    return _tail_value_at_risk(losses_of_kind(tables, measure, kind), checked_level(q), confidence)


def tail(
    tables: ResultTables,
    measure: str,
    levels: Iterable[float] = LEVELS,
    kind: str = "AEP",
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """VaR and TVaR by level: columns metric (VaR, TVaR), level and those of an estimate."""
    losses = losses_of_kind(tables, measure, kind)
    rows = []
    for q in levels:
        for name, metric in (("VaR", _value_at_risk), ("TVaR", _tail_value_at_risk)):
            estimate = metric(losses, checked_level(q), confidence)
            rows.append({"metric": name, "level": float(q), **estimate.row()})
    return pd.DataFrame(rows, columns=["metric", "level", *ESTIMATE_COLUMNS])


def refused_tail(sample: Sample, beyond: float) -> str:
    """Why no TVaR is given, or "" if there is one."""
    effective = sample.effective_beyond(beyond)
    return refusal(effective) if not sample.empty and effective < FEWEST_BEYOND else ""


def checked_level(q: float) -> float:
    """The level, or InputError if it does not lie between 0 and 1."""
    if not 0.0 < q < 1.0:
        raise InputError(f"level is {q}; it must lie between 0 and 1")
    return q


def _value_at_risk(losses: AnnualLosses, q: float, confidence: float) -> Estimate:
    found = upper_quantile(losses.sample, 1.0 - q, confidence=confidence).estimate
    return replace(found, note=join_notes(found.note, losses.note))


def _tail_value_at_risk(losses: AnnualLosses, q: float, confidence: float) -> Estimate:
    sample = losses.sample
    level = sample.quantile(1.0 - q)
    # Averaged over the years of each replication; its mean, added to VaR, is TVaR.
    excess = sample.excess_over(level, 1.0 - q)
    found = mean_of(excess, sample.strata, confidence=confidence)
    refused = refused_tail(sample, 1.0 - q)
    if refused:
        nan = math.nan
        return replace(found, value=nan, se=nan, low=nan, high=nan, method="none", note=refused)
    if not sample.empty and not found.with_loss:
        note = join_notes("the whole tail is at one loss", losses.note)
        return replace(found, value=level, low=level, high=level, method="exact", note=note)
    return replace(
        found,
        value=level + found.value,
        low=level + found.low,
        high=level + found.high,
        note=join_notes(found.note, losses.note),
    )
