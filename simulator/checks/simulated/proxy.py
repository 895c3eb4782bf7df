"""Telecom as a proxy: V45."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean, totals


def one_step_deep(case: Case) -> Iterator[Figure]:
    results = answer("v45", replications=6_000, seed=45)
    exact = case.expected
    entered = results.events[results.events["cause"] == "telecom_proxy"].groupby("replication").size()
    yield simulated("entered", exact["entered"], mean(results, entered))
    yield simulated("P_any_entered", exact["P_any_entered"], mean(results, (entered > 0).astype(float)))
    lost = mean(results, totals(results, ["customer_hours_water"]))
    yield simulated("customer_hours_water", exact["customer_hours_water"], lost)
