"""Exact laws of a year's loss in V17 and V19: value at risk and tail value at risk at any level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.optimize import brentq

from simulator.checks.case import all_cases
from simulator.checks.exact.bursts import downtime_stages
from simulator.checks.exact.detection import installs_before_detection
from simulator.checks.exact.whole import Downtime, scenario_b

MOST = 500
"""A year of V19 does not lose more: one vendor event costs 120 at most, and 380 nuisances do not happen."""


class TailsOfA:
    """V17 where a year has an event with probability `p_event`; customer-hours."""

    def __init__(self, p_event: float) -> None:
        inputs: Mapping[str, Any] = all_cases()["V17"].inputs
        installs, _ = installs_before_detection(
            inputs["orgs"], inputs["install_rate_per_h"], inputs["detection_rate_per_infected_per_h"]
        )
        stages = downtime_stages(inputs["orgs"], inputs["teams"], inputs["mean_restore_h"])
        self.p_event, self.customers = p_event, inputs["customers_per_org"]
        self.down = Downtime(installs[::-1], stages)

    def aal(self) -> float:
        return self.p_event * self.down.mean() * self.customers

    def var(self, q: float) -> float:
        top = 100.0 * self.down.mean()
        hours = brentq(lambda x: self.p_event * self.down.above(x) - (1.0 - q), 0.0, top, xtol=1e-9)
        return float(hours) * self.customers

    def tvar(self, q: float) -> float:
        hours = self.var(q) / self.customers
        return (hours + self.p_event * self.down.excess(hours) / (1.0 - q)) * self.customers


class TailsOfB:
    """V19 where a use succeeds with probability `success`; abstract units."""

    def __init__(self, success: float) -> None:
        inputs = dict(all_cases()["V19"].inputs) | {"levels": list(range(MOST)), "success_prob": success}
        self.figures = scenario_b(inputs)
        self.above = np.array(self.figures["AEP"])

    def aal(self) -> float:
        return float(self.figures["AAL"])

    def var(self, q: float) -> float:
        return float(np.argmax(self.above <= 1.0 - q))

    def tvar(self, q: float) -> float:
        """VaR + E(L - VaR)+ / (1 - q); the excess is the sum of the tail from there on."""
        x = int(self.var(q))
        return x + float(self.above[x:].sum()) / (1.0 - q)
