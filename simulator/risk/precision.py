"""How precise an estimate is, how many more replications it wants, and how to share them between strata."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from simulator.risk.estimate import Estimate
from simulator.risk.interval import ENOUGH_LOSSES, t_quantile


def relative_error(estimate: Estimate) -> float:
    """Standard error / |value|; nan for a value of zero."""
    return estimate.se / abs(estimate.value) if estimate.value else math.nan


def relative_half_width(estimate: Estimate) -> float:
    """Half the width of the interval / |value|; nan for a value of zero or an open interval."""
    return (estimate.high - estimate.low) / 2.0 / abs(estimate.value) if estimate.value else math.nan


def adjusted_gamma(gamma: float) -> float:
    """gamma / (1 + gamma): half width relative to the estimate that keeps the error relative to the truth
    below gamma (Law, Simulation Modeling and Analysis). Raises ValueError unless 0 < gamma < 1."""
    if not 0.0 < gamma < 1.0:
        raise ValueError(f"the relative half width is {gamma}; it must lie between 0 and 1")
    return gamma / (1.0 + gamma)


def precise_enough(estimate: Estimate, gamma: float) -> bool:
    """The stopping rule: half width <= gamma / (1 + gamma) of the value, and 100 replications with a loss."""
    return estimate.with_loss >= ENOUGH_LOSSES and relative_half_width(estimate) <= adjusted_gamma(gamma)


def more_replications(
    estimate: Estimate, *, gamma: float | None = None, relative_se: float | None = None
) -> int | None:
    """Replications still missing for a relative half width `gamma` or a relative standard error (give one).

    Assumes the present shares of the strata, and that the error falls with the root of the number (the part
    that comes from estimated probabilities of strata needs more driver paths instead). With `gamma` at least
    100 replications with a loss are asked for. None if no loss has been seen, so that nothing can be said.
    """
    if (gamma is None) == (relative_se is None):
        raise ValueError("give either gamma or relative_se")
    error = relative_error(estimate)
    if not math.isfinite(error) or estimate.with_loss == 0:
        return None
    n = estimate.replications
    if relative_se is not None:
        if relative_se <= 0.0:
            raise ValueError(f"the relative standard error is {relative_se}; it must be above 0")
        return max(0, math.ceil(n * (error / relative_se) ** 2 - n))
    if precise_enough(estimate, gamma or 0.0):
        return 0
    z = t_quantile(0.5 + estimate.confidence / 2.0, math.inf)
    wanted = n * max(
        (z * error / adjusted_gamma(gamma or 0.0)) ** 2,
        ENOUGH_LOSSES / estimate.with_loss,
    )
    return max(1, math.ceil(wanted - n))


def replications_for(cv: float, gamma: float, confidence: float = 0.95) -> int:
    """Independent replications for a relative half width gamma, given the coefficient of variation (V33)."""
    return math.ceil((t_quantile(0.5 + confidence / 2.0, math.inf) / gamma * cv) ** 2)


def replications_for_probability(p: float, gamma: float, confidence: float = 0.95) -> int:
    """Crude replications that estimate a probability p to a relative half width gamma (V33)."""
    return replications_for(math.sqrt((1.0 - p) / p), gamma, confidence)


def neyman(
    probabilities: Sequence[float], sds: Sequence[Sequence[float]], n: int, floor_share: float = 0.2
) -> list[int]:
    """Replications of each stratum, n in all.

    `sds` has a row per metric with the standard deviation of each stratum. Each metric's best shares are
    proportional to p * sd (Neyman); they are averaged over metrics, and each possible stratum gets at least
    `floor_share` (as far as n goes). A stratum of probability zero gets none; without any spread the
    possible strata share equally. Raises ValueError for shapes that do not match, deviations that are not
    finite and not negative, or floors that add up to more than one.
    """
    p = np.asarray(probabilities, dtype=np.float64)
    spread = np.asarray(sds, dtype=np.float64).reshape(-1, p.size)
    possible = p > 0.0
    if n < 0 or not possible.any() or (p < 0.0).any():
        raise ValueError("neyman needs n >= 0 and at least one stratum of positive probability")
    if not np.isfinite(spread).all() or (spread < 0.0).any():
        raise ValueError("a standard deviation of a stratum is negative or not a number")
    if not 0.0 <= floor_share * possible.sum() <= 1.0:
        raise ValueError(f"floors of {floor_share} for {possible.sum()} strata add up to more than one")
    needs = p * spread
    needs = needs[needs.sum(axis=1) > 0.0]
    best = (needs / needs.sum(axis=1, keepdims=True)).mean(axis=0) if len(needs) else possible / possible.sum()
    least = min(math.ceil(floor_share * n - 1e-9), n // int(possible.sum()))
    counts = np.where(possible, least, 0)
    # The rest goes, one share at a time, to where the count is furthest below its best share.
    short = np.maximum(best * n - counts, 0.0)
    rest = n - int(counts.sum())
    if rest and short.sum() > 0.0:
        exact = rest * short / short.sum()
        counts = counts + np.floor(exact).astype(np.int64)
        rest = n - int(counts.sum())
        order = np.argsort(-(exact - np.floor(exact)), kind="stable")
    else:
        order = np.argsort(-best, kind="stable")
    counts[order[:rest]] += 1
    return [int(c) for c in counts]
