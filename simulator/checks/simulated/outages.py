"""Routes to an outage and running by hand: V50."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean, totals


def three_routes(case: Case) -> Iterator[Figure]:
    results = answer("v50", replications=1_250, seed=50)
    for name, expected in case.expected.items():
        yield simulated(name, expected, mean(results, totals(results, [name])))
