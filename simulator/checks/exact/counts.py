"""Counts of events whose rate follows the regime, or that excite each other (V03, V04)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.linalg import expm

from simulator.chance.regimes import Chain, Floats, survival
from simulator.checks.exact.chains import chain_of, hourly, regimes, stationary
from simulator.rules.clock import HOURS_PER_YEAR


def counts_by_regime(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V03."""
    three, two = inputs["three_state"], inputs["two_state"]
    chain, rates, horizon = regimes(three), hourly(three["rates_per_year"]), three["T"] * HOURS_PER_YEAR
    mean, variance = moments(chain, rates, horizon)
    settled_mean, settled_variance = moments(settled(chain), rates, horizon)
    pair = settled(chain_of(two["Q_per_year"], [1.0, 0.0]))
    pair_mean, pair_variance = moments(pair, hourly(two["rates_per_year"]), two["T"] * HOURS_PER_YEAR)
    return {
        "mean_from_peace": mean,
        "var_from_peace": variance,
        "p_zero_from_peace": survival(chain, rates, horizon),
        "mean_stationary": settled_mean,
        "var_stationary": settled_variance,
        "mean_two_state": pair_mean,
        "var_two_state": pair_variance,
        "fano_two_state": pair_variance / pair_mean,
    }


def settled(chain: Chain) -> Chain:
    """The chain that begins with its law of the long run."""
    return replace(chain, initial=stationary(chain))


def moments(chain: Chain, rates: Floats, horizon_h: float) -> tuple[float, float]:
    """Mean and variance of the count: derivatives, at z = 1, of p0 exp((Q + (z - 1) diag(rates)) t) 1."""
    n = len(rates)
    block = np.kron(np.eye(3), chain.generator) + np.kron(np.eye(3, k=1), np.diag(rates))
    grown = expm(block * horizon_h)
    mean = float((chain.initial @ grown[:n, n : 2 * n]).sum())
    pairs = 2.0 * float((chain.initial @ grown[:n, 2 * n :]).sum())
    return mean, pairs + mean - mean**2


def excited(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V04: a stationary Hawkes process with an exponential kernel.

    The variance is rate T + 2 int_0^T (T - u) c(u) du with the covariance density c(u) = c(0) exp(-decay u).
    """
    alpha, beta, horizon = inputs["alpha"], inputs["beta"], inputs["T"]
    branching = alpha / beta
    rate = inputs["mu"] / (1.0 - branching)
    decay = beta - alpha
    at_zero = rate * alpha * (2.0 * beta - alpha) / (2.0 * decay)
    weighted = horizon / decay + math.expm1(-decay * horizon) / decay**2
    return {
        "rate": rate,
        "branching_ratio": branching,
        "mean_count": rate * horizon,
        "var_count": rate * horizon + 2.0 * at_zero * weighted,
        "fano_infinity": 1.0 / (1.0 - branching) ** 2,
    }
