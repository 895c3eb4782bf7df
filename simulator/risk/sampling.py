"""Replications, strata and weights of a run: the sampling design behind every error in this folder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.risk.arrays import Floats, InParts, Integers, Rows, Values, per_row, pieces
from simulator.risk.kept import Kept
from simulator.risk.numbering import Numbering, numbering
from simulator.risk.protocol import ResultTables

NO_COMPROMISE = 0
COMPROMISE = 1
CRUDE = 2


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
class Strata(ABC):
    """Strata of a run, and the means and errors that follow from them."""

    code: Integers
    """Code of each stratum."""
    probability: Floats
    probability_se: Floats
    size: Integers
    """Replications of each stratum."""

    @property
    def count(self) -> int:
        return int(self.size.sum())

    @property
    def stratum_weight(self) -> Floats:
        """Weight of each replication of a stratum: probability of the stratum / its replications."""
        return self.probability / self.size

    @property
    def single(self) -> bool:
        """True if all replications are draws from one distribution (crude runs, or one stratum alone)."""
        return self.code.size == 1 and self.probability_se[0] == 0.0

    @property
    @abstractmethod
    def weight(self) -> Values:
        """Weight of each replication."""

    @abstractmethod
    def with_strata(self, value: Values) -> Iterator[tuple[Floats, Rows]]:
        """Values, one per replication, with the rows of their strata, piece by piece."""

    def moments(self, value: Values) -> Moments:
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

    def _not_zero(self, value: Values) -> Iterator[tuple[Floats, Rows]]:
        """Values that are not zero with their strata, piece by piece."""
        for piece, stratum in self.with_strata(value):
            rows = np.flatnonzero(piece)
            yield piece[rows], stratum[rows]

    def largest_contribution(self, value: Values) -> float:
        """Largest weight times value."""
        weights = self.stratum_weight
        return max(float((piece * weights[stratum]).max()) for piece, stratum in self.with_strata(value))

    def _variance_of_probabilities(self, means: Floats) -> float:
        """Two strata share one error: if one probability is too high by d, the other is too low by d."""
        se = float(self.probability_se.max())
        if se == 0.0:
            return 0.0
        return float(means[1] - means[0]) ** 2 * se**2


@dataclass(frozen=True)
class Sampling(Numbering, Strata):
    """The replications of a run in the order of the table, with the stratum of each, in memory."""

    stratum: Rows
    """Row of the stratum of each replication."""

    @property
    def weight(self) -> Floats:
        return self.stratum_weight[self.stratum]

    def with_strata(self, value: Values) -> Iterator[tuple[Floats, Rows]]:
        assert not isinstance(value, InParts)
        for piece in pieces(value.size):
            yield value[piece], self.stratum[piece]


@dataclass(frozen=True)
class SamplingInParts(Strata):
    """The strata of a run whose tables stay on the disk."""

    parts: Sequence[ResultTables]

    @property
    def weight(self) -> InParts:
        return InParts(lambda: (self.stratum_weight[stratum] for stratum in self.strata_of_parts()))

    def with_strata(self, value: Values) -> Iterator[tuple[Floats, Rows]]:
        assert isinstance(value, InParts)
        return zip(value, self.strata_of_parts(), strict=True)

    def strata_of_parts(self) -> Iterator[Rows]:
        """Row of the stratum of each replication, part by part."""
        return map(self.stratum_of, self.parts)

    def stratum_of(self, part: ResultTables) -> Rows:
        """Row of the stratum of each replication of a part."""
        return _stratum_rows(part, self.code)


def design_of(tables: ResultTables) -> Sampling | SamplingInParts:
    """The sampling design of a run in memory or in parts. Raises ValueError as `sampling` does."""
    parts = parts_of_run(tables)
    if not parts:
        return sampling(tables)
    kept: Kept = getattr(tables, "kept", None) or Kept()
    return kept.once(tables, "design in parts", [tables.strata], lambda: _in_parts(tables, parts))


def _in_parts(tables: ResultTables, parts: Sequence[ResultTables]) -> SamplingInParts:
    found = SamplingInParts(*_strata(tables.strata), parts=parts)
    _check(*_strata(tables.strata), found.strata_of_parts())
    return found


def parts_of_run(tables: ResultTables) -> Sequence[ResultTables]:
    """The parts of a run that is worked through part by part; none, if it is in memory."""
    return getattr(tables, "parts", ())


def per_replication(
    tables: ResultTables,
    design: Sampling | SamplingInParts,
    value: Callable[[ResultTables, Numbering], Floats],
) -> Values:
    """What `value` makes of the tables of a run, or of each of its parts: one number per replication there."""
    if isinstance(design, Sampling):
        return value(tables, design)
    return InParts(lambda: (value(part, numbers_of(part)) for part in design.parts))


def numbers_of(tables: ResultTables) -> Numbering:
    """The replications of a run or a part of one. Raises ValueError for one that is there twice."""
    return numbering(tables.replications["replication"].to_numpy(dtype=np.int64))


def sampling(tables: ResultTables) -> Sampling:
    """The sampling design of a run in memory.

    Raises ValueError if the strata table and the replications table disagree: a stratum without
    replications, a count that differs, a replication named twice, probabilities that do not add up to one,
    or estimated probabilities of other than two strata.
    """
    kept: Kept | None = getattr(tables, "kept", None)
    if kept is None:
        return _in_memory(tables)
    seen = [tables.replications[["replication", "stratum"]], tables.strata]
    return kept.once(tables, "design", seen, lambda: _in_memory(tables))


def _in_memory(tables: ResultTables) -> Sampling:
    code, probability, probability_se, size = _strata(tables.strata)
    stratum = _stratum_rows(tables, code)
    _check(code, probability, probability_se, size, (stratum[piece] for piece in pieces(stratum.size)))
    numbers = numbers_of(tables)
    return Sampling(
        code=code,
        probability=probability,
        probability_se=probability_se,
        size=size,
        replication=numbers.replication,
        first=numbers.first,
        row_of=numbers.row_of,
        stratum=stratum,
    )


def _strata(strata: pd.DataFrame) -> tuple[Integers, Floats, Floats, Integers]:
    """Code, probability, its standard error and replications of each stratum, by code."""
    code = strata["stratum"].to_numpy(dtype=np.int64)
    probability = strata["probability"].to_numpy(dtype=np.float64)
    probability_se = strata["probability_se"].to_numpy(dtype=np.float64)
    size = strata["replications"].to_numpy(dtype=np.int64)
    kept = np.flatnonzero((size > 0) | (probability > 0.0))
    order = kept[np.argsort(code[kept])]
    return code[order], probability[order], probability_se[order], size[order]


def _stratum_rows(tables: ResultTables, code: Integers) -> Rows:
    """Row of the stratum of each replication; -1 for one that there is not."""
    own = tables.replications["stratum"].to_numpy(dtype=np.int8)
    row_of = np.full(max(int(code.max(initial=0)), int(own.max(initial=0))) + 1, -1, dtype=np.int8)
    row_of[code] = np.arange(code.size)
    found: Rows = row_of[own]
    return found


def _check(
    code: Integers, probability: Floats, probability_se: Floats, size: Integers, stratum_rows: Iterator[Rows]
) -> None:
    if code.size == 0:
        raise ValueError("the run has no replications")
    if (size == 0).any():
        raise ValueError(f"stratum {code[size == 0][0]} has a probability above zero but no replications")
    counted = np.zeros(code.size, dtype=np.int64)
    for rows in stratum_rows:
        if (rows < 0).any():
            raise ValueError("a replication is in a stratum that the strata table does not have")
        counted += np.bincount(rows, minlength=code.size)
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


def replication_values(values: pd.Series[float], design: Sampling) -> Floats:
    """Values of a Series indexed by replication, one per replication of the run.

    Rows of the same replication are added up; a replication without a row has zero.
    """
    return design.total(design.position(values.index.to_numpy()), values.to_numpy(dtype=np.float64))


def column_by_replication(tables: ResultTables, name: str) -> Floats:
    """A column of the replications table, in its own order (which is that of `Sampling`); nan is kept."""
    return tables.replications[name].to_numpy(dtype=np.float64)
