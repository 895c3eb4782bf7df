"""How many replications, and how to share them."""

import math

import numpy as np
import pytest

from simulator.risk.estimate import Estimate
from simulator.risk.loss import average_annual_loss
from simulator.risk.precision import (
    adjusted_gamma,
    more_replications,
    neyman,
    precise_enough,
    relative_error,
    relative_half_width,
    replications_for,
    replications_for_probability,
)
from tests.risk import model


def estimate(value: float, se: float, n: int = 1000, with_loss: int = 1000) -> Estimate:
    return Estimate(value, se, value - 2 * se, value + 2 * se, replications=n, with_loss=with_loss)


def test_v33() -> None:
    assert replications_for_probability(0.004, 0.1) == 95_653
    assert adjusted_gamma(0.1) == pytest.approx(0.09090909091)
    assert replications_for(1.0, 0.1) == 385


def test_relative_errors() -> None:
    assert relative_error(estimate(-50.0, 5.0)) == pytest.approx(0.1)
    assert relative_half_width(estimate(50.0, 5.0)) == pytest.approx(0.2)
    assert math.isnan(relative_error(estimate(0.0, 0.0)))


def test_the_stopping_rule_needs_width_and_losses() -> None:
    assert precise_enough(estimate(100.0, 4.5), 0.1)
    assert not precise_enough(estimate(100.0, 4.6), 0.1)
    assert not precise_enough(estimate(100.0, 1.0, with_loss=99), 0.1)
    assert not precise_enough(estimate(0.0, 0.0), 0.1)
    with pytest.raises(ValueError, match="must lie between 0 and 1"):
        precise_enough(estimate(100.0, 1.0), 1.5)


def test_more_replications() -> None:
    assert more_replications(estimate(100.0, 10.0), relative_se=0.05) == 3000
    assert more_replications(estimate(100.0, 10.0), relative_se=0.2) == 0
    assert more_replications(estimate(100.0, 1.0), gamma=0.1) == 0
    assert more_replications(estimate(100.0, 1.0, with_loss=50), gamma=0.1) == 1000
    assert more_replications(estimate(0.0, 0.0, with_loss=0), gamma=0.1) is None
    wanted = math.ceil(1000 * (1.959964 * 0.1 / (0.1 / 1.1)) ** 2) - 1000
    assert more_replications(estimate(100.0, 10.0), gamma=0.1) == pytest.approx(wanted, abs=1)
    with pytest.raises(ValueError, match="either gamma or relative_se"):
        more_replications(estimate(1.0, 1.0))


def test_the_promised_number_is_enough() -> None:
    rng = np.random.default_rng(33)
    pilot = average_annual_loss(model.simulated(rng, 1000, 1000), "cost")
    more = more_replications(pilot, relative_se=0.01)
    assert more is not None
    half = (pilot.replications + more) // 2
    final = average_annual_loss(model.simulated(rng, half, half), "cost")
    assert relative_error(final) == pytest.approx(0.01, rel=0.1)


def test_neyman_shares() -> None:
    # p * sd = 0.9, 0.1 * 27 = 2.7: a quarter and three quarters.
    assert neyman([0.9, 0.1], [[1.0, 27.0]], 1000) == [250, 750]
    # The second metric asks for (1, 0): the average of the shares is (5/8, 3/8).
    assert neyman([0.9, 0.1], [[1.0, 27.0], [4.0, 0.0]], 1000) == [625, 375]
    # A metric without any spread has no say.
    assert neyman([0.9, 0.1], [[1.0, 27.0], [0.0, 0.0]], 1000) == [250, 750]
    assert neyman([0.9, 0.1], [[0.0, 0.0]], 7) == [4, 3]


def test_neyman_gives_the_odd_one_to_the_largest_remainder() -> None:
    # Best shares 0.26, 0.30, 0.44 of 11: 2.86, 3.30, 4.84; the two largest remainders round up.
    assert neyman([0.26, 0.30, 0.44], [[1.0, 1.0, 1.0]], 11, floor_share=0.0) == [3, 3, 5]


def test_neyman_keeps_the_floor() -> None:
    assert neyman([0.999, 0.001], [[0.0, 5.0]], 1000) == [200, 800]
    assert neyman([0.999, 0.001], [[5.0, 0.0]], 1001) == [800, 201]
    assert neyman([0.999, 0.001], [[5.0, 0.0]], 1000, floor_share=0.0) == [1000, 0]
    assert neyman([1.0, 0.0], [[1.0, 1.0]], 10) == [10, 0]


@pytest.mark.parametrize("n", [0, 1, 2, 3, 10, 999, 10**6 + 1])
def test_neyman_always_adds_up(n: int) -> None:
    rng = np.random.default_rng(n)
    for _ in range(50):
        k = int(rng.integers(1, 5))
        p = rng.dirichlet(np.ones(k))
        found = neyman(p, rng.exponential(1.0, (3, k)), n)
        assert sum(found) == n
        assert min(found) >= min(math.ceil(0.2 * n - 1e-9), n // k)


def test_neyman_beats_equal_shares_where_strata_differ() -> None:
    p, sd, n = np.array([0.98, 0.02]), np.array([1.0, 500.0]), 10_000

    def variance(counts: list[int]) -> float:
        return float(np.sum((p * sd) ** 2 / np.array(counts)))

    best = variance(neyman(p, [sd], n, floor_share=0.0))
    assert best == pytest.approx(float(np.sum(p * sd)) ** 2 / n, rel=1e-3)
    assert best < variance([n // 2, n // 2])


def test_neyman_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match="negative or not a number"):
        neyman([0.5, 0.5], [[1.0, math.nan]], 10)
    with pytest.raises(ValueError, match="add up to more than one"):
        neyman([0.5, 0.5], [[1.0, 1.0]], 10, floor_share=0.6)
    with pytest.raises(ValueError, match="at least one stratum"):
        neyman([0.0, 0.0], [[1.0, 1.0]], 10)
