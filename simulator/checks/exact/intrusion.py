"""Intruders in a vendor's build, and footholds released by a war (V54, V55)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.chance.regimes import time_spent
from simulator.checks.exact.occupancy import after, generator
from simulator.rules.clock import HOURS_PER_YEAR


def intruders_in_the_build(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """A Poisson process driven by the regimes: its mean, and the chance of none by a killing at its rate."""
    regimes = list(inputs["multiplier"])
    q = generator(regimes, inputs["rates_per_year"])
    start = np.array([float(r == inputs["start"]) for r in regimes])
    works = max(1.0 - inputs["stopped_on_code"], 1.0 - inputs["stopped_on_content"])
    rate = inputs["rate_per_year"] / HOURS_PER_YEAR * works * np.array(list(inputs["multiplier"].values()))
    return {
        "intrusions": time_spent(start, q, HOURS_PER_YEAR) @ rate,
        "P_any": 1.0 - after(start, q - np.diag(rate), HOURS_PER_YEAR).sum(),
    }


def footholds_released(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Released once, by a killing of the chain; an operator holds none with probability exp(-gained x kept)."""
    regimes = list(inputs["release_per_year"])
    q = generator(regimes, inputs["rates_per_year"])
    start = np.array([float(r == inputs["start"]) for r in regimes])
    rate = np.array(list(inputs["release_per_year"].values())) / HOURS_PER_YEAR
    released = time_spent(start, q - np.diag(rate), HOURS_PER_YEAR) @ rate
    mean = inputs["gained_per_year"] / HOURS_PER_YEAR * inputs["kept_hours"]
    held = {name: -math.expm1(-mean * group["weight"]) for name, group in inputs["groups"].items()}
    used = {name: released * group["operators"] * held[name] for name, group in inputs["groups"].items()}
    struck = {name: inputs["activation"] * number for name, number in used.items()}
    return {
        "P_release": released,
        "footholds": sum(used.values()),
        "struck": sum(struck.values()),
        **{
            f"customer_hours_{name}": number * inputs["groups"][name]["size"] * inputs["mean_outage_hours"]
            for name, number in struck.items()
        },
    }
