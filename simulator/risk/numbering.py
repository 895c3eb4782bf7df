"""Rows of replications by their number, so that tables of losses find theirs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from simulator.risk.arrays import Floats, Integers, Rows, per_row, pieces
from simulator.risk.kept import Kept

WIDEST_SPAN = 2**31
"""Largest range of replication numbers in one table; a lookup table of this size is the limit of memory."""


@dataclass(frozen=True)
class Numbering:
    """The replications of a table, in its order."""

    replication: Integers
    first: int
    """Smallest replication number."""
    row_of: Rows
    """Row of each number from `first` on; -1 for a number that the table does not have."""

    @property
    def count(self) -> int:
        return int(self.replication.size)

    def has(self, replication: int) -> bool:
        """Is there one of this number?"""
        offset = replication - self.first
        return 0 <= offset < self.row_of.size and bool(self.row_of[offset] >= 0)

    def rows_of(self, table: pd.DataFrame) -> Rows:
        """Row of the replication of each row of a table, worked out once. Raises ValueError as `position` does."""
        own = table["replication"]
        return self.kept.once(table, "rows", [own], lambda: self.position(own.to_numpy()))

    @cached_property
    def kept(self) -> Kept:
        """What has been worked out of tables with these replications."""
        return Kept()

    def position(self, replication: ArrayLike) -> Rows:
        """Row of each replication number. Raises ValueError for a number that the run does not have."""
        wanted = np.asarray(replication, dtype=np.int64)
        found = np.empty(wanted.size, dtype=self.row_of.dtype)
        for piece in pieces(wanted.size):
            offset = wanted[piece] - self.first
            inside = (offset >= 0) & (offset < self.row_of.size)
            found[piece] = self.row_of[np.where(inside, offset, 0)]
            known = inside & (found[piece] >= 0)
            if not known.all():
                raise ValueError(f"replication {wanted[piece][~known][0]} is not in the replications table of this run")
        return found

    def total(self, position: Rows, value: ArrayLike) -> Floats:
        """Sum of `value` per replication; replications without a row get zero."""
        numbers = np.asarray(value, dtype=np.float64)
        if numbers.size and not np.isfinite(numbers).all():
            raise ValueError("a value to be averaged is not a finite number")
        return per_row(position, numbers, self.count)


def numbering(number: Integers) -> Numbering:
    """Of these replication numbers. Raises ValueError for one that is there twice, and for too wide a range."""
    first, span = int(number.min()), int(number.max() - number.min()) + 1
    if span > WIDEST_SPAN:
        raise ValueError(f"replication numbers span {span:,}; at most {WIDEST_SPAN:,} is supported")
    row_of = np.full(span, -1, dtype=np.int32)
    for piece in pieces(number.size):
        rows = np.arange(piece.start, piece.stop)
        offset = number[piece] - first
        taken = row_of[offset] >= 0
        row_of[offset] = rows
        twice = taken | (row_of[offset] != rows)
        if twice.any():
            raise ValueError(f"replication {number[piece][twice][0]} is in the replications table twice")
    return Numbering(number, first, row_of)
