"""Targeting weights and capped nuisance: V59."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.checks.simulated.counted import caused_by, count, total


def capped_nuisance(case: Case) -> Iterator[Figure]:
    """An event belongs to the sector in which it cost anything."""
    results = answer("v59", replications=320, seed=59)
    crowd = caused_by(results, "hacktivist")
    for sector in case.expected["events"]:
        column = f"customer_hours_{sector}"
        here = crowd[crowd[column] > 0.0]
        yield simulated(f"events.{sector}", case.expected["events"][sector], mean(results, count(here)))
        lost = mean(results, total(crowd, column))
        yield simulated(f"customer_hours.{sector}", case.expected["customer_hours"][sector], lost)
