"""Bans, orders and the work of taking a product out (V47 to V49)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.checks.exact.occupancy import after


def ample_integrators(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Gone after two exponential times in a row, compliance and removal, by those who are bound and comply."""
    delay, removal = inputs["mean_delay_hours"], inputs["mean_removal_hours"] * inputs["overrun"]
    bound, others, comply = inputs["bound"], inputs["not_bound"], inputs["comply"]

    def gone(hours: float) -> float:
        late = (delay * math.exp(-hours / delay) - removal * math.exp(-hours / removal)) / (delay - removal)
        return float(comply * (1.0 - late))

    since = [at - inputs["announced_at_hours"] for at in inputs["releases_at_hours"]]
    noticed = [hours < inputs["notice_hours"] for hours in since]
    command = inputs["command_at_hours"] - inputs["announced_at_hours"]
    return {
        "reached_by_release": [others + bound * (1.0 - gone(h)) * n for h, n in zip(since, noticed, strict=True)],
        "reached_by_command": others + bound * (1.0 - gone(command)),
        "cost": bound * comply * inputs["removal_per_customer"] * inputs["size"] * inputs["overrun"],
    }


def few_integrators(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """A chain of pairs (not yet asked, asked and not done); with c integrators min(asked, c) are at work."""
    n, c = inputs["operators"], inputs["integrators"]
    asking = 1.0 / inputs["mean_delay_hours"]
    working = 1.0 / (inputs["mean_removal_hours"] * inputs["overrun"])
    pairs = [(a, w) for a in range(n + 1) for w in range(n + 1 - a)]
    place = {pair: k for k, pair in enumerate(pairs)}
    q = np.zeros((len(pairs), len(pairs)))
    for (a, w), k in place.items():
        if a:
            q[k, place[a - 1, w + 1]] = a * asking
        if w:
            q[k, place[a, w - 1]] = min(w, c) * working
    q -= np.diag(q.sum(axis=1))
    start = np.zeros(len(pairs))
    start[place[n, 0]] = 1.0
    left = np.array([a + w for a, w in pairs], dtype=float)
    return {
        "in_place": [after(start, q, hours) @ left for hours in inputs["seen_at_hours"]],
        "P_any_in_place": 1.0 - after(start, q, inputs["done_by_hours"])[place[0, 0]],
    }


def emergency_order(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """One operator: code not here, here, acting; no order, ordered, cut off, where nothing moves any more."""
    stages = [(code, order) for code in range(3) for order in range(3)]
    place = {stage: k for k, stage in enumerate(stages)}
    steps = (1.0 / inputs["mean_install_hours"], 1.0 / inputs["mean_trigger_hours"])
    orders = (1.0 / inputs["mean_order_hours"], 1.0 / inputs["mean_delay_hours"])
    found, pull = inputs["found_at_hours"], inputs["pull_hours"]

    def law(ordered: bool) -> np.ndarray:
        def q(with_order: bool) -> np.ndarray:
            rates = np.zeros((9, 9))
            for (code, order), k in place.items():
                if code < 2 and order < 2:
                    rates[k, place[code + 1, order]] = steps[code]
                if with_order and order < 2:
                    rates[k, place[code, order + 1]] = orders[order]
            return rates - np.diag(rates.sum(axis=1))

        start = np.zeros(9)
        start[place[0, 0]] = 1.0
        return after(after(start, q(False), found), q(ordered), pull)

    end = inputs["comply"] * law(True) + (1.0 - inputs["comply"]) * law(False)
    return {
        "installs": inputs["operators"] * sum(end[place[code, order]] for code, order in stages if code >= 1),
        "struck": inputs["operators"] * sum(end[place[code, order]] for code, order in stages if code == 2),
    }
