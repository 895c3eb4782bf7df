"""Outside intrusion and footholds: V54, V55."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.checks.simulated.counted import caused_by, count, total


def intruders_in_the_build(case: Case) -> Iterator[Figure]:
    results = answer("v54", replications=2_500, seed=54)
    exact, by_code = case.expected, caused_by(results, "outside_intrusion").query("path == 'code_release'")
    yield simulated("intrusions", exact["intrusions"], mean(results, count(by_code)))
    yield simulated("P_any", exact["P_any"], mean(results, count(by_code).clip(upper=1.0)))


def footholds_released(case: Case) -> Iterator[Figure]:
    results = answer("v55", replications=2_500, seed=55)
    exact, uses = case.expected, caused_by(results, "access_release")
    yield simulated("P_release", exact["P_release"], mean(results, count(uses)))
    yield simulated("footholds", exact["footholds"], mean(results, total(uses, "installs")))
    yield simulated("struck", exact["struck"], mean(results, total(uses, "activations")))
    for name in ("customer_hours_water", "customer_hours_energy"):
        yield simulated(name, exact[name], mean(results, total(uses, name)))
