"""When a metric is as precise as was asked, and how many more replications that would take.

The error of an estimate is itself an estimate: a run that stops as soon as it looks small stops too often just when
it is too small. So an estimate is judged only from enough replications with a loss, and one of rare years only from
enough in the tail, and a quantile has to pass twice; with the numbers below, intervals of stopped runs cover as they
say (tests/proofs).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.risk.condition import OVER_PATHS
from simulator.risk.estimate import Estimate
from simulator.risk.metric import Metric
from simulator.risk.precision import more_replications, relative_error
from simulator.risk.protocol import ResultTables
from simulator.risk.summary import plain

ENOUGH_LOSSES = 100
ENOUGH_WITHOUT_LOSS = 20_000
"""Replications without any loss after which no precision is waited for."""
FEWEST_FOR_PRECISION = 2_000
"""A smaller run stops just when its rare large losses have not come yet: intervals then cover 82 to 87 %, not 95 %."""
ENOUGH_IN_TAIL = 100.0
"""Effective replications in the tail that a figure of rare years hangs on, below which it is not judged."""
CONFIRMED_BY = 1.25
"""A quantile is looked at again after that many times as many replications, and has to be as precise still: its error
is read from the gap between a few losses, and the first look that finds it small finds it too small too often."""
LADDER = (0.1, 0.05, 0.02, 0.01)
"""Relative standard errors for which the report says how many more replications they would take."""


@dataclass(frozen=True)
class Judged:
    """An estimate of a metric, and what it rests on."""

    metric: Metric
    estimate: Estimate
    in_tail: float
    """Effective replications in the tail it hangs on; infinite for a metric of all years."""

    @classmethod
    def of(cls, metric: Metric, tables: ResultTables, leading: str) -> Judged:
        return cls(metric, metric.estimate(tables, leading), metric.in_tail(tables, leading))

    @property
    def enough(self) -> bool:
        """May its error be trusted? One without error may, from however few losses."""
        losses = self.estimate.with_loss >= ENOUGH_LOSSES or self.estimate.se == 0.0
        return losses and self.in_tail >= ENOUGH_IN_TAIL

    @property
    def hopeless(self) -> bool:
        """Is it zero, as far as so many replications tell, or known from driver paths alone? Then no more replications
        bring it nearer to a relative precision.
        """
        zero = self.estimate.value == 0.0 and self.estimate.replications >= ENOUGH_WITHOUT_LOSS
        return zero or self.estimate.method == OVER_PATHS

    def reached(self, precision: float) -> bool:
        """Is its relative standard error as small as that, and to be trusted?"""
        return self.enough and relative_error(self.estimate) <= precision

    def more(self, precision: float) -> int | None:
        """Replications still missing for a relative standard error; None if nothing can be said."""
        missing = more_replications(self.estimate, relative_se=precision)
        if missing and self.estimate.method == OVER_PATHS:
            return None
        if missing is None or self.enough:
            return missing
        short = max(ENOUGH_LOSSES / self.estimate.with_loss, ENOUGH_IN_TAIL / self.in_tail)
        return max(missing, int(self.estimate.replications * (short - 1.0)) + 1)

    def report(self, precision: float | None) -> dict[str, Any]:
        """As in `metrics.json`."""
        return {
            "metric": self.metric.name,
            **plain(self.estimate.row()),
            "relative_se": plain({"": relative_error(self.estimate)})[""],
            "asked": precision,
            "reached": None if precision is None else self.reached(precision),
            "more_replications": {f"{rung:g}": self.more(rung) for rung in sorted({*LADDER, precision or 0.05})},
        }
