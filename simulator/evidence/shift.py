"""How far data moved a belief, and when that is next to nothing."""

import math
from dataclasses import dataclass

from simulator.rules.quantile import Law

HARDLY = 0.2
"""Share of the width of the prior's 90 % range."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A law in four figures, in its own unit: mean, median, and the ends of its central 90 %."""

    mean: float
    median: float
    low: float
    high: float


def spread(law: Law) -> Spread:
    """Of a law."""
    return Spread(law.mean(), law.quantile(0.5), law.quantile(0.05), law.quantile(0.95))


def moved(prior: Spread, posterior: Spread) -> float:
    """How far the 5 %, 50 % or 95 % point moved at most, as a share of the prior's 90 % range; all as logarithms.

    So it does not matter in which unit a rate is. The prior needs 0 < low < high.
    """
    width = math.log(prior.high / prior.low)
    steps = ((prior.low, posterior.low), (prior.median, posterior.median), (prior.high, posterior.high))
    return max(abs(math.log(after / before)) for before, after in steps) / width


def hardly(prior: Spread, posterior: Spread) -> bool:
    """Did the data hardly move it? None of its three points moved by a fifth of the prior's 90 % range.

    The 95 % point is among them because that is what no event brings down first: none in 180 years of peace moves
    a prior of .0002 to .02 a year by 26 % of its range, none in 4 years of war one of .005 to .5 by less than 20 %.
    """
    return moved(prior, posterior) < HARDLY
