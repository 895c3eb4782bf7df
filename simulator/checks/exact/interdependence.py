"""Linear models of inoperability between sectors (V12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.linalg import expm

from simulator.chance.regimes import Floats


def inoperability(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V12."""
    two, three = inputs["two_sector"], inputs["three_sector"]
    early_two, late_two = (_after(two, days) for days in two["t_days"])
    early_three, late_three = (_after(three, days) for days in three["t_days"])
    return {
        "two_q5": early_two,
        "two_q20": late_two,
        "two_cumulative_inoperability_days": _cumulated(two),
        "three_q5": early_three,
        "three_q30": late_three,
        "three_cumulative_days": _cumulated(three),
        "static_q": _static(inputs["static"]),
        "static_overflow_q": _static(inputs["static_overflow"]),
    }


def _after(part: Mapping[str, Any], days: float) -> Floats:
    """q(t) = exp(-K (I - A) t) q0, without a lasting cause."""
    q: Floats = expm(-_recovery(part) * days) @ np.asarray(part["q0"])
    return q


def _cumulated(part: Mapping[str, Any]) -> Floats:
    """The integral of q over all time, (I - A)^-1 K^-1 q0."""
    return np.asarray(np.linalg.solve(_recovery(part), part["q0"]), dtype=np.float64)


def _recovery(part: Mapping[str, Any]) -> Floats:
    coupling = np.asarray(part["A"])
    rates: Floats = np.diag(part["K_per_day"]) @ (np.eye(len(coupling)) - coupling)
    return rates


def _static(part: Mapping[str, Any]) -> Floats:
    """q = (I - A)^-1 c."""
    coupling = np.asarray(part["A"])
    return np.asarray(np.linalg.solve(np.eye(len(coupling)) - coupling, part["c"]), dtype=np.float64)
