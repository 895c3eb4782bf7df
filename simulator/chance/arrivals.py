"""Arrivals whose rate follows a theatre: a Poisson process in operational time (methods 1.1)."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from simulator.chance.keys import Draws, Purpose

_AT_ONCE = 256
"""Uniforms that cost little more than one when they are drawn together."""


class Tempo:
    """A piecewise-constant factor on [0, horizon]; its integral turns unit-rate times into hours."""

    def __init__(self, starts_h: Sequence[float], factors: Sequence[float], horizon_h: float) -> None:
        kept = [(s, f) for s, f in zip(starts_h, factors, strict=True) if s < horizon_h]
        self.edges = [s for s, _ in kept] + [horizon_h]
        self.factors = [f for _, f in kept]
        lengths = (f * (b - a) for f, a, b in zip(self.factors, self.edges[:-1], self.edges[1:], strict=True))
        self.operational = [0.0, *accumulate(lengths)]
        self.total = self.operational[-1]
        """Operational time of the whole horizon."""

    @classmethod
    def constant(cls, horizon_h: float) -> Tempo:
        """Factor 1 throughout."""
        return cls([0.0], [1.0], horizon_h)

    def hour(self, operational: float) -> float:
        """Hour at which `operational` is reached; inf beyond the horizon."""
        if operational > self.total:
            return math.inf
        k = max(bisect_left(self.operational, operational), 1)
        return self.edges[k - 1] + (operational - self.operational[k - 1]) / self.factors[k - 1]


def arrivals(
    draws: Draws, purpose: Purpose, entities: NDArray[np.uint64], rates: Sequence[float], tempo: Tempo
) -> list[tuple[float, int, int]]:
    """(hour, row, occurrence) of every arrival of every entity, in no particular order.

    Entity k has `rates[k]` arrivals per hour at factor 1. Each gap is one keyed exponential, so no entity's
    arrivals depend on another's. Work grows with arrivals, not with entities x time.
    """
    found: list[tuple[float, int, int]] = []
    rows = [k for k, rate in enumerate(rates) if rate > 0.0]
    reached = [0.0] * len(rows)
    occurrence = 0
    while rows:
        ahead = range(occurrence, occurrence + max(_AT_ONCE // len(rows), 1))
        gaps = draws.uniforms(purpose, entities[rows], np.arange(ahead.start, ahead.stop)[:, None]).tolist()
        going, times = [], []
        for k, now, own in zip(rows, reached, zip(*gaps, strict=True), strict=True):
            for n, u in zip(ahead, own, strict=True):
                now -= math.log1p(-u) / rates[k]
                hour = tempo.hour(now)
                if hour == math.inf:
                    break
                found.append((hour, k, n))
            else:
                going.append(k)
                times.append(now)
        rows, reached = going, times
        occurrence = ahead.stop
    return found
