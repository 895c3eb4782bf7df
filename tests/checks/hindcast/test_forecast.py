"""The predictive distribution: ignorance and chance apart, and the same bits for any number of workers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.checks.hindcast.card import Card
from simulator.checks.hindcast.forecast import forecasts
from simulator.checks.hindcast.reading import read_card
from simulator.scenario.errors import InputError
from tests.checks.hindcast.invented import CARD, POINT, entry, written
from tests.children import wait_for_the_end_of_children

CHANCE = CARD.replace(
    "repair: {kind: restart, time: 24 h}", "repair: {kind: restart, time: {exponential: {mean: 24 h}}}"
)
DOUBT = CHANCE.replace(
    "time: {exponential: {mean: 24 h}}",
    "time: {value: {exponential: {mean: 24 h}}, assumption: doubted, ignorance: {uniform: {low: 0.1, high: 5}}}",
)


def card_of(tmp_path: Path, text: str) -> Card:
    days = entry("half_restored_after", "1 d", "central: 0.5", naive="{value: 2 d, from: a guess}")
    return read_card(written(tmp_path, POINT, days, card=text))


def test_equal_to_the_last_bit_for_any_number_of_workers(tmp_path: Path) -> None:
    cards = [card_of(tmp_path, DOUBT), card_of(tmp_path, CHANCE)]
    seen: list[tuple[int, int]] = []
    alone = forecasts(cards, outer=7, inner=2, seed=5, progress=lambda done, all_: seen.append((done, all_)))
    together = forecasts(cards, outer=7, inner=2, seed=5, workers=2)
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one.sample, other.sample)
        assert np.array_equal(one.curves[0].sample, other.curves[0].sample)
    assert seen[-1] == (28, 28)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert not np.array_equal(forecasts(cards, outer=7, inner=2, seed=6)[0].sample, alone[0].sample)


def test_a_draw_more_changes_no_other(tmp_path: Path) -> None:
    card = card_of(tmp_path, DOUBT)
    few, many = forecasts([card], outer=3)[0], forecasts([card], outer=9)[0]
    assert np.array_equal(few.sample, many.sample[: few.futures])


def test_chance_differs_within_a_draw_and_ignorance_between_draws(tmp_path: Path) -> None:
    """The median of 200 times varies by a tenth by chance; ignorance of their law spreads it fifty-fold."""
    texts = [text.replace("count: 10", "count: 200") for text in (DOUBT, CHANCE)]
    doubt, chance = forecasts([card_of(tmp_path, text) for text in texts], outer=40, inner=2)
    halves = doubt.sample[:, 1].reshape(40, 2)
    assert (halves[:, 0] != halves[:, 1]).all()
    assert np.corrcoef(halves.T)[0, 1] > 0.8
    assert abs(np.corrcoef(chance.sample[:, 1].reshape(40, 2).T)[0, 1]) < 3.29 / np.sqrt(40)


def test_a_curve_rises_through_the_figure_asked_for(tmp_path: Path) -> None:
    found = forecasts([card_of(tmp_path, CHANCE)], outer=5)[0]
    (curve,) = found.curves
    assert curve.hours[0] == 0.0
    assert curve.hours[-1] > 25.0
    assert (np.diff(curve.sample, axis=1) >= 0.0).all()
    for row, share in zip(curve.sample, found.sample[:, 0], strict=True):
        before, after = np.searchsorted(curve.hours, 25.0) - 1, np.searchsorted(curve.hours, 25.0)
        assert row[before] <= share <= row[after]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"outer": 0}, "the number of outer draws is 0; allowed: 1 or more"),
        ({"inner": 0}, "the number of inner futures is 0; allowed: 1 or more"),
        ({"workers": 0}, "0 workers; allowed: 1 to 256"),
        ({"seed": -1}, "the seed is -1; allowed: a whole number"),
    ],
)
def test_numbers_that_will_not_do(asked: dict[str, int], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=sentence):
        forecasts([card_of(tmp_path, CARD)], **asked)  # type: ignore[arg-type]


def test_stopping_leaves_no_process_at_work(tmp_path: Path) -> None:
    """Also where it is stopped while it shows its progress, and not while it waits for a worker."""

    def stop(done: int, asked: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        forecasts([card_of(tmp_path, CHANCE)], outer=5_000, workers=2, progress=stop)
    wait_for_the_end_of_children()
