"""Arrays with one value per replication; where a run is too large to hold one, its parts one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

Rows = NDArray[np.integer[Any]]
"""Numbers of rows or strata, in as few bytes as hold them: there may be millions."""

PIECE = 2**18
"""Replications that are worked through at a time, so that what is in between takes little memory."""


class InParts:
    """One value per replication, worked out part by part every time it is gone through, and forgotten after."""

    def __init__(self, parts: Callable[[], Iterator[Floats]]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[Floats]:
        return self._parts()

    def min(self) -> float:
        return min(float(part.min()) for part in self)

    def max(self) -> float:
        return max(float(part.max()) for part in self)


Values = Floats | InParts
"""One value per replication, in the order of the replications table."""


def parts_of(values: Values) -> Iterator[Floats]:
    """The arrays that values are made of: one, for those in memory."""
    return iter(values) if isinstance(values, InParts) else iter((values,))


def combined(function: Callable[..., Floats], *values: Values) -> Values:
    """A function of values of the same replications, one by one."""
    held = [each for each in values if not isinstance(each, InParts)]
    if len(held) == len(values):
        return function(*held)
    return InParts(lambda: (function(*parts) for parts in zip(*map(parts_of, values), strict=True)))


def pieces(size: int) -> Iterator[slice]:
    """Slices of at most PIECE that cover an array, in order."""
    for start in range(0, size, PIECE):
        yield slice(start, min(start + PIECE, size))


def per_row(row: Rows, weight: Floats, count: int) -> Floats:
    """Sum of `weight` by row number, for rows 0 to count - 1."""
    return np.bincount(row, weights=weight, minlength=count).astype(np.float64, copy=False)
