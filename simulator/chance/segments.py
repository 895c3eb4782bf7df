"""Piecewise-constant rates over many replications at once, and the times at which their integrals cross a level."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.chance import loops

Floats = NDArray[np.float64]


def edges_of(times: list[Floats], horizon_h: float) -> Floats:
    """Edges (R, S + 1) of a common grid: 0, every time inside the horizon, and the horizon.

    `times` are arrays (R, any). Rows with fewer times than others have empty segments at the horizon.
    """
    inner = np.concatenate(times, axis=1)
    inside = (inner > 0.0) & (inner < horizon_h)
    inner = np.where(inside, inner, horizon_h)
    inner.sort(axis=1)
    rows, most = len(inner), int(inside.sum(axis=1).max(initial=0))
    edges = np.full((rows, most + 2), horizon_h)
    edges[:, 0] = 0.0
    edges[:, 1:-1] = inner[:, :most]
    return edges


def states_at(starts: Floats, times: Floats, states: NDArray[np.integer]) -> NDArray[np.int64]:
    """State of each replication's path at starts that rise (R, S), from jump `times` and `states` (R, J)."""
    if "fill_states" in loops.compiled:
        found = np.empty(starts.shape, dtype=np.int64)
        loops.run("fill_states", starts, times, states, found)
        return found
    index = np.zeros(starts.shape, dtype=np.int64)
    for j in range(1, times.shape[1]):
        index += times[:, j, None] <= starts
    return np.take_along_axis(states, index, axis=1).astype(np.int64)


def integral(edges: Floats, rate: Floats, until: Floats | float = math.inf) -> Floats:
    """Integral (..., R) of rates (..., R, S) over the grid (R, S + 1), each up to a time (..., R) of its own.

    Added up in order of time: a pairwise sum would round differently on a grid with more empty segments at
    the end, and so depend on the other replications of the batch.
    """
    if "fill_integrals" in loops.compiled:
        found = np.empty(rate.shape[:-1])
        layers = rate.reshape(-1, *rate.shape[-2:])
        ends = np.broadcast_to(until, found.shape).reshape(layers.shape[:2])
        loops.run("fill_integrals", edges, layers, ends, found.reshape(ends.shape))
        return found
    ends = np.minimum(edges[:, 1:], np.asarray(until)[..., None])
    total: Floats = np.cumsum(rate * np.maximum(ends - edges[:, :-1], 0.0), axis=-1)[..., -1]
    return total


def crossing(edges: Floats, rate: Floats, since: Floats, level: Floats) -> Floats:
    """First time at which the integral of `rate` (R, S) from `since` (R,) reaches `level` (R,); inf if never."""
    if "fill_crossings" in loops.compiled:
        found = np.empty(len(edges))
        loops.run("fill_crossings", edges, rate, since, level, found)
        return found
    lower = np.maximum(edges[:, :-1], since[:, None])
    mass = rate * np.maximum(edges[:, 1:] - lower, 0.0)
    left = np.subtract.accumulate(np.concatenate([level[:, None], mass], axis=1), axis=1)
    reached = (mass >= left[:, :-1]) & (mass > 0.0)
    row, k = np.arange(len(edges)), reached.argmax(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        time = lower[row, k] + left[row, k] / rate[row, k]
    return np.where(reached[row, k], np.minimum(time, edges[row, k + 1]), np.inf)


def segment_at(edges: Floats, time: Floats) -> NDArray[np.int64]:
    """The segment of each replication's grid that a `time` (R,) lies in; the horizon lies in the last."""
    inner = edges[:, 1:-1]
    segment: NDArray[np.int64] = ((inner <= time[:, None]) & (inner < edges[:, -1:])).sum(axis=1)
    return segment


def rate_at(edges: Floats, rate: Floats, time: Floats) -> Floats:
    """Value of the rate (R, S) at each replication's `time` (R,), inside the grid."""
    value: Floats = rate[np.arange(len(edges)), segment_at(edges, time)]
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
