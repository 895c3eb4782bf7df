"""Supply cycles with buffers, and generation above the reserve (V51, V52)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.chance.regimes import time_spent


def two_that_need_each_other(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Outage by outage. A fault at one takes the other with it once the other's buffer is spent, until it is mended.

    Then neither has a fault of its own and both restart, whatever their buffers hold. A fault that no buffer outlasts
    leaves the consumer's buffer empty, and one that ends in time leaves what is left of it.
    """
    full, recharge = inputs["buffer_hours"], inputs["recharge"]
    level, since = dict(full), dict.fromkeys(full, -math.inf)
    fuel = _Tank(inputs["fuel"])
    down = dict.fromkeys([*full, "water"], 0.0)
    by_outage = []
    for outage in inputs["outages"]:
        begin, end, struck = outage["from_hours"], outage["to_hours"], outage["at"]
        other = next(name for name in full if name != struck)
        spell = {struck: (begin, end)}
        held = min(full[other], level[other] + recharge[other] * (begin - since[other]))
        spell[other] = (min(begin + held, end), end)
        level[other], since[other] = max(held - (end - begin), 0.0), end
        dark, _ = spell[other]
        if dark < end:
            held = min(full[struck], level[struck] + recharge[struck] * (dark - since[struck]))
            level[struck], since[struck] = max(held - (end - dark), 0.0), end
        lost = {name: b - a for name, (a, b) in spell.items()}
        a, b = spell["energy"]
        lost["water"] = fuel.hours_without(a, b) * (1.0 - inputs["fuel"]["fallback"]) if b > a else 0.0
        by_outage.append(sum(lost.values()) * inputs["size"])
        down = {name: down[name] + hours for name, hours in lost.items()}
    return {f"customer_hours_{name}": hours * inputs["size"] for name, hours in down.items()} | {"by_outage": by_outage}


class _Tank:
    """Fuel that is burnt while power is away, with a number of deliveries, and full some time after power is back."""

    def __init__(self, fuel: Mapping[str, float]) -> None:
        self.fuel = fuel
        self.left = fuel["hours"] * (1 + fuel["deliveries"])
        self.back = -math.inf

    def hours_without(self, begin: float, end: float) -> float:
        """Hours of consumption lost to power away from `begin` to `end`, with the late restart."""
        if begin - self.back >= self.fuel["full_after_hours"]:
            self.left = self.fuel["hours"] * (1 + self.fuel["deliveries"])
        self.back = end
        dry = begin + self.left
        self.left = max(self.left - (end - begin), 0.0)
        return end + self.fuel["restart_hours"] - dry if dry < end else 0.0


def generation_above_the_reserve(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Parks that are struck come back one by one: a pure death process from a binomial number."""
    n, p, size = inputs["parks"], inputs["P_struck"], inputs["park_mw"]
    lost = np.arange(n + 1)
    start = np.array([math.comb(n, k) * p**k * (1.0 - p) ** (n - k) for k in lost])
    q = np.zeros((n + 1, n + 1))
    for k in range(1, n + 1):
        q[k, k - 1], q[k, k] = k / inputs["mean_repair_hours"], -k / inputs["mean_repair_hours"]
    at_once = np.maximum(lost * size - inputs["reserve_mw"], 0.0)
    later = np.maximum(lost * size - inputs["reserve_mw"] - inputs["slow_reserve_mw"], 0.0)
    early_h = time_spent(start, q, inputs["slow_after_hours"])
    all_h = time_spent(start, q, 60.0 * inputs["mean_repair_hours"])
    missing = early_h @ at_once + (all_h - early_h) @ later
    return {
        "ens_mwh": missing,
        "customer_hours_energy": missing / inputs["load_mw"] * inputs["customers"],
        "interruptions_energy": start @ at_once / inputs["load_mw"] * inputs["customers"],
        "P_shed": start[at_once > 0.0].sum(),
    }
