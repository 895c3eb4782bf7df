"""A two-stratum model with exact answers, to check strata, quantiles and the coverage of intervals.

Horizon: five years. A compromise has probability P; it costs Exp(BIG) in one of the years. Apart from that,
each year has a small loss Exp(SMALL) with probability Q; in the `shared` variant either all years of a
replication have it, and of the same size, or none. The distribution of one year is the same in both.
"""

from __future__ import annotations

import math

import numpy as np

from tests.risk.made import Tables, annual, strata

YEARS = 5
P, BIG = 0.02, 100.0
Q, SMALL = 0.1, 10.0
HIT = P / YEARS
AAL = HIT * BIG + Q * SMALL


def _parts(x: float, power: int, hit: float = HIT, often: float = Q) -> float:
    """power 0: P(L > x) for x >= 0; power 1: E(L - x)+. Sums of two exponentials are hypoexponential."""

    def one(mean: float) -> float:
        return mean**power * math.exp(-x / mean)

    both = (BIG * one(BIG) - SMALL * one(SMALL)) / (BIG - SMALL)
    return (1 - hit) * often * one(SMALL) + hit * (1 - often) * one(BIG) + hit * often * both


def exceeding(x: float, **law: float) -> float:
    return _parts(x, 0, **law)


def value_at_risk(q: float, **law: float) -> float:
    low, high = 0.0, 5000.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if exceeding(middle, **law) > 1 - q else (low, middle)
    return high


def tail_value_at_risk(q: float, **law: float) -> float:
    level = value_at_risk(q, **law)
    return level + _parts(level, 1, **law) / (1 - q)


def simulated(
    rng: np.random.Generator, quiet: int, compromised: int, *, shared: bool = False, driver_paths: int = 0
) -> Tables:
    """A stratified run. With `driver_paths` the probability of a compromise is estimated from that many."""
    n = quiet + compromised
    loss = rng.exponential(SMALL, (n, YEARS)) * (rng.random((n, YEARS)) < Q)
    if shared:
        loss[:] = loss[:, :1]
    hit = np.arange(quiet, n)
    loss[hit, rng.integers(0, YEARS, compromised)] += rng.exponential(BIG, compromised)
    p, se = P, 0.0
    if driver_paths:
        p = rng.binomial(driver_paths, P) / driver_paths
        se = math.sqrt(p * (1 - p) / driver_paths)
    return annual(loss, strata([quiet, compromised], [1 - p, p], se))


ARM = {"hit": 0.6 * HIT, "often": 0.12}
"""Law of an arm that stops four compromises in ten and brings a few more small losses."""
WEAK_ARM = {"hit": 0.95 * HIT, "often": Q}
"""Law of an arm that stops one compromise in twenty and nothing else."""


def simulated_pair(
    rng: np.random.Generator, quiet: int, compromised: int, law: dict[str, float] = ARM
) -> tuple[Tables, Tables]:
    """Base and arm on the same futures: one mark for each candidate of a loss, one size whoever suffers it."""
    n = quiet + compromised
    size, mark = rng.exponential(SMALL, (n, YEARS)), rng.random((n, YEARS))
    base, arm = size * (mark < Q), size * (mark < law["often"])
    hit, year = np.arange(quiet, n), rng.integers(0, YEARS, compromised)
    big = rng.exponential(BIG, compromised)
    base[hit, year] += big
    arm[hit, year] += big * (rng.random(compromised) < law["hit"] / HIT)
    design = strata([quiet, compromised], [1 - P, P])
    return annual(base, design), annual(arm, design)


def simulated_crude(rng: np.random.Generator, n: int, *, shared: bool = False) -> Tables:
    compromised = int(rng.binomial(n, P))
    loss = simulated(rng, n - compromised, compromised, shared=shared)
    return annual(_matrix(loss, n))


def _matrix(tables: Tables, n: int) -> np.ndarray:
    loss = np.zeros((n, YEARS))
    loss[tables.years["replication"], tables.years["year"]] = tables.years["cost"]
    return loss
