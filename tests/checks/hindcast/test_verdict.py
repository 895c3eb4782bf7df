"""Bands, percentiles and scores, against figures known beforehand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from simulator.checks.hindcast.card import Naive, Observed, Status
from simulator.checks.hindcast.quantities import Ask
from simulator.checks.hindcast.tolerance import Tolerance
from simulator.checks.hindcast.verdict import Judged, crps, rank_interval, summary

WIDE = Tolerance("band", 0.2, 0.6)
HUNDREDTHS = np.arange(1, 101) / 100.0


def row(
    value: float,
    sample: object,
    tolerance: Tolerance = WIDE,
    status: Status = "held_out",
    quantity: str = "hit_share",
    naive: float = 0.0,
) -> Judged:
    ask = Ask(quantity, "release", at_h=24.0)
    one = Observed(ask, "seen", value, tolerance, status, "because", Naive(naive, "a guess"), "the source", "")
    return Judged(one, np.asarray(sample, dtype=float))


def test_bands_and_percentile_of_a_hundred_predictions() -> None:
    judged = row(0.3, np.random.default_rng(1).permutation(HUNDREDTHS))
    assert judged.predicted == 0.5
    assert judged.band(0.5) == (0.25, 0.75)
    assert judged.band(0.9) == (0.05, 0.95)
    assert judged.percentile == pytest.approx(0.295)
    assert judged.mass == pytest.approx(0.41)
    assert judged.covered(0.5)
    assert not row(0.2, HUNDREDTHS).covered(0.5)
    assert row(0.2, HUNDREDTHS).covered(0.9)


@pytest.mark.parametrize(
    ("tolerance", "inside"),
    [
        (Tolerance("band", 0.45, 0.6), True),
        (Tolerance("band", 0.51, 0.6), False),
        (Tolerance("at_most", high=0.5), True),
        (Tolerance("at_most", high=0.49), False),
        (Tolerance("at_least", low=0.5), True),
        (Tolerance("at_least", low=0.51), False),
        (Tolerance("central", share=0.8), True),
        (Tolerance("central", share=0.3), False),
    ],
)
def test_inside_is_about_the_median_and_central_about_the_observation(tolerance: Tolerance, inside: bool) -> None:
    assert row(0.3, HUNDREDTHS, tolerance).inside is inside


def test_the_median_lies_between_two_ranks() -> None:
    """Of a hundred, between the 40th and the 61st: tables of the sign test, such as Conover 1999, table A3."""
    assert rank_interval(100, 0.5) == (40, 61)
    assert row(0.3, HUNDREDTHS).interval == (0.4, 0.61)
    assert rank_interval(5, 0.5) == (0, 0)
    assert row(0.3, HUNDREDTHS[:5]).interval == (-math.inf, math.inf)
    twice = Judged(row(0.3, HUNDREDTHS).observed, np.repeat(HUNDREDTHS, 2), each=2)
    assert twice.interval == (0.4, 0.61)


def test_the_ranks_hold_the_median_as_often_as_they_say() -> None:
    """2,000 samples of 60: 95 to 97.3 % are meant; a standard error is 0.5 points."""
    low, high = rank_interval(60, 0.5)
    ranked = np.sort(np.random.default_rng(5).normal(size=(2000, 60)), axis=1)
    assert 0.945 < np.mean((ranked[:, low - 1] <= 0.0) & (ranked[:, high - 1] >= 0.0)) < 0.98


@pytest.mark.parametrize(
    ("tolerance", "unsure"),
    [
        (Tolerance("band", 0.35, 0.7), False),
        (Tolerance("band", 0.45, 0.7), True),
        (Tolerance("band", 0.51, 0.6), True),
        (Tolerance("at_most", high=0.45), True),
        (Tolerance("at_most", high=0.35), False),
        (Tolerance("at_most", high=0.65), False),
        (Tolerance("central", share=0.8), False),
        (Tolerance("central", share=0.4), True),
        (Tolerance("central", share=0.1), False),
    ],
)
def test_a_verdict_is_unsure_where_sampling_leaves_it_open(tolerance: Tolerance, unsure: bool) -> None:
    assert row(0.3, HUNDREDTHS, tolerance).unsure is unsure


def test_the_interval_of_a_chance() -> None:
    """Clopper & Pearson: 10 of 100 leave 4.9 to 17.6 %."""
    judged = row(0.0, [0.0] * 90 + [1.0] * 10, Tolerance("at_most", high=0.15), quantity="found_within")
    assert judged.interval == pytest.approx((0.0490, 0.1762), abs=1e-4)
    assert judged.unsure


def test_of_a_chance_the_share_of_futures_counts() -> None:
    judged = row(0.0, [0.0] * 90 + [1.0] * 10, Tolerance("at_most", high=0.15), quantity="found_within")
    assert judged.predicted == pytest.approx(0.1)
    assert judged.inside
    assert judged.crps == pytest.approx(0.01)  # the Brier score of a tenth for what did not happen


def test_the_score_of_a_normal_forecast() -> None:
    """Gneiting & Raftery 2007, eq. 21: sigma (z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi)); at z = 1: 0.6024."""
    sample = np.sort(np.random.default_rng(7).normal(5.0, 2.0, 200_000))
    assert crps(sample, 7.0) == pytest.approx(2.0 * 0.60244, rel=0.01)
    assert crps(sample, 5.0) == pytest.approx(2.0 * 0.23370, rel=0.01)


def test_the_score_of_one_figure_is_how_far_it_is_off() -> None:
    assert crps(np.array([3.0]), 7.5) == 4.5
    judged = row(0.5, [0.3] * 8, naive=0.1)
    assert judged.skill == pytest.approx(1.0 - 0.2 / 0.4)
    assert judged.better


def test_an_exact_naive_forecast_leaves_no_skill_and_cannot_be_beaten() -> None:
    judged = row(0.5, [0.3, 0.7], naive=0.5)
    assert math.isnan(judged.skill)
    assert not judged.better


def test_futures_without_a_figure_are_left_out_and_told() -> None:
    judged = row(0.5, [math.nan, 0.4, 0.6, math.nan])
    assert judged.defined == 0.5
    assert judged.predicted == 0.4
    nothing = row(0.5, [math.nan, math.nan])
    assert not nothing.inside
    assert math.isnan(nothing.predicted)
    assert math.isnan(nothing.skill)
    never = row(0.5, [0.4, math.inf])
    assert math.isnan(never.skill)
    assert not never.better


def test_only_what_is_held_out_counts() -> None:
    held = row(0.4, HUNDREDTHS, naive=0.0)
    outside = row(0.99, HUNDREDTHS, Tolerance("band", 0.98, 1.0), naive=0.99)
    others = [row(0.4, HUNDREDTHS, status=status) for status in ("fitted", "implied")]
    found = summary([held, outside, *others])
    assert (found.held_out, found.inside, found.better, found.unexplained) == (2, 1, 1, 1)
    assert found.unsure == sum(judged.unsure for judged in (held, outside))
    assert found.covered == [1, 1]
    assert found.mean_skill == pytest.approx(held.skill)
    told = replace(outside, observed=replace(outside.observed, fails_because="known"))
    assert summary([told]).unexplained == 0
    assert told.reason == "known"
    assert summary(others).held_out == 0
    assert math.isnan(summary(others).mean_skill)
