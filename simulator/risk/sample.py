"""Weighted, clustered samples: how much of a distribution lies above a level, and which level has so much above it.

A sample is a list of rows (value, replication, unit); a row's mass is its replication's weight times its
unit. The replication is the sampling unit: rows of one replication may depend on each other in any way.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.risk.arrays import Floats, Rows, Values, combined, parts_of, per_row
from simulator.risk.estimate import effective_sample_size
from simulator.risk.numbering import Numbering
from simulator.risk.protocol import ResultTables
from simulator.risk.sampling import Moments, Sampling, Strata

SLACK = 1e-9
"""Relative rounding of a sum of masses that does not move a quantile to the next value."""


@dataclass(frozen=True)
class SampleRows:
    """Rows of a sample in any order."""

    position: Rows
    """Row of each one's replication in the replications table."""
    value: Floats
    unit: float | Floats = 1.0

    def __post_init__(self) -> None:
        if not np.isfinite(self.value).all():
            raise ValueError("a value of the sample is not a finite number")

    @property
    def units(self) -> Floats:
        return np.broadcast_to(np.asarray(self.unit, dtype=np.float64), self.value.shape)

    def chosen(self, rows: Rows) -> SampleRows:
        unit = self.unit if np.ndim(self.unit) == 0 else self.units[rows]
        return SampleRows(self.position[rows], self.value[rows], unit)

    def lost(self) -> SampleRows:
        """Those above zero. Raises ValueError for a value that is negative."""
        if (self.value < 0.0).any():
            raise ValueError("a loss is negative")
        return self.chosen(np.flatnonzero(self.value))


RowsOf = Callable[[ResultTables, Numbering], SampleRows]
"""What makes the rows of a sample out of the tables of a run, or of a part of one."""


class Sample(ABC):
    """Rows with a mass.

    With `domain` None the rows are the part above zero of a distribution of total mass one, whose other rows
    are all zero and are not stored. Otherwise the rows are the whole domain (say, replications with an
    outage) and `domain` holds the units of each replication in it.
    """

    independent: bool
    """True if the rows (zeros included) are independent draws of one distribution, so that ranks apply."""

    @property
    @abstractmethod
    def strata(self) -> Strata:
        """The sampling design."""

    @property
    @abstractmethod
    def domain(self) -> Values | None: ...

    @property
    @abstractmethod
    def count(self) -> int:
        """Rows, with the zeros that are not stored (for independent rows)."""

    @property
    @abstractmethod
    def with_loss(self) -> int:
        """Replications with a row."""

    @property
    @abstractmethod
    def empty(self) -> bool:
        """Without any row?"""

    @property
    @abstractmethod
    def mass_of_rows(self) -> float:
        """Mass of all rows."""

    @property
    @abstractmethod
    def mass_of_largest(self) -> float:
        """Mass of the first row by falling value; zero without any."""

    @abstractmethod
    def quantile(self, beyond: float) -> float:
        """inf{x : P(X > x) <= beyond}."""

    @abstractmethod
    def order_statistic(self, rank: int | None) -> float:
        """X_(rank), ranks from 1 for the smallest; nan for a rank outside the sample."""

    @abstractmethod
    def share_above(self, level: float, or_equal: bool = False) -> float:
        """Mass above a level, or at it and above."""

    @abstractmethod
    def units_above(self, level: float, or_equal: bool = False) -> Values:
        """Per replication, units above a level, or at it and above."""

    @abstractmethod
    def excess_over(self, level: float, scale: float = 1.0) -> Values:
        """Per replication, the sum of (value - level)+ times unit over `scale`."""

    @abstractmethod
    def tail(self, level: float, at_level: float) -> Values:
        """Per replication, mass above a level and the share `at_level` of that at it."""

    @cached_property
    def total(self) -> float:
        """Mass of the domain before it is brought to one."""
        if self.domain is None:
            return 1.0
        return sum(float(np.sum(part)) for part in parts_of(combined(np.multiply, self.strata.weight, self.domain)))

    def moments_above(self, level: float, or_equal: bool = False) -> Moments:
        """Moments of the linearised share of mass above a level, or at it and above."""
        inside = self.units_above(level, or_equal)
        if self.domain is None:
            return self.strata.moments(inside)
        share = self.share_above(level, or_equal)
        return self.strata.moments(combined(lambda i, d: (i - share * d) / self.total, inside, self.domain))

    def effective_beyond(self, beyond: float) -> float:
        """Effective replications (Kish) that make up the upper tail of mass `beyond`."""
        level = self.quantile(beyond)
        above, at_least = self.share_above(level), self.share_above(level, or_equal=True)
        tied = at_least - above
        taken = min(max((beyond - above) / tied, 0.0), 1.0) if tied > 0.0 else 1.0
        return effective_sample_size(self.tail(level, taken))


@dataclass(frozen=True)
class WeightedSample(Sample):
    """A sample in memory, its rows sorted by falling value."""

    design: Sampling
    position: Rows
    value: Floats
    unit: Floats
    within: Floats | None
    """The domain."""
    independent: bool

    @property
    def strata(self) -> Sampling:
        return self.design

    @property
    def domain(self) -> Floats | None:
        return self.within

    @cached_property
    def mass(self) -> Floats:
        stratum = self.design.stratum[self.position]
        return self.design.stratum_weight[stratum] * self.unit / self.total

    @cached_property
    def cumulative(self) -> Floats:
        """Mass of the first 0, 1, 2, ... rows."""
        return np.concatenate(([0.0], np.cumsum(self.mass)))

    @cached_property
    def with_loss(self) -> int:
        return int(np.count_nonzero(np.bincount(self.position, minlength=1)))

    @property
    def count(self) -> int:
        return self.design.count if self.domain is None else int(self.value.size)

    @property
    def empty(self) -> bool:
        return not self.value.size

    @property
    def mass_of_rows(self) -> float:
        return float(self.cumulative[-1])

    @property
    def mass_of_largest(self) -> float:
        return 0.0 if self.empty else float(self.cumulative[1])

    def rows_above(self, level: float, or_equal: bool = False) -> int:
        below = np.searchsorted(self.value[::-1], level, side="left" if or_equal else "right")
        return int(self.value.size - below)

    def quantile(self, beyond: float) -> float:
        row = int(np.searchsorted(self.cumulative[1:], beyond * (1.0 + SLACK), side="right"))
        if row < self.value.size:
            return float(self.value[row])
        return 0.0 if self.domain is None or self.empty else float(self.value[-1])

    def order_statistic(self, rank: int | None) -> float:
        if rank is None or rank < 1:
            return 0.0 if rank is not None and self.domain is None else math.nan
        row = self.count - rank
        return float(self.value[row]) if row < self.value.size else 0.0

    def share_above(self, level: float, or_equal: bool = False) -> float:
        return float(self.cumulative[self.rows_above(level, or_equal)])

    def units_above(self, level: float, or_equal: bool = False) -> Floats:
        rows = self.rows_above(level, or_equal)
        return per_row(self.position[:rows], self.unit[:rows], self.design.count)

    def excess_over(self, level: float, scale: float = 1.0) -> Floats:
        rows = self.rows_above(level)
        over = (self.value[:rows] - level) * self.unit[:rows] / scale
        return per_row(self.position[:rows], over, self.design.count)

    def tail(self, level: float, at_level: float) -> Floats:
        above, at_least = self.rows_above(level), self.rows_above(level, or_equal=True)
        part = self.mass[:at_least].copy()
        part[above:] *= at_level
        return per_row(self.position[:at_least], part, self.design.count)


def weighted_sample(
    design: Sampling, rows: SampleRows, *, zeros: bool = True, independent: bool = False
) -> WeightedSample:
    """A sample from rows in any order.

    With `zeros` every mass that is not given is at zero, so values must not be negative and zeros are
    dropped; without, the rows are the whole domain. Raises ValueError for a value that is not finite.
    """
    kept = rows.lost() if zeros else rows
    kept = kept.chosen(np.argsort(-kept.value, kind="stable"))
    domain = None if zeros else per_row(kept.position, kept.units, design.count)
    return WeightedSample(design, kept.position, kept.value, kept.units, domain, independent)
