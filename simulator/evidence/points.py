"""A law as weighted points, and weighted points as a law: how laws are updated and pooled by numbers."""

from collections.abc import Sequence
from itertools import pairwise

from simulator.rules import quantile
from simulator.rules.normal import normal_cdf
from simulator.rules.quantile import Law

FINE = 8001
"""Points of a smooth law, evenly spread over normal scores from -8 to 8."""
SPREAD = 8.0
KEPT = 1010
"""Equally likely points of a law made from weighted points; 5 % and 95 % fall in the middle of a point's slice."""


def fine_points(law: Law) -> tuple[list[float], list[float]]:
    """Ascending values of a law and their weights, which need not add to 1; its own where it has few."""
    if law.kind == quantile.FIXED:
        return [law.a], [1.0]
    if law.kind == quantile.EMPIRICAL:
        return list(law.points), [high - low for low, high in pairwise((0.0, *law.cumulative))]
    step = 2.0 * SPREAD / (FINE - 1)
    edges = [normal_cdf(-SPREAD + (number - 0.5) * step) for number in range((FINE + 1) // 2 + 1)]
    below = [high - low for low, high in pairwise(edges)]
    values = [law.quantile(normal_cdf(-SPREAD + number * step)) for number in range(FINE)]
    return values, below + below[-2::-1]


def law_of_points(values: Sequence[float], weights: Sequence[float]) -> Law:
    """The law of weighted points as KEPT equally likely ones, each the mean of its slice: the mean is kept exactly."""
    import numpy as np

    order = np.argsort(values, kind="stable")
    value, weight = np.asarray(values, float)[order], np.asarray(weights, float)[order]
    below = np.append(0.0, np.cumsum(weight))
    held = np.append(0.0, np.cumsum(weight * value))
    cuts = np.interp(np.linspace(0.0, below[-1], KEPT + 1), below, held)
    return Law.empirical((np.diff(cuts) * (KEPT / below[-1])).tolist())
