"""Whom a crowd picks, and how much of the time at least one of its nuisance events lasts (V59)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from scipy.integrate import quad

from simulator.rules.clock import HOURS_PER_YEAR


def capped_nuisance(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Shares in proportion to exp(weights); at each target a queue with servers enough, empty at first.

    It is busy at hour t with probability 1 - exp(-rho (1 - exp(-t / d))), and after the year, when nothing more comes,
    with the number left then thinned by exp(-s / d).
    """
    weight = {name: math.exp(log_weight) for name, log_weight in inputs["log_weights"].items()}
    events = {name: inputs["events_per_year"] * w / sum(weight.values()) for name, w in weight.items()}
    d = inputs["mean_duration_hours"]

    def busy_hours(number: float) -> float:
        rho = number / HOURS_PER_YEAR * d
        left = rho * -math.expm1(-HOURS_PER_YEAR / d)
        while_it_lasts, _ = quad(lambda t: -math.expm1(rho * math.expm1(-t / d)), 0.0, HOURS_PER_YEAR, limit=500)
        after_it, _ = quad(lambda s: -math.expm1(-left * math.exp(-s / d)), 0.0, 60.0 * d, limit=500)
        return float(while_it_lasts + after_it)

    lost = inputs["output_lost"] * inputs["size"]
    return {
        "events": events,
        "customer_hours": {name: lost * busy_hours(number) for name, number in events.items()},
    }
