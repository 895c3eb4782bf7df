"""Metrics by name, as a person asks for one: its estimate, and what each replication does to it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

import numpy as np

from simulator.risk.arrays import Floats
from simulator.risk.condition import probability_of_compromise
from simulator.risk.estimate import Estimate
from simulator.risk.exceedance import losses_of_kind
from simulator.risk.loss import average_annual_loss, checked_measure, horizon_losses, probability_of_loss
from simulator.risk.protocol import ResultTables
from simulator.risk.quantile import upper_quantile
from simulator.risk.tail import tail_value_at_risk
from simulator.scenario.errors import InputError, listed, shown
from simulator.scenario.words import MEASURES

PLAIN = ("AAL", "P(loss)", "P(compromise)")
OF_RARE_YEARS = ("VaR", "TVaR", "AEP", "OEP")
RARE = re.compile(r"(var|tvar|aep|oep) 1[- ]in[- ]([0-9]+(?:\.[0-9]+)?)", re.IGNORECASE)
ALLOWED = (
    "AAL, VaR 1-in-N, TVaR 1-in-N, AEP 1-in-N, OEP 1-in-N (N in years, above 1), P(loss), P(compromise); "
    f'all but the last may be followed by "of" and a measure: {listed(MEASURES)}'
)


@dataclass(frozen=True)
class Metric:
    """One figure of a run. VaR and AEP of one return period are one figure under two names."""

    kind: str
    """One of PLAIN or OF_RARE_YEARS."""
    period: float = math.nan
    """Return period in years, for OF_RARE_YEARS."""
    measure: str | None = None
    """None: the measure that leads the results."""

    @property
    def name(self) -> str:
        """The name under which it is asked for."""
        rare = f" 1-in-{self.period:g}" if self.kind in OF_RARE_YEARS else ""
        return f"{self.kind}{rare}{f' of {self.measure}' if self.measure else ''}"

    @property
    def rare(self) -> bool:
        """Does it hang on a few years far out?"""
        return self.kind in OF_RARE_YEARS

    @property
    def quantile(self) -> bool:
        """Is it a loss that is passed so often, rather than a mean?"""
        return self.rare and self.kind != "TVaR"

    def measured(self, leading: str) -> Metric:
        """With its measure, where none was named."""
        return self if self.measure else replace(self, measure=leading)

    def estimate(self, tables: ResultTables, leading: str) -> Estimate:
        """Its estimate; nan where too few replications lie in the tail. `leading`: measure if none was named."""
        measure = self.measure or leading
        if self.kind == "AAL":
            return average_annual_loss(tables, measure)
        if self.kind == "P(loss)":
            return probability_of_loss(tables, measure)
        if self.kind == "P(compromise)":
            return probability_of_compromise(tables)
        if self.kind == "TVaR":
            return tail_value_at_risk(tables, measure, 1.0 - 1.0 / self.period)
        return upper_quantile(losses_of_kind(tables, measure, self._of_year).sample, 1.0 / self.period).estimate

    def in_tail(self, tables: ResultTables, leading: str) -> float:
        """Effective replications (Kish) that make up the tail a rare metric hangs on; infinite for others."""
        if not self.rare:
            return math.inf
        sample = losses_of_kind(tables, self.measure or leading, self._of_year).sample
        return sample.effective_beyond(1.0 / self.period)

    def influence(self, tables: ResultTables, leading: str) -> Floats:
        """What each replication of a run in memory adds, up to a constant factor and term, for allocation.

        The loss for a mean; whether its years exceed the present estimate for a quantile; by how much for TVaR.
        """
        measure = self.measure or leading
        if self.kind == "P(compromise)":
            return (tables.replications["successes"].to_numpy() > 0).astype(np.float64)
        if not self.rare:
            loss = horizon_losses(tables, measure)
            return loss if self.kind == "AAL" else (loss > 0.0).astype(np.float64)
        sample = losses_of_kind(tables, measure, self._of_year).in_memory
        level = sample.quantile(1.0 / self.period)
        return sample.excess_over(level, 1.0 / self.period) if self.kind == "TVaR" else sample.units_above(level)

    @property
    def _of_year(self) -> str:
        return "OEP" if self.kind == "OEP" else "AEP"


def metric_named(text: str) -> Metric:
    """The metric of that name, in capitals or not. Raises InputError naming those there are."""
    words, of, measure = " ".join(text.split()).partition(" of ")
    known = {name.lower(): name for name in PLAIN}
    rare = RARE.fullmatch(words)
    found = None
    if words.lower() in known:
        found = Metric(known[words.lower()])
    elif rare is not None and float(rare[2]) > 1.0:
        found = Metric({name.lower(): name for name in OF_RARE_YEARS}[rare[1].lower()], float(rare[2]))
    if found is None or (of and (found.kind == "P(compromise)" or measure not in MEASURES)):
        raise InputError(f"the metric is {shown(text)}; allowed: {ALLOWED}")
    return replace(found, measure=checked_measure(measure)) if of else found
