"""Bans, orders and removal: V47 to V49."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.checks.simulated.counted import caused_by, total
from simulator.risk.loss import average_annual_loss


def ample_integrators(case: Case) -> Iterator[Figure]:
    results = answer("v47", replications=1_000, seed=47)
    exact, seen = case.expected, caused_by(results, "given")
    for at, expected in zip(case.inputs["releases_at_hours"], exact["reached_by_release"], strict=True):
        yield simulated(f"reached_by_release at {at}", expected, mean(results, installs_at(seen, at)))
    reached = installs_at(seen, case.inputs["command_at_hours"])
    yield simulated("reached_by_command", exact["reached_by_command"], mean(results, reached))
    yield simulated("cost", exact["cost"], average_annual_loss(results, "cost"))


def few_integrators(case: Case) -> Iterator[Figure]:
    results = answer("v48", replications=2_500, seed=48)
    exact, seen = case.expected, caused_by(results, "given")
    for at, expected in zip(case.inputs["seen_at_hours"], exact["in_place"], strict=True):
        yield simulated(f"in_place at {at}", expected, mean(results, installs_at(seen, at)))
    reached = installs_at(seen, case.inputs["done_by_hours"])
    yield simulated("P_any_in_place", exact["P_any_in_place"], mean(results, reached.clip(upper=1.0)))


def emergency_order(case: Case) -> Iterator[Figure]:
    results = answer("v49", replications=1_200, seed=49)
    spread = caused_by(results, "given")
    yield simulated("installs", case.expected["installs"], mean(results, total(spread, "installs")))
    yield simulated("struck", case.expected["struck"], mean(results, total(spread, "activations")))


def installs_at(rows: pd.DataFrame, hour: float) -> pd.Series[float]:
    """Who takes in the release of an hour, by replication."""
    return total(rows[rows["start_h"] == hour], "installs")
