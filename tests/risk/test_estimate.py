"""The stratified mean, its variance and its intervals."""

import math

import numpy as np
import pandas as pd
import pytest

from simulator.risk.condition import probability_of_compromise
from simulator.risk.estimate import (
    effective_sample_size,
    largest_share,
    ratio_of,
    stratified_mean,
    stratum_deviations,
)
from simulator.risk.loss import average_annual_loss, probability_of_loss
from simulator.risk.sampling import sampling
from tests.risk.made import annual, strata


def test_the_mean_and_variance_by_hand() -> None:
    design = strata([4, 2], [0.75, 0.25], se=0.01)
    tables = annual(np.zeros((6, 1)), design)
    values = pd.Series([1.0, 3.0, 10.0, 20.0], index=[0, 1, 4, 5])
    found = stratified_mean(values, tables)
    # Stratum 0: 1, 3, 0, 0 has mean 1 and variance 2; stratum 1: 10, 20 has mean 15 and variance 50.
    assert found.value == pytest.approx(0.75 * 1 + 0.25 * 15)
    variance = 0.75**2 * 2 / 4 + 0.25**2 * 50 / 2 + (15 - 1) ** 2 * 0.01**2
    assert found.se == pytest.approx(math.sqrt(variance))
    assert (found.replications, found.with_loss) == (6, 4)
    assert stratum_deviations(values, tables) == pytest.approx({0: math.sqrt(2), 1: math.sqrt(50)})


def test_rows_of_a_replication_add_up_and_order_does_not_matter() -> None:
    tables = annual(np.zeros((5, 1)))
    once = stratified_mean(pd.Series([5.0, 1.0], index=[3, 1]), tables)
    twice = stratified_mean(pd.Series([1.0, 2.0, 3.0], index=[1, 3, 3]), tables)
    assert once == twice
    shuffled = annual(np.zeros((5, 1)))
    shuffled.replications["replication"] = [70, 3, 50, 1, 4]
    assert stratified_mean(pd.Series([5.0, 1.0], index=[3, 1]), shuffled) == once


@pytest.mark.parametrize("index", [[9], [-1]])
def test_a_replication_the_run_does_not_have_is_refused(index: list[int]) -> None:
    tables = annual(np.zeros((5, 1)))
    with pytest.raises(ValueError, match=f"replication {index[0]} is not in"):
        stratified_mean(pd.Series([1.0], index=index), tables)
    tables.replications["replication"] = [70, 3, 50, 1, 4]
    with pytest.raises(ValueError, match=f"replication {index[0]} is not in"):
        stratified_mean(pd.Series([1.0], index=index), tables)


def test_a_value_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        stratified_mean(pd.Series([math.nan], index=[0]), annual(np.zeros((5, 1))))


def test_strata_that_disagree_with_the_replications_are_refused() -> None:
    tables = annual(np.zeros((4, 1)), strata([2, 2], [0.9, 0.1]))
    tables.strata["replications"] = [3, 1]
    with pytest.raises(ValueError, match=r"stratum 0 has 2 replications .* but 3"):
        sampling(tables)
    tables.strata["replications"] = [2, 2]
    tables.strata["probability"] = [0.9, 0.2]
    with pytest.raises(ValueError, match=r"add up to 1\.1"):
        sampling(tables)
    tables.strata["probability"] = [0.9, 0.1]
    tables.replications["replication"] = [0, 1, 1, 3]
    with pytest.raises(ValueError, match="replication 1 is in the replications table twice"):
        sampling(tables)
    tables.strata["stratum"] = [0, 3]
    with pytest.raises(ValueError, match="does not have"):
        sampling(tables)


def test_a_stratum_of_no_probability_may_be_empty() -> None:
    tables = annual(np.array([[2.0], [4.0]]), strata([2, 0], [1.0, 0.0]))
    assert average_annual_loss(tables, "cost").value == 3.0
    missing = annual(np.array([[2.0], [4.0]]), strata([2, 0], [0.9, 0.1]))
    with pytest.raises(ValueError, match="stratum 1 has a probability above zero but no replications"):
        average_annual_loss(missing, "cost")


def test_sizes_zero_one_and_two() -> None:
    with pytest.raises(ValueError, match="no replications"):
        average_annual_loss(annual(np.zeros((0, 1))), "cost")
    one = average_annual_loss(annual(np.array([[3.0]])), "cost")
    assert one.value == 3.0
    assert math.isnan(one.se)
    assert math.isnan(one.low)
    assert "single replication" in one.note
    two = average_annual_loss(annual(np.array([[0.0], [4.0]])), "cost")
    assert two.value == 2.0
    assert two.se == pytest.approx(2.0)
    assert two.low < 2.0 < two.high
    assert "very rough" in two.note


def test_t_needs_a_hundred_losses() -> None:
    loss = np.zeros((1000, 1))
    loss[:99] = 1.0
    few = average_annual_loss(annual(loss), "cost")
    assert few.method.startswith("gamma")
    assert "99 effective replications" in few.note
    loss[:100] = 1.0
    enough = average_annual_loss(annual(loss), "cost")
    assert (enough.method, enough.note) == ("skew-corrected t", "")
    chance = probability_of_loss(annual(loss), "cost")
    assert (chance.method, chance.note) == ("t", "")


def test_limits_of_a_mean_lean_to_the_side_of_its_large_losses() -> None:
    loss = np.random.default_rng(8).lognormal(0.0, 1.0, (1000, 1))
    found = average_annual_loss(annual(loss), "cost")
    half = 1.9623 * found.se  # t with 999 degrees of freedom
    assert found.method == "skew-corrected t"
    assert found.value - found.low == pytest.approx(half, rel=1e-4)
    assert found.high - found.value > 1.02 * half


def test_a_few_losses_that_dominate_are_not_hidden_by_many_small_ones() -> None:
    loss = np.ones((1000, 1))
    loss[:2] = 5000.0
    found = average_annual_loss(annual(loss), "cost")
    assert found.with_loss == 1000
    assert found.method.startswith("gamma")
    assert "dominate" in found.note


def test_no_loss_has_no_upper_limit_but_a_probability_has() -> None:
    tables = annual(np.zeros((1000, 1)))
    mean = average_annual_loss(tables, "cost")
    assert (mean.value, mean.low) == (0.0, 0.0)
    assert math.isnan(mean.high)
    chance = stratified_mean(pd.Series([], dtype=float), tables, probability=True)
    # Exact (Garwood) limit for a count of zero: -ln(0.025) / n.
    assert chance.high == pytest.approx(-math.log(0.025) / 1000)
    assert "never seen in 1,000" in chance.note


def test_the_gamma_interval_of_equal_losses_is_garwoods() -> None:
    """Exact Poisson limits of a count of 7: 2.814 and 14.423 (chi-square tables).

    The variance of a binomial is smaller than a Poisson's by 7 / 100,000 here.
    """
    n = 100_000
    loss = np.zeros((n, 1))
    loss[:7] = 1.0
    found = average_annual_loss(annual(loss), "cost")
    assert found.low * n == pytest.approx(2.814, abs=2e-3)
    assert found.high * n == pytest.approx(14.423, abs=2e-3)


def test_a_certain_event_has_an_interval_below_one() -> None:
    value = pd.Series(np.ones(997), index=np.arange(997))
    found = stratified_mean(value, annual(np.zeros((1000, 1))), probability=True)
    assert found.high < 1.0
    assert found.low < 0.997 < found.high
    always = stratified_mean(
        pd.Series(np.ones(1000), index=np.arange(1000)), annual(np.zeros((1000, 1))), probability=True
    )
    assert always.high == 1.0
    assert always.low == pytest.approx(1.0 + math.log(0.025) / 1000)


def test_a_stratum_without_a_loss_is_named() -> None:
    tables = annual(np.zeros((3000, 1)), strata([1000, 2000], [0.99, 0.01]))
    values = pd.Series(1.0, index=np.arange(1000, 2500))
    silent = stratified_mean(values, tables, probability=True, possible_in=[1, 2])
    assert silent.note == ""
    found = stratified_mean(values, tables, probability=True)
    assert "nothing in the 1,000 replications without a compromise" in found.note
    assert f"{-math.log(0.05) * 0.99 / 1000:.2g} more cannot be ruled out" in found.note


def test_the_probability_of_the_stratum_keeps_its_own_error() -> None:
    tables = annual(np.zeros((30, 1)), strata([10, 20], [0.98, 0.02], se=0.001))
    found = probability_of_compromise(tables)
    assert (found.value, found.se) == (0.02, 0.001)
    assert found.high == pytest.approx(0.02 + 1.959964 * 0.001)
    by_mean = stratified_mean(pd.Series(1.0, index=np.arange(10, 30)), tables, probability=True)
    assert by_mean.se == pytest.approx(0.001)


def test_the_probability_in_an_arm_counts_only_its_own_successes() -> None:
    """Half of a stratum that holds what succeeds in any arm."""
    tables = annual(np.zeros((30, 1)), strata([10, 20], [0.98, 0.02], se=0.001))
    tables.replications.loc[10:19, "successes"] = 0
    found = probability_of_compromise(tables)
    assert found.value == pytest.approx(0.01)
    assert found.se == pytest.approx(math.hypot(0.02 * math.sqrt(0.25 / 19), 0.5 * 0.001))


def test_differences_of_either_sign_get_two_limits() -> None:
    rng = np.random.default_rng(5)
    tables = annual(np.zeros((2000, 1)))
    few = pd.Series(rng.normal(1.0, 1.0, 20), index=np.arange(20))
    found = stratified_mean(few, tables)
    assert "difference" in found.note
    assert found.low < found.value < found.high
    mirrored = stratified_mean(-few, tables)
    assert mirrored.low == pytest.approx(-found.high)
    assert mirrored.high == pytest.approx(-found.low)


def test_a_ratio_and_its_delta_error() -> None:
    rng = np.random.default_rng(11)
    n, trials = 1500, 2000
    x = rng.exponential(2.0, (trials, n)) * (rng.random((trials, n)) < 0.5)
    y = 3.0 * x * rng.uniform(0.5, 1.5, (trials, n))
    design = sampling(annual(np.zeros((n, 1))))
    found = [ratio_of(y[i], x[i], design) for i in range(trials)]
    values = np.array([f.value for f in found])
    assert np.mean([f.se for f in found]) == pytest.approx(values.std(), rel=0.05)
    covered = np.mean([f.low <= 3.0 <= f.high for f in found])
    assert 0.93 < covered < 0.97
    nothing = ratio_of(np.zeros(n), np.zeros(n), design)
    assert math.isnan(nothing.value)


def test_moments_touch_the_zeros_too() -> None:
    """Variance, skewness and counts from the nonzero values alone equal those of the full columns."""
    rng = np.random.default_rng(12)
    design = sampling(annual(np.zeros((500, 1)), strata([200, 300], [0.7, 0.3])))
    value = rng.normal(3.0, 5.0, 500) * (rng.random(500) < 0.6)
    parts = [(0.7, value[:200]), (0.3, value[200:])]
    found = design.moments(value)
    assert found.mean == pytest.approx(sum(p * v.mean() for p, v in parts))
    variance = sum(p**2 * v.var(ddof=1) / v.size for p, v in parts)
    assert found.variance == pytest.approx(variance)
    third = sum(p**3 * np.mean((v - v.mean()) ** 3) / v.size**2 for p, v in parts)
    assert found.skewness == pytest.approx(third / variance**1.5)
    assert found.nonzero.tolist() == [np.count_nonzero(v) for _, v in parts]
    contributions = np.array([p**2 * v.var(ddof=1) / v.size for p, v in parts])
    freedom = variance**2 / np.sum(contributions**2 / np.array([199, 299]))
    assert found.degrees_of_freedom == pytest.approx(freedom)


def test_effective_sample_size_and_largest_share() -> None:
    assert effective_sample_size(np.ones(50)) == pytest.approx(50.0)
    assert effective_sample_size(np.array([1.0, 0.0, 0.0])) == pytest.approx(1.0)
    assert effective_sample_size(np.array([3.0, 1.0])) == pytest.approx(1.6)
    assert effective_sample_size(np.zeros(3)) == 0.0
    assert largest_share(np.array([3.0, 1.0])) == 0.75
    assert math.isnan(largest_share(np.zeros(2)))
