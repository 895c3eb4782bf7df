"""A release in the field: who takes it in, who finds it, whom a spy chooses. V09, V36."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

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
