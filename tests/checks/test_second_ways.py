"""Known answers found once more, by a method that shares nothing with the first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from simulator.checks.case import all_cases

YEAR_H = 8766.0


def case(name: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Inputs and expected figures."""
    found = all_cases()[name]
    return found.inputs, found.expected


def near(expected: object, relative: float = 1e-7) -> Any:
    return pytest.approx(expected, rel=relative, abs=1e-12)


def solved(slope: Any, start: Any, begin: float, end: float) -> Any:
    """The solution at `end` of a system of ordinary differential equations."""
    return solve_ivp(slope, (begin, end), start, method="DOP853", rtol=1e-11, atol=1e-14).y[:, -1]


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


def test_v46_by_the_forward_equations() -> None:
    """Regimes and running counts as ordinary differential equations, before and after updates stop."""
    i, expected = case("V46")
    stop, half = i["updates_stop_at_hours"], i["half_life_hours"]
    regimes, factor = list(i["multiplier"]), np.array(list(i["multiplier"].values()))
    worth = i["protects"] * i["coverage"]
    per_hour = [
        group["count"] * i["rate_per_year"] / YEAR_H * (group["customers"] / i["reference_customers"]) ** 0.5
        for group in (i["protected"], i["unprotected"])
    ]

    def slope(t: float, y: Any) -> Any:
        p = y[: len(regimes)]
        moved = np.zeros(len(regimes))
        for origin, row in i["rates_per_year"].items():
            for goal, rate in row.items():
                flow = rate / YEAR_H * p[regimes.index(origin)]
                moved[regimes.index(origin)] -= flow
                moved[regimes.index(goal)] += flow
        gap = (1.0 - worth * 0.5 ** (max(t - stop, 0.0) / half)) / (1.0 - worth)
        return [*moved, per_hour[0] * (p @ factor) * gap, per_hour[1] * (p @ factor)]

    start = [float(r == i["start"]) for r in regimes] + [0.0, 0.0]
    at_stop = solved(slope, start, 0.0, stop)
    at_end = solved(slope, at_stop, stop, YEAR_H)
    before, whole = at_stop[-2:], at_end[-2:]
    assert before.sum() == near(expected["before_the_stop"])
    assert (whole - before).sum() == near(expected["after_the_stop"])
    assert whole @ [2_000.0 + 10_000.0, 2_000.0 + 1_000.0] == near(expected["cost"])
