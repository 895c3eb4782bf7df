"""Piecewise-constant rates over many replications at once, and the times at which their integrals cross a level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def edges_of(times: list[Floats], horizon_h: float) -> Floats:
    """Edges (R, S + 1) of a common grid: 0, every time inside the horizon, and the horizon.

    `times` are arrays (R, any); times outside (0, horizon) collapse onto the horizon as empty segments.
    """
    rows = times[0].shape[0]
    merged = np.concatenate([np.zeros((rows, 1)), *times, np.full((rows, 1), horizon_h)], axis=1)
    merged = np.where((merged < 0.0) | (merged > horizon_h) | np.isnan(merged), horizon_h, merged)
    merged.sort(axis=1)
    return merged


def states_at(starts: Floats, times: Floats, states: NDArray[np.integer]) -> NDArray[np.int64]:
    """State of each replication's path at each start: (R, S) from jump `times` and `states` (R, J)."""
    index = np.zeros(starts.shape, dtype=np.int64)
    for j in range(1, times.shape[1]):
        index += times[:, j, None] <= starts
    return np.take_along_axis(states, index, axis=1).astype(np.int64)


def integral(edges: Floats, rate: Floats) -> Floats:
    """Integral of each replication's rate over its whole grid: (R,).

    Added up in order of time: a pairwise sum would round differently on a grid with more empty segments at
    the end, and so depend on the other replications of the batch.
    """
    total: Floats = np.cumsum(rate * np.diff(edges, axis=1), axis=1)[:, -1]
    return total


def crossing(edges: Floats, rate: Floats, since: Floats, level: Floats) -> Floats:
    """First time at which the integral of `rate` (R, S) from `since` (R,) reaches `level` (R,); inf if never."""
    lower = np.maximum(edges[:, :-1], since[:, None])
    mass = rate * np.maximum(edges[:, 1:] - lower, 0.0)
    total = np.cumsum(mass, axis=1)
    reached = total >= level[:, None]
    hit = reached.any(axis=1) & (level > 0.0)
    k = np.where(hit, reached.argmax(axis=1), 0)[:, None]
    before = np.take_along_axis(total - mass, k, axis=1)[:, 0]
    r = np.take_along_axis(rate, k, axis=1)[:, 0]
    start = np.take_along_axis(lower, k, axis=1)[:, 0]
    end = np.take_along_axis(edges, k + 1, axis=1)[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        time = start + (level - before) / r
    return np.where(hit, np.minimum(time, end), np.inf)


def rate_at(edges: Floats, rate: Floats, time: Floats) -> Floats:
    """Value of the rate (R, S) at each replication's `time` (R,), inside the grid."""
    k = (edges[:, 1:-1] <= time[:, None]).sum(axis=1)[:, None]
    value: Floats = np.take_along_axis(rate, k, axis=1)[:, 0]
    return value


class Refinement:
    """A fine grid (R, S + 1) inside a coarse one (R, T + 1), every edge of which it has."""

    def __init__(self, coarse: Floats, fine: Floats) -> None:
        first = (fine[:, None, :-1] < coarse[:, :-1, None]).sum(axis=-1)  # fine segment at which each coarse one starts
        rows = np.arange(len(fine))[:, None] * (fine.shape[1] - 1)
        self.starts = (np.minimum(first, fine.shape[1] - 2) + rows).ravel()
        self.empty = fine[:, 1:] <= fine[:, :-1]
        self.shape = first.shape

    def largest(self, rate: Floats) -> Floats:
        """The largest rate (R, S) inside each coarse segment (R, T)."""
        found: Floats = np.maximum.reduceat(np.where(self.empty, 0.0, rate).ravel(), self.starts)
        return found.reshape(self.shape)
