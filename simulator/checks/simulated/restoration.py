"""Teams and repairs: V07, V08, V42."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import SURE, Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.checks.simulated.counted import total
from simulator.risk.exceedance import probability_of_exceeding
from simulator.risk.loss import average_annual_loss
from simulator.rules.clock import HOURS_PER_YEAR


def a_job_to_busy_teams(case: Case) -> Iterator[Figure]:
    """Twelve jobs a replication, a month apart, each at teams as busy as in the long run.

    Each takes just as long as the teams' other work does on average, and what its outage lasts beyond that it waited.
    No run tells how many others wait, or whether all teams are free.
    """
    results = answer("v07", replications=1_350, seed=7)
    published, ours = case.inputs["published"], case.inputs["incident_response"]
    for queue, sector, unit, service in (
        ("published", "telecom", HOURS_PER_YEAR, 1.0 / published["service_per_year"]),
        ("incident_response", "water", 1.0, ours["mean_service_hours"]),
    ):
        exact = case.expected[queue]
        hours = results.events.set_index("replication")[f"customer_hours_{sector}"]
        times = hours[hours > 0.0] / unit
        waits = (times - service > service * SURE).astype(float)
        yield simulated(f"{queue}.C", exact["C"], mean(results, waits.groupby(level=0).mean(), probability=True))
        yield simulated(f"{queue}.Wq", exact["Wq"], mean(results, (times - service).groupby(level=0).mean()))
        yield simulated(f"{queue}.W", exact["W"], mean(results, times.groupby(level=0).mean()))


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
    lost = mean(results, total(results.events, "customer_hours_water") / 1000.0)
    return simulated(order, case.expected[order], lost)
