"""Futures of many replications as columns: what a block of them is drawn into, and compiled code reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.chance.future import Answer, Attempt, Dates, Future, RegimePath, Stratum

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FutureColumns:
    """R futures of one world; hours and hazards as in `Future`, all arrays C-contiguous.

    T theatres, A attempts in all rows, I instruments, M mitigations, V vendors in their scopes, C channels.
    """

    replication: NDArray[np.uint32]
    """(R,)"""
    stratum: NDArray[np.int8]
    """(R,)"""
    attempt: NDArray[np.uint32]
    """(R,) driver paths rejected before."""
    regime_from: Integers
    """(R, T + 1): the path of theatre t in row r is [r, t] to [r, t + 1] of the next two."""
    regime_time: Floats
    regime_state: Integers
    attempt_from: Integers
    """(R + 1,): the attempts of row r are r to r + 1 of the next four, in order of time."""
    attempt_time: Floats
    attempt_channel: Integers
    attempt_occurrence: Integers
    attempt_answer: Integers
    target_from: Integers
    """(A + 1,): what attempt a gave into hostile hands is a to a + 1 of the next two."""
    target_product: Integers
    target_path: Integers
    instruments: Floats
    """(R, I)"""
    notice_ends: Floats
    """(R, I)"""
    sanctions: Floats
    """(R,)"""
    mitigations: Floats
    """(R, M)"""
    vendor_from: Integers
    """(M + 1,): the vendors of mitigation m are m to m + 1 of the columns of `vendors`."""
    vendors: Floats
    """(R, V)"""
    hazards: Floats
    """(R, C)"""

    def __len__(self) -> int:
        return len(self.replication)

    @classmethod
    def of(cls, futures: Sequence[Future]) -> FutureColumns:
        """From objects. Raises ValueError for none, whose theatres and channels would be unknown."""
        if not futures:
            raise ValueError("columns need at least one future")
        rows, theatres = len(futures), len(futures[0].regimes)
        paths = [p for f in futures for p in f.regimes]
        attempts = [a for f in futures for a in f.attempts]
        dates = [f.dates for f in futures]
        return cls(
            replication=np.array([f.replication for f in futures], dtype=np.uint32),
            stratum=np.array([f.stratum for f in futures], dtype=np.int8),
            attempt=np.array([f.attempt for f in futures], dtype=np.uint32),
            regime_from=places(np.array([len(p.times_h) for p in paths], dtype=np.int64).reshape(rows, theatres)),
            regime_time=np.array([t for p in paths for t in p.times_h], dtype=np.float64),
            regime_state=np.array([s for p in paths for s in p.states], dtype=np.int64),
            attempt_from=offsets([len(f.attempts) for f in futures]),
            attempt_time=np.array([a.time_h for a in attempts], dtype=np.float64),
            attempt_channel=np.array([a.channel for a in attempts], dtype=np.int64),
            attempt_occurrence=np.array([a.occurrence for a in attempts], dtype=np.int64),
            attempt_answer=np.array([a.answer for a in attempts], dtype=np.int64),
            target_from=offsets([len(a.targets) for a in attempts]),
            target_product=np.array([p for a in attempts for p, _ in a.targets], dtype=np.int64),
            target_path=np.array([p for a in attempts for _, p in a.targets], dtype=np.int64),
            instruments=_table([d.instruments for d in dates]),
            notice_ends=_table([d.notice_ends for d in dates]),
            sanctions=np.array([d.sanctions for d in dates], dtype=np.float64),
            mitigations=_table([d.mitigations for d in dates]),
            vendor_from=offsets([len(v) for v in dates[0].vendors]),
            vendors=_table([[t for v in d.vendors for t in v] for d in dates]),
            hazards=np.array([f.hazards for f in futures], dtype=np.float64).reshape(rows, -1),
        )

    def row(self, i: int) -> Future:
        """One of them as an object."""
        bounds, vendors = self.regime_from[i].tolist(), self.vendors[i].tolist()
        scopes = self.vendor_from.tolist()
        return Future(
            replication=int(self.replication[i]),
            stratum=Stratum(int(self.stratum[i])),
            attempt=int(self.attempt[i]),
            regimes=tuple(
                RegimePath(tuple(self.regime_time[a:b].tolist()), tuple(self.regime_state[a:b].tolist()))
                for a, b in pairwise(bounds)
            ),
            attempts=tuple(self._attempt(a) for a in range(self.attempt_from[i], self.attempt_from[i + 1])),
            dates=Dates(
                instruments=tuple(self.instruments[i].tolist()),
                notice_ends=tuple(self.notice_ends[i].tolist()),
                sanctions=float(self.sanctions[i]),
                mitigations=tuple(self.mitigations[i].tolist()),
                vendors=tuple(tuple(vendors[a:b]) for a, b in pairwise(scopes)),
            ),
            hazards=tuple(self.hazards[i].tolist()),
        )

    def _attempt(self, a: int) -> Attempt:
        targets = slice(self.target_from[a], self.target_from[a + 1])
        given = zip(self.target_product[targets].tolist(), self.target_path[targets].tolist(), strict=True)
        return Attempt(
            time_h=float(self.attempt_time[a]),
            channel=int(self.attempt_channel[a]),
            occurrence=int(self.attempt_occurrence[a]),
            answer=Answer(int(self.attempt_answer[a])),
            targets=tuple(given),
        )

    def rows(self, order: Integers) -> FutureColumns:
        """Some of them, in this order."""
        ends = np.diff(self.regime_from, axis=1)[order]
        regimes = ranges(self.regime_from[order, 0], ends.sum(axis=1))
        tries = np.diff(self.attempt_from)[order]
        attempts = ranges(self.attempt_from[order], tries)
        given = np.diff(self.target_from)[attempts]
        targets = ranges(self.target_from[attempts], given)
        return FutureColumns(
            replication=self.replication[order],
            stratum=self.stratum[order],
            attempt=self.attempt[order],
            regime_from=places(ends),
            regime_time=self.regime_time[regimes],
            regime_state=self.regime_state[regimes],
            attempt_from=offsets(tries),
            attempt_time=self.attempt_time[attempts],
            attempt_channel=self.attempt_channel[attempts],
            attempt_occurrence=self.attempt_occurrence[attempts],
            attempt_answer=self.attempt_answer[attempts],
            target_from=offsets(given),
            target_product=self.target_product[targets],
            target_path=self.target_path[targets],
            instruments=self.instruments[order],
            notice_ends=self.notice_ends[order],
            sanctions=self.sanctions[order],
            mitigations=self.mitigations[order],
            vendor_from=self.vendor_from,
            vendors=self.vendors[order],
            hazards=self.hazards[order],
        )

    @classmethod
    def joined(cls, parts: Sequence[FutureColumns]) -> FutureColumns:
        """Futures of one world, one part after another."""
        if len(parts) == 1:
            return parts[0]

        def end_to_end(name: str) -> NDArray[Any]:
            return np.concatenate([getattr(part, name) for part in parts])

        columns = {name: end_to_end(name) for name in cls.__dataclass_fields__ if not name.endswith("_from")}
        return cls(
            **columns,
            regime_from=places(np.concatenate([np.diff(part.regime_from, axis=1) for part in parts])),
            attempt_from=offsets(np.concatenate([np.diff(part.attempt_from) for part in parts])),
            target_from=offsets(np.concatenate([np.diff(part.target_from) for part in parts])),
            vendor_from=parts[0].vendor_from,
        )


def offsets(counts: ArrayLike) -> Integers:
    """Where each of some runs of these lengths (N,) begins, and the end of the last (N + 1,)."""
    found = np.zeros(np.size(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=found[1:])
    return found


def places(counts: Integers) -> Integers:
    """Where runs of these lengths (R, W), laid row after row, begin in each row, and its end (R, W + 1)."""
    found = np.zeros((counts.shape[0], counts.shape[1] + 1), dtype=np.int64)
    found[:, 1:] = np.cumsum(counts).reshape(counts.shape)
    if counts.shape[1]:
        found[1:, 0] = found[:-1, -1]
    return found


def ranges(starts: Integers, counts: Integers) -> Integers:
    """Indices of runs of these lengths (N,) from these starts, one run after another."""
    bounds = offsets(counts)
    return np.arange(bounds[-1]) + np.repeat(starts - bounds[:-1], counts)


def _table(rows: Sequence[Sequence[float]]) -> Floats:
    return np.array(rows, dtype=np.float64).reshape(len(rows), -1)
