"""Experts: laws through their points, pools that keep disagreement, and weights by how they did."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from simulator.evidence import cooke
from simulator.evidence.experts import ThreePoints, linear_pool

LOW, HIGH = ThreePoints(0.001, 0.002, 0.004).law(), ThreePoints(0.1, 0.2, 0.4).law()


def test_three_points_give_the_law_of_the_outer_two_and_the_gap_to_the_third() -> None:
    """V25."""
    said = ThreePoints(1.0, 4.0, 20.0)
    assert (said.mu, said.sigma) == pytest.approx((1.497866137, 0.9106379511), rel=1e-6)
    assert said.implied_median == pytest.approx(4.472135955, rel=1e-6)
    assert said.gap == pytest.approx(0.118034, rel=1e-5)
    law = said.law()
    assert (law.b, law.c) == pytest.approx((0.8428071279, 0.9784687744), rel=1e-6)
    agreed = ThreePoints(1.0, math.sqrt(20.0), 20.0)
    assert agreed.gap == pytest.approx(0.0, abs=1e-12)
    assert agreed.law().mean() == pytest.approx(6.769971491, rel=1e-6)


@pytest.mark.parametrize("points", [(2.0, 1.0, 3.0), (0.0, 1.0, 2.0), (1.0, 3.0, 2.0), (1.0, 2.0, math.inf)])
def test_points_out_of_order_are_a_sentence(points: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="allowed: above 0 and in rising order"):
        ThreePoints(*points)


def test_a_range_of_no_width_is_a_sentence() -> None:
    with pytest.raises(ValueError, match="are 2, 2 and 2; allowed: a range above nothing"):
        ThreePoints(2.0, 2.0, 2.0)


@pytest.mark.parametrize("weights", [None, [3.0, 1.0]])
def test_a_pool_is_one_expert_drawn_by_lot(weights: list[float] | None) -> None:
    """200,000 draws: an expert by weight, then a value of theirs. Standard error of a share at most 0.0011."""
    pool = linear_pool([LOW, HIGH], weights)
    share = 0.5 if weights is None else 0.75
    rng = np.random.default_rng(11)
    first = rng.random(200_000) < share
    z = rng.standard_normal(200_000)
    drawn = np.where(first, LOW.a * np.exp(LOW.b * z), HIGH.a * np.exp(HIGH.b * z))
    for u in (0.05, 0.3, 0.9, 0.95):
        assert np.mean(drawn <= pool.quantile(u)) == pytest.approx(u, abs=0.005)
    assert pool.mean() == pytest.approx(share * LOW.mean() + (1.0 - share) * HIGH.mean(), rel=1e-6)
    assert pool.cdf(0.02) == pytest.approx(share, abs=0.001)


def test_disagreement_stays_in_the_pool() -> None:
    pool = linear_pool([LOW, HIGH])
    assert pool.quantile(0.05) < LOW.quantile(0.2)
    assert pool.quantile(0.95) > HIGH.quantile(0.8)


def test_ten_of_the_same_mind_are_as_sure_as_one() -> None:
    assert linear_pool([HIGH] * 10) == HIGH
    assert linear_pool([HIGH] * 10, list(range(10))) == HIGH


def test_an_expert_without_weight_is_not_heard() -> None:
    assert linear_pool([LOW, HIGH], [0.0, 2.0]) == HIGH


@pytest.mark.parametrize(
    ("laws", "weights", "said"),
    [
        ([], None, "at least one"),
        ([LOW], [1.0, 2.0], "1 experts need as many weights"),
        ([LOW, HIGH], [0.0, 0.0], "one of them above 0"),
        ([LOW, HIGH], [2.0, -1.0], "0 or more"),
    ],
)
def test_weights_that_cannot_be_are_a_sentence(laws, weights, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        linear_pool(laws, weights)


COUNTS = {"A": (1, 9, 8, 2), "B": (5, 5, 5, 5), "C": (0, 2, 18, 0)}


def test_calibration_and_information() -> None:
    """V26."""
    found = {name: (cooke.surprise(counts), cooke.calibration(counts)) for name, counts in COUNTS.items()}
    assert found["A"] == pytest.approx((0.8880601517, 0.8283081717), rel=1e-6)
    assert found["B"] == pytest.approx((20.43302495, 0.0001380410528), rel=1e-6)
    assert found["C"] == pytest.approx((18.93698891, 0.0002817242519), rel=1e-6)
    assert cooke.information([2, 5, 9], (0, 20)) == pytest.approx(0.7047420045, rel=1e-6)
    assert cooke.information([4, 5, 6], (0, 20)) == pytest.approx(1.776234535, rel=1e-6)


def test_the_over_confident_are_silenced() -> None:
    scores = [cooke.Score(0.83, 0.70), cooke.Score(0.00014, 1.8), cooke.Score(0.2, 0.35)]
    assert cooke.weights(scores) == pytest.approx([0.581 / 0.651, 0.0, 0.07 / 0.651], rel=1e-3)


def test_truths_fall_where_calibrated_experts_say() -> None:
    """A law that is the truth's own: 4,000 questions, so each share has a standard error below 0.008."""
    rng = np.random.default_rng(5)
    truths = rng.standard_normal(4000)
    points = [stats.norm.ppf(u) for u in (0.05, 0.5, 0.95)]
    counts = cooke.places([points] * 4000, truths)
    assert np.array(counts) / 4000 == pytest.approx(cooke.SHARES, abs=0.026)
    narrow = cooke.places([[-0.1, 0.0, 0.1]] * 4000, truths)
    assert cooke.calibration(narrow) < 1e-6


def test_the_intrinsic_range_reaches_beyond_all_that_was_said() -> None:
    assert cooke.intrinsic_range([[2, 5, 9], [4, 5, 12]], truth=1.0) == pytest.approx((-0.1, 13.1))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: cooke.weights([cooke.Score(0.01, 2.0)] * 10), "no expert gets a weight: the best calibration is 0.01"),
        (lambda: cooke.weights([]), "no expert gets a weight"),
        (lambda: cooke.information([5, 5, 5], (0, 20)), "leave a place of no width"),
        (lambda: cooke.information([2, 5, 9], (3, 20)), "leave a place of no width"),
        (lambda: cooke.information([5, 2, 9], (0, 20)), "three points in rising order, not 5, 2, 9"),
        (lambda: cooke.places([[1, 2]], [1.0]), "three points in rising order"),
        (lambda: cooke.places([[1, 2, 3]], []), "1 answers need as many truths, not 0"),
        (lambda: cooke.calibration([0, 0, 0, 0]), "at least one question"),
    ],
)
def test_judgements_that_cannot_be_made_are_a_sentence(make, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()
