"""Faulty updates without malice (V56)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def pulled_when_it_shows(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Given that k of n would be struck, the first of them installs after a minimum of k exponential times.

    From then on the others have no memory: each of the k - 1 is struck with probability 1 - exp(-d / m) before the
    pull. Of those it does not strike, one installs too late with probability exp(-d / m) k / (k + 1).
    """
    n, works = inputs["operators"], inputs["activation"]
    late = math.exp(-(inputs["visible_hours"] + inputs["pull_hours"]) / inputs["mean_install_hours"])
    struck = installs = 0.0
    for k in range(n + 1):
        share = math.comb(n, k) * works**k * (1.0 - works) ** (n - k)
        hit = 1.0 + (k - 1) * (1.0 - late) if k else 0.0
        struck += share * hit
        installs += share * (hit + (n - k) * (1.0 - late * k / (k + 1.0)))
    faults = inputs["faults_per_year"]
    cost = faults * struck * inputs["mean_repair_hours"] / 24.0 * inputs["response_per_day"]
    return {
        "faults": faults,
        "P_any": -math.expm1(-faults),
        "installs": faults * installs,
        "struck": faults * struck,
        "cost_operator": (1.0 - inputs["vendor_liability"]) * cost,
        "cost_vendor": inputs["vendor_liability"] * cost,
    }
