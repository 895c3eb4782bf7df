"""Limits from ranks and distributions."""

import math

import pytest

from simulator.risk.interval import (
    gamma_quantile,
    quantile_ranks,
    rank_coverage,
    skew_corrected_limits,
    t_limits,
    t_quantile,
)


@pytest.mark.parametrize(
    ("n", "q", "lower", "upper", "coverage"),
    [(1000, 0.99, 983, 997, 0.9760947635), (20000, 0.996, 19902, 19938, 0.9564828145)],
)
def test_v30_ranks(n: int, q: float, lower: int, upper: int, coverage: float) -> None:
    assert quantile_ranks(n, q) == (lower, upper)
    assert rank_coverage(n, q, lower, upper) == pytest.approx(coverage, rel=1e-9)


def test_v30_smallest_sample_with_an_upper_limit_at_1_in_250() -> None:
    assert quantile_ranks(920, 0.996)[1] is None
    assert quantile_ranks(921, 0.996)[1] == 921


def test_small_samples() -> None:
    assert quantile_ranks(1, 0.5) == (0, None)
    assert quantile_ranks(2, 0.5) == (0, None)
    # Six values are the fewest with P(all on one side of the median) = 2 / 2^6 < 5 %.
    assert quantile_ranks(6, 0.5) == (1, 6)
    with pytest.raises(ValueError, match="at least one value"):
        quantile_ranks(0, 0.5)


def test_quantiles_of_known_distributions() -> None:
    assert t_quantile(0.975, math.inf) == pytest.approx(1.959964, abs=1e-6)
    assert t_quantile(0.975, 10) == pytest.approx(2.228139, abs=1e-6)
    # Exponential: mean 2, variance 4.
    assert gamma_quantile(0.9, 2.0, 4.0) == pytest.approx(2.0 * math.log(10.0))
    assert gamma_quantile(0.9, 0.0, 0.0) == 0.0
    assert gamma_quantile(0.9, 3.0, 0.0) == 3.0


def test_the_skew_correction_leans_to_the_long_side_and_is_never_narrower() -> None:
    plain = t_limits(10.0, 1.0, 50.0, 0.95)
    right = skew_corrected_limits(10.0, 1.0, 0.4, 50.0, 0.95)
    assert right.low <= plain.low
    assert right.high > plain.high
    left = skew_corrected_limits(10.0, 1.0, -0.4, 50.0, 0.95)
    assert 10.0 - left.low == pytest.approx(right.high - 10.0)
    none = skew_corrected_limits(10.0, 1.0, 0.0, 50.0, 0.95)
    assert (none.low, none.high) == (plain.low, plain.high)
