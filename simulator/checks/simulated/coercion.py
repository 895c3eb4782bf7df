"""A state and the vendors it can use once: V14, V15, V37, V39, V43, V71."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, comparison, mean, share_used
from simulator.risk.condition import probability_of_compromise
from simulator.rules.clock import HOURS_PER_YEAR

BANS = {
    "": "P_use_2y_no_ban",
    "slow_ban": "P_use_2y_ban_one_year_notice_slow",
    "fast_ban": "P_use_2y_ban_immediate_fast",
}
"""Mitigation of the scenario v39: figure of the case."""


REGIMES = ("peace", "crisis", "war_direct")


def one_use(case: Case) -> Iterator[Figure]:
    """What a run says of the stratum, and in which regime the use comes: 11,000 replications, four fifths with one."""
    exact = case.expected
    for name, scenario in (
        ("p_use_1y", "v14_one_year"),
        ("p_use_5y", "v14"),
        ("p_use_10y", "v14_ten_years"),
        ("p_use_1y_if_war_at_start", "v14_from_war"),
    ):
        results = answer(scenario, replications=11_000 if scenario == "v14" else 200, seed=14)
        yield simulated(name, exact[name], probability_of_compromise(results))
        if scenario == "v14":
            where = results.events.set_index("replication")["regime"]
            for regime, share in zip(REGIMES, exact["p_use_5y_by_regime"], strict=True):
                found = mean(results, (where == regime).astype(float), probability=True)
                yield simulated(f"p_use_5y_by_regime.{regime}", share, found)


def one_use_counted(case: Case) -> Iterator[Figure]:
    """Without strata: 19,000 plain replications from war."""
    name = "p_use_1y_if_war_at_start"
    results = answer("v14_from_war", replications=19_000, seed=15, crude=True)
    yield simulated(f"{name} (counted)", case.expected[name], share_used(results))


def a_single_regime(case: Case) -> Iterator[Figure]:
    """A constant rate: the chance of use within five years. A scenario states the rate; stakes follow from it."""
    results = answer("v15", replications=1_500, seed=15)
    rate = case.expected["use_rate_per_year"]
    yield simulated("P(use) in 5 years", -math.expm1(-5.0 * rate), probability_of_compromise(results))
    years = results.replications.set_index("replication")["first_success_h"] / HOURS_PER_YEAR
    unused = -math.expm1(-5.0 * rate) / rate
    yield simulated("years unused, of 5", unused, mean(results, years.fillna(5.0)))


def half_of_the_reach(case: Case) -> Iterator[Figure]:
    """The stakes that follow from the rate of V15, weighed with half of the customers shut off."""
    results = answer("v15", replications=400, seed=15, with_mitigations=["half_refuse"])
    yield simulated("p_use", case.expected["p_use"], probability_of_compromise(results))


def made_common_and_weighted_back(case: Case) -> Iterator[Figure]:
    """Strata do what importance sampling does in the case: force the event, and weigh it."""
    results = answer("v37", replications=200, seed=37)
    exact = case.expected
    yield simulated("p", exact["p"], probability_of_compromise(results))
    yield simulated("p (counted by weight)", exact["p"], share_used(results))
    ones = pd.Series(1.0, index=results.replications["replication"])
    yield simulated("mean_weight", exact["mean_weight"], mean(results, ones))


def a_ban_over_driver_paths(case: Case) -> Iterator[Figure]:
    """What a run says of the stratum: exact without a ban, a mean over 131,072 driver paths with one."""
    for ban, name in BANS.items():
        results = answer("v39", replications=400, seed=39, with_mitigations=[ban] if ban else [])
        yield simulated(f"{name} (stratum)", case.expected[name], probability_of_compromise(results))


def a_ban_in_a_comparison(case: Case) -> Iterator[Figure]:
    """5,000 replications of all three side by side; 2 % on the rarest would take 27,000, so it may be 5 %."""
    found = comparison("v39", ["slow_ban", "fast_ban"], replications=5_000, seed=40)
    for ban, name in BANS.items():
        results = found.of(ban).arm.results if ban else found.base
        most_se = 0.05 if ban == "fast_ban" else 0.02
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
