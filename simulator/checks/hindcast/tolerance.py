"""How far a forecast may be from what was seen, and still count as inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def quantiles(samples: Floats, levels: Sequence[float]) -> Floats:
    """Along the first axis, by the inverse of the distribution: always one of the samples. nan are left out."""
    found: Floats = np.nanquantile(samples, levels, axis=0, method="inverted_cdf")
    return found


def central(share: float) -> tuple[float, float]:
    """The levels between which the central `share` lies."""
    return (1.0 - share) / 2.0, (1.0 + share) / 2.0


@dataclass(frozen=True)
class Tolerance:
    """One kind of tolerance, in the unit of the quantity.

    "band": the predicted figure lies from `low` to `high`. "at_most", "at_least": it lies on that side of `high`,
    `low`. "central": the observation lies in the central `share` of the predictions.
    """

    kind: Literal["band", "at_most", "at_least", "central"]
    low: float = -np.inf
    high: float = np.inf
    share: float = 1.0

    def holds(self, predicted: float, observed: float, sample: Floats) -> bool:
        """Is the forecast inside? `predicted`: its median, or the chance where it is one; `sample` has no nan."""
        if self.kind == "central":
            low, high = quantiles(sample, central(self.share))
            return bool(low <= observed <= high)
        return self.low <= predicted <= self.high

    def mass(self, sample: Floats) -> float:
        """Share of the predictions that lie within it; nan where it is about the observation."""
        if self.kind == "central":
            return float("nan")
        return float(np.mean((sample >= self.low) & (sample <= self.high)))
