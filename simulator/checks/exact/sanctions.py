"""Updates that stop by sanctions, and the gap until the product is replaced (V53)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.chance.regimes import time_spent
from simulator.checks.exact.occupancy import after, generator
from simulator.rules.clock import HOURS_PER_YEAR

STAGES = ("waits", "stale", "bare", "replaced", "spared")


def gap_until_replaced(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first war ends the chain of regimes and begins a chain of stages; stale worth decays like a killing."""
    calm, share = list(inputs["rates_per_year"]), inputs["probability"]
    states = [*calm, *STAGES]
    rates = {}
    for name, row in inputs["rates_per_year"].items():
        rates[name] = {goal: rate for goal, rate in row.items() if goal in calm}
        to_war = row.get("war_direct", 0.0)
        rates[name] |= {"waits": share * to_war, "spared": (1.0 - share) * to_war}
    takes = inputs["mean_removal_hours"] * inputs["overrun"]
    steps = {"waits": inputs["mean_delay_hours"], "stale": inputs["mean_replacement_hours"], "bare": takes}
    for name, goal in (("waits", "stale"), ("stale", "bare"), ("bare", "replaced")):
        rates[name] = {goal: HOURS_PER_YEAR / steps[name]}
    q = generator(states, rates)
    decaying = q.copy()
    stale = states.index("stale")
    decaying[stale, stale] -= math.log(2.0) / inputs["half_life_hours"]
    start = np.array([float(name == inputs["start"]) for name in states])
    hours = time_spent(start, q, HOURS_PER_YEAR)
    worth_left = time_spent(start, decaying, HOURS_PER_YEAR)[stale]
    lost = hours[stale] - worth_left + hours[states.index("bare")]
    stopped = after(start, q, HOURS_PER_YEAR)[[states.index(s) for s in ("stale", "bare", "replaced")]].sum()

    w, each = inputs["protects"], inputs["rate_per_year"] / HOURS_PER_YEAR
    hit = inputs["operators"] * each * ((1.0 - w) * HOURS_PER_YEAR + w * lost) / (1.0 - w)
    spared = inputs["others"] * each * HOURS_PER_YEAR
    removal = inputs["operators"] * inputs["size"] * inputs["removal_per_customer"] * inputs["overrun"]
    return {
        "intrusions": hit + spared,
        "cost_of_intrusions": hit * inputs["size"] + spared * inputs["size_of_others"],
        "P_sanctions": stopped,
        "cost_of_replacing": stopped * removal,
    }
