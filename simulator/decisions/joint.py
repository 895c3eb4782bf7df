"""What mitigations buy together against the sum of what each buys alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.risk.arrays import Floats
from simulator.risk.estimate import Estimate
from simulator.risk.paired import apart, mean_of_differences
from simulator.risk.sampling import Sampling
from simulator.risk.words import amount, percent


@dataclass(frozen=True)
class JointBenefit:
    """Means over replications, all in `unit`."""

    joint: Estimate
    """Benefit of the arm with all of the mitigations."""
    sum_of_singles: Estimate
    """Sum of the benefits of the arms with one of them each."""
    difference: Estimate
    """Sum less joint: above zero where two of them do the same work."""
    unit: str
    sentence: str


def joint_benefit(
    joint: Floats, singles: Sequence[Floats], design: Sampling, *, unit: str, confidence: float = 0.95
) -> JointBenefit:
    """Joint benefit against the sum of the single ones, each given per replication in the order of `design`
    (as `economics.present_benefit` does), so that all arms meet the same futures.

    `unit` is a currency or a unit in words. Raises ValueError without a single benefit.
    """
    if not singles:
        raise ValueError("a joint benefit is compared with the single benefits of at least one mitigation")
    total = np.sum(singles, axis=0)
    together, added, difference = (
        mean_of_differences(value, design=design, confidence=confidence)
        for value in (joint, total, apart(total, joint))
    )
    sentence = _sentence(together, added, difference, unit)
    return JointBenefit(together, added, difference, unit, sentence)


def _sentence(joint: Estimate, added: Estimate, difference: Estimate, unit: str) -> str:
    sums = f"the sum of the single benefits ({amount(added.value, unit)})"
    both = f"the joint benefit ({amount(joint.value, unit)})"
    if difference.low == difference.high == 0.0:
        return f"In every simulated future {sums} is {both}."
    if difference.low > 0.0:
        said, least, most = "overstates", difference.low, difference.high
    elif difference.high < 0.0:
        said, least, most = "understates", -difference.high, -difference.low
    else:
        limits = f"{amount(difference.low, unit)} to {amount(difference.high, unit)}"
        return f"Whether {sums} overstates or understates {both} is unclear: sum less joint is {limits}."
    share = f", or {percent(abs(difference.value) / joint.value)} of it" if joint.value > 0.0 else ""
    by = f"{amount(abs(difference.value), unit)} ({amount(least, unit)} to {amount(most, unit)})"
    return f"{sums[0].upper()}{sums[1:]} {said} {both} by {by}{share}."
