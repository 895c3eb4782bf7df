"""Fieller's limits against answers by hand and against the interval of the net."""

import math

import numpy as np
import pytest

from simulator.risk.fieller import fieller_ratio
from simulator.risk.interval import t_quantile
from simulator.risk.paired import mean_of_differences
from simulator.risk.sampling import sampling
from tests.risk.made import annual, strata

N = 2000
DESIGN = sampling(annual(np.zeros((N, 1))))


def normal_pair(mean: float, below: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(60)
    shared = rng.normal(0.0, 1.0, N)
    return mean + shared + rng.normal(0.0, 1.0, N), below + 0.5 * shared + rng.normal(0.0, 0.5, N)


def test_the_limits_are_fiellers_formula() -> None:
    """Written out with g = t^2 v22 / b^2: (r - g v12 / v22 +- t / b sqrt(...)) / (1 - g)."""
    x, y = normal_pair(0.5, 0.1)
    found = fieller_ratio(x, y, DESIGN)
    a, b, r = x.mean(), y.mean(), x.mean() / y.mean()
    v11, v22, v12 = (np.cov(x, y)[i] / N for i in ((0, 0), (1, 1), (0, 1)))
    t = t_quantile(0.975, N - 1)
    g = t * t * v22 / b**2
    root = math.sqrt(v11 - 2 * r * v12 + r * r * v22 - g * (v11 - v12**2 / v22))
    assert found.value == pytest.approx(r)
    assert found.low == pytest.approx((r - g * v12 / v22 - t / b * root) / (1 - g), rel=1e-6)
    assert found.high == pytest.approx((r - g * v12 / v22 + t / b * root) / (1 - g), rel=1e-6)
    assert (found.method, a > 0.0) == ("Fieller", True)


def test_a_ratio_at_its_limit_has_a_net_that_may_be_zero() -> None:
    design = sampling(annual(np.zeros((N, 1)), strata([500, 1500], [0.7, 0.3])))
    x, y = normal_pair(0.5, 0.3)
    found = fieller_ratio(x, y, design)
    for limit, end in ((found.low, "low"), (found.high, "high")):
        net = mean_of_differences(x, -limit * y, design=design)
        assert getattr(net, end) == pytest.approx(0.0, abs=2e-3 * net.se)


def test_a_denominator_that_may_be_zero_leaves_it_unbounded() -> None:
    found = fieller_ratio(*normal_pair(0.5, 0.01), DESIGN)
    assert found.value > 0.0
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert "unbounded" in found.note


@pytest.mark.parametrize("below", [0.0, -1.0])
def test_no_ratio_without_something_to_divide_by(below: float) -> None:
    found = fieller_ratio(np.ones(N), np.full(N, below), DESIGN)
    assert math.isnan(found.value)
    assert "not above zero" in found.note


def test_certain_values_have_a_certain_ratio() -> None:
    found = fieller_ratio(np.full(N, 3.0), np.full(N, 2.0), DESIGN)
    assert (found.value, found.low, found.high) == (1.5, 1.5, 1.5)


def test_a_single_replication() -> None:
    found = fieller_ratio(np.array([3.0]), np.array([2.0]), sampling(annual(np.zeros((1, 1)))))
    assert found.value == 1.5
    assert math.isnan(found.low)
