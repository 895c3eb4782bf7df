"""Average annual loss by cause, sector, payer and vendor; counts of events; delays of detection."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np
import pandas as pd

from simulator.risk.arrays import Floats, Integers, Rows, Values
from simulator.risk.estimate import ESTIMATE_COLUMNS, Estimate, mean_of
from simulator.risk.loss import checked_measure
from simulator.risk.numbering import Numbering
from simulator.risk.protocol import ResultTables
from simulator.risk.quantile import upper_quantile
from simulator.risk.sample import SampleRows
from simulator.risk.sample_in_parts import sample_of
from simulator.risk.sampling import (
    COMPROMISE,
    CRUDE,
    Sampling,
    SamplingInParts,
    design_of,
    parts_of_run,
    per_replication,
)
from simulator.scenario.errors import InputError
from simulator.scenario.words import MALICIOUS_CAUSES, PAYERS, SECTORS

GROUPS: tuple[str, ...] = ("cause", "vendor", "product", "path", "mode", "theatre", "regime")
COUNTS: tuple[str, ...] = ("count", "installs", "activations", "organisations_out")
NONE = "none"
NO_CODE = -1

OfEvents = Callable[[ResultTables], Floats]
"""A number for each row of the event table."""


def event_losses(tables: ResultTables, measure: str) -> Floats:
    """Loss of each row of the event table, over all sectors or payers."""
    known = checked_measure(measure)
    if known == "abstract":
        return tables.events["abstract"].to_numpy(dtype=np.float64)
    parts = PAYERS if known == "cost" else SECTORS
    columns = [f"{known}_{part}" for part in parts]
    total = np.array(tables.events[columns[0]], dtype=np.float64)
    for column in columns[1:]:
        total += tables.events[column].to_numpy()
    return total


def by_cause(tables: ResultTables, measure: str) -> pd.DataFrame:
    """AAL by cause; index cause, columns of an estimate and `share` of the total."""
    return _by_label(tables, "cause", partial(event_losses, measure=measure), "cause")


def by_vendor(tables: ResultTables, measure: str) -> pd.DataFrame:
    """AAL by vendor ("none": events without one); index vendor, columns of an estimate and `share`."""
    return _by_label(tables, "vendor", partial(event_losses, measure=measure), "vendor")


def by_sector(tables: ResultTables, measure: str) -> pd.DataFrame:
    """AAL of customer_hours or person_hours by sector; index sector, columns of an estimate and `share`.

    Raises InputError for a measure that is not kept by sector.
    """
    if checked_measure(measure) not in ("customer_hours", "person_hours"):
        raise InputError(f"{measure} is not kept by sector; allowed: customer_hours, person_hours")
    return _by_column(tables, {sector: f"{measure}_{sector}" for sector in SECTORS}, "sector")


def by_payer(tables: ResultTables) -> pd.DataFrame:
    """Average annual cost by payer; index payer, columns of an estimate and `share`."""
    return _by_column(tables, {payer: f"cost_{payer}" for payer in PAYERS}, "payer")


def counts(tables: ResultTables, by: str = "cause") -> pd.DataFrame:
    """Events, installs, activations and organisations out, per year, by cause (or another label of an event).

    Columns: the label, `counted`, and those of an estimate. Raises InputError for a label events do not have.
    """
    if by not in GROUPS:
        raise InputError(f"events cannot be grouped by {by!r}; allowed: {', '.join(GROUPS)}")
    tallies = []
    for counted in COUNTS:
        tally = _by_label(tables, by, partial(_column, name=counted), by)
        tally = tally.drop(columns="share").reset_index()
        tally.insert(1, "counted", counted)
        tallies.append(tally)
    return pd.concat(tallies, ignore_index=True)


def detection_delays(
    tables: ResultTables, quantiles: Iterable[float] = (0.5, 0.9), *, confidence: float = 0.95
) -> pd.DataFrame:
    """Quantiles of the delay (hours) from start to detection, by cause, among events that were detected.

    Columns: cause, quantile, and those of an estimate. A row of the event table counts `count` times.
    """
    design = design_of(tables)

    def delays(part: ResultTables, numbers: Numbering, name: str) -> SampleRows:
        delay = _column(part, "detection_h")
        own = np.isfinite(delay) & (part.events["cause"] == name).to_numpy(dtype=np.bool_)
        position = numbers.position(part.events["replication"].to_numpy()[own])
        return SampleRows(position, delay[own], _column(part, "count")[own])

    rows = []
    for name in sorted(_labels(tables, "cause")):
        sample = sample_of(tables, design, partial(delays, name=name), zeros=False)
        if sample.empty:
            continue
        for q in quantiles:
            found = upper_quantile(sample, 1.0 - q, confidence=confidence, refuse=False).estimate
            rows.append({"cause": name, "quantile": float(q), **found.row()})
    return pd.DataFrame(rows, columns=["cause", "quantile", *ESTIMATE_COLUMNS])


def _by_label(tables: ResultTables, label: str, value: OfEvents, index: str) -> pd.DataFrame:
    design = design_of(tables)
    held = _labelled(tables, design, label, value) if isinstance(design, Sampling) else None

    def total(part: ResultTables, numbers: Numbering, name: str) -> Floats:
        own = held or _labelled(part, numbers, label, value)
        chosen = own.code == own.code_of.get(name, NO_CODE)
        return numbers.total(own.position[chosen], own.value[chosen]) / tables.horizon_years

    estimates = {}
    for name in sorted(_labels(tables, label)):
        malicious = label == "cause" and name in MALICIOUS_CAUSES
        possible: Collection[int] | None = (COMPROMISE, CRUDE) if malicious else None
        values = per_replication(tables, design, partial(total, name=name))
        estimates[name or NONE] = mean_of(values, design, possible_in=possible)
    return _with_shares(estimates, index)


@dataclass(frozen=True)
class _Labelled:
    """Events with a label each, as a number."""

    code: Integers
    code_of: dict[str, int]
    position: Rows
    value: Floats


def _labelled(tables: ResultTables, numbers: Numbering, label: str, value: OfEvents) -> _Labelled:
    labels = tables.events[label]
    if labels.isna().any():
        labels = labels.astype(object).fillna("")
    code, names = pd.factorize(labels)
    code_of = {str(name): k for k, name in enumerate(names)}
    return _Labelled(code, code_of, numbers.position(tables.events["replication"].to_numpy()), value(tables))


def _labels(tables: ResultTables, label: str) -> set[str]:
    """All labels of events; "" for those without one."""
    found: set[str] = set()
    for part in parts_of_run(tables) or (tables,):
        found.update("" if pd.isna(name) else str(name) for name in part.events[label].unique())
    return found


def _by_column(tables: ResultTables, columns: dict[str, str], index: str) -> pd.DataFrame:
    design = design_of(tables)
    estimates = {
        name: mean_of(event_totals(tables, design, column, tables.horizon_years), design)
        for name, column in columns.items()
    }
    return _with_shares(estimates, index)


def event_totals(tables: ResultTables, design: Sampling | SamplingInParts, column: str, *divisors: float) -> Values:
    """Sum of a column of the event table per replication, divided by each of `divisors` in turn."""

    def total(part: ResultTables, numbers: Numbering) -> Floats:
        position = numbers.position(part.events["replication"].to_numpy())
        return reduce(np.divide, divisors, numbers.total(position, _column(part, column)))

    return per_replication(tables, design, total)


def _column(tables: ResultTables, name: str) -> Floats:
    return tables.events[name].to_numpy(dtype=np.float64)


def _with_shares(estimates: dict[str, Estimate], index: str) -> pd.DataFrame:
    table = pd.DataFrame(
        [estimate.row() for estimate in estimates.values()],
        index=pd.Index(list(estimates), name=index, dtype=object),
        columns=list(ESTIMATE_COLUMNS),
    )
    whole = float(table["value"].sum())
    table["share"] = table["value"] / whole if whole != 0.0 else np.nan
    return table
