"""Worms and synchronised triggers: V57, V58."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.checks.simulated.counted import caused_by, total


def across_trust_links(case: Case) -> Iterator[Figure]:
    """Each fourth that is struck is one interruption of a thousand customers."""
    results = answer("v57", replications=2_800, seed=57)
    exact, code = case.expected, caused_by(results, "given")
    yield simulated("struck", exact["struck"], mean(results, total(code, "activations")))
    fourths = total(code, "interruptions_energy") / case.inputs["size"]
    yield simulated("fourths_struck", exact["fourths_struck"], mean(results, fourths))


def at_one_moment(case: Case) -> Iterator[Figure]:
    results = answer("v58", replications=2_000, seed=58)
    exact, code = case.expected, caused_by(results, "given")
    yield simulated("installs", exact["installs"], mean(results, total(code, "installs")))
    yield simulated("struck", exact["struck"], mean(results, total(code, "activations")))
