"""Draws of many driver paths at one key, vectorised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.chance.keys import Purpose, salted
from simulator.chance.philox import uniforms
from simulator.rules.quantile import Law

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Keyed:
    """Draws of R (replication, attempt) pairs."""

    seed: int
    replications: NDArray[np.int64]
    attempts: NDArray[np.int64]

    def uniform(self, purpose: Purpose, entity: int, occurrence: int) -> Floats:
        """A uniform (R,) for one entity."""
        return uniforms(self.seed, self.replications, purpose, salted(entity, self.attempts), occurrence)


def quantiles(law: Law, u: Floats) -> Floats:
    """A law's quantiles at many uniforms, each by the same scalar arithmetic as in the event model."""
    return np.array([law.quantile(x) for x in u.tolist()])
