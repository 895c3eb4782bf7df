"""Draws of many driver paths at one key, vectorised."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.chance.elementary import exponential_time
from simulator.chance.keys import Purpose, salts
from simulator.chance.philox import uniforms
from simulator.rules.quantile import EXPONENTIAL, FIXED, PERT, UNIFORM, Law, pert_shapes

Floats = NDArray[np.float64]
Rows = NDArray[np.bool_] | NDArray[np.int64] | slice


@dataclass(frozen=True)
class Keyed:
    """Draws of R (replication, attempt) pairs."""

    seed: int
    replications: NDArray[np.int64]
    attempts: NDArray[np.int64]

    @cached_property
    def salt(self) -> NDArray[np.uint64]:
        """What the attempt makes of every entity's hash (R,)."""
        return salts(self.attempts)

    def uniform(self, purpose: Purpose, entity: ArrayLike, occurrence: ArrayLike) -> Floats:
        """A uniform (R,) for one entity and occurrence, or for those of each row (R,)."""
        return uniforms(self.seed, self.replications, purpose, np.asarray(entity, np.uint64) ^ self.salt, occurrence)

    def only(self, rows: Rows) -> Keyed:
        """The draws of some of the rows, or of rows again and again."""
        chosen = Keyed(self.seed, self.replications[rows], self.attempts[rows])
        chosen.__dict__["salt"] = self.salt[rows]
        return chosen


def quantiles(law: Law, u: Floats) -> Floats:
    """A law's quantiles at many uniforms, each by the same scalar arithmetic as in the event model."""
    if law.kind == FIXED:
        return np.full(u.shape, law.a)
    if law.kind == EXPONENTIAL:
        return law.a * exponential_time(u)
    if law.kind == UNIFORM:
        return law.a + (law.b - law.a) * u
    if law.kind == PERT:
        from scipy.special import betaincinv

        found: Floats = law.a + (law.c - law.a) * betaincinv(*pert_shapes(law.a, law.b, law.c), u)
        return found
    return np.array([law.quantile(x) for x in u.tolist()])
