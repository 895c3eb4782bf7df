"""A state and the vendors it can use once: V39, V43."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, comparison, mean, share_used
from simulator.risk.condition import probability_of_compromise

BANS = {
    "": "P_use_2y_no_ban",
    "slow_ban": "P_use_2y_ban_one_year_notice_slow",
    "fast_ban": "P_use_2y_ban_immediate_fast",
}
"""Mitigation of the scenario v39: figure of the case."""


def a_ban_over_driver_paths(case: Case) -> Iterator[Figure]:
    """What a run says of the stratum: exact without a ban, a mean over 131,072 driver paths with one."""
    for ban, name in BANS.items():
        results = answer("v39", replications=400, seed=39, with_mitigations=[ban] if ban else [])
        yield simulated(f"{name} (stratum)", case.expected[name], probability_of_compromise(results))


def a_ban_in_a_comparison(case: Case) -> Iterator[Figure]:
    """5,000 replications of all three side by side; 2 % on the rarest would take 20,000, so it may be 4 %."""
    found = comparison("v39", ["slow_ban", "fast_ban"], replications=5_000, seed=40)
    for ban, name in BANS.items():
        results = found.of(ban).arm.results if ban else found.base
        most_se = 0.04 if ban == "fast_ban" else 0.02
        yield simulated(f"{name} (counted)", case.expected[name], share_used(results), most_se=most_se)


def two_vendors(case: Case) -> Iterator[Figure]:
    """6,000 replications: 4.5 % on the chance of both; 2 % would take 30,000."""
    results = answer("v43", replications=6_000, seed=8)
    exact = case.expected
    coerced = results.events[results.events["cause"] == "coerced_update"]
    uses = coerced.groupby(["replication", "vendor"]).size().unstack(fill_value=0).clip(upper=1).astype(float)
    both = mean(results, uses.prod(axis=1), probability=True)
    yield simulated("p_both", exact["p_both"], both, most_se=0.05)
    for vendor in ("maker", "second_maker"):
        yield simulated(f"p_each ({vendor})", exact["p_each"], mean(results, uses[vendor], probability=True))
    either = 2.0 * exact["p_each"] - exact["p_both"]
    yield simulated("P(either)", either, probability_of_compromise(results))
