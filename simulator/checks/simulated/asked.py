"""Ways to ask the simulator, and to read what it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.risk.estimate import Estimate, stratified_mean
from simulator.scenario.combination import in_force
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer


def answer(
    name: str, *, replications: int, seed: int, with_mitigations: Sequence[str] = (), crude: bool = False
) -> Results:
    """A run of the scenario of that name under `scenarios/known`."""
    loaded = in_force(load(known_answer(name)), with_mitigations)
    return run(loaded, replications=replications, seed=seed, crude=crude)


def mean(results: Results, values: pd.Series[float], *, probability: bool = False) -> Estimate:
    """Mean over replications of a figure by replication; those not listed have zero."""
    return stratified_mean(values, results, probability=probability)


def totals(results: Results, columns: Iterable[str]) -> pd.Series[float]:
    """Sum of columns of the event loss table, by replication."""
    return results.events.groupby("replication")[list(columns)].sum().sum(axis=1)
