"""The rate of something seldom or never seen: what is believed of it after some events, or none, in an exposure.

The unit of time is that of the caller: a rate is per that unit, an exposure is in it (V20, V21).
"""

import math
from dataclasses import dataclass

from simulator.rules.quantile import Law


@dataclass(frozen=True, slots=True)
class Counted:
    """`events` that became known in an `exposure`, where a share `visible` of all events becomes known.

    Raises ValueError where the three cannot be.
    """

    events: int
    exposure: float
    visible: float = 1.0

    def __post_init__(self) -> None:
        _demand(self.events >= 0, f"a number of events is 0 or more, not {self.events}")
        _demand(0.0 <= self.exposure < math.inf, f"an exposure is 0 or more, not {self.exposure:g}")
        _demand(0.0 <= self.visible <= 1.0, f"the share of events that becomes known is 0 to 1, not {self.visible:g}")
        _demand(
            self.events == 0 or self.watched > 0.0,
            f"{self.events} events cannot have become known where no event would have: the exposure or the share "
            "visible is 0",
        )

    @property
    def watched(self) -> float:
        """The exposure in which every event would have become known: the share visible of it."""
        return self.visible * self.exposure


@dataclass(frozen=True, slots=True)
class GammaRate:
    """A belief about a rate with density in proportion to rate^(shape - 1) exp(-exposure x rate).

    `exposure` 0 gives no law of its own and only becomes one with data (an improper prior). Raises ValueError.
    """

    shape: float
    exposure: float = 0.0

    def __post_init__(self) -> None:
        _demand(0.0 < self.shape < math.inf, f"the shape of a rate's belief must be above 0, not {self.shape:g}")
        _demand(0.0 <= self.exposure < math.inf, f"an exposure is 0 or more, not {self.exposure:g}")

    @classmethod
    def jeffreys(cls) -> "GammaRate":
        """Jeffreys' prior of a Poisson rate: half an event in no time (NUREG/CR-6823)."""
        return cls(0.5)

    @classmethod
    def uniform(cls) -> "GammaRate":
        """Every rate alike: one event in no time. With no event seen its 95 % point is near three over the time."""
        return cls(1.0)

    @classmethod
    def constrained(cls, mean: float) -> "GammaRate":
        """The least that can be said with a given mean: half an event in half its inverse (NUREG/CR-6823)."""
        _demand(0.0 < mean < math.inf, f"the mean of a prior must be above 0, not {mean:g}")
        return cls(0.5, 0.5 / mean)

    @property
    def proper(self) -> bool:
        """Is it a law by itself?"""
        return self.exposure > 0.0

    def after(self, counted: Counted) -> "GammaRate":
        """The belief after the data: shape + events, exposure + what was watched."""
        return GammaRate(self.shape + counted.events, self.exposure + counted.watched)

    def law(self) -> Law:
        """Raises ValueError for a belief that is no law yet."""
        _demand(self.proper, "nothing bounds the rate: neither the prior nor the data hold any exposure")
        return Law.gamma(self.shape / self.exposure, self.shape)

    def p_at_least_one(self, window: float) -> float:
        """P(at least one event) in a further `window`, over all rates that may be true: 1 - (b / (b + window))^a."""
        _demand(self.proper, "nothing bounds the rate: neither the prior nor the data hold any exposure")
        return -math.expm1(-self.shape * math.log1p(window / self.exposure))

    def p_exceeded(self, share_above: float, window: float) -> float:
        """P(an event above a size) in a `window`, where a share of events is above it: one thins the other (V21)."""
        return self.p_at_least_one(window * share_above)


def _demand(holds: bool, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)
