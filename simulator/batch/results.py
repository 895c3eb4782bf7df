"""The results of a run: labelled tables and what they were made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from simulator.batch.goal import Judged
from simulator.batch.store import read_run
from simulator.batch.stored_parts import parts_of
from simulator.batch.stored_table import StoredTable
from simulator.risk import arrays
from simulator.risk.health import ailments
from simulator.risk.kept import Kept
from simulator.risk.metric import metric_named
from simulator.risk.protocol import ResultTables
from simulator.risk.summary import metrics


@dataclass(frozen=True)
class Results:
    """One run, in memory or read from its folder. Metrics of it are functions in `simulator.risk`."""

    replications: pd.DataFrame
    events: pd.DataFrame
    years: pd.DataFrame
    service: pd.DataFrame
    strata: pd.DataFrame
    reach: pd.DataFrame
    """Vendors by sector: share of the sector's customers whose operator runs one of its products."""
    manifest: Mapping[str, Any]

    @property
    def horizon_years(self) -> float:
        return float(self.manifest["horizon_years"])

    @property
    def customers(self) -> Mapping[str, float]:
        """Customers per sector."""
        return dict(self.manifest["customers"])

    @property
    def people(self) -> Mapping[str, float]:
        """People served per sector."""
        return dict(self.manifest["people"])

    @property
    def currency(self) -> str:
        return str(self.manifest["currency"])

    @property
    def measure(self) -> str:
        """The loss that leads the results."""
        return str(self.manifest["measure"])

    @property
    def crude(self) -> bool:
        return bool(self.manifest["plan"]["crude"])

    @property
    def partial(self) -> bool:
        """Was the run stopped before it was done?"""
        return bool(self.manifest["state"] != "complete")

    @property
    def conditional(self) -> bool:
        """Are the results conditional on given facts?"""
        return bool(self.manifest["conditional"])

    @property
    def large(self) -> bool:
        """Do its tables stay on the disk? They then give columns by name, and nothing else."""
        return isinstance(self.events, StoredTable)

    @cached_property
    def parts(self) -> Sequence[ResultTables]:
        """What it is worked through by where its tables are not even read whole; none for a smaller run."""
        return tuple(parts_of(self)) if self.large and len(self.replications) > arrays.PIECE else ()

    @cached_property
    def kept(self) -> Kept:
        """What metrics have worked out of its tables."""
        return Kept()

    @property
    def asked_precision(self) -> float | None:
        """Relative standard error that was asked for."""
        precision = self.manifest["asked"]["precision"]
        return None if precision is None else float(precision)

    @cached_property
    def judged(self) -> Judged:
        """The metric asked for, the average annual loss if none was."""
        metric = metric_named(self.manifest["asked"]["metric"] or "AAL")
        return Judged.of(metric, self, self.measure)

    @classmethod
    def read(cls, folder: str | Path) -> Results:
        """Read a run folder. Raises InputError if it is not one."""
        tables, manifest = read_run(Path(folder))
        return cls(**tables, manifest=manifest)


def figures(results: Results) -> dict[str, Any]:
    """All metrics with how the run ended and whether they are conditional on given facts, as in `metrics.json`."""
    return {
        "state": results.manifest["state"],
        "conditional": results.conditional,
        "unhealthy": ailments(results),
        "precision": results.judged.report(results.asked_precision),
        **metrics(results, results.measure),
    }
