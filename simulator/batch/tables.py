"""Outcomes as labelled tables: replications, events (ELT), years (YLT) and service curves (DESIGN section 7)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.model.impact import EventLoss
from simulator.model.replication import Outcome, people_over_time
from simulator.risk.loss import event_losses
from simulator.rules.curve import SERVICE_HOURS
from simulator.scenario.words import MEASURES, PAYERS, SECTORS

REPLICATIONS: dict[str, str] = {
    "replication": "int64",
    "stratum": "int8",
    "round": "int16",
    "events": "int32",
    "successes": "int32",
    "first_success_h": "float64",
    **{f"peak_people_{s}": "float64" for s in SECTORS},
    "restored_50_h": "float64",
    "restored_90_h": "float64",
    "restored_99_h": "float64",
    "espionage_victims": "int32",
    "groundless_warnings": "int32",
    "sim_events": "int32",
}

EVENTS: dict[str, str] = {
    "replication": "int64",
    "event": "int32",
    "count": "int32",
    **dict.fromkeys(("cause", "vendor", "product", "path", "mode", "theatre", "regime"), "str"),
    "start_h": "float64",
    "paid_h": "float64",
    "year": "int16",
    "installs": "int32",
    "activations": "int32",
    "organisations_out": "int32",
    "detection_h": "float64",
    **{f"customer_hours_{s}": "float64" for s in SECTORS},
    **{f"person_hours_{s}": "float64" for s in SECTORS},
    "unsafe_person_hours_water": "float64",
    "ens_mwh": "float64",
    **{f"interruptions_{s}": "float64" for s in SECTORS},
    **{f"cost_{p}": "float64" for p in PAYERS},
    "abstract": "float64",
}

YEARS: dict[str, str] = {
    "replication": "int64",
    "year": "int16",
    **{column: "float64" for m in MEASURES for column in (m, f"{m}_max")},
}

SERVICE: dict[str, str] = {
    "replication": "int64",
    "sector": "str",
    "hour": "float64",
    "people_without": "float64",
}

SCHEMAS: dict[str, dict[str, str]] = {
    "replications": REPLICATIONS,
    "events": EVENTS,
    "years": YEARS,
    "service": SERVICE,
}

_MOST_YEARS = 2**15
"""More than a 16-bit year can name: a replication and a year make one number."""


@dataclass(frozen=True)
class Tables:
    """The four tables of a block or of a run."""

    replications: pd.DataFrame
    events: pd.DataFrame
    years: pd.DataFrame
    service: pd.DataFrame


def tables_of(outcomes: Iterable[Outcome], round_number: int) -> Tables:
    """Tables of some outcomes, in their order. Replications without losses have no rows but in the first."""
    replications, events, service = [], [], []
    for outcome in outcomes:
        replications.append(_replication_row(outcome, round_number))
        events += [_event_row(outcome.future.replication, loss) for loss in outcome.losses]
        service += _service_rows(outcome)
    event_table = frame(events, EVENTS)
    return Tables(
        replications=frame(replications, REPLICATIONS),
        events=event_table,
        years=year_table(event_table),
        service=frame(service, SERVICE),
    )


def frame(rows: list[tuple[object, ...]], schema: dict[str, str]) -> pd.DataFrame:
    """Rows in the order of the schema's columns, with its types."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pd.DataFrame(
        {name: pd.Series(column, dtype=kind) for (name, kind), column in zip(schema.items(), columns, strict=True)}
    )


def year_table(events: pd.DataFrame) -> pd.DataFrame:
    """Year loss table: sum and largest event per replication and year of origin."""
    losses = {measure: event_losses(events, measure) for measure in MEASURES}
    some = np.flatnonzero(np.any([loss > 0.0 for loss in losses.values()], axis=0))
    both = events["replication"].to_numpy()[some] * _MOST_YEARS + events["year"].to_numpy()[some]
    known, group = np.unique(both, return_inverse=True)
    replication, year = np.divmod(known, _MOST_YEARS)
    values: dict[str, object] = {"replication": replication, "year": year}
    for measure, loss in losses.items():
        values[measure] = np.bincount(group, weights=loss[some], minlength=known.size)
        values[f"{measure}_max"] = largest = np.zeros(known.size)
        np.maximum.at(largest, group, loss[some])
    return framed(values, YEARS)


def framed(columns: Mapping[str, object], schema: Mapping[str, str]) -> pd.DataFrame:
    """Columns in the order of the schema, with its types."""
    return pd.DataFrame(
        {name: columns[name] if k == "str" else np.asarray(columns[name], dtype=k) for name, k in schema.items()}
    )


def not_finite(events: pd.DataFrame) -> str:
    """The first figure of the event loss table that is not a finite number, in words; "" if all are.

    A detection that never came is no figure.
    """
    for name, kind in EVENTS.items():
        if kind != "float64" or name == "detection_h":
            continue
        wrong = np.flatnonzero(~np.isfinite(events[name].to_numpy()))
        if wrong.size:
            event = events.iloc[int(wrong[0])]
            return f"replication {event['replication']}, cause {event['cause']}: {name} is {event[name]}"
    return ""


def _replication_row(outcome: Outcome, round_number: int) -> tuple[object, ...]:
    return (
        outcome.future.replication,
        int(outcome.future.stratum),
        round_number,
        len(outcome.losses),
        outcome.successes,
        outcome.first_success_h,
        *outcome.peak_people,
        *outcome.restored_h,
        outcome.espionage_victims,
        outcome.groundless_warnings,
        outcome.sim_events,
    )


def _event_row(replication: int, loss: EventLoss) -> tuple[object, ...]:
    cause = loss.cause
    return (
        replication,
        cause.number,
        1,
        cause.kind,
        cause.vendor,
        cause.product,
        cause.path,
        cause.mode,
        cause.theatre,
        cause.regime,
        cause.start_h,
        loss.paid_h,
        cause.year,
        cause.installs,
        cause.activations,
        len(cause.customer_hours),
        cause.detection_h,
        *loss.customer_hours,
        *loss.person_hours,
        cause.unsafe_person_hours,
        loss.ens_mwh,
        *cause.interruptions,
        loss.operator,
        loss.customers,
        loss.society,
        loss.insurer,
        loss.vendor,
        loss.government,
        cause.abstract,
    )


def _service_rows(outcome: Outcome) -> list[tuple[object, ...]]:
    """People without service on the fixed grid, sectors that never lose any left out."""
    if outcome.worst is None:
        return []
    rows: list[tuple[object, ...]] = []
    for sector, name in enumerate(SECTORS):
        hours, people = people_over_time(outcome.worst, sector)
        for hour in SERVICE_HOURS if hours else ():
            k = bisect_right(hours, hour)
            rows.append((outcome.future.replication, name, hour, people[k - 1] if k else 0.0))
    return rows
