"""Supply cycles and generation above the reserve: V51, V52."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.checks.simulated.counted import total
from simulator.risk.loss import probability_of_loss

SECTORS = ("customer_hours_energy", "customer_hours_telecom", "customer_hours_water")


def two_that_need_each_other(case: Case) -> Iterator[Figure]:
    """Nothing is left to chance: four replications that are all the same."""
    results = answer("v51", replications=4, seed=51)
    for name in SECTORS:
        yield simulated(name, case.expected[name], mean(results, total(results.events, name)))
    for outage, expected in zip(case.inputs["outages"], case.expected["by_outage"], strict=True):
        rows = results.events[results.events["start_h"] == outage["from_hours"]]
        lost = rows.set_index("replication")[list(SECTORS)].sum(axis=1)
        yield simulated(f"by_outage from {outage['from_hours']}", expected, mean(results, lost))


def generation_above_the_reserve(case: Case) -> Iterator[Figure]:
    results = answer("v52", replications=2_000, seed=52)
    exact = case.expected
    for name in ("ens_mwh", "customer_hours_energy", "interruptions_energy"):
        yield simulated(name, exact[name], mean(results, total(results.events, name)))
    yield simulated("P_shed", exact["P_shed"], probability_of_loss(results, "customer_hours"))
