"""A sample of a run too large to hold: every answer goes through its rows part by part and keeps none of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.risk.arrays import Booleans, Floats, InParts, Rows, per_row
from simulator.risk.protocol import ResultTables
from simulator.risk.sample import SLACK, RowsOf, Sample, SampleRows, weighted_sample
from simulator.risk.sampling import Moments, Sampling, SamplingInParts, numbers_of
from simulator.risk.shelf import Shelf

EVERY = 1_024
"""Rows of a part, by falling value, of which the outline of a sample keeps one."""


def sample_of(
    tables: ResultTables,
    design: Sampling | SamplingInParts,
    rows: RowsOf,
    *,
    zeros: bool = True,
    independent: bool = False,
) -> Sample:
    """The sample that `rows` makes of a run. `zeros` and `independent` as for `weighted_sample`."""
    if isinstance(design, Sampling):
        return weighted_sample(design, rows(tables, design), zeros=zeros, independent=independent)
    return SampleInParts(design, rows, zeros=zeros, independent=independent)


@dataclass(frozen=True)
class Part:
    """Rows of a part of the run, with what their masses need."""

    rows: SampleRows
    stratum: Rows
    """Row of the stratum of each replication of the part."""

    def per_replication(self, chosen: Booleans, weight: Floats) -> Floats:
        return per_row(self.rows.position[chosen], weight[chosen], self.stratum.size)


@dataclass(frozen=True)
class Outline:
    """Some levels of a sample, rising, with bounds of the mass at them and above."""

    level: Floats
    least: Floats
    most: Floats
    mass: float
    """Of all rows."""
    rows: int
    with_loss: int
    mass_of_largest: float

    def around(self, beyond: float) -> tuple[float, float]:
        """Levels between which (from the first on, below the second) the mass at a value and above passes `beyond`."""
        low = int(np.count_nonzero(self.least > beyond)) - 1
        above = np.flatnonzero(self.most <= beyond)
        return float(self.level[max(low, 0)]), float(self.level[above[0]]) if above.size else math.inf


class SampleInParts(Sample):
    """Rows that are made from the tables of each part when they are first needed, and put aside on the disk.

    A quantile is found exactly: the outline says between which levels it lies, and only the rows between them are
    then looked at one by one.
    """

    def __init__(self, design: SamplingInParts, rows: RowsOf, *, zeros: bool, independent: bool) -> None:
        self.design = design
        self.independent = independent
        self._rows = rows
        self._zeros = zeros
        self._shelf = Shelf()
        self._quantiles: dict[float, float] = {}
        self._moments: dict[tuple[float, bool], Moments] = {}

    @property
    def strata(self) -> SamplingInParts:
        return self.design

    @property
    def domain(self) -> InParts | None:
        if self._zeros:
            return None
        return self._by_replication(lambda part: part.per_replication(_all(part), part.rows.units))

    @property
    def count(self) -> int:
        return self.design.count if self._zeros else self.outline.rows

    @property
    def with_loss(self) -> int:
        return self.outline.with_loss

    @property
    def empty(self) -> bool:
        return not self.outline.rows

    @property
    def mass_of_rows(self) -> float:
        return self.outline.mass

    @property
    def mass_of_largest(self) -> float:
        return self.outline.mass_of_largest

    def quantile(self, beyond: float) -> float:
        if beyond not in self._quantiles:
            self._quantiles[beyond] = self._value_at(beyond * (1.0 + SLACK))
        return self._quantiles[beyond]

    def order_statistic(self, rank: int | None) -> float:
        if rank is None or rank < 1:
            return 0.0 if rank is not None and self._zeros else math.nan
        row = self.count - rank
        return self._value_at((row + 0.5) * self.mass_of_largest) if row < self.outline.rows else 0.0

    def share_above(self, level: float, or_equal: bool = False) -> float:
        if self._zeros:  # one pass less, and the moments are wanted too
            return self.moments_above(level, or_equal).mean
        return float(sum(np.sum(self._mass(part)[_above(part, level, or_equal)]) for part in self._parts()))

    def units_above(self, level: float, or_equal: bool = False) -> InParts:
        return self._by_replication(lambda part: part.per_replication(_above(part, level, or_equal), part.rows.units))

    def excess_over(self, level: float, scale: float = 1.0) -> InParts:
        return self._by_replication(
            lambda part: part.per_replication(_above(part, level), (part.rows.value - level) * part.rows.units / scale)
        )

    def tail(self, level: float, at_level: float) -> InParts:
        def of(part: Part) -> Floats:
            mass = self._mass(part) * np.where(part.rows.value == level, at_level, 1.0)
            return part.per_replication(_above(part, level, or_equal=True), mass)

        return self._by_replication(of)

    def moments_above(self, level: float, or_equal: bool = False) -> Moments:
        key = level, or_equal
        if key not in self._moments:
            self._moments[key] = super().moments_above(level, or_equal)
        return self._moments[key]

    @cached_property
    def outline(self) -> Outline:
        edges, masses, rows, with_loss = [], [], 0, 0
        first = (-math.inf, 0.0)
        for part in self._parts():
            order = np.argsort(-part.rows.value, kind="stable")
            if not order.size:
                continue
            mass = self._mass(part)[order]
            kept = np.append(np.arange(0, order.size - 1, EVERY), order.size - 1)
            edges.append(part.rows.value[order[kept]])
            masses.append(np.cumsum(mass)[kept])
            rows += order.size
            with_loss += int(np.count_nonzero(np.bincount(part.rows.position, minlength=1)))
            if edges[-1][0] > first[0]:
                first = (float(edges[-1][0]), float(mass[0]))
        level = np.unique(np.concatenate(edges)) if edges else np.empty(0)
        least, most = np.zeros(level.size), np.zeros(level.size)
        for edge, mass in zip(edges, masses, strict=True):
            reached = np.searchsorted(-edge, -level, side="right")
            least += np.concatenate(([0.0], mass))[reached]
            most += np.append(mass, mass[-1])[reached]
        total = float(sum(mass[-1] for mass in masses))
        return Outline(level, least, most, total, rows, with_loss, first[1])

    def _value_at(self, beyond: float) -> float:
        """Value of the first row, by falling value, with which the mass so far is above `beyond`."""
        if self.outline.mass <= beyond:
            return 0.0 if self._zeros or self.empty else float(self.outline.level[0])
        low, high = self.outline.around(beyond)
        above, values, masses = 0.0, [], []
        for part in self._parts():
            mass, value = self._mass(part), part.rows.value
            above += float(np.sum(mass[value >= high]))
            between = (value >= low) & (value < high)
            own, which = np.unique(value[between], return_inverse=True)
            values.append(own)
            masses.append(per_row(which, mass[between], own.size))
        value, mass = np.concatenate(values), np.concatenate(masses)
        order = np.argsort(-value, kind="stable")
        row = int(np.searchsorted(above + np.cumsum(mass[order]), beyond, side="right"))
        return float(value[order[min(row, order.size - 1)]])

    def _parts(self) -> Iterator[Part]:
        for number, tables in enumerate(self.design.parts):
            if number < len(self._shelf):
                position, value, unit, stratum = self._shelf.take(number)
                yield Part(SampleRows(position, value, unit), stratum)
                continue
            rows = self._rows(tables, numbers_of(tables))
            part = Part(rows.lost() if self._zeros else rows, self.design.stratum_of(tables))
            if number == len(self._shelf):
                with suppress(OSError):  # without room for them they are made again
                    self._shelf.put((part.rows.position, part.rows.value, np.asarray(part.rows.unit), part.stratum))
            yield part

    def _by_replication(self, of: Callable[[Part], Floats]) -> InParts:
        return InParts(lambda: map(of, self._parts()))

    def _mass(self, part: Part) -> Floats:
        return self.design.stratum_weight[part.stratum[part.rows.position]] * part.rows.units / self.total


def _all(part: Part) -> Booleans:
    return np.ones(part.rows.value.size, dtype=np.bool_)


def _above(part: Part, level: float, or_equal: bool = False) -> Booleans:
    return part.rows.value >= level if or_equal else part.rows.value > level
