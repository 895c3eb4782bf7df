"""Sums whose last digit hangs on nothing but their terms."""

from collections.abc import Iterable


def total(values: Iterable[float]) -> float:
    """The terms added up from left to right. The built-in `sum` rounds otherwise from Python 3.12 on."""
    reached = 0.0
    for value in values:
        reached += value
    return reached
