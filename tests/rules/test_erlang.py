"""V07: the M/M/c queue, and starts from its stationary law."""

import math

import pytest

from simulator.rules.erlang import empty_probability, erlang_c, mean_queue, stationary_state

CASES = [
    (3, 300.0, 182.5, 0.1775370329, 0.2907513803, 0.3524259155, 0.001174753052),
    (4, 0.25, 0.1, 0.07369498465, 0.3198567042, 0.533094507, 2.132378028),
]


@pytest.mark.parametrize(("c", "arrivals", "service", "p0", "waits", "queue", "wait"), CASES)
def test_v07(c: int, arrivals: float, service: float, p0: float, waits: float, queue: float, wait: float) -> None:
    load = arrivals / service
    assert empty_probability(c, load) == pytest.approx(p0, rel=1e-6)
    assert erlang_c(c, load) == pytest.approx(waits, rel=1e-6)
    assert mean_queue(c, load) == pytest.approx(queue, rel=1e-6)
    assert mean_queue(c, load) / arrivals == pytest.approx(wait, rel=1e-6)


@pytest.mark.parametrize(("c", "load"), [(1, 0.9), (4, 2.5), (30, 27.0), (3, 0.01)])
def test_stationary_state_inverts_the_birth_death_law(c: int, load: float) -> None:
    weights = [1.0]
    for n in range(1, 2000):
        weights.append(weights[-1] * load / min(n, c))
    total = math.fsum(weights)
    below = 0.0
    for n, weight in enumerate(weights):
        share = weight / total
        if share < 1e-9:
            break
        assert stationary_state(below + 0.01 * share, c, load) == n
        assert stationary_state(below + 0.99 * share, c, load) == n
        below += share


def test_the_far_tail_is_reached_without_a_walk() -> None:
    assert stationary_state(1.0 - 2.0**-53, 10, 9.999999) > 10**8


def test_an_idle_pool_is_empty() -> None:
    assert stationary_state(0.999999, 3, 0.0) == 0
    assert erlang_c(3, 0.0) == 0.0


@pytest.mark.parametrize(("c", "load"), [(3, 3.0), (0, 0.0), (3, -1.0), (3, math.nan)])
def test_a_queue_without_a_stationary_law_is_refused(c: int, load: float) -> None:
    with pytest.raises(ValueError, match="cannot carry a load"):
        erlang_c(c, load)
