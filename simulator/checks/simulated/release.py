"""A release in the field: who takes it in, who finds it, whom a spy chooses. V09, V10, V11, V36, V70."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from simulator.batch.results import Results
from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, fit, mean
from simulator.risk.estimate import Estimate
from simulator.rules.clock import HOURS_PER_YEAR


def installs_against_detection(case: Case) -> Iterator[Figure]:
    """Mean, and the whole law of the number installed by chi-square."""
    results = answer("v09", replications=5_000, seed=5)
    exact = case.expected
    own = results.events.set_index("replication")
    yield simulated("mean_K", exact["mean_K"], mean(results, own["installs"]))
    yield simulated("mean_detection_hours", exact["mean_detection_hours"], mean(results, own["detection_h"]))
    yield fit("pmf_K", np.bincount(own["installs"], minlength=21)[1:], exact["pmf_K"])


def victims_and_an_outsider(case: Case) -> Iterator[Figure]:
    """Who was first, told by leaving the outsider out: draws hang on names, so a victim's hour stays what it was."""
    results = answer("v10", replications=3_400, seed=10)
    exact = case.expected
    years = _found_h(results) / HOURS_PER_YEAR
    yield simulated("mean_years", exact["mean_years"], mean(results, years))
    late = mean(results, (years > 0.5).astype(float), probability=True)
    yield simulated("p_undetected_after_half_year", exact["p_undetected_after_half_year"], late)
    alone = answer("v10_no_finder", replications=700, seed=10)
    same = (_found_h(alone) == _found_h(results).reindex(alone.replications["replication"])).astype(float)
    by_victim = mean(alone, same, probability=True)
    yield simulated("p_found_by_victim", exact["p_found_by_victim"], by_victim)


def first_of_many_weibull_times(case: Case) -> Iterator[Figure]:
    for scenario, name in (
        ("v10_weibull", "weibull_min_mean_months"),
        ("v10_one_victim", "weibull_single_mean_months"),
    ):
        results = answer(scenario, replications=1_400, seed=11)
        months = _found_h(results) / HOURS_PER_YEAR * 12.0
        yield simulated(name, case.expected[name], mean(results, months))


def _found_h(results: Results) -> pd.Series[float]:
    """Hours from the only release to its detection, by replication."""
    return results.events.set_index("replication")["detection_h"]


HOLD = ("hold_a_day", "hold_three_days", "hold_five_days")
"""Mitigations of the scenario v11 by which its customers run the rings of the case."""


def customers_take_it_in_turn(case: Case) -> Iterator[Figure]:
    """2,350 replications with hold-backs; without, and of a vendor that passes its own rings by, all are alike."""
    exact = case.expected
    for name, scenario, replications, mitigations in (
        ("fraction_reached_staged", "v11", 2_350, HOLD),
        ("fraction_reached_unstaged", "v11", 8, ()),
        ("fraction_if_attacker_bypasses_rings", "v11_coerced", 8, ("vendor_rings",)),
    ):
        results = answer(scenario, replications=replications, seed=11, with_mitigations=mitigations)
        yield simulated(name, exact[name], _reached(results, case.inputs["customers"]))


def chance_puts_them_into_rings(case: Case) -> Iterator[Figure]:
    results = answer("v11", replications=2_400, seed=11, with_mitigations=["vendor_rings"])
    name = "fraction_reached_staged"
    yield simulated(name, case.expected[name], _reached(results, case.inputs["customers"]))


def _reached(results: Results, customers: int) -> Estimate:
    return mean(results, results.events.groupby("replication")["installs"].sum() / customers)


def a_spy_chooses(case: Case) -> Iterator[Figure]:
    """Nothing of the choice is left to chance.

    The rate at which the campaign is found is one over a mean of exponential times: 2 % would take 2,500 runs of a
    thousand carriers each, two minutes, so its standard error may be 6 %. Who is active is no longer dormant here,
    which takes 0.2 % off the rate of the case.
    """
    results = answer("v36", replications=320, seed=36)
    exact = case.expected
    chosen = results.replications.set_index("replication")["espionage_victims"]
    yield simulated("n_star", exact["n_star"], mean(results, chosen))
    own = results.events.set_index("replication")
    years = mean(results, (own["detection_h"] - own["start_h"]) / HOURS_PER_YEAR)
    rate = Estimate(1.0 / years.value, years.se / years.value**2, 1.0 / years.high, 1.0 / years.low)
    yield simulated("campaign_detection_rate", exact["campaign_detection_rate"], rate, most_se=0.06)
