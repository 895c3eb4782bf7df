"""Faulty updates: V56."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.checks.simulated.counted import caused_by, count, total


def pulled_when_it_shows(case: Case) -> Iterator[Figure]:
    results = answer("v56", replications=1_500, seed=56)
    exact, shipped = case.expected, caused_by(results, "faulty_update")
    yield simulated("faults", exact["faults"], mean(results, count(shipped)))
    yield simulated("P_any", exact["P_any"], mean(results, count(shipped).clip(upper=1.0)))
    for name, column in (
        ("installs", "installs"),
        ("struck", "activations"),
        ("cost_operator", "cost_operator"),
        ("cost_vendor", "cost_vendor"),
    ):
        yield simulated(name, exact[name], mean(results, total(shipped, column)))
