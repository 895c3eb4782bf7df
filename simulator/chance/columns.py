"""Futures of many replications as columns, as the kernel reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.chance.future import Future


@dataclass(frozen=True)
class FutureColumns:
    replication: np.ndarray
    stratum: np.ndarray
    attempt: np.ndarray
    regime_from: np.ndarray
    regime_time: np.ndarray
    regime_state: np.ndarray
    attempt_from: np.ndarray
    attempt_time: np.ndarray
    attempt_channel: np.ndarray
    attempt_occurrence: np.ndarray
    attempt_answer: np.ndarray
    target_from: np.ndarray
    target_product: np.ndarray
    target_path: np.ndarray
    instruments: np.ndarray
    notice_ends: np.ndarray
    sanctions: np.ndarray
    mitigations: np.ndarray
    vendor_from: np.ndarray
    vendors: np.ndarray
    hazards: np.ndarray

    @classmethod
    def of(cls, futures: Sequence[Future]) -> FutureColumns:
        i8 = lambda x: np.array(list(x), dtype=np.int64)
        f8 = lambda x: np.array(list(x), dtype=np.float64)
        off = lambda sizes: np.concatenate([[0], np.cumsum(i8(sizes))]).astype(np.int64)
        paths = [p for f in futures for p in f.regimes]
        T = len(futures[0].regimes)
        edges = off(len(p.times_h) for p in paths)
        R = len(futures)
        regime_from = np.zeros((R, T + 1), dtype=np.int64)
        for r in range(R):
            regime_from[r] = edges[r * T : r * T + T + 1]
        attempts = [a for f in futures for a in f.attempts]
        M = len(futures[0].dates.mitigations)
        return cls(
            np.array([f.replication for f in futures], dtype=np.uint32),
            np.array([int(f.stratum) for f in futures], dtype=np.int8),
            np.array([f.attempt for f in futures], dtype=np.uint32),
            regime_from,
            f8(t for p in paths for t in p.times_h),
            i8(s for p in paths for s in p.states),
            off(len(f.attempts) for f in futures),
            f8(a.time_h for a in attempts),
            i8(a.channel for a in attempts),
            i8(a.occurrence for a in attempts),
            i8(int(a.answer) for a in attempts),
            off(len(a.targets) for a in attempts),
            i8(p for a in attempts for p, _ in a.targets),
            i8(q for a in attempts for _, q in a.targets),
            f8(x for f in futures for x in f.dates.instruments).reshape(R, -1),
            f8(x for f in futures for x in f.dates.notice_ends).reshape(R, -1),
            f8(f.dates.sanctions for f in futures),
            f8(x for f in futures for x in f.dates.mitigations).reshape(R, -1),
            off(len(v) for v in futures[0].dates.vendors),
            f8(x for f in futures for v in f.dates.vendors for x in v).reshape(R, -1),
            f8(x for f in futures for x in f.hazards).reshape(R, -1),
        )

    def arrays(self):
        return {n: getattr(self, n) for n in self.__dataclass_fields__ if n not in ("vendor_from", "hazards")}

    def sizes(self):
        return {
            "rows": len(self.replication),
            "theatres": self.regime_from.shape[1] - 1,
            "kinds_of_instruments": self.instruments.shape[1],
            "kinds_of_mitigations": self.mitigations.shape[1],
            "dates_of_vendors": self.vendors.shape[1],
        }
