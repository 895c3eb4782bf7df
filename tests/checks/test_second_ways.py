"""Known answers found once more, by a method that shares nothing with the first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest
from scipy.integrate import quad

from simulator.checks.case import all_cases

YEAR_H = 8766.0


def case(name: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Inputs and expected figures."""
    found = all_cases()[name]
    return found.inputs, found.expected


def near(expected: object, relative: float = 1e-8) -> Any:
    return pytest.approx(expected, rel=relative, abs=1e-12)


def test_v45_by_quadrature_over_the_time_of_the_compromise() -> None:
    """The density of the sum of two exponential times, and 1 - (1 - p)^k given its length."""
    i, expected = case("V45")
    rate = i["rate_per_year"] / YEAR_H
    a, b = 1.0 / i["mean_detection_hours"], 1.0 / i["mean_cleaning_hours"]

    def density(t: float) -> float:
        return a * b / (b - a) * (math.exp(-a * t) - math.exp(-b * t))

    def over(f: Any) -> float:
        return quad(lambda t: f(-math.expm1(-rate * t)) * density(t), 0.0, 60_000.0, limit=500, epsabs=1e-13)[0]

    customers = i["customers_water"] + i["customers_telecom"]
    assert customers * over(lambda p: p) == near(expected["entered"])
    assert over(lambda p: 1.0 - (1.0 - p) ** customers) == near(expected["P_any_entered"])
    outage = i["P_stop"] * i["mean_outage_hours"] * i["size"]
    assert i["customers_water"] * outage * over(lambda p: p) == near(expected["customer_hours_water"])
