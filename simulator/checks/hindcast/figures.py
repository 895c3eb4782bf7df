"""Everything a hindcast says, as plain values for JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import simulator
from simulator.checks.absence import AbsenceRow
from simulator.checks.hindcast.forecast import Forecast
from simulator.checks.hindcast.verdict import BANDS, Judged, Summary, judged, summary


def figures(found: Sequence[Forecast], absent: Sequence[AbsenceRow] = ()) -> dict[str, Any]:
    """Cards with their quantities, the summary of what is held out, and what did not happen.

    A figure that is not known is None.

    Times in hours, shares from 0 to 1, money in the currency of the card.
    """
    rows = [judged(forecast) for forecast in found]
    return {
        "version": simulator.__version__,
        "cards": [_card(forecast, own) for forecast, own in zip(found, rows, strict=True)],
        "held_out": _summary(summary(row for own in rows for row in own)),
        "absence": [asdict(row) for row in absent],
    }


def _card(forecast: Forecast, rows: Sequence[Judged]) -> dict[str, Any]:
    card = forecast.card
    return {
        "name": card.name,
        "title": card.title,
        "about": card.about,
        "incident": card.incident or None,
        "named_by": (card.record and card.record.named_by) or None,
        "denials": [
            {"by": denial.by, "said": denial.said, "source": asdict(denial.source)}
            for denial in (card.record.denials if card.record else ())
        ],
        "stands_for": card.stands_for,
        "currency": card.currency,
        "scenario": {"name": card.loaded.scenario.name, "digest": card.loaded.digest},
        "seed": forecast.seed,
        "outer": forecast.outer,
        "futures": forecast.futures,
        "quantities": [_quantity(row) for row in rows],
        "held_out": _summary(summary(rows)),
    }


def _quantity(row: Judged) -> dict[str, Any]:
    one = row.observed
    bounds = {
        "kind": one.tolerance.kind,
        "low": _plain(one.tolerance.low),
        "high": _plain(one.tolerance.high),
        "central": one.tolerance.share if one.tolerance.kind == "central" else None,
    }
    return {
        "quantity": one.ask.quantity,
        "unit": {"share": "share", "time": "h", "count": "count", "money": "money"}[one.quantity.kind],
        "what": one.what,
        "at_h": _plain(one.ask.at_h),
        "since": one.ask.since if one.quantity.since else None,
        "among": list(one.ask.among),
        "status": one.status,
        "because": one.because,
        "source": one.source,
        "observed": one.value,
        "tolerance": bounds,
        "predicted": _plain(row.predicted),
        "interval": [_plain(end) for end in row.interval],
        "bands": {f"{share:g}": [_plain(end) for end in row.band(share)] for share in BANDS},
        "percentile": _plain(row.percentile),
        "inside": row.inside,
        "unsure": row.unsure,
        "mass_within": _plain(row.mass),
        "defined": row.defined,
        "crps": _plain(row.crps),
        "naive": {"value": one.naive.value, "from": one.naive.basis} if one.naive is not None else None,
        "skill": _plain(row.skill) if one.scored else None,
        "fails_because": row.reason or None,
    }


def _summary(found: Summary) -> dict[str, Any]:
    return {
        "quantities": found.held_out,
        "inside": found.inside,
        "unsure": found.unsure,
        "better_than_naive": found.better,
        "mean_skill": _plain(found.mean_skill),
        "median_skill": _plain(found.median_skill),
        "with_bands": found.banded,
        "covered": {f"{share:g}": count for share, count in zip(BANDS, found.covered, strict=True)},
        "outside_without_reason": found.unexplained,
    }


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None
