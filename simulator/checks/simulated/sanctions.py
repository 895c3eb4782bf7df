"""Sanctions and exit: V53."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.checks.simulated.counted import caused_by, count, total


def gap_until_replaced(case: Case) -> Iterator[Figure]:
    results = answer("v53", replications=2_200, seed=53)
    exact = case.expected
    crime, sanctions = caused_by(results, "crime"), caused_by(results, "sanctions")
    yield simulated("intrusions", exact["intrusions"], mean(results, count(crime)))
    yield simulated("cost_of_intrusions", exact["cost_of_intrusions"], mean(results, total(crime, "cost_operator")))
    yield simulated("P_sanctions", exact["P_sanctions"], mean(results, count(sanctions)))
    yield simulated("cost_of_replacing", exact["cost_of_replacing"], mean(results, total(sanctions, "cost_operator")))
