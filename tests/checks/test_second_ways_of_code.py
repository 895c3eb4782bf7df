"""Known answers found once more, by a method that shares nothing with the first: V54 onwards."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.linalg import expm, null_space

from tests.checks.ways import YEAR_H, assert_near_in_sampling, case, near, solved


def with_counts(i: Mapping[str, Any], rates: Any, used_up: bool) -> Any:
    """Forward equations of a year of regimes: their law, killed at the rates if `used_up`, and the expected count."""
    regimes = list(i["rates_per_year"])

    def slope(t: float, y: Any) -> Any:
        moved = np.zeros(len(regimes) + 1)
        for a, origin in enumerate(regimes):
            for goal, rate in i["rates_per_year"][origin].items():
                moved[a] -= rate / YEAR_H * y[a]
                moved[regimes.index(goal)] += rate / YEAR_H * y[a]
            moved[-1] += rates[a] * y[a]
            moved[a] -= rates[a] * y[a] * used_up
        return moved

    return solved(slope, [*(float(r == i["start"]) for r in regimes), 0.0], 0.0, YEAR_H)


def test_v54_by_the_forward_equations() -> None:
    i, expected = case("V54")
    rates = [0.25 / YEAR_H * 0.6 * factor for factor in i["multiplier"].values()]
    assert with_counts(i, rates, used_up=False)[-1] == near(expected["intrusions"])
    assert with_counts(i, rates, used_up=True)[-1] == near(expected["P_any"])


def test_v55_by_the_forward_equations_and_a_chain_of_footholds() -> None:
    i, expected = case("V55")
    rates = [rate / YEAR_H for rate in i["release_per_year"].values()]
    released = with_counts(i, rates, used_up=True)[-1]
    assert released == near(expected["P_release"])
    footholds = 0.0
    for name, group in i["groups"].items():
        gained, lost = 0.5 / YEAR_H * group["weight"], 1.0 / i["kept_hours"]
        q = np.diag([gained] * 60, 1) + np.diag(lost * np.arange(1, 61), -1)
        q -= np.diag(q.sum(axis=1))
        balance = null_space(q.T)[:, 0]
        held = 1.0 - balance[0] / balance.sum()
        footholds += released * group["operators"] * held
        lost_hours = released * group["operators"] * held * 0.75 * 24.0 * group["size"]
        assert lost_hours == near(expected[f"customer_hours_{name}"])
    assert footholds == near(expected["footholds"])
    assert 0.75 * footholds == near(expected["struck"])


def test_v56_by_quadrature_over_the_hour_of_the_first_strike() -> None:
    """It comes at hour t to one of n, and the others have not been struck before it, whatever they have installed."""
    i, expected = case("V56")
    n, m, works = i["operators"], i["mean_install_hours"], i["activation"]
    window = i["visible_hours"] + i["pull_hours"]

    def by(t: float) -> float:
        return -math.expm1(-t / m)

    def first(t: float) -> float:
        return n * works * math.exp(-t / m) / m * (1.0 - works * by(t)) ** (n - 1)

    def others(t: float) -> tuple[float, float]:
        """P(struck in the window) and P(installed by its end) of one of the others, not struck by hour t."""
        struck = works * (by(t + window) - by(t))
        spared = (1.0 - works) * by(t + window)
        return struck / (1.0 - works * by(t)), (struck + spared) / (1.0 - works * by(t))

    def whole(k: int) -> float:
        return quad(lambda t: first(t) * (1.0 + (n - 1) * others(t)[k]), 0.0, 100.0, epsabs=1e-12, limit=200)[0]

    struck, installs = whole(0), whole(1) + (1.0 - works) ** n * n
    assert 4.0 * struck == near(expected["struck"])
    assert 4.0 * installs == near(expected["installs"])
    assert 4.0 * struck * 0.75 * 500.0 == near(expected["cost_operator"])
    assert 4.0 * struck * 0.25 * 500.0 == near(expected["cost_vendor"])
    assert sum(math.exp(-4.0) * 4.0**k / math.factorial(k) for k in range(1, 60)) == near(expected["P_any"])


def test_v57_by_a_hundred_thousand_groups() -> None:
    """Times of crossing, infinite where it fails, and the shortest way through them; standard errors 0.2 to 0.8 %."""
    i, expected = case("V57")
    rng = np.random.default_rng(57)
    runs, end = 100_000, i["withdrawn_hours"]

    def crossing() -> Any:
        crosses = rng.random(runs) < i["P_cross"]
        return np.where(crosses, rng.exponential(i["mean_crossing_hours"], runs), np.inf)

    first_second, first_third, second_third, third_second, third_fourth = (crossing() for _ in range(5))
    second = np.minimum(first_second, first_third + third_second)
    third = np.minimum(first_third, first_second + second_third)
    fourth = third + third_fourth
    works = rng.random(runs) < i["activation"]
    struck = works * (1.0 + (second < end) + (third < end) + (fourth < end))
    assert_near_in_sampling(i["groups"] * struck, expected["struck"])
    assert_near_in_sampling(i["groups"] * works * (fourth < end), expected["fourths_struck"])


def test_v58_one_operator_at_a_time() -> None:
    """An install at hour t comes in time if it is before 30, or if none of the others acts before t - 6."""
    i, expected = case("V58")
    n, works, m = i["operators"], i["activation"], i["mean_install_hours"]
    settled = i["moment_hours"] + i["visible_hours"]

    def later(t: float) -> float:
        acts_before = works * -math.expm1(-(t - i["visible_hours"]) / m)
        return math.exp(-t / m) / m * (1.0 - acts_before) ** (n - 1)

    in_time = -math.expm1(-settled / m) + quad(later, settled, 2_000.0, epsabs=1e-13, limit=200)[0]
    assert n * works * in_time == near(expected["struck"])
    assert n * in_time == near(expected["installs"])


@pytest.mark.parametrize("sector", ["water", "telecom", "energy"])
def test_v59_by_a_chain_of_the_events_that_last(sector: str) -> None:
    """Up to 60 at once. After the year the longest of n that are left ends it: d (1 + 1/2 + ... + 1/n)."""
    i, expected = case("V59")
    share = math.exp(i["log_weights"][sector]) / (math.exp(1.0) + math.exp(1.1) + 1.0)
    number, d = 150.0 * share, i["mean_duration_hours"]
    assert number == near(expected["events"][sector])
    q = np.diag([number / YEAR_H] * 60, 1) + np.diag(np.arange(1, 61) / d, -1)
    q -= np.diag(q.sum(axis=1))
    block = np.zeros((122, 122))
    block[:61, :61], block[:61, 61:] = q, np.eye(61)
    whole = expm(block * YEAR_H)
    busy = whole[0, 62:].sum() + whole[0, :61] @ (d * np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1, 61))]))
    assert 400.0 * busy == near(expected["customer_hours"][sector])


def test_v60_by_half_hours() -> None:
    i, expected = case("V60")
    step, waiting, visited, left = 0.5, sorted(i["sites"]), 0, 0.0
    radio, lost, paid, hour = i["radio_hours"], 0.0, 0.0, 0.0
    while waiting or visited:
        telephones = not i["telecom_out_hours"][0] <= hour < i["telecom_out_hours"][1]
        if not visited:
            visited = waiting.pop()
            left = i["visit_hours"] * (i["slower"] if not telephones and radio <= 0.0 else 1.0)
            paid += min(visited * i["rebuild_per_customer"], i["rebuild_cap"])
        lost += step * (sum(waiting) * (1.0 - 0.6) + visited * (1.0 - 0.6 * 0.75))
        paid += step / 24.0 * i["response_per_day"]
        radio = min(radio + step, i["radio_hours"]) if telephones else radio - step
        hour, left = hour + step, left - step
        visited = visited if left > 0.0 else 0
    assert lost == near(expected["customer_hours_water"])
    assert hour == near(expected["last_restored_hours"])
    assert paid + i["restart_hours"] / 24.0 * i["response_per_day"] == near(expected["cost"])


def test_v61_by_enumeration_and_quadrature_over_the_time_of_repair() -> None:
    _, expected = case("V61")
    peace = quad(lambda t: 0.8 * math.exp(-0.8 * t), 0.0, 0.5)[0]
    war = quad(lambda t: math.exp(-0.4) * 0.4 * math.exp(-0.4 * t), 0.0, 0.5)[0]
    assert peace + war == near(expected["P_use"])
    assert 0.8 * (peace + war) + 1.6 * (1.0 - peace - war) == near(expected["groundless"])

    def own_cost(x: float) -> float:
        return x / 24.0 * (4_000.0 + 10_000.0) + min(20_000.0, 15_000.0)

    def insured(x: float) -> float:
        return min(0.5 * max(own_cost(x) - 20_000.0, 0.0), 15_000.0)

    def over_repair(part: Any) -> float:
        bends = (0.0, 5_000.0 * 24.0 / 14_000.0, 35_000.0 * 24.0 / 14_000.0, 500.0, 2_500.0)
        pieces = itertools.pairwise(bends)
        return 4.0 * sum(quad(lambda x: part(x) * math.exp(-x / 48.0) / 48.0, a, b, epsabs=1e-9)[0] for a, b in pieces)

    gross, layer = over_repair(own_cost), over_repair(insured)
    worth = over_repair(lambda x: 10_000.0 * 2.0 * x / 24.0 * 50.0)
    assert peace * (gross * 0.9 - layer) + war * gross * 0.9 == near(expected["operator"])
    assert peace * layer == near(expected["insurer"])
    assert (peace + war) * 0.1 * gross == near(expected["vendor"])
    assert (peace + war) * worth == near(expected["customers"])
    assert (peace + war) * 0.2 * worth == near(expected["society"])
    assert (peace + war) * 0.05 * worth + 5_000.0 * expected["groundless"] == near(expected["government"])


def test_v62_one_operator_at_a_time() -> None:
    """The campaign goes on at hour t as long as none has been found; each of the others alone with that chance."""
    i, expected = case("V62")
    n, works, m, f = i["operators"], i["activation"], i["mean_install_hours"], i["mean_hours_to_find_a_victim"]

    def unfound(t: float) -> float:
        """P(one operator is no victim, or not found by hour t)."""
        found = 1.0 - (f * math.exp(-t / f) - m * math.exp(-t / m)) / (f - m)
        return 1.0 - works * found

    def joins(t: float) -> float:
        return works / m * math.exp(-t / m) * unfound(t) ** (n - 1)

    victims = n * quad(joins, 0.0, 6_000.0, epsabs=1e-13, limit=500)[0]
    never = (1.0 - works) ** n
    hours = quad(lambda t: unfound(t) ** n - never, 0.0, 60_000.0, epsabs=1e-9, limit=500)[0]
    assert victims == near(expected["victims"])
    assert victims * i["per_victim"] == near(expected["cost_operator"])
    assert hours == near(expected["hours_to_detection"])
