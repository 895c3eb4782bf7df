"""Verdicts and warnings from intervals."""

import math

import numpy as np
import pytest

from simulator.decisions.verdict import verdict_of, worsens_tail
from simulator.risk.estimate import Estimate
from tests.risk.made import annual

N = 12_000


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.1, 2.0, "pays"),
        (-2.0, -0.1, "does not pay"),
        (-1.0, 1.0, "unclear"),
        (0.0, 1.0, "unclear"),
        (0.0, 0.0, "unclear"),
        (math.nan, math.nan, "unclear"),
    ],
)
def test_verdict_of_an_interval(low: float, high: float, verdict: str) -> None:
    assert verdict_of(Estimate((low + high) / 2, 1.0, low, high)) == verdict


def test_an_arm_that_helps_on_average_and_makes_the_tail_worse() -> None:
    rng = np.random.default_rng(50)
    loss = rng.exponential(1.0, (N, 1))
    rare = rng.random((N, 1)) < 0.05
    base, arm = annual(loss), annual(np.where(rare, 3.0 * loss, 0.5 * loss))
    assert arm.years["cost"].sum() < base.years["cost"].sum()
    found = worsens_tail(base, arm, "cost", name="the ban")
    assert found.worse
    assert found.tail_value_at_risk.high < 0.0
    assert found.sentence.startswith("WARNING: the ban makes the tail worse: ")
    assert "the mean loss beyond the 1-in-100-year level rises by EUR " in found.sentence
    # Exact: 4.605 + 1 for the base; for the arm 0.05 exp(-x / 3) + 0.95 exp(-2 x) = 0.01 at x = 4.847, and
    # x + (0.15 exp(-x / 3) + 0.475 exp(-2 x)) / 0.01 = 7.832.
    tail = found.tail_value_at_risk
    assert abs(-tail.value - (7.832 - 5.605)) <= 3.29 * tail.se
    assert tail.se < 0.5
    better = worsens_tail(arm, base, "customer_hours")
    assert (better.worse, better.sentence, better.unit) == (False, "", "customer-hours")


def test_the_same_tail_is_no_worse() -> None:
    tables = annual(np.random.default_rng(51).exponential(1.0, (N, 1)))
    assert not worsens_tail(tables, tables, "cost").worse


def test_a_tail_beyond_the_data_accuses_nobody() -> None:
    loss = np.random.default_rng(52).exponential(1.0, (500, 1))
    found = worsens_tail(annual(loss), annual(3.0 * loss), "cost")
    assert math.isnan(found.value_at_risk.value)
    assert (found.worse, found.sentence) == (False, "")
