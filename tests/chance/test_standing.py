"""The attacker's choice among what is left: which path, who can still be reached on it (V44)."""

import numpy as np
import pytest

from simulator.chance.standing import Standing, Switch
from simulator.scenario.schema import PathChoice

EVERYONE = np.ones(5)
BASE = np.array([[0.8, 0.7, 0.5, 0.0, 0.0]])
AFTER = np.array([[0.16, 0.35, 0.5, 0.0, 0.0]])


def choice(rule: str, precision: float = 10.0) -> PathChoice:
    return PathChoice.model_validate({"rule": rule, "precision": precision})


@pytest.mark.parametrize(
    ("success", "rule", "precision", "expected"),
    [
        (BASE, "best", 10.0, 0.8),
        (AFTER, "best", 10.0, 0.5),
        (AFTER, "logit", 10.0, 0.4643324206),
        (AFTER, "logit", 0.0, 0.3366666667),
        (AFTER, "logit", 1e4, 0.5),
    ],
)
def test_v44(success: np.ndarray, rule: str, precision: float, expected: float) -> None:
    standing = Standing((0,), success, choice(rule, precision))
    assert standing.today == pytest.approx(expected, rel=1e-6)
    assert standing.options(EVERYONE, ()).sum() == pytest.approx(expected, rel=1e-6)


def test_nobody_left_on_any_path_is_no_success() -> None:
    for rule in ("best", "logit"):
        standing = Standing((0,), BASE, choice(rule))
        assert [float(x) for x in standing.left(np.zeros(5), ())] == [0.0, 0.0]
        assert not standing.options(np.zeros(5), ()).any()


def test_the_path_is_chosen_by_success_times_who_is_left_on_it() -> None:
    """Half have shut code releases: content at 0.7 beats code at 0.8 x 0.5, and stakes shrink to 0.7 / 0.8."""
    standing = Standing((0,), BASE, choice("best"))
    works, worth = standing.left(np.array([0.5, 1.0, 1.0, 1.0, 1.0]), ())
    assert (float(works), float(worth)) == (0.7, 0.7)
    works, worth = standing.left(np.array([0.9, 1.0, 1.0, 1.0, 1.0]), ())
    assert (float(works), float(worth)) == (0.8, pytest.approx(0.72))


def test_new_controls_multiply_from_their_date_on() -> None:
    """Two independent measures that stop seven tenths each leave nine hundredths, never less than nothing."""
    stop = np.array([[0.3, 1.0, 1.0, 1.0, 1.0]])
    only_code = np.array([[0.8, 0.0, 0.0, 0.0, 0.0]])
    standing = Standing((0,), only_code, choice("best"), (Switch(0, 0, stop), Switch(1, 0, stop)))
    times = np.arange(3.0)
    on = [times >= 1.0, times >= 2.0]
    works, worth = standing.left(np.ones((3, 5)), on)
    assert works.tolist() == pytest.approx([0.8, 0.8 * 0.3, 0.8 * 0.09])
    assert worth.tolist() == works.tolist()


def test_the_best_of_several_products_counts() -> None:
    two = Standing((0, 1), np.array([[0.2, 0, 0, 0, 0], [0, 0, 0.6, 0, 0]]), choice("best"))
    works, worth = two.left(np.array([1.0, 1.0, 0.1, 1.0, 1.0]), ())
    assert (float(works), float(worth)) == (0.6, 0.2), "of each product the best; stakes by who is left"
