"""Telecom as a proxy: V45."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.checks.simulated.counted import caused_by, count, total


def one_step_deep(case: Case) -> Iterator[Figure]:
    results = answer("v45", replications=6_000, seed=45)
    exact = case.expected
    through = caused_by(results, "telecom_proxy")
    yield simulated("entered", exact["entered"], mean(results, count(through)))
    yield simulated("P_any_entered", exact["P_any_entered"], mean(results, count(through).clip(upper=1.0)))
    lost = mean(results, total(through, "customer_hours_water"))
    yield simulated("customer_hours_water", exact["customer_hours_water"], lost)
