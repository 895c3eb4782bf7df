"""Paired differences of base and arm against answers by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from simulator.risk.loss import average_annual_loss
from simulator.risk.paired import (
    hidden,
    mean_of_differences,
    moments_of_sum,
    paired_average_annual_loss,
    paired_probability_of_loss,
    paired_probability_of_outage,
    paired_service,
    paired_tail_value_at_risk,
    paired_value_at_risk,
    same_futures,
    summed,
    variance_ratio,
)
from simulator.risk.sampling import COMPROMISE, sampling
from simulator.risk.tail import tail_value_at_risk, value_at_risk
from simulator.scenario.errors import InputError
from tests.risk import model
from tests.risk.made import Tables, annual, events, strata

V40 = {"diff": 0.001125703662, "var_independent": 0.002622558651, "var_CRN": 0.001124436454, "ratio": 2.33233158}
QUANTILES = (paired_value_at_risk, paired_tail_value_at_risk)


def pair(base: np.ndarray, arm: np.ndarray, *design: list) -> tuple[Tables, Tables]:
    plan = strata(*design) if design else None
    return annual(base, plan), annual(arm, plan)


def column(n: int, **values: float) -> np.ndarray:
    """Losses of n one-year futures: `first_10=5.0` puts 5 on the first ten."""
    loss = np.zeros((n, 1))
    for name, value in values.items():
        loss[: int(name.removeprefix("first_"))] = value
    return loss


def test_v40_thinning() -> None:
    rng = np.random.default_rng(40)
    n = 3_000_000
    struck = rng.random(n) < 0.001876172771
    kept = struck & (rng.random(n) < 0.4)
    base, arm = pair(struck[:, None].astype(float), kept[:, None].astype(float))
    found = paired_average_annual_loss(base, arm, "cost")
    assert found.se <= 0.02 * V40["diff"]
    assert abs(found.value - V40["diff"]) <= 3.29 * found.se
    assert found.low <= V40["diff"] <= found.high
    # The sample variance is that of a Bernoulli of the observed difference, which is V40's formula.
    d = found.value
    assert n * found.se**2 == pytest.approx(d * (1 - d), rel=1e-6)
    apart = sum(average_annual_loss(tables, "cost").se ** 2 for tables in (base, arm))
    assert n * apart == pytest.approx(V40["var_independent"], rel=3.29 * 0.02)
    assert variance_ratio(base, arm, "cost") == pytest.approx(apart / found.se**2)
    # The ratio has a relative standard error of about 1 % here: 5,600 events, of which 3,400 differ.
    assert variance_ratio(base, arm, "cost") == pytest.approx(V40["ratio"], rel=0.0329)
    assert V40["var_independent"] / V40["var_CRN"] == pytest.approx(V40["ratio"], rel=1e-6)


def test_the_mean_difference_by_hand() -> None:
    """Stratum 0: differences 2, -1, 0, 0 (mean 1/4, variance 19/12); stratum 1: 10, 4 (mean 7, variance 18)."""
    base = np.array([[3.0], [0.0], [5.0], [0.0], [20.0], [8.0]])
    arm = np.array([[1.0], [1.0], [5.0], [0.0], [10.0], [4.0]])
    base, arm = pair(base, arm, [4, 2], [0.75, 0.25])
    found = paired_average_annual_loss(base, arm, "cost")
    assert found.value == pytest.approx(0.75 * 0.25 + 0.25 * 7)
    assert found.se == pytest.approx(math.sqrt(0.75**2 * (19 / 12) / 4 + 0.25**2 * 18 / 2))
    assert (found.replications, found.with_loss) == (6, 4)
    assert "very rough" in found.note
    chance = paired_probability_of_loss(base, arm, "cost")
    assert chance.value == pytest.approx(-0.75 / 4)
    assert (chance.with_loss, chance.low >= -1.0, chance.high <= 1.0) == (1, True, True)
    assert paired_probability_of_outage(base, arm) == chance


def test_swapping_base_and_arm_turns_the_sign() -> None:
    base, arm = model.simulated_pair(np.random.default_rng(41), 3000, 1000)
    for metric in (*QUANTILES, lambda a, b, m, _: paired_average_annual_loss(a, b, m)):
        one, other = metric(base, arm, "cost", 0.99), metric(arm, base, "cost", 0.99)
        assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))
        assert one.se == pytest.approx(other.se)


def test_the_difference_is_that_of_the_two_estimates_and_far_more_certain() -> None:
    base, arm = model.simulated_pair(np.random.default_rng(42), 6000, 4000)
    for metric, alone in zip(QUANTILES, (value_at_risk, tail_value_at_risk), strict=True):
        found = metric(base, arm, "cost", 0.999)
        first, second = (alone(tables, "cost", 0.999) for tables in (base, arm))
        assert found.value == pytest.approx(first.value - second.value)
        assert found.low < found.value < found.high
        assert found.se < 0.8 * math.hypot(first.se, second.se)


def test_identical_samples_differ_by_nothing() -> None:
    tables = model.simulated(np.random.default_rng(43), 3000, 1000)
    mean = paired_average_annual_loss(tables, tables, "cost")
    assert (mean.value, mean.se) == (0.0, 0.0)
    assert mean.high == -mean.low > 0.0, "no difference seen in 4,000 futures is not no difference"
    for found in (
        paired_probability_of_loss(tables, tables, "cost"),
        *(metric(tables, tables, "cost", q) for metric in QUANTILES for q in (0.9, 0.99)),
    ):
        assert (found.value, found.se, found.low, found.high) == (0.0, 0.0, 0.0, 0.0)
        assert "do not differ in any" in found.note or "the same losses from there up" in found.note
    assert math.isnan(paired_value_at_risk(tables, tables, "cost", 0.99999).value)


def test_an_arm_that_spares_small_losses_leaves_the_tail_alone() -> None:
    loss = np.random.default_rng(44).exponential(1.0, (4000, 2))
    base, arm = pair(loss, np.where(loss < 2.0, 0.0, loss))
    for metric in QUANTILES:
        found = metric(base, arm, "cost", 0.99)
        assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
        assert metric(base, arm, "cost", 0.5).low > 0.0


def test_an_arm_that_is_worse() -> None:
    rng = np.random.default_rng(45)
    loss = rng.exponential(1.0, (4000, 2)) * (rng.random((4000, 2)) < 0.3)
    base, arm = pair(loss, 1.5 * loss)
    for metric in QUANTILES:
        assert metric(base, arm, "cost", 0.99).high < 0.0
    assert paired_average_annual_loss(base, arm, "cost").high < 0.0


def test_a_difference_of_one_sign_does_not_lean_on_zero() -> None:
    """Five futures in a thousand are better, none worse: by a sign test (p = 1/16) that proves nothing."""
    few = paired_average_annual_loss(*pair(column(1000, first_5=1.0), column(1000)), "cost")
    assert few.low < 0.0 < few.value < few.high
    assert "very rough interval: 5 effective replications with a difference" in few.note
    twelve = paired_average_annual_loss(*pair(column(1000, first_12=1.0), column(1000)), "cost")
    assert twelve.low > 0.0


def test_atoms_at_zero() -> None:
    """V31: a loss in 2 % of years. The 1-in-20-year loss is zero, the mean of the worst 5 % is not."""
    rng = np.random.default_rng(31)
    loss = np.zeros((20_000, 1))
    loss[5_000:, 0] = rng.exponential(100.0, 15_000)
    half = np.where(rng.random((20_000, 1)) < 0.5, loss, 0.0)
    base, arm = pair(loss, half, [5_000, 15_000], [0.98, 0.02])
    both = paired_value_at_risk(base, arm, "cost", 0.95)
    assert (both.value, both.low, both.high) == (0.0, 0.0, 0.0)
    assert "base: below the resolution" in both.note
    assert "arm: below the resolution" in both.note
    mean = paired_tail_value_at_risk(base, arm, "cost", 0.95)
    assert abs(mean.value - 20.0) <= 3.29 * mean.se
    assert mean.se < 1.0
    # At 1 in 67 years the arm's loss is zero for certain and the base's is -100 ln(0.75).
    one = paired_value_at_risk(base, arm, "cost", 0.985)
    assert abs(one.value + 100.0 * math.log(0.75)) <= 3.29 * one.se
    # The error is the base's alone, and that of its step from one loss to the next.
    assert one.se == pytest.approx(value_at_risk(base, "cost", 0.985).se, rel=1e-4)
    assert "arm: below the resolution" in one.note


def test_an_atom_inside_the_interval_gets_wide_limits() -> None:
    """A hundredth of years of the arm, give or take, has a loss: zero and more are both compatible."""
    rng = np.random.default_rng(46)
    loss = np.zeros((20_000, 1))
    loss[:250, 0] = rng.exponential(100.0, 250)
    helped = loss.copy()
    helped[205:] = 0.0
    found = paired_value_at_risk(*pair(loss, helped), "cost", 0.99)
    assert found.method == "limits of each (wide)"
    assert found.low <= found.value <= found.high
    apart = [value_at_risk(annual(x), "cost", 0.99, confidence=0.975) for x in (loss, helped)]
    assert (found.low, found.high) == (apart[0].low - apart[1].high, apart[0].high - apart[1].low)


def test_two_sizes_within_the_interval_get_wide_limits() -> None:
    """One in twenty futures, give or take, loses 8 rather than 5: there is no density between the two."""
    loss = np.random.default_rng(49).exponential(1.0, (2000, 1)) + 1.0
    found = paired_value_at_risk(*pair(column(2000, first_600=5.0, first_97=8.0), loss), "cost", 0.95)
    assert found.method == "limits of each (wide)"
    alone = value_at_risk(annual(loss), "cost", 0.95, confidence=0.975)
    assert (found.low, found.high) == (5.0 - alone.high, 8.0 - alone.low)


def test_losses_of_one_size_have_no_error() -> None:
    base, arm = pair(column(2000, first_200=8.0), column(2000))
    found = paired_value_at_risk(base, arm, "cost", 0.95)
    assert (found.value, found.low, found.high) == (8.0, 8.0, 8.0)
    whole = paired_tail_value_at_risk(base, arm, "cost", 0.95)
    assert (whole.value, whole.low, whole.high) == (8.0, 8.0, 8.0)


def test_beyond_the_data_nothing_is_given_and_the_note_says_whose() -> None:
    rng = np.random.default_rng(47)
    base, arm = pair(rng.exponential(1.0, (1000, 1)), rng.exponential(1.0, (1000, 1)))
    for metric in QUANTILES:
        found = metric(base, arm, "cost", 0.995)
        assert math.isnan(found.value)
        assert math.isnan(found.low)
        assert found.note.startswith("base: beyond the data: 5.0 effective simulated futures, ten needed; arm: ")


def test_a_single_replication_has_no_error() -> None:
    found = paired_average_annual_loss(*pair(np.array([[3.0]]), np.array([[1.0]])), "cost")
    assert found.value == 2.0
    assert math.isnan(found.low)
    assert "single replication" in found.note


def test_service() -> None:
    lost = {"customer_hours_water": 240.0, "person_hours_water": 480.0, "unsafe_person_hours_water": 24.0}
    base, arm = annual(np.zeros((200, 2))), annual(np.zeros((200, 2)))
    base = replace(base, events=events(replication=[0, 1], **{k: np.full(2, v) for k, v in lost.items()}))
    arm = replace(arm, events=events(replication=[1], person_hours_energy=[48.0]))
    table = paired_service(base, arm).set_index(["sector", "measure"])
    assert table.loc[("water", "customer_hours"), "value"] == pytest.approx(2 * 240 / 200 / 2)
    assert table.loc[("water", "person_days"), "value"] == pytest.approx(2 * 20 / 200 / 2)
    assert table.loc[("water", "unsafe_person_days"), "value"] == pytest.approx(2 * 1 / 200 / 2)
    assert table.loc[("energy", "person_days"), "value"] == pytest.approx(-2 / 200 / 2)
    assert table.loc[("telecom", "person_days"), ["value", "low", "high"]].tolist() == [0.0, 0.0, 0.0]


def test_variance_ratio_at_its_ends() -> None:
    loss = np.random.default_rng(48).exponential(1.0, (50, 1))
    assert variance_ratio(*pair(loss, loss), "cost") == math.inf
    assert math.isnan(variance_ratio(*pair(np.zeros((50, 1)), np.zeros((50, 1))), "cost"))
    assert variance_ratio(*pair(loss, 0.0 * loss), "cost") == pytest.approx(1.0)
    assert math.isnan(variance_ratio(*pair(loss[:1], 0.0 * loss[:1]), "cost"))


def test_a_constant_part_is_not_taken_for_observations() -> None:
    """A benefit in 20 of 1,000 futures less a cost that is the same in all: as rough as the benefit alone."""
    design = sampling(annual(np.zeros((1000, 1))))
    benefit, cost = column(1000, first_20=50.0)[:, 0], np.full(1000, 0.7)
    alone = mean_of_differences(benefit, design=design)
    net = mean_of_differences(benefit, -cost, design=design)
    assert (net.low, net.value, net.high) == pytest.approx((alone.low - 0.7, 0.3, alone.high - 0.7))
    assert "20 effective replications with a difference" in net.note
    assert moments_of_sum((benefit, -cost), design).effective_nonzero == 20.0
    # So is a cost that varies a little in each of them.
    varying = cost + np.random.default_rng(51).uniform(-0.01, 0.01, 1000)
    assert "20 effective replications" in mean_of_differences(benefit, -varying, design=design).note
    same = mean_of_differences(-cost, design=design)
    assert (same.low, same.high) == pytest.approx((-0.7, -0.7))


def test_rounding_is_no_difference() -> None:
    a = np.array([0.1 + 0.2, 1.0, 0.0])
    assert summed([a, -np.array([0.3, 0.5, 0.0])]).tolist() == [0.0, 0.5, 0.0]


def test_other_futures_are_refused() -> None:
    base, arm = pair(np.ones((4, 1)), np.ones((4, 1)))
    arm.replications["replication"] = [1, 0, 2, 3]
    with pytest.raises(ValueError, match="not the same futures: replication differs"):
        same_futures(base, arm)
    with pytest.raises(ValueError, match="not the same futures: stratum differs"):
        same_futures(
            annual(np.ones((4, 1)), strata([2, 2], [0.9, 0.1])), annual(np.ones((4, 1)), strata([1, 3], [0.9, 0.1]))
        )
    with pytest.raises(ValueError, match="not the same futures: probability differs"):
        same_futures(
            annual(np.ones((4, 1)), strata([2, 2], [0.9, 0.1])), annual(np.ones((4, 1)), strata([2, 2], [0.8, 0.2]))
        )
    with pytest.raises(ValueError, match="horizon_years differs"):
        same_futures(base, replace(base, horizon_years=2.0))
    with pytest.raises(InputError, match="level is 1"):
        paired_value_at_risk(base, base, "cost", 1.0)


def test_a_stratum_without_a_difference_is_named() -> None:
    loss = np.ones((300, 1))
    loss[200:, 0] += np.arange(100.0)
    base, arm = pair(loss, np.ones((300, 1)), [200, 100], [0.9, 0.1])
    found = paired_average_annual_loss(base, arm, "cost")
    assert found.value == pytest.approx(0.1 * 49.5)
    assert "the same difference in the 200 replications without a compromise" in found.note


def test_a_stratum_that_showed_nothing_may_hide_differences() -> None:
    """Costs of 100 in two of 50 futures with a compromise, none in 200 without: up to 3 in 200 may have them too."""
    design = sampling(annual(np.zeros((250, 1)), strata([200, 50], [0.9, 0.1])))
    cost = np.zeros(250)
    cost[[210, 220]] = -100.0
    found = mean_of_differences(cost, design=design)
    unseen = 0.9 * -math.log(0.05) / 200 * 100.0
    assert hidden(cost, design) == pytest.approx(unseen, rel=1e-9)
    assert found.value == pytest.approx(-0.4)
    assert found.low < -unseen
    assert found.high > 0.0
    everywhere = cost.copy()
    everywhere[[3, 4]] = -100.0
    assert hidden(everywhere, design) == 0.0
    assert hidden(np.zeros(250), design) == 0.0


def test_a_stratum_where_the_two_cannot_differ_hides_nothing() -> None:
    """Four thousand quiet replications without a difference: the rule of three counts them unless told not to."""
    loss = np.zeros((5000, 1))
    loss[4000:, 0] = np.linspace(1.0, 2.0, 1000)
    base, arm = pair(loss, 0.5 * loss, [4000, 1000], [0.9, 0.1])
    wide = paired_average_annual_loss(base, arm, "cost")
    narrow = paired_average_annual_loss(base, arm, "cost", possible_in=(COMPROMISE,))
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high
    assert (wide.value, wide.se) == (narrow.value, narrow.se)
