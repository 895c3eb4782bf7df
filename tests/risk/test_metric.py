"""Metrics by name: what is understood, and that each is the figure that it says."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.risk.condition import probability_of_compromise
from simulator.risk.exceedance import exceedance
from simulator.risk.loss import average_annual_loss, probability_of_loss
from simulator.risk.metric import metric_named
from simulator.risk.tail import tail_value_at_risk, value_at_risk
from simulator.scenario.errors import InputError
from tests.batch.runs import run_of

RESULTS = run_of("uk_2022", replications=400, seed=2)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("AAL", "AAL"),
        ("aal of cost", "AAL of cost"),
        ("VaR 1-in-200", "VaR 1-in-200"),
        ("var 1 in 200", "VaR 1-in-200"),
        (" TVaR  1-in-99.5 of person_hours ", "TVaR 1-in-99.5 of person_hours"),
        ("oep 1-in-10", "OEP 1-in-10"),
        ("p(LOSS)", "P(loss)"),
        ("P(compromise)", "P(compromise)"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert metric_named(text).name == name
    assert metric_named(name) == metric_named(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "VaR", "VaR 200", "VaR 1-in-1", "VaR 1-in-0", "VaR 1-in--5", "VaR 1-in-nan", "VaR 1-in-1e3"),
        *("mean", "AAL of money", "AAL of", "of cost", "P(compromise) of cost", "AAL 1-in-200"),
    ],
)
def test_what_is_no_metric_is_told_what_is(text: str) -> None:
    with pytest.raises(InputError, match=r"^the metric is .*; allowed: AAL, VaR 1-in-N, .* customer_hours,") as told:
        metric_named(text)
    assert "\n" not in str(told.value)


def test_estimates_are_those_of_the_functions() -> None:
    lead = RESULTS.measure
    rare = exceedance(RESULTS, lead, "OEP", (20.0,)).iloc[0]
    expected = {
        "AAL": average_annual_loss(RESULTS, lead),
        "AAL of person_hours": average_annual_loss(RESULTS, "person_hours"),
        "P(loss)": probability_of_loss(RESULTS, lead),
        "P(compromise)": probability_of_compromise(RESULTS),
        "VaR 1-in-20": value_at_risk(RESULTS, lead, 0.95),
        "AEP 1-in-20": value_at_risk(RESULTS, lead, 0.95),
        "TVaR 1-in-20": tail_value_at_risk(RESULTS, lead, 0.95),
    }
    for name, known in expected.items():
        found = metric_named(name).estimate(RESULTS, lead)
        assert (found.value, found.se) == pytest.approx((known.value, known.se), rel=1e-12, nan_ok=True), name
    found = metric_named("OEP 1-in-20").estimate(RESULTS, lead)
    assert (found.value, found.se) == (rare["loss"], rare["se"])


def test_the_spread_of_the_influence_is_the_error_of_a_mean() -> None:
    """Of VaR it tells which futures have years beyond, of TVaR how far beyond."""
    lead = RESULTS.measure
    years = RESULTS.years
    level = metric_named("VaR 1-in-20").estimate(RESULTS, lead).value
    beyond = years[years[lead] > level].groupby("replication").size() / RESULTS.horizon_years
    expected = beyond.reindex(RESULTS.replications["replication"], fill_value=0.0).to_numpy()
    np.testing.assert_allclose(metric_named("VaR 1-in-20").influence(RESULTS, lead), expected)
    over = (years[lead] - level).clip(lower=0.0).groupby(years["replication"]).sum() / RESULTS.horizon_years / 0.05
    expected = over.reindex(RESULTS.replications["replication"], fill_value=0.0).to_numpy()
    np.testing.assert_allclose(metric_named("TVaR 1-in-20").influence(RESULTS, lead), expected)
    aal = metric_named("AAL").influence(RESULTS, lead)
    assert aal.mean() > 0.0
    np.testing.assert_array_equal(metric_named("P(loss)").influence(RESULTS, lead), (aal > 0.0).astype(float))
    success = (RESULTS.replications["successes"] > 0).to_numpy(dtype=float)
    np.testing.assert_array_equal(metric_named("P(compromise)").influence(RESULTS, lead), success)
