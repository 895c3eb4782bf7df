"""Average annual loss by cause, sector, payer and vendor; counts of events; delays of detection."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import cast

import numpy as np
import pandas as pd

from simulator.risk.estimate import ESTIMATE_COLUMNS, Estimate, mean_of
from simulator.risk.loss import checked_measure
from simulator.risk.protocol import ResultTables
from simulator.risk.quantile import upper_quantile, weighted_sample
from simulator.risk.sampling import COMPROMISE, CRUDE, Floats, sampling
from simulator.scenario.errors import InputError
from simulator.scenario.words import MALICIOUS_CAUSES, PAYERS, SECTORS

GROUPS: tuple[str, ...] = ("cause", "vendor", "product", "path", "mode", "theatre", "regime")
COUNTS: tuple[str, ...] = ("count", "installs", "activations", "organisations_out")
NONE = "none"


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
    return _by_label(tables, "cause", event_losses(tables, measure), "cause")


def by_vendor(tables: ResultTables, measure: str) -> pd.DataFrame:
    """AAL by vendor ("none": events without one); index vendor, columns of an estimate and `share`."""
    return _by_label(tables, "vendor", event_losses(tables, measure), "vendor")


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
    parts = []
    for counted in COUNTS:
        part = _by_label(tables, by, tables.events[counted].to_numpy(dtype=np.float64), by)
        part = part.drop(columns="share").reset_index()
        part.insert(1, "counted", counted)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def detection_delays(
    tables: ResultTables, quantiles: Iterable[float] = (0.5, 0.9), *, confidence: float = 0.95
) -> pd.DataFrame:
    """Quantiles of the delay (hours) from start to detection, by cause, among events that were detected.

    Columns: cause, quantile, and those of an estimate. A row of the event table counts `count` times.
    """
    design = sampling(tables)
    delay = tables.events["detection_h"].to_numpy(dtype=np.float64)
    cause, detected = tables.events["cause"], np.isfinite(delay)
    position = design.position(tables.events["replication"].to_numpy())
    count = tables.events["count"].to_numpy()
    rows = []
    for name in sorted(cause[detected].unique()):
        own = detected & (cause == name).to_numpy(dtype=np.bool_)
        unit = count[own].astype(np.float64)
        sample = weighted_sample(design, position[own], delay[own], unit=unit, zeros=False)
        for q in quantiles:
            found = upper_quantile(sample, 1.0 - q, confidence=confidence, refuse=False).estimate
            rows.append({"cause": name, "quantile": float(q), **found.row()})
    return pd.DataFrame(rows, columns=["cause", "quantile", *ESTIMATE_COLUMNS])


def _by_label(tables: ResultTables, label: str, value: Floats, index: str) -> pd.DataFrame:
    design = sampling(tables)
    position = design.position(tables.events["replication"].to_numpy())
    labels = tables.events[label]
    if labels.isna().any():
        labels = labels.astype(object).fillna("")
    codes, found = pd.factorize(labels, sort=True)
    estimates = {}
    for code, name in enumerate(found):
        chosen = codes == code
        malicious = label == "cause" and name in MALICIOUS_CAUSES
        possible: Collection[int] | None = (COMPROMISE, CRUDE) if malicious else None
        total = design.total(position[chosen], value[chosen]) / tables.horizon_years
        estimates[cast(str, name) or NONE] = mean_of(total, design, possible_in=possible)
    return _with_shares(estimates, index)


def _by_column(tables: ResultTables, columns: dict[str, str], index: str) -> pd.DataFrame:
    design = sampling(tables)
    position = design.position(tables.events["replication"].to_numpy())
    estimates = {
        name: mean_of(
            design.total(position, tables.events[column].to_numpy(dtype=np.float64)) / tables.horizon_years,
            design,
        )
        for name, column in columns.items()
    }
    return _with_shares(estimates, index)


def _with_shares(estimates: dict[str, Estimate], index: str) -> pd.DataFrame:
    table = pd.DataFrame(
        [estimate.row() for estimate in estimates.values()],
        index=pd.Index(list(estimates), name=index, dtype=object),
        columns=list(ESTIMATE_COLUMNS),
    )
    whole = float(table["value"].sum())
    table["share"] = table["value"] / whole if whole != 0.0 else np.nan
    return table
