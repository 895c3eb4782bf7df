"""Teams and repairs: V08, V42."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean, totals
from simulator.risk.exceedance import probability_of_exceeding
from simulator.risk.loss import average_annual_loss


def twenty_repairs(case: Case) -> Iterator[Figure]:
    """The highest level is one in 167: 5 % would take 66,000 replications, so its standard error may be 20 %."""
    results = answer("v08", replications=4_500, seed=4)
    exact = case.expected
    yield simulated("total_downtime", exact["total_downtime"], average_annual_loss(results, "customer_hours"))
    last = results.replications.set_index("replication")["restored_99_h"]
    yield simulated("makespan", exact["makespan"], mean(results, last))
    for level, share, most_se in zip(
        case.inputs["tail_levels_hours"], exact["P_total_downtime_exceeds"], (0.05, 0.05, 0.2), strict=True
    ):
        found = probability_of_exceeding(results, "customer_hours", level)
        yield simulated(f"P(total_downtime > {level})", share, found, most_se=most_se)


def largest_first(case: Case) -> Iterator[Figure]:
    yield _ordered(case, "v42", "largest_first")


def smallest_first(case: Case) -> Iterator[Figure]:
    yield _ordered(case, "v42_smallest", "smallest_first")


def random_order(case: Case) -> Iterator[Figure]:
    yield _ordered(case, "v42_random", "random_order")


def _ordered(case: Case, scenario: str, order: str) -> Figure:
    """Thousand customer-hours of five sites and two teams."""
    results = answer(scenario, replications=2_500, seed=7)
    lost = mean(results, totals(results, ["customer_hours_water"]) / 1000.0)
    return simulated(order, case.expected[order], lost)
