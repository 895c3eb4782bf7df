"""Customers entered through a compromised operator (V45)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.rules.clock import HOURS_PER_YEAR


def entered_through_an_operator(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Compromised for D + R, two exponential times; each customer's clock rings at a rate r.

    None of k customers is entered with probability E exp(-k r (D + R)) = 1 / ((1 + k r d) (1 + k r m)).
    """
    r = inputs["rate_per_year"] / HOURS_PER_YEAR
    found, cleaned = inputs["mean_detection_hours"], inputs["mean_cleaning_hours"]
    water, telecom = inputs["customers_water"], inputs["customers_telecom"]

    def none_of(k: int) -> float:
        return float(1.0 / ((1.0 + k * r * found) * (1.0 + k * r * cleaned)))

    each = 1.0 - none_of(1)
    outage = inputs["P_stop"] * inputs["mean_outage_hours"] * inputs["size"]
    return {
        "entered": (water + telecom) * each,
        "P_any_entered": 1.0 - none_of(water + telecom),
        "customer_hours_water": water * each * outage,
    }
