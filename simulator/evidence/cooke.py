"""Cooke's classical model: experts weighted by how they did on questions whose answers are known (V26).

R. M. Cooke, Experts in Uncertainty, 1991. It needs ten such questions or more.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SHARES = (0.05, 0.45, 0.45, 0.05)
"""Of truths that should fall below the 5 % point, between it and the median, above that, and above the 95 % point."""
OVERSHOOT = 0.1
"""The intrinsic range reaches beyond all answers and the truth by this share of their range."""

Points = Sequence[float]
"""The 5 %, 50 % and 95 % points for one question, in rising order."""


@dataclass(frozen=True, slots=True)
class Score:
    """How an expert did: `calibration` 0 to 1, `information` 0 or more (higher: narrower ranges)."""

    calibration: float
    information: float


def places(answers: Sequence[Points], truths: Sequence[float]) -> tuple[int, int, int, int]:
    """How many truths fell into each of the four places that an expert's points make."""
    if len(answers) != len(truths):
        raise ValueError(f"{len(answers)} answers need as many truths, not {len(truths)}")
    counts = [0, 0, 0, 0]
    for points, truth in zip(answers, truths, strict=True):
        counts[sum(truth > point for point in _rising(points))] += 1
    return (counts[0], counts[1], counts[2], counts[3])


def surprise(counts: Sequence[int]) -> float:
    """2 N I(s | p): twice the number of questions times the relative entropy of what was observed to SHARES."""
    total = sum(counts)
    if len(counts) != len(SHARES) or min(counts) < 0 or total == 0:
        raise ValueError("calibration needs four counts of 0 or more, with at least one question")
    return 2.0 * math.fsum(k * math.log(k / total / p) for k, p in zip(counts, SHARES, strict=True) if k)


def calibration(counts: Sequence[int]) -> float:
    """P(a chi-square of three degrees exceeds the surprise): small for an expert whose ranges miss too often."""
    from scipy.special import chdtrc

    return float(chdtrc(len(SHARES) - 1, surprise(counts)))


def intrinsic_range(answers: Sequence[Points], truth: float) -> tuple[float, float]:
    """Of one question: from the lowest to the highest of all experts' points and the truth, and OVERSHOOT beyond."""
    said = [truth, *(point for points in answers for point in points)]
    low, high = min(said), max(said)
    beyond = OVERSHOOT * (high - low)
    return low - beyond, high + beyond


def information(points: Points, within: tuple[float, float]) -> float:
    """How much narrower than a uniform law on an intrinsic range: relative entropy of SHARES over the four places."""
    edges = (within[0], *_rising(points), within[1])
    widths = [high - low for low, high in pairwise(edges)]
    if min(widths) <= 0.0:
        raise ValueError(
            f"the points {', '.join(f'{p:g}' for p in points)} leave a place of no width within {within[0]:g} to "
            f"{within[1]:g}; allowed: points in rising order, none of them equal, inside the range"
        )
    whole = within[1] - within[0]
    return math.fsum(p * math.log(p * whole / width) for p, width in zip(SHARES, widths, strict=True))


def weights(scores: Sequence[Score], cutoff: float = 0.05) -> list[float]:
    """Calibration times information for experts whose calibration reaches the cutoff, as shares; 0 for the others.

    Raises ValueError where nobody reaches it, or nobody's answers say more than the intrinsic range.
    """
    raw = [score.calibration * score.information * (score.calibration >= cutoff) for score in scores]
    total = math.fsum(raw)
    if total <= 0.0:
        best = max((score.calibration for score in scores), default=0.0)
        raise ValueError(
            f"no expert gets a weight: the best calibration is {best:.2g} and the cutoff {cutoff:g}; "
            "allowed: a lower cutoff, or the pool of equal weights"
        )
    return [one / total for one in raw]


def _rising(points: Points) -> Points:
    if len(points) != len(SHARES) - 1 or list(points) != sorted(points):
        raise ValueError(f"an answer is three points in rising order, not {', '.join(f'{p:g}' for p in points)}")
    return points
