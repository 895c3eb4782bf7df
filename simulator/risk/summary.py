"""Every metric of a run as one object for `metrics.json`, and what a compromise would mean if it happened."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from simulator.risk.arrays import Floats
from simulator.risk.breakdown import (
    by_cause,
    by_payer,
    by_sector,
    by_vendor,
    counts,
    detection_delays,
)
from simulator.risk.condition import given_compromise, probability_of_compromise
from simulator.risk.estimate import Estimate, effective_sample_size, largest_share, mean_of
from simulator.risk.exceedance import RETURN_PERIODS, exceedance, probability_of_exceeding
from simulator.risk.loss import average_annual_loss, checked_measure, event_losses, horizon_losses, probability_of_loss
from simulator.risk.numbering import Numbering
from simulator.risk.protocol import ResultTables
from simulator.risk.quantile import upper_quantile
from simulator.risk.sample import SampleRows, weighted_sample
from simulator.risk.sample_in_parts import sample_of
from simulator.risk.sampling import Sampling, design_of, sampling
from simulator.risk.service import peak_people, reliability, restoration, service_losses
from simulator.risk.tail import LEVELS, tail
from simulator.scenario.words import MALICIOUS_CAUSES, SECTORS

CONDITION = "at least one successful malicious compromise within the horizon"
LOSS_QUANTILES: tuple[float, ...] = (0.5, 0.75, 0.9, 0.95)


def metrics(tables: ResultTables, measure: str, return_periods: Iterable[float] = RETURN_PERIODS) -> dict[str, Any]:
    """All metrics of a run as plain values (numbers that cannot be given are None, with a note).

    Annual figures are per year of the horizon. Raises InputError for an unknown measure.
    """
    known = checked_measure(measure)
    design = design_of(tables)
    periods = list(return_periods)
    breakdown = {"cause": by_cause(tables, known), "vendor": by_vendor(tables, known)}
    if known == "cost":
        breakdown["payer"] = by_payer(tables)
    elif known != "abstract":
        breakdown["sector"] = by_sector(tables, known)
    return {
        "measure": known,
        "unit": unit_of(known, tables.currency),
        "currency": tables.currency,
        "horizon_years": tables.horizon_years,
        "replications": design.count,
        "crude": tables.crude,
        "strata": records(tables.strata),
        "effective_sample_size": effective_sample_size(design.weight),
        "largest_weight_share": largest_share(design.weight),
        "average_annual_loss": plain(average_annual_loss(tables, known).row()),
        "probability_of_loss": plain(probability_of_loss(tables, known).row()),
        "probability_of_loss_in_a_year": plain(probability_of_exceeding(tables, known, 0.0).row()),
        "probability_of_compromise": plain(probability_of_compromise(tables).row()),
        "aep": records(exceedance(tables, known, "AEP", periods)),
        "oep": records(exceedance(tables, known, "OEP", periods)),
        "tail": records(tail(tables, known, LEVELS)),
        "breakdown": {name: records(table.reset_index()) for name, table in breakdown.items()},
        "service": records(service_losses(tables)),
        "reliability": records(reliability(tables)),
        "restoration": records(restoration(tables)),
        "counts": records(counts(tables)),
        "detection": records(detection_delays(tables)),
    }


def conditional(tables: ResultTables, measure: str = "customer_hours") -> dict[str, Any]:
    """How bad if it happens: results over the horizon given at least one successful malicious compromise.

    `loss` counts every cause in those replications, `malicious_loss` only the compromises themselves; people,
    restoration and service are of those replications. Raises InputError for an unknown measure.
    """
    known = checked_measure(measure)
    head: dict[str, Any] = {
        "given": CONDITION,
        "measure": known,
        "unit": unit_of(known, tables.currency),
        "horizon_years": tables.horizon_years,
        "probability": plain(probability_of_compromise(tables).row()),
    }
    chosen = given_compromise(tables)
    if chosen is None:
        return {**head, "replications": 0, "note": "no replication has a successful compromise"}
    design = sampling(chosen)
    per_horizon = service_losses(chosen)
    per_horizon[["value", "se", "low", "high"]] *= chosen.horizon_years
    return {
        **head,
        "replications": design.count,
        "loss": _spread(horizon_losses(chosen, known), design),
        "malicious_loss": _spread(_malicious_losses(chosen, known, design), design),
        "people": records(peak_people(chosen, (0.5, 0.9))),
        "share_of_people": _share_of_people(chosen, design),
        "service": records(per_horizon),
        "restoration": records(restoration(chosen)),
    }


def loss_given_cause(
    tables: ResultTables, measure: str, cause: str, quantiles: Iterable[float] = (0.5, 0.9)
) -> dict[float, Estimate]:
    """Quantiles of the loss that events of one cause bring over the horizon, given that there is at least one.

    A conditional statement: the hazard of the cause does not enter. Estimates are nan below ten effective
    replications beyond a quantile. Raises InputError for an unknown measure.
    """
    design = design_of(tables)

    def losses(part: ResultTables, numbers: Numbering) -> SampleRows:
        chosen = (part.events["cause"] == cause).to_numpy(dtype=np.bool_)
        position = numbers.rows_of(part.events)[chosen]
        with_cause = np.unique(position)
        return SampleRows(with_cause, numbers.total(position, event_losses(part.events, measure, chosen))[with_cause])

    sample = sample_of(tables, design, losses, zeros=False, independent=design.single)
    return {q: upper_quantile(sample, 1.0 - q).estimate for q in quantiles}


def unit_of(measure: str, currency: str) -> str:
    """The unit of a measure in words."""
    units = {
        "customer_hours": "customer-hours",
        "person_hours": "person-hours",
        "cost": currency,
        "abstract": "units",
    }
    return units[measure]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as plain values; numbers that are not finite become None."""
    columns = {str(name): table[name].tolist() for name in table.columns}
    return [plain({name: values[row] for name, values in columns.items()}) for row in range(len(table))]


def plain(row: Mapping[str, object]) -> dict[str, Any]:
    """Values that JSON knows: numbers that are not finite become None."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()
    }


def _spread(loss: Floats, design: Sampling) -> dict[str, Any]:
    """Mean and quantiles of a loss per replication."""
    everywhere = np.arange(design.count, dtype=np.int64)
    sample = weighted_sample(design, SampleRows(everywhere, loss), independent=design.single)
    found: dict[str, Any] = {"mean": plain(mean_of(loss, design).row())}
    for q in LOSS_QUANTILES:
        found[f"q{100 * q:g}"] = plain(upper_quantile(sample, 1.0 - q).estimate.row())
    return found


def _malicious_losses(tables: ResultTables, measure: str, design: Sampling) -> Floats:
    """Loss per replication from malicious compromises, scripted ones included."""
    cause = tables.events["cause"]
    scripted = (cause == "given") & tables.events["mode"].isin(["disruption", "espionage"])
    malicious = (cause.isin(list(MALICIOUS_CAUSES)) | scripted).to_numpy(dtype=np.bool_)
    position = design.rows_of(tables.events)[malicious]
    return design.total(position, event_losses(tables.events, measure, malicious))


def _share_of_people(tables: ResultTables, design: Sampling) -> dict[str, float | None]:
    """Mean peak of people without service as a share of the people served, by sector (None: nobody
    served).
    """
    shares: dict[str, float | None] = {}
    for sector in SECTORS:
        served = float(tables.people.get(sector, 0.0))
        peak = tables.replications[f"peak_people_{sector}"].to_numpy(dtype=np.float64)
        shares[sector] = design.moments(peak).mean / served if served > 0.0 else None
    return shares
