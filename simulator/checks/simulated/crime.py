"""Ordinary crime: V46."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.checks.simulated.counted import caused_by, count
from simulator.risk.loss import average_annual_loss


def stale_definitions(case: Case) -> Iterator[Figure]:
    results = answer("v46", replications=1_500, seed=46)
    exact, stop = case.expected, case.inputs["updates_stop_at_hours"]
    intrusions = caused_by(results, "crime")
    for name, rows in (
        ("before_the_stop", intrusions[intrusions["start_h"] < stop]),
        ("after_the_stop", intrusions[intrusions["start_h"] >= stop]),
    ):
        yield simulated(name, exact[name], mean(results, count(rows)))
    yield simulated("cost", exact["cost"], average_annual_loss(results, "cost"))
