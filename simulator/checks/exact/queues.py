"""Response teams as a queue in the long run (V07)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.rules.erlang import empty_probability, erlang_c, mean_queue


def erlang(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V07: two queues, one per year and one per hour."""
    year, hour = inputs["published"], inputs["incident_response"]
    return {
        "published": _queue(year["c"], year["arrivals_per_year"], 1.0 / year["service_per_year"]),
        "incident_response": _queue(hour["c"], hour["arrivals_per_hour"], hour["mean_service_hours"]),
    }


def _queue(teams: int, arrivals: float, service: float) -> Mapping[str, float]:
    load = arrivals * service
    waiting = mean_queue(teams, load)
    return {
        "p0": empty_probability(teams, load),
        "C": erlang_c(teams, load),
        "Lq": waiting,
        "Wq": waiting / arrivals,
        "W": waiting / arrivals + service,
        "L": waiting + load,
    }
