"""Known answers V70 and V71 found once more, by methods that share nothing with the first."""

from __future__ import annotations

import math

import pytest
from scipy.stats import binom

from simulator.checks.case import all_cases


def test_v70_by_the_sum_over_all_sizes_of_the_rings() -> None:
    """Given the sizes a and b of the first two rings V11's formula, with the third a binomial part of the rest."""
    case = all_cases()["V70"]
    n, h, pull = (case.inputs[k] for k in ("customers", "detection_rate_per_infected_per_hour", "pull_delay_hours"))
    r, (_, second, third, last) = case.inputs["ring_shares"], case.inputs["ring_start_hours"]
    found = 0.0
    for a in range(60):
        for b in range(20, 200):
            weight = binom.pmf(a, n, r[0]) * binom.pmf(b, n - a, r[1] / (1.0 - r[0]))
            rest, q = n - a - b, r[2] / (r[2] + r[3])
            unfound_second = math.exp(-h * a * (second - pull))
            unfound_third = math.exp(-h * (a * (third - pull) + b * (third - pull - second)))
            unfound_last = math.exp(-h * (a * (last - pull) + b * (last - pull - second)))
            each = math.exp(-h * (last - pull - third))  # of the third ring, by the start of the last
            reached_last = rest * (1.0 - q) * (q * each + 1.0 - q) ** (rest - 1) * unfound_last
            found += weight * (a + b * unfound_second + rest * q * unfound_third + reached_last) / n
    assert found == pytest.approx(case.expected["fraction_reached_staged"], rel=1e-9)


def test_v71_by_the_fixed_point_of_the_rate() -> None:
    case = all_cases()["V71"]
    i = case.inputs
    stakes, rate = i["stakes_mean"] * i["reach_left"], 0.0
    for _ in range(100):
        value = rate * stakes / i["discount_plus_loss_rate"]
        rate = i["occasions_per_year"] * math.exp(-(i["burn_cost"] + value) / stakes)
    assert rate == pytest.approx(case.expected["use_rate_per_year"], rel=1e-9)
    assert -math.expm1(-rate * i["years"]) == pytest.approx(case.expected["p_use"], rel=1e-9)
