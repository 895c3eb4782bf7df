"""Known answers, from the scenario file through the public `run` to the metrics.

Every comparison allows 3.29 standard errors, so that a right model fails one of them about once in a thousand.
Means have standard errors of at most 2 % of the exact figure, levels of exceedance, VaR and TVaR of at most 5 %
unless the test says otherwise. Numbers of replications are chosen for that.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.stats import chi2

from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.risk.breakdown import by_cause
from simulator.risk.condition import probability_of_compromise
from simulator.risk.estimate import Estimate, stratified_mean
from simulator.risk.exceedance import probability_of_exceeding
from simulator.risk.loss import average_annual_loss
from simulator.risk.tail import tail_value_at_risk, value_at_risk
from simulator.scenario.load import load
from tests.batch.runs import known, miss

EXACT: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "known.yaml").read_text(encoding="utf-8"))
MEAN, LEVEL = 0.02, 0.05
"""Largest relative standard errors."""


def mean(results: Results, values: pd.Series, probability: bool = False) -> Estimate:
    """Of a figure by replication; replications that are not listed have zero."""
    return stratified_mean(values, results, probability=probability)


def total(results: Results, columns: Iterable[str]) -> pd.Series:
    return results.events.groupby("replication")[list(columns)].sum().sum(axis=1)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "seed"), [("v17", 1), ("v17_from_war", 2)])
def test_v17_a_vendor_used_once_a_race_and_three_teams(name: str, seed: int) -> None:
    """20,000 replications, four fifths of them with a compromise: 4.9 % on the rarest level (one in forty)."""
    exact = EXACT[name]
    results = run(load(known(name)), replications=20_000, seed=seed)
    p = probability_of_compromise(results)
    assert p.method == "exact"
    wrong = miss("P(event)", p, exact["p_event"], MEAN)
    wrong += miss("P(any loss)", probability_of_exceeding(results, "customer_hours", 0.0), exact["p_event"], MEAN)
    wrong += miss("AAL", average_annual_loss(results, "customer_hours"), exact["aal"], MEAN)
    for level, share in exact["exceedance"].items():
        for kind in ("AEP", "OEP"):  # one event a year at most
            found = probability_of_exceeding(results, "customer_hours", level, kind)
            wrong += miss(f"{kind} of {level:g}", found, share, LEVEL)
    for q, loss in exact["var"].items():
        wrong += miss(f"VaR {q}", value_at_risk(results, "customer_hours", q), loss, LEVEL)
    for q, loss in exact["tvar"].items():
        wrong += miss(f"TVaR {q}", tail_value_at_risk(results, "customer_hours", q), loss, LEVEL)
    assert wrong == []


@pytest.mark.slow
def test_v19_nuisance_beside_one_vendor() -> None:
    """12,500 replications. A total beyond 10 units without a compromise is one year in 256: 5 % would take 170,000."""
    exact = EXACT["v19"]
    results = run(load(known("v19")), replications=12_500, seed=3)
    wrong = miss("AAL", average_annual_loss(results, "abstract"), exact["aal"], MEAN)
    for cause, row in by_cause(results, "abstract").iterrows():
        found = Estimate(row["value"], row["se"], row["low"], row["high"])
        wrong += miss(f"AAL by {cause}", found, exact[f"aal_{cause}"], MEAN)
    for kind in ("AEP", "OEP"):
        for level, share in exact[kind.lower()].items():
            found = probability_of_exceeding(results, "abstract", level, kind)
            wrong += miss(f"{kind} of {level}", found, share, 0.2 if (kind, level) == ("AEP", 10) else LEVEL)
    assert wrong == []


@pytest.mark.slow
def test_v08_twenty_repairs_and_three_teams() -> None:
    """2,000 replications. The highest level is one in 167: 5 % would take 66,000."""
    exact = EXACT["v08"]
    results = run(load(known("v08")), replications=2_000, seed=4)
    wrong = miss("downtime", average_annual_loss(results, "customer_hours"), exact["total_downtime"], MEAN)
    last = results.replications.set_index("replication")["restored_99_h"]
    wrong += miss("makespan", mean(results, last), exact["makespan"], MEAN)
    for level, share in exact["total_downtime_exceeds"].items():
        found = probability_of_exceeding(results, "customer_hours", level)
        wrong += miss(f"downtime beyond {level}", found, share, 0.3 if level == 3000 else LEVEL)
    assert wrong == []


@pytest.mark.slow
def test_v09_installs_against_the_first_detection() -> None:
    """4,000 replications; the whole law of the number installed by a chi-square test at one in a thousand."""
    exact = EXACT["v09"]
    results = run(load(known("v09")), replications=4_000, seed=5)
    own = results.events.set_index("replication")
    wrong = miss("installed", mean(results, own["installs"]), exact["mean_installed"], MEAN)
    wrong += miss("detection", mean(results, own["detection_h"]), exact["mean_detection_h"], MEAN)
    assert wrong == []
    shares = np.array(exact["installed_shares"])
    seen = np.bincount(own["installs"], minlength=21)[1:]
    expected = shares * len(own)
    assert seen.sum() == len(own)
    assert ((seen - expected) ** 2 / expected).sum() < chi2.isf(0.001, len(shares) - 1)


def test_v41_a_cascade_without_chance() -> None:
    exact = EXACT["v41"]
    results = run(load(known("v41")), replications=4, seed=6)
    people = exact["people"]
    for hours, expected in [
        (total(results, ["person_hours_water"]), 24.0 * exact["water_person_days"]),
        (total(results, ["customer_hours_water"]), people * exact["water_full_hours"]),
        (total(results, ["customer_hours_telecom"]), people * exact["telecom_hours"]),
        (total(results, ["customer_hours_energy"]), people * 40.0),
    ]:
        assert list(hours) == pytest.approx([expected] * 4, rel=1e-9)


@pytest.mark.parametrize(("name", "order"), [("v42", "largest_first"), ("v42_smallest", "smallest_first")])
def test_v42_the_order_of_restoration(name: str, order: str) -> None:
    results = run(load(known(name)), replications=1_600, seed=7)
    found = average_annual_loss(results, "customer_hours")
    assert miss(order, found, 1000.0 * EXACT["v42"][order], MEAN) == []


@pytest.mark.slow
def test_v43_two_vendors_under_one_conflict() -> None:
    """6,000 replications: 5 % on the probability that both are used, 2 % on that of each."""
    exact = EXACT["v43"]
    results = run(load(known("v43")), replications=6_000, seed=8)
    used = results.events[results.events["cause"] == "coerced_update"].groupby("replication")["vendor"]
    assert set(results.events["vendor"]) == {"maker", "second_maker"}
    wrong = miss("both", mean(results, (used.nunique() == 2).astype(float), True), exact["p_both"], LEVEL)
    for vendor in ("maker", "second_maker"):
        one = used.agg(lambda names, vendor=vendor: float(vendor in set(names)))
        wrong += miss(vendor, mean(results, one, True), exact["p_each"], MEAN)
    either = 2 * exact["p_each"] - exact["p_both"]
    wrong += miss("either", probability_of_compromise(results), either, MEAN)
    assert wrong == []
