"""What the adversary gets past controls: signing quorum (V16), controls, breadth (V36)."""

import itertools
import math

import pytest

from simulator.rules.breadth import breadth
from simulator.rules.paths import success_after_controls
from simulator.rules.signing import poisson_binomial_tail, signing_success

ALONE = {1: 0.97813, 2: 0.82018, 3: 0.42868, 4: 0.06958, 5: 0.00343}
TOGETHER = {1: 0.845452, 2: 0.749872, 3: 0.591472, 4: 0.107632, 5: 0.005572}


@pytest.mark.parametrize("needed", range(1, 6))
def test_v16(needed: int) -> None:
    assert signing_success(needed, 3, 2, 0.7, 0.1) == pytest.approx(ALONE[needed], rel=1e-9)
    assert signing_success(needed, 3, 2, 0.7, 0.1, 0.6) == pytest.approx(TOGETHER[needed], rel=1e-9)


def test_a_quorum_beyond_reach_needs_someone_who_signs_blind() -> None:
    assert signing_success(4, 3, 2, 1.0, 0.0) == 0.0
    assert signing_success(3, 3, 2, 1.0, 0.0, 0.5) == 1.0
    assert signing_success(6, 3, 2, 1.0, 1.0) == 0.0
    assert signing_success(0, 0, 0, 0.0, 0.0) == 1.0


def test_poisson_binomial_tail_equals_enumeration() -> None:
    chances = (0.1, 0.35, 0.8, 0.5)
    for needed in range(6):
        exact = sum(
            math.prod(p if hit else 1 - p for p, hit in zip(chances, hits, strict=True))
            for hits in itertools.product((0, 1), repeat=4)
            if sum(hits) >= needed
        )
        assert poisson_binomial_tail(chances, needed) == pytest.approx(exact, rel=1e-12)


def test_controls_on_one_path_multiply() -> None:
    assert success_after_controls((0.8, 0.5), [(0.5, 0.0), (0.5, 0.2)]) == pytest.approx((0.2, 0.4))
    with pytest.raises(ValueError, match=r"shorter|longer"):
        success_after_controls((0.8, 0.5), [(0.5,)])


def test_v36() -> None:
    values = [10.0 / (i + 1) for i in range(60)]
    count, worth = breadth(values, 0.05, 0.15, dormant=1000, dormant_detection=0.0002)
    assert (count, worth) == (5, pytest.approx(38.05555556, rel=1e-6))
    everything = [sum(values[:n]) / (0.15 + 0.2 + n * 0.05) for n in range(1, 61)]
    assert worth == pytest.approx(max(everything), rel=1e-12)
    assert everything[-1] == pytest.approx(13.96976243, rel=1e-6)


def test_without_risk_of_discovery_every_target_is_taken() -> None:
    assert breadth([3.0, 2.0, 1.0], 0.0, 0.1) == (3, pytest.approx(60.0))
    assert breadth([], 0.1, 0.1) == (0, 0.0)
    assert breadth([0.0, 0.0], 0.1, 0.1) == (0, 0.0)
