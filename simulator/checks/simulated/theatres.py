"""Theatres: V63, V64."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.checks.simulated.counted import caused_by, count


def mobilisation_and_surge(case: Case) -> Iterator[Figure]:
    results = answer("v63", replications=1_200, seed=63)
    for name, cause in (("nuisance", "hacktivist"), ("intrusions", "crime")):
        yield simulated(name, case.expected[name], mean(results, count(caused_by(results, cause))))


def linked(case: Case) -> Iterator[Figure]:
    results = answer("v64", replications=1_500, seed=64)
    events = caused_by(results, "hacktivist")
    for theatre in ("east", "south"):
        name = f"nuisance_{theatre}"
        yield simulated(name, case.expected[name], mean(results, count(events[events["theatre"] == theatre])))
