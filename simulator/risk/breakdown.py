"""Average annual loss by cause, sector, payer and vendor; counts of events; delays of detection."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np
import pandas as pd

from simulator.risk.arrays import Floats, Integers, Rows, Values
from simulator.risk.estimate import ESTIMATE_COLUMNS, Estimate, mean_of
from simulator.risk.loss import checked_measure, event_losses
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

OfEvents = Callable[[ResultTables], Floats]
"""A number for each row of the event table."""


def by_cause(tables: ResultTables, measure: str) -> pd.DataFrame:
    """AAL by cause; index cause, columns of an estimate and `share` of the total."""
    return _by_label(tables, "cause", {measure: partial(_loss, measure=measure)})[measure]


def by_vendor(tables: ResultTables, measure: str) -> pd.DataFrame:
    """AAL by vendor ("none": events without one); index vendor, columns of an estimate and `share`."""
    return _by_label(tables, "vendor", {measure: partial(_loss, measure=measure)})[measure]


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
    tallies = _by_label(tables, by, {counted: partial(_column, name=counted) for counted in COUNTS})
    for counted, tally in tallies.items():
        tally.insert(0, "counted", counted)
    return pd.concat([tally.drop(columns="share").reset_index() for tally in tallies.values()], ignore_index=True)


def detection_delays(
    tables: ResultTables, quantiles: Iterable[float] = (0.5, 0.9), *, confidence: float = 0.95
) -> pd.DataFrame:
    """Quantiles of the delay (hours) from start to detection, by cause, among events that were detected.

    Columns: cause, quantile, and those of an estimate. A row of the event table counts `count` times.
    """
    design = design_of(tables)

    def delays(part: ResultTables, numbers: Numbering, name: str) -> SampleRows:
        delay = _column(part, "detection_h")
        own = causes.of(part).rows(name)
        own = own[np.isfinite(delay[own])]
        return SampleRows(numbers.rows_of(part.events)[own], delay[own], _column(part, "count")[own])

    causes = _Labels(tables, "cause")
    rows = []
    for name in causes.names:
        sample = sample_of(tables, design, partial(delays, name=name), zeros=False)
        if sample.empty:
            continue
        for q in quantiles:
            found = upper_quantile(sample, 1.0 - q, confidence=confidence, refuse=False).estimate
            rows.append({"cause": name, "quantile": float(q), **found.row()})
    return pd.DataFrame(rows, columns=["cause", "quantile", *ESTIMATE_COLUMNS])


def _by_label(tables: ResultTables, label: str, values: Mapping[str, OfEvents]) -> dict[str, pd.DataFrame]:
    """For each of `values` its mean per year by label; index the label, columns of an estimate and `share`."""
    design = design_of(tables)
    labels = _Labels(tables, label)
    held = {name: value(tables) for name, value in values.items()} if labels.held is not None else {}
    rows = design.rows_of(tables.events) if isinstance(design, Sampling) else None

    def total(part: ResultTables, numbers: Numbering, name: str, counted: str) -> Floats:
        own = labels.of(part).rows(name)
        value = held[counted] if held else values[counted](part)
        position = numbers.rows_of(part.events) if rows is None else rows
        return numbers.total(position[own], value[own]) / tables.horizon_years

    found: dict[str, dict[str, Estimate]] = {counted: {} for counted in values}
    for name in labels.names:
        malicious = label == "cause" and name in MALICIOUS_CAUSES
        possible: Collection[int] | None = (COMPROMISE, CRUDE) if malicious else None
        for counted, estimates in found.items():
            each = per_replication(tables, design, partial(total, name=name, counted=counted))
            estimates[name or NONE] = mean_of(each, design, possible_in=possible)
    return {counted: _with_shares(estimates, label) for counted, estimates in found.items()}


class _Labels:
    """A label of the events of a run; "" for those without one. Those of a run in memory are gone through once."""

    def __init__(self, tables: ResultTables, label: str) -> None:
        self.label = label
        parts, design = parts_of_run(tables), design_of(tables)
        self.held: _LabelOfEvents | None = None
        if isinstance(design, Sampling):
            own = tables.events[label]
            self.held = design.kept.once(tables.events, label, [own], lambda: _LabelOfEvents.of(own))
        known = [self.held] if self.held is not None else map(self.of, parts)
        self.names = sorted({name for one in known for name in one.names})

    def of(self, part: ResultTables) -> _LabelOfEvents:
        """Those of a part, or of all."""
        return self.held or _LabelOfEvents.of(part.events[self.label])


@dataclass(frozen=True)
class _LabelOfEvents:
    """Events of each label, as a number."""

    names: tuple[str, ...]
    """By code."""
    order: Rows
    """Rows of the event table by code, those of one code in their order."""
    end: Integers
    """Where those of each code end."""

    @classmethod
    def of(cls, labels: pd.Series) -> _LabelOfEvents:
        if labels.isna().any():
            labels = labels.astype(object).fillna("")
        code, names = pd.factorize(labels)
        order = np.argsort(code.astype(np.min_scalar_type(len(names))), kind="stable")
        return cls(tuple(map(str, names)), order, np.cumsum(np.bincount(code, minlength=len(names))))

    def rows(self, name: str) -> Rows:
        """Rows of the event table with a label."""
        if name not in self.names:
            return self.order[:0]
        code = self.names.index(name)
        return self.order[self.end[code - 1] if code else 0 : self.end[code]]


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
        return reduce(np.divide, divisors, numbers.total(numbers.rows_of(part.events), _column(part, column)))

    return per_replication(tables, design, total)


def _loss(tables: ResultTables, measure: str) -> Floats:
    return event_losses(tables.events, measure)


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
