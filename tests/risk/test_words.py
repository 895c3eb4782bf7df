"""Probabilities and amounts in words."""

import math

import pytest

from simulator.risk.words import (
    BANDS,
    amount,
    in_words,
    length_of_time,
    money,
    nearest_band,
    one_in,
    percent,
    span,
    two_digits,
)
from simulator.scenario.quantity import parse


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("5 years", "5 years"),
        ("1 year", "1 year"),
        ("18 months", "1.5 years"),
        ("365 d", "365 days"),
        ("6 months", "6 months"),
        ("1 month", "1 month"),
        ("30 d", "30 days"),
        ("2 weeks", "14 days"),
        ("182 d", "182 days"),
        ("48 h", "2 days"),
        ("36 h", "36 hours"),
        ("1 d", "24 hours"),
        ("1 h", "1 hour"),
        ("30 min", "0.5 hours"),
    ],
)
def test_a_length_of_time_is_said_in_its_own_unit(written, words):
    assert length_of_time(parse(written, "time") / 8766) == words


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (0.0, "remote chance"),
        (0.05, "remote chance"),
        (0.07, "remote chance (nearest band)"),
        (0.075, "highly unlikely (nearest band)"),
        (0.08, "highly unlikely (nearest band)"),
        (0.10, "highly unlikely"),
        (0.20, "highly unlikely"),
        (0.21, "highly unlikely (nearest band)"),
        (0.30, "unlikely"),
        (0.37, "unlikely (nearest band)"),
        (0.40, "realistic possibility"),
        (0.4999, "realistic possibility"),
        (0.50, "realistic possibility (nearest band)"),
        (0.53, "likely (nearest band)"),
        (0.55, "likely"),
        (0.75, "likely"),
        (0.85, "highly likely"),
        (0.93, "almost certain (nearest band)"),
        (0.95, "almost certain"),
        (1.0, "almost certain"),
    ],
)
def test_the_yardstick(p: float, words: str) -> None:
    assert in_words(p) == words


def test_words_never_go_down_as_the_probability_goes_up() -> None:
    order = [band.words for band in BANDS]
    ranks = [order.index(nearest_band(i / 1000)[0].words) for i in range(1001)]
    assert ranks == sorted(ranks)
    assert set(ranks) == set(range(7))


@pytest.mark.parametrize("p", [-0.01, 1.01, math.nan])
def test_what_is_not_a_probability_is_refused(p: float) -> None:
    for function in (in_words, one_in):
        with pytest.raises(ValueError, match="must lie between 0 and 1"):
            function(p)


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (0.0, "none"),
        (8.3e-7, "1 in 1.2 million"),
        (0.0000821, "1 in 12,000"),
        (0.0234, "1 in 43"),
        (0.025, "1 in 40"),
        (0.1, "1 in 10"),
        (0.125, "1 in 8"),
        (0.15, "15 in 100"),
        (0.2, "1 in 5"),
        (0.26, "26 in 100"),
        (1 / 3, "1 in 3"),
        (0.4, "4 in 10"),
        (0.5, "1 in 2"),
        (0.7, "7 in 10"),
        (0.97, "97 in 100"),
        (0.999, "more than 99 in 100"),
        (1.0, "always"),
    ],
)
def test_frequencies(p: float, words: str) -> None:
    assert one_in(p) == words


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (0, "0"),
        (1_234_567, "1.2 million"),
        (999_999, "1 million"),
        (996_000, "1 million"),
        (12_345, "12,000"),
        (99.6, "100"),
        (42.4, "42"),
        (4.04, "4"),
        (0.0123, "0.012"),
        (0.00000012, "1.2e-07"),
        (-2.54e9, "-2.5 billion"),
        (3.1e13, "31 trillion"),
        (math.nan, "not known"),
        (math.inf, "not known"),
    ],
)
def test_two_digits(x: float, words: str) -> None:
    assert two_digits(x) == words


def test_money_spans_and_per_cent() -> None:
    assert money(1_234_567, "EUR") == "EUR 1.2 million"
    assert money(-300.2, "GBP") == "-GBP 300"
    assert money(math.nan, "EUR") == "not known"
    assert span(0.9e6, 1.61e6) == "900,000 to 1.6 million"
    assert span(711e6, 2e9, "GBP") == "GBP 710 million to GBP 2 billion"
    assert span(5.0, math.nan) == "5 or more"
    assert span(math.nan, 5.0) == "5 or less"
    assert span(math.nan, math.nan) == "not known"
    assert percent(0.1234) == "12 %"
    assert percent(0.00123) == "0.12 %"
    assert percent(0.99957) == "99.957 %"
    assert percent(0.999957) == "99.9957 %"
    assert percent(1.0) == "100 %"
    assert percent(0.0) == "0 %"


def test_an_amount_with_its_unit() -> None:
    assert amount(1_234_567.0, "EUR") == "EUR 1.2 million"
    assert amount(-300.0, "GBP") == "-GBP 300"
    assert amount(12_345.0, "customer-hours") == "12,000 customer-hours"
    assert amount(float("nan"), "EUR") == amount(float("nan"), "customer-hours") == "not known"
