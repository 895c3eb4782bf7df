"""Service lost: people and customers, reliability indices, restoration times and service over time."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Literal, get_args

import numpy as np
import pandas as pd

from simulator.risk.arrays import Floats, InParts, Integers, Values, combined
from simulator.risk.breakdown import event_totals
from simulator.risk.estimate import ESTIMATE_COLUMNS, mean_of, ratio_of
from simulator.risk.numbering import Numbering
from simulator.risk.protocol import ResultTables
from simulator.risk.quantile import upper_quantile
from simulator.risk.sample import SampleRows, weighted_sample
from simulator.risk.sample_in_parts import sample_of
from simulator.risk.sampling import (
    Sampling,
    SamplingInParts,
    column_by_replication,
    design_of,
    per_replication,
    sampling,
)
from simulator.risk.words import percent
from simulator.scenario.errors import InputError
from simulator.scenario.words import SECTORS

Given = Literal["compromise", "outage"]
HOURS_PER_DAY = 24.0
MINUTES_PER_HOUR = 60.0
RESTORED: tuple[int, ...] = (50, 90, 99)
BAND_QUANTILES: tuple[float, ...] = (0.05, 0.25, 0.5, 0.75, 0.95)
BAND_COLUMNS: tuple[str, ...] = ("sector", "hour", "mean", "q05", "q25", "q50", "q75", "q95")


def service_losses(tables: ResultTables, *, confidence: float = 0.95) -> pd.DataFrame:
    """Mean loss of service per year and sector: customer_hours, person_days, and unsafe_person_days (water).

    Unsafe water is counted apart from no water. Columns: sector, measure, and those of an estimate.
    """
    design = design_of(tables)
    rows = []
    for (sector, measure), lost in _service_lost(tables, design).items():
        estimate = mean_of(lost, design, confidence=confidence)
        rows.append({"sector": sector, "measure": measure, **estimate.row()})
    return pd.DataFrame(rows, columns=["sector", "measure", *ESTIMATE_COLUMNS])


def service_lost(tables: ResultTables, design: Sampling) -> dict[tuple[str, str], Floats]:
    """Loss of service per year of each replication of a run in memory, by sector and measure (`service_losses`)."""
    found = _service_lost(tables, design)
    return {key: lost for key, lost in found.items() if not isinstance(lost, InParts)}


def _service_lost(tables: ResultTables, design: Sampling | SamplingInParts) -> dict[tuple[str, str], Values]:
    wanted = []
    for sector in SECTORS:
        wanted.append((sector, "customer_hours", f"customer_hours_{sector}", 1.0))
        wanted.append((sector, "person_days", f"person_hours_{sector}", HOURS_PER_DAY))
        if sector == "water":
            wanted.append((sector, "unsafe_person_days", "unsafe_person_hours_water", HOURS_PER_DAY))
    return {
        (sector, measure): event_totals(tables, design, column, unit, tables.horizon_years)
        for sector, measure, column, unit in wanted
    }


def reliability(tables: ResultTables, *, confidence: float = 0.95) -> pd.DataFrame:
    """SAIFI (interruptions per customer and year), SAIDI (minutes per customer and year) and CAIDI (minutes
    per interruption) of each sector with customers, and ENS (MWh per year) of energy; IEEE Std 1366
    definitions, V34.

    Columns: sector, index, unit, and those of an estimate.
    """
    design = design_of(tables)
    years = tables.horizon_years
    rows: list[dict[str, object]] = []
    for sector in SECTORS:
        customers = float(tables.customers.get(sector, 0.0))
        if customers <= 0.0:
            continue
        frequency = event_totals(tables, design, f"interruptions_{sector}", customers, years)
        hours = event_totals(tables, design, f"customer_hours_{sector}")
        minutes = combined(lambda lost, served=customers: lost * MINUTES_PER_HOUR / served / years, hours)
        found = {
            ("SAIFI", "interruptions per customer and year"): mean_of(frequency, design, confidence=confidence),
            ("SAIDI", "minutes per customer and year"): mean_of(minutes, design, confidence=confidence),
            ("CAIDI", "minutes per interruption"): ratio_of(minutes, frequency, design, confidence=confidence),
        }
        if sector == "energy":
            unserved = event_totals(tables, design, "ens_mwh", years)
            found["ENS", "MWh per year"] = mean_of(unserved, design, confidence=confidence)
        for (index, unit), estimate in found.items():
            rows.append({"sector": sector, "index": index, "unit": unit, **estimate.row()})
    return pd.DataFrame(rows, columns=["sector", "index", "unit", *ESTIMATE_COLUMNS])


def restoration(
    tables: ResultTables, quantiles: Iterable[float] = (0.5, 0.9), *, confidence: float = 0.95
) -> pd.DataFrame:
    """Hours until 50, 90 and 99 % of the customers lost in the worst event are back, given that it cut service.

    The worst event is a hostile one where there were any. Quantiles are over replications in which it cut service, by
    weight. Columns: restored (per cent), quantile, those
    of an estimate (hours), and `given`, the condition in words with its probability.
    """
    design = design_of(tables)
    rows = []
    for restored in RESTORED:
        hours = per_replication(tables, design, partial(_hours_until, restored=restored))
        known = combined(lambda hour: (~np.isnan(hour)).astype(np.float64), hours)
        chance = mean_of(known, design, confidence=confidence, probability=True)
        given = (
            "given that the worst event, a hostile one where there were any, cut service within the horizon "
            f"(probability {percent(chance.value)})"
        )
        sample = sample_of(
            tables, design, partial(_restored, restored=restored), zeros=False, independent=design.single
        )
        for q in quantiles:
            found = upper_quantile(sample, 1.0 - q, confidence=confidence, refuse=False).estimate
            rows.append({"restored": restored, "quantile": float(q), **found.row(), "given": given})
    return pd.DataFrame(rows, columns=["restored", "quantile", *ESTIMATE_COLUMNS, "given"])


def _hours_until(tables: ResultTables, _: Numbering, restored: int) -> Floats:
    return column_by_replication(tables, f"restored_{restored}_h")


def _restored(tables: ResultTables, numbers: Numbering, restored: int) -> SampleRows:
    hours = _hours_until(tables, numbers, restored)
    known = np.flatnonzero(~np.isnan(hours))
    return SampleRows(known, hours[known])


def peak_people(
    tables: ResultTables, quantiles: Iterable[float] = (0.5, 0.9), *, confidence: float = 0.95
) -> pd.DataFrame:
    """Most people without a service at once, per sector: mean and quantiles over all replications of
    `tables`.

    Columns: sector, statistic ("mean" or "q50", "q90", ...), and those of an estimate.
    """
    design = sampling(tables)
    everywhere = np.arange(design.count, dtype=np.int64)
    rows = []
    for sector in SECTORS:
        people = column_by_replication(tables, f"peak_people_{sector}")
        mean = mean_of(people, design, confidence=confidence)
        rows.append({"sector": sector, "statistic": "mean", **mean.row()})
        sample = weighted_sample(design, SampleRows(everywhere, people), independent=design.single)
        for q in quantiles:
            found = upper_quantile(sample, 1.0 - q, confidence=confidence).estimate
            rows.append({"sector": sector, "statistic": f"q{100 * q:g}", **found.row()})
    return pd.DataFrame(rows, columns=["sector", "statistic", *ESTIMATE_COLUMNS])


def service_bands(tables: ResultTables, given: str = "compromise") -> pd.DataFrame:
    """People without service by sector and hour since the start of the worst event: mean and quantiles over
    replications, by weight.

    `given` is "compromise" (replications with a successful malicious compromise, those without an outage
    counted as zero) or "outage" (replications with rows in the service table). Columns: sector, hour, mean,
    q05, q25, q50, q75, q95; empty if no replication meets the condition. Raises InputError for another
    condition.
    """
    if given not in get_args(Given):
        raise InputError(f"service bands are given {given!r}; allowed: compromise, outage")
    design = sampling(tables)
    service = tables.service
    position = design.position(service["replication"].to_numpy())
    member = np.zeros(design.count, dtype=np.bool_)
    if given == "outage":
        member[position] = True
    else:
        member = column_by_replication(tables, "successes") > 0.0
    kept = member[position]
    if not kept.any():
        return pd.DataFrame(columns=list(BAND_COLUMNS))
    weight = np.where(member, design.weight, 0.0) / float(design.weight[member].sum())
    people = service["people_without"].to_numpy(dtype=np.float64)[kept]
    sector_codes, sectors = pd.factorize(service["sector"][kept], sort=True)
    hour_codes, hours = pd.factorize(service["hour"][kept], sort=True)
    group = sector_codes * len(hours) + hour_codes
    order = np.argsort(-people, kind="stable")
    order = order[np.argsort(group[order], kind="stable")]
    bands = _group_quantiles(group[order], people[order], weight[position[kept]][order])
    found = bands.index.to_numpy()
    bands.insert(0, "sector", np.asarray(sectors, dtype=object)[found // len(hours)])
    bands.insert(1, "hour", np.asarray(hours, dtype=np.float64)[found % len(hours)])
    return bands.reset_index(drop=True)


def _group_quantiles(group: Integers, value: Floats, weight: Floats) -> pd.DataFrame:
    """Mean and quantiles of each group, rows sorted by group and falling value; mass that is missing is at
    zero.
    """
    names, start = np.unique(group, return_index=True)
    end = np.append(start[1:], group.size)
    cumulative = np.concatenate(([0.0], np.cumsum(weight)))
    table: dict[str, Floats] = {"mean": np.add.reduceat(weight * value, start)}
    for q in BAND_QUANTILES:
        target = cumulative[start] + (1.0 - q) + 1e-9
        row = np.searchsorted(cumulative[1:], target, side="right")
        inside = row < end
        table[f"q{round(100 * q):02d}"] = np.where(inside, value[np.minimum(row, value.size - 1)], 0.0)
    return pd.DataFrame(table, index=names)
