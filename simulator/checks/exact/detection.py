"""Who finds it first, and how far it came by then (V09, V10, V11)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.chance.regimes import Floats
from simulator.rules.quantile import Law


def race(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V09."""
    law, hours = installs_before_detection(
        inputs["N"], inputs["install_rate_per_hour"], inputs["detection_rate_per_infected_per_hour"]
    )
    return {
        "pmf_K": law,
        "mean_K": law @ np.arange(1, inputs["N"] + 1),
        "p_all_infected": law[-1],
        "mean_detection_hours": hours,
    }


def installs_before_detection(customers: int, install: float, detection: float) -> tuple[Floats, float]:
    """Law of the number K infected at the first detection, (customers,) from 1 up, and the mean time to it.

    One is infected at time 0. With k infected the next install comes at rate (customers - k) x install, and
    the first detection anywhere at rate k x detection.
    """
    infected = np.arange(1, customers + 1)
    found, spread = infected * detection, (customers - infected) * install
    leaving = found + spread
    reached = np.concatenate(([1.0], np.cumprod(spread[:-1] / leaving[:-1])))
    return reached * found / leaving, float((reached / leaving).sum())


def first_finder(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V10."""
    victims, outsider = inputs["N"] * inputs["victim_hazard_per_year"], inputs["external_finder_hazard"]
    shape, scale = inputs["weibull_shape"], inputs["weibull_scale_months"]
    return {
        "mean_years": 1.0 / (victims + outsider),
        "p_found_by_victim": victims / (victims + outsider),
        "p_undetected_after_half_year": math.exp(-0.5 * (victims + outsider)),
        "weibull_min_mean_months": Law.weibull(shape, scale * inputs["N"] ** (-1.0 / shape)).mean(),
        "weibull_single_mean_months": Law.weibull(shape, scale).mean(),
    }


def staged_rollout(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V11: a ring is reached if nobody has found it by its start, less the delay of the pull."""
    shares, starts = np.asarray(inputs["ring_shares"]), np.asarray(inputs["ring_start_hours"])
    hazard = inputs["customers"] * inputs["detection_rate_per_infected_per_hour"]

    def reached(shares: Floats, starts: Floats) -> float:
        pulled = starts - inputs["pull_delay_hours"]
        found = hazard * np.maximum(pulled[:, None] - starts, 0.0) @ shares
        return float(shares @ np.exp(-found))

    at_once = reached(np.ones(1), np.zeros(1))
    return {
        "fraction_reached_staged": reached(shares, starts),
        "fraction_reached_unstaged": at_once,
        "fraction_if_attacker_bypasses_rings": at_once,
    }
