"""What the event loss table of a run counts, by replication."""

from __future__ import annotations

import pandas as pd

from simulator.batch.results import Results


def caused_by(results: Results, cause: str) -> pd.DataFrame:
    """Rows of one kind of cause."""
    return results.events[results.events["cause"] == cause]


def count(rows: pd.DataFrame) -> pd.Series[float]:
    """Number of rows in each replication that has any."""
    return rows.groupby("replication").size().astype(float)


def total(rows: pd.DataFrame, *columns: str) -> pd.Series[float]:
    """Sum of columns in each replication that has any rows."""
    return rows.groupby("replication")[list(columns)].sum().sum(axis=1).astype(float)
