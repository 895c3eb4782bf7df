"""What an interval says about an arm: whether it pays, and whether it makes the tail worse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.risk.estimate import Estimate
from simulator.risk.paired import paired_tail_value_at_risk, paired_value_at_risk
from simulator.risk.protocol import ResultTables
from simulator.risk.summary import unit_of
from simulator.risk.words import amount, two_digits

Verdict = Literal["pays", "does not pay", "unclear"]


def verdict_of(net: Estimate) -> Verdict:
    """pays: the whole interval of the net benefit is above zero; does not pay: below; otherwise unclear."""
    if net.low > 0.0:
        return "pays"
    return "does not pay" if net.high < 0.0 else "unclear"


@dataclass(frozen=True)
class TailChange:
    """What an arm does to a rare year: VaR and TVaR of the base less those of the arm, in `unit`."""

    measure: str
    level: float
    kind: str
    unit: str
    value_at_risk: Estimate
    tail_value_at_risk: Estimate
    worse: bool
    """True if the interval of one of the two lies below zero. With two looks at 95 % a harmless arm is called
    worse in at most 5 % of comparisons (2.5 % for each).
    """
    sentence: str
    """The warning, or "" if there is none to give."""


def worsens_tail(
    base: ResultTables,
    arm: ResultTables,
    measure: str,
    q: float = 0.99,
    kind: str = "AEP",
    *,
    name: str = "this arm",
    confidence: float = 0.95,
) -> TailChange:
    """Whether an arm makes the worst years worse: the 1-in-1/(1-q)-year loss, or the mean of what is beyond.

    `name` is the arm's in the sentence. An interval that cannot be given accuses nobody.
    """
    value = paired_value_at_risk(base, arm, measure, q, kind, confidence=confidence)
    tail = paired_tail_value_at_risk(base, arm, measure, q, kind, confidence=confidence)
    unit = unit_of(measure, base.currency)
    period = f"1-in-{two_digits(1.0 / (1.0 - q))}-year"
    parts = [
        f"{what} rises by {amount(-found.value, unit)} ({amount(-found.high, unit)} to {amount(-found.low, unit)})"
        for what, found in (
            (f"the {period} loss", value),
            (f"the mean loss beyond the {period} level", tail),
        )
        if found.high < 0.0
    ]
    sentence = f"WARNING: {name} makes the tail worse: {' and '.join(parts)}." if parts else ""
    return TailChange(measure, q, kind, unit, value, tail, bool(parts), sentence)
