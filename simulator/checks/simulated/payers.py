"""Costs by payer: V61."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean, totals
from simulator.scenario.words import PAYERS


def costs_by_payer(case: Case) -> Iterator[Figure]:
    results = answer("v61", replications=3_000, seed=61)
    exact = case.expected
    warned = results.replications.set_index("replication")["groundless_warnings"].astype(float)
    yield simulated("groundless", exact["groundless"], mean(results, warned))
    for payer in PAYERS:
        yield simulated(payer, exact[payer], mean(results, totals(results, [f"cost_{payer}"])))
