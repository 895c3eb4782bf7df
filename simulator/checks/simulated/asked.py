"""Ways to ask the simulator, and to read what it says."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import chi2, norm

from simulator.batch.engines import SIMPY
from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.checks.figure import Figure
from simulator.decisions.compare import Comparison, compare
from simulator.risk.estimate import Estimate, stratified_mean
from simulator.scenario.combination import in_force
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer


def answer(
    name: str, *, replications: int, seed: int, with_mitigations: Sequence[str] = (), crude: bool = False
) -> Results:
    """A run of the scenario of that name under `scenarios/known`, by the event model, which defines what is right."""
    loaded = in_force(load(known_answer(name)), with_mitigations)
    return run(loaded, replications=replications, seed=seed, crude=crude, engine=SIMPY)


def comparison(
    name: str, mitigations: Sequence[str], *, replications: int, seed: int, crude: bool = False
) -> Comparison:
    """What each of these mitigations of that scenario changes, on the same futures."""
    loaded = load(known_answer(name))
    return compare(loaded, mitigations, replications=replications, seed=seed, crude=crude, engine=SIMPY, bans=False)


def mean(results: Results, values: pd.Series[float], *, probability: bool = False) -> Estimate:
    """Mean over replications of a figure by replication; those not listed have zero."""
    return stratified_mean(values, results, probability=probability)


def used(results: Results) -> pd.Series[float]:
    """1 for a replication in which something malicious succeeds, else 0."""
    own = results.replications.set_index("replication")
    return (own["successes"] > 0).astype(float)


def share_used(results: Results) -> Estimate:
    """Probability of a success, counted."""
    return mean(results, used(results), probability=True)


def from_row(row: Mapping[Hashable, Any]) -> Estimate:
    """The estimate in a row of one of the tables of `simulator.risk`."""
    return Estimate(row["value"], row["se"], row["low"], row["high"])


def fit(name: str, seen: ArrayLike, shares: ArrayLike) -> Figure:
    """A whole law at once: Pearson's chi-square of counts against exact shares, as the normal deviate of its p-value.

    It is standard normal for a right model, so the 3.29 standard errors of all other figures hold for it too.
    """
    counts, law = np.asarray(seen, dtype=float), np.asarray(shares, dtype=float)
    expected = law / law.sum() * counts.sum()
    statistic = ((counts - expected) ** 2 / expected).sum()
    return Figure(name, 0.0, float(norm.isf(chi2.sf(statistic, len(law) - 1))), se=1.0)
