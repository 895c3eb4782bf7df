"""Exceedance of annual losses: the one place where return periods and exceedance probabilities are computed.

AEP: P(sum of a year's losses > x). OEP: P(largest event of a year > x). Strict exceedance (V06). The years
of the horizon are pooled, and errors are between replications.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal, get_args

import numpy as np
import pandas as pd

from simulator.risk.arrays import combined
from simulator.risk.estimate import Estimate, join_notes, mean_of
from simulator.risk.loss import AnnualLosses, annual_losses, whole_years
from simulator.risk.protocol import ResultTables
from simulator.risk.quantile import upper_quantile
from simulator.scenario.errors import InputError

Kind = Literal["AEP", "OEP"]
RETURN_PERIODS: tuple[float, ...] = (2, 5, 10, 20, 50, 100, 200, 250, 500, 1000)


def losses_of_kind(tables: ResultTables, measure: str, kind: str, *, year: int | None = None) -> AnnualLosses:
    """Annual totals for AEP, largest events for OEP. Raises InputError for another kind."""
    if kind not in get_args(Kind):
        raise InputError(f"kind is {kind!r}; allowed: AEP (annual total), OEP (largest event of a year)")
    return annual_losses(tables, measure, largest=kind == "OEP", year=year)


def exceedance(
    tables: ResultTables,
    measure: str,
    kind: str = "AEP",
    return_periods: Iterable[float] = RETURN_PERIODS,
    *,
    per_year: bool = False,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Losses by return period, with a row for each (and for each year, first column `year`, with `per_year`).

    Columns: return_period (years), probability (1 / return period), loss, low, high, se, effective
    (effective replications beyond the loss), note. A loss is nan where fewer than ten effective replications
    lie beyond it, and zero where a loss of any size is rarer than the return period. Raises InputError for a
    return period of one year or less.
    """
    periods = [float(period) for period in return_periods]
    for period in periods:
        if not (math.isfinite(period) and period > 1.0):
            raise InputError(f"a return period is {period:g} years; it must be above 1")
    if not per_year:
        return _by_return_period(losses_of_kind(tables, measure, kind), periods, confidence)
    parts = []
    for year in range(whole_years(tables.horizon_years)[0]):
        part = _by_return_period(losses_of_kind(tables, measure, kind, year=year), periods, confidence)
        part.insert(0, "year", year)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _by_return_period(losses: AnnualLosses, periods: list[float], confidence: float) -> pd.DataFrame:
    rows = []
    for period in periods:
        found = upper_quantile(losses.sample, 1.0 / period, confidence=confidence)
        rows.append(
            {
                "return_period": period,
                "probability": 1.0 / period,
                "loss": found.estimate.value,
                "low": found.estimate.low,
                "high": found.estimate.high,
                "se": found.estimate.se,
                "effective": found.effective,
                "note": join_notes(found.estimate.note, losses.note),
            }
        )
    names = ["return_period", "probability", "loss", "low", "high", "se", "effective", "note"]
    return pd.DataFrame(rows, columns=names)


def probability_of_exceeding(
    tables: ResultTables,
    measure: str,
    level: float,
    kind: str = "AEP",
    *,
    year: int | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """P(annual loss > level): strict, years pooled (or one `year`). The level must not be negative."""
    if not level >= 0.0:
        raise InputError(f"level is {level}; it must be zero or more")
    sample = losses_of_kind(tables, measure, kind, year=year).sample
    # A share of years is a sum of equal parts; rounding must not take it past one.
    share = combined(lambda years: np.minimum(years, 1.0), sample.units_above(level))
    return mean_of(share, sample.strata, confidence=confidence, probability=True)
