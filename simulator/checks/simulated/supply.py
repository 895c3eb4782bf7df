"""Supply links: V41."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean, totals
from simulator.rules.clock import HOURS_PER_DAY


def a_cascade_without_chance(case: Case) -> Iterator[Figure]:
    """Hours without service, as customers lose them. The hours of the power cuts are inputs."""
    results = answer("v41", replications=4, seed=6)
    exact, people = case.expected, case.inputs["people"]
    cut = sum(end - start for start, end in case.inputs["energy_out_h"])
    for name, hours, column, unit in (
        ("energy_out_hours", cut, "customer_hours_energy", people),
        ("telecom_down_hours", exact["telecom_down_hours"], "customer_hours_telecom", people),
        ("water_unserved_full_hours", exact["water_unserved_full_hours"], "customer_hours_water", people),
        ("people_days_without_water", exact["people_days_without_water"], "person_hours_water", HOURS_PER_DAY),
    ):
        yield simulated(name, hours, mean(results, totals(results, [column]) / unit))
