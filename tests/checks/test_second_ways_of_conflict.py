"""Known answers found once more, by a method that shares nothing with the first: V63 to V65."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.integrate import quad

from tests.checks.ways import YEAR_H, assert_near_in_sampling, case, near, solved


def test_v63_by_forty_thousand_years() -> None:
    """Crisis, mobilisation and war one after the other; the surge is the shorter of its own time and the war's."""
    i, expected = case("V63")
    rng = np.random.default_rng(63)
    runs = 40_000
    now, nuisance, intrusions = np.zeros(runs), np.zeros(runs), np.zeros(runs)

    def spell(length: Any, rate: float, activity: float) -> Any:
        """Passes `length` hours of the year, each with its events; what is beyond the year counts nothing."""
        inside = np.clip(YEAR_H - now, 0.0, length)
        np.add(nuisance, inside / YEAR_H * rate * activity, out=nuisance)
        np.add(intrusions, inside / YEAR_H * i["crime_per_year"] * activity, out=intrusions)
        np.add(now, length, out=now)

    while now.min() < YEAR_H:
        spell(rng.exponential(YEAR_H / i["to_war_per_year"] * (1.0 - i["stands_down"]), runs), 20.0, 1.0)
        spell(rng.exponential(i["mean_mobilisation_hours"], runs), 20.0, 3.0)
        war = rng.exponential(YEAR_H / i["to_crisis_per_year"], runs) * (rng.random(runs) >= i["stands_down"])
        surge = np.minimum(rng.exponential(i["mean_surge_hours"], runs), war)
        spell(surge, 30.0, 5.0)
        spell(war - surge, 30.0, 1.0)
    assert_near_in_sampling(nuisance, expected["nuisance"])
    assert_near_in_sampling(intrusions, expected["intrusions"])


def test_v64_by_equations_of_moments() -> None:
    """Of war in the east, in the south, and in both, with their running hours."""
    i, expected = case("V64")
    up, down, quicker = i["to_war_per_year"] / YEAR_H, i["to_crisis_per_year"] / YEAR_H, i["multiplier"]

    def slope(t: float, y: Any) -> Any:
        east, south, both = y[:3]
        calm_south_war_east = east - both
        return [
            up * (1.0 - east) - down * east,
            up * (1.0 - south) + (quicker - 1.0) * up * calm_south_war_east - down * south,
            quicker * up * calm_south_war_east + up * (south - both) - 2.0 * down * both,
            east,
            south,
        ]

    east, south = solved(slope, np.zeros(5), 0.0, i["years"] * YEAR_H)[3:]
    assert [east, south] == near([expected["war_hours_east"], expected["war_hours_south"]])
    per_hour = i["nuisance_per_year"] / YEAR_H
    assert [east * per_hour, south * per_hour] == near([expected["nuisance_east"], expected["nuisance_south"]])


def test_v65_by_quadrature_over_the_date_of_the_move() -> None:
    """Races of exponential times: until the move, and after it for what is left of the year."""
    i, expected = case("V65")
    rate, slower = i["orders_per_year"] / YEAR_H, i["hazard_after_move"]
    used, exposed, gone = 0.3 * 0.5, 0.7 * 0.3, 0.7 * 0.3
    ends = 2.0 * used + exposed + gone
    moves = 0.7 * 0.3

    def ended(share: float, hours: float) -> float:
        """P(this end by then) of one vendor."""
        leaving = rate * (ends + moves)
        at_home = share / (ends + moves) * -math.expm1(-leaving * hours)

        def moved_at(t: float) -> float:
            return rate * moves * math.exp(-leaving * t) * -math.expm1(-slower * rate * ends * (hours - t))

        return at_home + share / ends * quad(moved_at, 0.0, hours, epsabs=1e-13)[0]

    assert 8.0 * ended(used, YEAR_H) == near(expected["used"])
    assert 4.0 * ended(exposed, YEAR_H) == near(expected["exposed"])
    assert 4.0 * ended(gone, YEAR_H - 1.0) == near(expected["gone"])
