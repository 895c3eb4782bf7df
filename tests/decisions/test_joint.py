"""Joint benefits against the sum of single ones."""

import numpy as np
import pytest

from simulator.decisions.joint import joint_benefit
from simulator.risk.sampling import sampling
from tests.risk.made import annual

N = 1000
DESIGN = sampling(annual(np.zeros((N, 1))))


def first(count: int, value: float = 100.0) -> np.ndarray:
    benefit = np.zeros(N)
    benefit[:count] = value
    return benefit


def test_two_that_stop_the_same_losses() -> None:
    found = joint_benefit(first(200), [first(200), first(150)], DESIGN, unit="EUR")
    assert (found.joint.value, found.sum_of_singles.value, found.difference.value) == (20.0, 35.0, 15.0)
    assert found.difference.se == pytest.approx(100 * np.sqrt(0.15 * 0.85 / (N - 1)))
    assert found.sentence.startswith(
        "The sum of the single benefits (EUR 35) overstates the joint benefit (EUR 20) by EUR 15 (EUR 13 to EUR 17)"
    )
    assert found.sentence.endswith(", or 75 % of it.")


def test_two_that_work_only_together() -> None:
    found = joint_benefit(first(200), [first(0), first(50)], DESIGN, unit="customer-hours")
    assert found.difference.high < 0.0
    assert "(5 customer-hours) understates the joint benefit (20 customer-hours) by 15 customer" in found.sentence


def test_two_that_have_nothing_to_do_with_each_other() -> None:
    other = np.roll(first(200, 0.1), 300)
    found = joint_benefit(first(200, 0.3) + other, [other, first(200, 0.3)], DESIGN, unit="EUR")
    assert (found.difference.value, found.difference.low, found.difference.high) == (0.0, 0.0, 0.0)
    assert found.sentence == (
        "In every simulated future the sum of the single benefits (EUR 0.08) is the joint benefit (EUR 0.08)."
    )


def test_too_little_seen_to_tell() -> None:
    found = joint_benefit(first(3), [first(4)], DESIGN, unit="EUR")
    assert found.sentence.startswith("Whether the sum of the single benefits (EUR 0.4) overstates or understates")


def test_no_single_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one mitigation"):
        joint_benefit(first(3), [], DESIGN, unit="EUR")
