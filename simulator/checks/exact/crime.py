"""Ordinary crime and the price of a gap in protection (V46)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.chance.regimes import time_spent
from simulator.checks.exact.occupancy import after, generator
from simulator.rules.clock import HOURS_PER_YEAR


def stale_definitions(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Intrusions follow the regime and, once updates stop, the worth left of a product that halves again and again.

    The worth left at age a is w 2^(-a/h): an exponential killing of the chain of regimes, so that both parts of
    (1 - w 2^(-a/h)) / (1 - w) are integrals of a matrix exponential.
    """
    regimes = list(inputs["multiplier"])
    factor = np.array([inputs["multiplier"][r] for r in regimes])
    q = generator(regimes, inputs["rates_per_year"])
    start = np.array([float(r == inputs["start"]) for r in regimes])
    stop, horizon = inputs["updates_stop_at_hours"], HOURS_PER_YEAR
    at_stop = after(start, q, stop)
    halving = math.log(2.0) / inputs["half_life_hours"] * np.eye(len(q))
    before = time_spent(start, q, stop) @ factor
    fresh = time_spent(at_stop, q, horizon - stop) @ factor
    stale = time_spent(at_stop, q - halving, horizon - stop) @ factor
    worth = inputs["protects"] * inputs["coverage"]
    gap = (fresh - worth * stale) / (1.0 - worth)

    def rate(group: Mapping[str, Any]) -> float:
        each = (group["customers"] / inputs["reference_customers"]) ** inputs["size_exponent"]
        return float(group["count"] * inputs["rate_per_year"] / HOURS_PER_YEAR * each)

    def cost(group: Mapping[str, Any]) -> float:
        rebuild = min(inputs["rebuild_per_customer"] * group["customers"], inputs["rebuild_cap"])
        return float(inputs["mean_repair_hours"] / 24.0 * inputs["response_per_day"] + rebuild)

    protected, bare = inputs["protected"], inputs["unprotected"]
    return {
        "before_the_stop": (rate(protected) + rate(bare)) * before,
        "after_the_stop": rate(protected) * gap + rate(bare) * fresh,
        "cost": rate(protected) * (before + gap) * cost(protected) + rate(bare) * (before + fresh) * cost(bare),
    }
