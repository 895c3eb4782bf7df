"""What rounds are planned by, block by block: spreads of what is reported, and the losses a metric needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.batch.tables import MEASURE_COLUMNS, Tables
from simulator.scenario.words import MALICIOUS_CAUSES

Floats = NDArray[np.float64]
REPORTED = 3 * len(MEASURE_COLUMNS)
"""Figures per replication: of every measure its total, having any, and the hostile part."""
KEPT = ["replication", "stratum", "successes"]
"""Columns of the replications table that metrics asked for need."""


@dataclass(frozen=True)
class Tally:
    """Number, mean and sum of squared deviations of the reported figures of some replications of one stratum."""

    count: int
    mean: Floats
    squares: Floats

    @classmethod
    def none(cls) -> Tally:
        return cls(0, np.zeros(REPORTED), np.zeros(REPORTED))

    @classmethod
    def of(cls, tables: Tables) -> Tally:
        """Of the replications of a block."""
        sample = _reported(tables)
        mean = sample.mean(axis=0)
        return cls(len(sample), mean, ((sample - mean) ** 2).sum(axis=0))

    def joined(self, other: Tally) -> Tally:
        """Both together (Chan, Golub and LeVeque 1983)."""
        if not self.count:
            return other
        count, step = self.count + other.count, other.mean - self.mean
        return Tally(
            count,
            self.mean + step * (other.count / count),
            self.squares + other.squares + step * step * (self.count * other.count / count),
        )

    @property
    def deviations(self) -> Floats:
        """Standard deviation of each figure; zero for a single replication."""
        return np.sqrt(self.squares / (self.count - 1)) if self.count > 1 else np.zeros(REPORTED)


@dataclass(frozen=True)
class Kept:
    """Of the tables of a block, the columns from which any metric of one measure can be told."""

    replications: pd.DataFrame
    years: pd.DataFrame

    @classmethod
    def of(cls, tables: Tables, measure: str) -> Kept:
        return cls(tables.replications[KEPT], tables.years[["replication", "year", measure, f"{measure}_max"]])

    @classmethod
    def joined(cls, blocks: Sequence[Kept]) -> Kept:
        """One after the other."""
        return cls(
            pd.concat([b.replications for b in blocks], ignore_index=True),
            pd.concat([b.years for b in blocks], ignore_index=True),
        )


def _reported(tables: Tables) -> Floats:
    """A row per replication of a block, in the order of its table; REPORTED columns."""
    numbers = tables.replications["replication"].to_numpy()
    events = tables.events
    row = np.searchsorted(numbers, events["replication"].to_numpy())
    hostile = events["cause"].isin(MALICIOUS_CAUSES).to_numpy()
    columns = []
    for parts in MEASURE_COLUMNS.values():
        loss = np.add.reduce([events[part].to_numpy() for part in parts])
        total = np.bincount(row, weights=loss, minlength=len(numbers))
        columns += [total, total > 0.0, np.bincount(row[hostile], weights=loss[hostile], minlength=len(numbers))]
    return np.column_stack(columns).astype(np.float64)
