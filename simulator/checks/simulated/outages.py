"""Routes to an outage, running by hand and visits to the site: V50, V60."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.checks.simulated.counted import total
from simulator.risk.loss import average_annual_loss


def three_routes(case: Case) -> Iterator[Figure]:
    results = answer("v50", replications=1_250, seed=50)
    for name, expected in case.expected.items():
        yield simulated(name, expected, mean(results, total(results.events, name)))


def visits_to_the_site(case: Case) -> Iterator[Figure]:
    """Nothing is left to chance: four replications that are all the same."""
    results = answer("v60", replications=4, seed=60)
    exact = case.expected
    for name in ("customer_hours_water", "customer_hours_energy"):
        yield simulated(name, exact[name], mean(results, total(results.events, name)))
    last = results.replications.set_index("replication")["restored_99_h"]
    yield simulated("last_restored_hours", exact["last_restored_hours"], mean(results, last))
    yield simulated("cost", exact["cost"], average_annual_loss(results, "cost"))
