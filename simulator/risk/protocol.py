"""What a metric needs to know of a run: its labelled tables and a few facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import pandas as pd


class ResultTables(Protocol):
    """The tables of one run. Any object with these attributes will do.

    `replications` has a row per replication; `events`, `years` and `service` hold only rows with a loss or
    an outage, so that a replication without a row has zero. `strata` has one row per stratum with its
    probability, the standard error of that probability and its number of replications.

    A run too large to hold may have `parts` too: tables of consecutive replications, which together are all of it.
    Metrics then work through them one after the other. One with a place for what is `kept` (`simulator.risk.kept`) has
    its sampling design worked out only once.
    """

    @property
    def replications(self) -> pd.DataFrame: ...

    @property
    def events(self) -> pd.DataFrame: ...

    @property
    def years(self) -> pd.DataFrame: ...

    @property
    def service(self) -> pd.DataFrame: ...

    @property
    def strata(self) -> pd.DataFrame: ...

    @property
    def horizon_years(self) -> float: ...

    @property
    def customers(self) -> Mapping[str, float]: ...

    @property
    def people(self) -> Mapping[str, float]: ...

    @property
    def currency(self) -> str: ...

    @property
    def crude(self) -> bool: ...


@dataclass(frozen=True)
class SomeReplications:
    """Tables of some replications of a run, with the facts of the run."""

    replications: pd.DataFrame
    events: pd.DataFrame
    years: pd.DataFrame
    service: pd.DataFrame
    strata: pd.DataFrame
    horizon_years: float
    customers: Mapping[str, float]
    people: Mapping[str, float]
    currency: str
    crude: bool
