"""What experts say, as laws, and several experts as one law (V25)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.evidence.points import fine_points, law_of_points
from simulator.rules.quantile import Z95, Law


@dataclass(frozen=True, slots=True)
class ThreePoints:
    """The 5 %, 50 % and 95 % points that an expert gives for a quantity above 0. Raises ValueError.

    Two of them fix a lognormal law. `mu` and `sigma` are those of the outer two; where the stated median is not the
    one they imply, `law` is split: one sigma below the median and another above it, through all three points.
    """

    q05: float
    q50: float
    q95: float

    def __post_init__(self) -> None:
        points = f"{self.q05:g}, {self.q50:g} and {self.q95:g}"
        if not 0.0 < self.q05 <= self.q50 <= self.q95 < math.inf:
            raise ValueError(f"the 5, 50 and 95 % points are {points}; allowed: above 0 and in rising order")
        if self.q05 == self.q95:
            raise ValueError(f"the 5, 50 and 95 % points are {points}; allowed: a range above nothing")

    @property
    def mu(self) -> float:
        """Mean of the logarithm, from the outer points."""
        return 0.5 * (math.log(self.q05) + math.log(self.q95))

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm, from the outer points."""
        return math.log(self.q95 / self.q05) / (2.0 * Z95)

    @property
    def implied_median(self) -> float:
        """The median of the lognormal law through the outer points."""
        return math.exp(self.mu)

    @property
    def gap(self) -> float:
        """The implied median over the stated one, less 1: 0 where the three agree."""
        return self.implied_median / self.q50 - 1.0

    def law(self) -> Law:
        """The law through all three points."""
        return Law.lognormal_quantiles(self.q05, self.q50, self.q95)


def linear_pool(laws: Sequence[Law], weights: Sequence[float] | None = None) -> Law:
    """Several laws as one: each holds with its weight (equal weights if none), as if one expert were drawn by lot.

    So disagreement stays in the pool, which may be wider than any of the laws. Of equal laws it is that law; else
    equally likely points, see `law_of_points`. Raises ValueError.
    """
    shares = [1.0] * len(laws) if weights is None else list(weights)
    if not laws or len(shares) != len(laws):
        raise ValueError(f"{len(laws)} experts need as many weights, and at least one; not {len(shares)}")
    if not all(0.0 <= share < math.inf for share in shares) or not any(shares):
        raise ValueError("the weights of experts are 0 or more, and one of them above 0")
    heard = [(law, share) for law, share in zip(laws, shares, strict=True) if share > 0.0]
    if len({law for law, _ in heard}) == 1:
        return heard[0][0]
    values: list[float] = []
    chances: list[float] = []
    for law, share in heard:
        points, masses = fine_points(law)
        total = math.fsum(masses)
        values += points
        chances += [share * mass / total for mass in masses]
    return law_of_points(values, chances)
