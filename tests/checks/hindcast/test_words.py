"""Figures of hindcasts in words: one unit in a row, two digits of a forecast, minus signs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.checks.hindcast import words
from simulator.checks.hindcast.tolerance import Tolerance
from tests.checks.hindcast.test_verdict import row


def test_a_row_has_the_unit_of_what_was_seen() -> None:
    judged = row(36.0, np.full(80, 2.0), Tolerance("band", 24.0, 96.0), quantity="detected_after")
    assert words.figure(36.0, judged.observed.quantity, "USD") == "36 h"
    assert words.predicted(judged, "USD") == ["2 h", "half 2 h", "9 in 10 2 h"]
    assert words.tolerance(judged.observed, "USD") == "24 to 96 h"
    assert words.score(judged, "USD")[0] == "off by 34 h"
    late = row(36.0, np.full(80, 1234.0), quantity="detected_after")
    assert words.foretold(late.predicted, late.observed, "USD") == "1,200 h"


@pytest.mark.parametrize(
    ("hours", "beside", "said"),
    [
        (0.4, math.nan, "24 min"),
        (6264.0, math.nan, "261 d"),
        (0.0, math.nan, "0 h"),
        (2.0, 0.0, "2 h"),
        (math.inf, 36.0, "never"),
    ],
)
def test_lengths(hours: float, beside: float, said: str) -> None:
    assert words.length(hours, beside) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.534, "0.53"),
        (-0.001, "0.00"),
        (-0.12, "\N{MINUS SIGN}0.12"),
        (-0.999, "\N{MINUS SIGN}1"),
        (-33.3, "\N{MINUS SIGN}33"),
        (-1234.0, "\N{MINUS SIGN}1,200"),
        (math.nan, "none"),
    ],
)
def test_signs(value: float, said: str) -> None:
    assert words.signed(value) == said


def test_forecasts_have_two_digits_and_what_was_seen_has_its_own() -> None:
    judged = row(0.585, np.full(80, 0.5612))
    assert words.predicted(judged, "USD")[0] == "56 %"
    assert words.figure(0.585, judged.observed.quantity, "USD") == "58.5 %"
    assert words.score(row(0.0, np.full(80, 1.2)), "USD")[0] == "off by 120 points"
