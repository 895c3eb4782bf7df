"""Replications, strata and weights of a run: the sampling design behind every error in this folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from simulator.risk.protocol import ResultTables

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

Rows = NDArray[np.integer[Any]]
"""Numbers of rows or strata, in as few bytes as hold them: there may be ten million."""

NO_COMPROMISE = 0
COMPROMISE = 1
CRUDE = 2
PIECE = 2**20
"""Replications that are worked through at a time, so that what is in between takes little memory."""
WIDEST_SPAN = 2**31
"""Largest range of replication numbers in one run; a lookup table of this size is the limit of memory."""


@dataclass(frozen=True)
class Moments:
    """First three moments of a stratified mean, as seen in one sample of per-replication values."""

    mean: float
    variance: float
    """Variance of the estimated mean, estimated stratum probabilities included; nan if it cannot be
    estimated.
    """
    degrees_of_freedom: float
    """Satterthwaite's; infinite where nothing varies within a stratum."""
    skewness: float
    """Skewness of the estimated mean."""
    nonzero: Integers
    """Replications with a nonzero value, per stratum."""
    effective_nonzero: float
    """Replications with a nonzero value, each stratum counted by its share of the variance."""
    stratum_means: Floats
    stratum_variances: Floats
    """Variance between replications of each stratum (divisor n - 1)."""

    @property
    def se(self) -> float:
        return float(np.sqrt(self.variance))


@dataclass(frozen=True)
class Sampling:
    """The replications of a run in the order of the table, with the stratum of each."""

    replication: Integers
    first: int
    """Smallest replication number."""
    row_of: Rows
    """Row of each number from `first` on; -1 for a number that the run does not have."""
    code: Integers
    """Code of each stratum."""
    probability: Floats
    probability_se: Floats
    size: Integers
    """Replications of each stratum."""
    stratum: Rows
    """Row of the stratum of each replication."""

    @property
    def count(self) -> int:
        return int(self.replication.size)

    @property
    def weight(self) -> Floats:
        """Weight of each replication: probability of its stratum / replications of its stratum."""
        return self.stratum_weight[self.stratum]

    @property
    def stratum_weight(self) -> Floats:
        return self.probability / self.size

    @property
    def single(self) -> bool:
        """True if all replications are draws from one distribution (crude runs, or one stratum alone)."""
        return self.code.size == 1 and self.probability_se[0] == 0.0

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

    def moments(self, value: Floats) -> Moments:
        """Moments of the stratified mean of `value` (one per replication, in table order)."""
        k, n, p = self.code.size, self.size, self.probability
        # Rare losses are the rule: only what is not zero is touched, the zeros are added by their number.
        nonzero, sums = np.zeros(k, dtype=np.int64), np.zeros(k)
        for seen, stratum in self._not_zero(value):
            nonzero += np.bincount(stratum, minlength=k)
            sums += per_row(stratum, seen, k)
        means = sums / n
        squares, cubes = np.zeros(k), np.zeros(k)
        for seen, stratum in self._not_zero(value):
            deviation = seen - means[stratum]
            squared = deviation * deviation
            squares += per_row(stratum, squared, k)
            cubes += per_row(stratum, squared * deviation, k)
        squares = squares + (n - nonzero) * means**2
        cubes = cubes - (n - nonzero) * means**3
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = np.where(n > 1, squares / (n - 1), np.nan)
            part = np.where(p > 0.0, p * p * spread / n, 0.0)
            within = float(part.sum())
            freedom = float(np.sum(np.where(part > 0.0, part**2 / (n - 1), 0.0)))
            known = float(np.sum(np.where(part > 0.0, part**2 / np.maximum(nonzero, 1), 0.0)))
        variance = within + self._variance_of_probabilities(means)
        return Moments(
            mean=float(np.sum(p * means)),
            variance=variance,
            degrees_of_freedom=variance**2 / freedom if freedom > 0.0 else np.inf,
            skewness=float(np.sum(p**3 * cubes / n.astype(float) ** 3)) / variance**1.5 if variance > 0.0 else 0.0,
            nonzero=nonzero,
            # Rounded, so that a hundred equal losses count as a hundred.
            effective_nonzero=round(within**2 / known, 6) if known > 0.0 else float(nonzero[p > 0.0].sum()),
            stratum_means=means,
            stratum_variances=spread,
        )

    def _not_zero(self, value: Floats) -> Iterator[tuple[Floats, Rows]]:
        """Values that are not zero with their strata, piece by piece."""
        for piece in pieces(value.size):
            rows = np.flatnonzero(value[piece])
            yield value[piece][rows], self.stratum[piece][rows]

    def largest_contribution(self, value: Floats) -> float:
        """Largest weight times value."""
        weights = self.stratum_weight
        return max(float((value[p] * weights[self.stratum[p]]).max()) for p in pieces(value.size))

    def _variance_of_probabilities(self, means: Floats) -> float:
        """Two strata share one error: if one probability is too high by d, the other is too low by d."""
        se = float(self.probability_se.max())
        if se == 0.0:
            return 0.0
        return float(means[1] - means[0]) ** 2 * se**2


def sampling(tables: ResultTables) -> Sampling:
    """The sampling design of a run.

    Raises ValueError if the strata table and the replications table disagree: a stratum without
    replications, a count that differs, a replication named twice, probabilities that do not add up to one,
    or estimated probabilities of other than two strata.
    """
    strata = tables.strata
    code = strata["stratum"].to_numpy(dtype=np.int64)
    probability = strata["probability"].to_numpy(dtype=np.float64)
    probability_se = strata["probability_se"].to_numpy(dtype=np.float64)
    size = strata["replications"].to_numpy(dtype=np.int64)
    kept = (size > 0) | (probability > 0.0)
    code, probability, probability_se, size = (a[kept] for a in (code, probability, probability_se, size))
    order = np.argsort(code)
    code, probability, probability_se, size = (a[order] for a in (code, probability, probability_se, size))
    own = tables.replications["stratum"].to_numpy(dtype=np.int8)
    row_of = np.full(max(int(code.max(initial=0)), int(own.max(initial=0))) + 1, -1, dtype=np.int8)
    row_of[code] = np.arange(code.size)
    stratum = row_of[own]
    _check(code, probability, probability_se, size, stratum)
    number = tables.replications["replication"].to_numpy(dtype=np.int64)
    first, row_of_number = _lookup(number)
    return Sampling(
        replication=number,
        first=first,
        row_of=row_of_number,
        code=code,
        probability=probability,
        probability_se=probability_se,
        size=size,
        stratum=stratum,
    )


def _lookup(number: Integers) -> tuple[int, Rows]:
    """Smallest replication number and the row of each number from there on (-1: none)."""
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
    return first, row_of


def _check(
    code: Integers,
    probability: Floats,
    probability_se: Floats,
    size: Integers,
    stratum: Rows,
) -> None:
    if code.size == 0:
        raise ValueError("the run has no replications")
    if (size == 0).any():
        raise ValueError(f"stratum {code[size == 0][0]} has a probability above zero but no replications")
    if (stratum < 0).any():
        raise ValueError("a replication is in a stratum that the strata table does not have")
    counted = np.zeros(code.size, dtype=np.int64)
    for piece in pieces(stratum.size):
        counted += np.bincount(stratum[piece], minlength=code.size)
    if (counted != size).any():
        row = int(np.flatnonzero(counted != size)[0])
        raise ValueError(
            f"stratum {code[row]} has {counted[row]} replications in the replications table "
            f"but {size[row]} in the strata table"
        )
    if abs(probability.sum() - 1.0) > 1e-6:
        raise ValueError(f"the probabilities of the strata add up to {probability.sum():.6g}, not 1")
    if (probability_se > 0.0).any() and code.size != 2:
        raise ValueError("estimated probabilities of strata are supported for exactly two strata")


def pieces(size: int) -> Iterator[slice]:
    """Slices of at most PIECE that cover an array, in order."""
    for start in range(0, size, PIECE):
        yield slice(start, min(start + PIECE, size))


def per_row(row: Rows, weight: Floats, count: int) -> Floats:
    """Sum of `weight` by row number, for rows 0 to count - 1."""
    return np.bincount(row, weights=weight, minlength=count).astype(np.float64, copy=False)


def replication_values(values: pd.Series[float], design: Sampling) -> Floats:
    """Values of a Series indexed by replication, one per replication of the run.

    Rows of the same replication are added up; a replication without a row has zero.
    """
    return design.total(design.position(values.index.to_numpy()), values.to_numpy(dtype=np.float64))


def column_by_replication(tables: ResultTables, name: str) -> Floats:
    """A column of the replications table, in its own order (which is that of `Sampling`); nan is kept."""
    return tables.replications[name].to_numpy(dtype=np.float64)
