"""Probabilities and amounts in words.

The words for probabilities are those of the Professional Head of Intelligence Assessment (PHIA) probability
yardstick of the United Kingdom government. It leaves gaps between its ranges on purpose; a probability in a
gap is given the nearest range and says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import get_args

from simulator.rules.clock import HOURS_PER_DAY, HOURS_PER_YEAR
from simulator.scenario.words import Currency

YARDSTICK = "PHIA probability yardstick (UK Professional Head of Intelligence Assessment)"


@dataclass(frozen=True)
class Band:
    words: str
    low: float
    high: float


BANDS: tuple[Band, ...] = (
    Band("remote chance", 0.0, 0.05),
    Band("highly unlikely", 0.10, 0.20),
    Band("unlikely", 0.25, 0.35),
    Band("realistic possibility", 0.40, 0.50),
    Band("likely", 0.55, 0.75),
    Band("highly likely", 0.80, 0.90),
    Band("almost certain", 0.95, 1.0),
)


def nearest_band(p: float) -> tuple[Band, bool]:
    """The band of the yardstick nearest to p (the higher one at equal distance), and whether p lies in it.

    Exactly one half lies just outside "realistic possibility" (40 to under 50 %). Raises ValueError unless
    0 <= p <= 1.
    """
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"a probability is {p}; it must lie between 0 and 1")
    distances = [max(band.low - p, p - band.high, 0.0) for band in BANDS]
    least = min(distances)
    band = next(b for b, d in zip(reversed(BANDS), reversed(distances), strict=True) if d <= least + 1e-12)
    inside = least == 0.0 and p != 0.5
    return band, inside


def in_words(p: float) -> str:
    """The yardstick's words for p, for example "unlikely", or "unlikely (nearest band)" in a gap."""
    band, inside = nearest_band(p)
    return band.words if inside else f"{band.words} (nearest band)"


def one_in(p: float) -> str:
    """A probability as a frequency: "1 in 40", "3 in 10", "26 in 100". Raises ValueError unless 0 <= p <=
    1.
    """
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"a probability is {p}; it must lie between 0 and 1")
    if p == 0.0:
        return "none"
    if p == 1.0:
        return "always"
    if p <= 0.1:
        return f"1 in {two_digits(1.0 / p)}"
    nearest = round(1.0 / p)
    if nearest >= 2 and abs(nearest * p - 1.0) < 0.005:
        return f"1 in {nearest}"
    hundredths = round(100.0 * p)
    if hundredths == 100:
        return "more than 99 in 100"
    return f"{hundredths // 10} in 10" if hundredths % 10 == 0 else f"{hundredths} in 100"


def percent(p: float) -> str:
    """A probability in per cent with two significant digits; near one the complement has them."""
    if not math.isfinite(p):
        return "not known"
    if 0.99 <= p < 1.0:
        return f"{_plain(100.0 - _rounded(100.0 * (1.0 - p)), 12)} %"
    return f"{two_digits(100.0 * p)} %"


def two_digits(x: float) -> str:
    """A number with two significant digits: "0.012", "850", "12,000", "1.2 million"; "not known" for nan."""
    if not math.isfinite(x):
        return "not known"
    if x == 0.0:
        return "0"
    rounded = _rounded(x)
    size = abs(rounded)
    for floor, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if size >= floor:
            return f"{_plain(rounded / floor)} {word}"
    return _plain(rounded) if size >= 1e-6 else f"{rounded:.1e}"


def money(x: float, currency: str) -> str:
    """An amount with its currency: "EUR 1.2 million", "-EUR 300"."""
    if not math.isfinite(x):
        return "not known"
    sign = "-" if x < 0.0 else ""
    return f"{sign}{currency} {two_digits(abs(x))}"


def length_of_time(years: float) -> str:
    """A horizon: "5 years"; below one year "6 months" if that is exact, or else "30 days" or "36 hours"."""
    hours = years * HOURS_PER_YEAR
    months = round(12.0 * years)
    if years >= 1.0:
        number, unit = years, "year"
    elif months and math.isclose(12.0 * years, months, rel_tol=1e-9):
        number, unit = months, "month"
    elif hours >= 2.0 * HOURS_PER_DAY:
        number, unit = hours / HOURS_PER_DAY, "day"
    else:
        number, unit = hours, "hour"
    text = f"{number:,.4g}"
    return f"{text} {unit}" if text == "1" else f"{text} {unit}s"


def amount(x: float, unit: str) -> str:
    """A figure with its unit: "EUR 1.2 million" for a currency, "12,000 customer-hours" for another unit."""
    if unit in get_args(Currency):
        return money(x, unit)
    return f"{two_digits(x)} {unit}" if math.isfinite(x) else "not known"


def span(low: float, high: float, currency: str = "") -> str:
    """An interval in words: "0.9 million to 1.6 million"; an open side is said to be open."""
    write = (lambda x: money(x, currency)) if currency else two_digits
    if not math.isfinite(low) and not math.isfinite(high):
        return "not known"
    if not math.isfinite(high):
        return f"{write(low)} or more"
    if not math.isfinite(low):
        return f"{write(high)} or less"
    return f"{write(low)} to {write(high)}"


def _rounded(x: float) -> float:
    return float(f"{x:.1e}")


def _plain(x: float, digits: int = 2) -> str:
    """x with at most `digits` significant digits, thousands set apart, no exponent."""
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(x)))) if x else 0
    text = f"{x:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
