"""What rounds are planned by, block by block: spreads of what is reported, and the losses a metric needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.batch.tables import Tables
from simulator.risk.arrays import Floats, per_row
from simulator.risk.loss import event_losses
from simulator.scenario.words import MALICIOUS_CAUSES, MEASURES

REPORTED = 3 * len(MEASURES)
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

    row_of_year = np.searchsorted(numbers, tables.years["replication"].to_numpy())
    hostile = np.flatnonzero(tables.events["cause"].isin(MALICIOUS_CAUSES))
    row_of_hostile = np.searchsorted(numbers, tables.events["replication"].to_numpy()[hostile])
    columns = []
    for measure in MEASURES:
        whole = per_row(row_of_year, tables.years[measure].to_numpy(), len(numbers))
        own = per_row(row_of_hostile, event_losses(tables.events, measure, hostile), len(numbers))
        columns += [whole, whole > 0.0, own]
    return np.column_stack(columns).astype(np.float64)
