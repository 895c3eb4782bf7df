"""Markov chains in continuous time: their rates, and where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from simulator.rules.clock import HOURS_PER_YEAR

Floats = NDArray[np.float64]


def generator(states: Sequence[str], rates_per_year: Mapping[str, Mapping[str, float]]) -> Floats:
    """Rates per hour from row to column, each row adding to zero."""
    q = np.zeros((len(states), len(states)))
    for origin, row in rates_per_year.items():
        for goal, rate in row.items():
            q[states.index(origin), states.index(goal)] = rate / HOURS_PER_YEAR
    return q - np.diag(q.sum(axis=1))


def after(start: Floats, q: Floats, hours: float) -> Floats:
    """Weights of the states after so many hours; `q` may lose weight (killing, decay)."""
    found: Floats = start @ expm(q * hours)
    return found
