"""Known answers found once more, by a method that shares nothing with the first: V45 to V53."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom

from tests.checks.ways import YEAR_H, assert_near_in_sampling, case, near, solved


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


def test_v47_by_quadrature_over_the_time_of_compliance() -> None:
    i, expected = case("V47")
    delay, removal = i["mean_delay_hours"], i["mean_removal_hours"] * i["overrun"]

    def in_use(at: float) -> float:
        t = at - i["announced_at_hours"]
        gone, _ = quad(lambda s: math.exp(-s / delay) / delay * -math.expm1(-(t - s) / removal), 0.0, t, epsabs=1e-13)
        return i["bound"] * (1.0 - i["comply"] * gone)

    early, late, after_notice = i["releases_at_hours"]
    assert after_notice > i["announced_at_hours"] + i["notice_hours"] > late
    assert [in_use(early) + 10, in_use(late) + 10, 10.0] == near(expected["reached_by_release"])
    assert in_use(i["command_at_hours"]) + 10 == near(expected["reached_by_command"])
    assert sum(i["comply"] * 2 * 2 * i["size"] for _ in range(i["bound"])) == near(expected["cost"])


def test_v48_by_twenty_thousand_queues() -> None:
    """First come first served by a heap of free integrators; standard errors 0.2 to 0.6 %."""
    i, expected = case("V48")
    rng = np.random.default_rng(48)
    runs, n = 20_000, i["operators"]
    asked = np.sort(rng.exponential(i["mean_delay_hours"], (runs, n)), axis=1)
    work = rng.exponential(i["mean_removal_hours"] * i["overrun"], (runs, n))
    free = np.zeros((runs, i["integrators"]))
    done = np.empty((runs, n))
    for k in range(n):
        first = free.argmin(axis=1)
        done[:, k] = np.maximum(asked[:, k], free[np.arange(runs), first]) + work[:, k]
        free[np.arange(runs), first] = done[:, k]
    left = [(done > hours).sum(axis=1) for hours in (*i["seen_at_hours"], i["done_by_hours"])]
    assert_near_in_sampling(left[0], expected["in_place"][0])
    assert_near_in_sampling(left[1], expected["in_place"][1])
    assert_near_in_sampling(left[2] > 0, expected["P_any_in_place"])


def test_v49_by_quadrature_over_install_and_trigger() -> None:
    i, expected = case("V49")
    order, delay = i["mean_order_hours"], i["mean_delay_hours"]
    install, trigger = i["mean_install_hours"], i["mean_trigger_hours"]

    def connected(t: float) -> float:
        """P(not cut off by hour t): those who obey, and have had the order and their own delay."""
        s = max(t - i["found_at_hours"], 0.0)
        late = (delay * math.exp(-s / delay) - order * math.exp(-s / order)) / (delay - order)
        return 1.0 - i["comply"] * (1.0 - late)

    def acting(t: float) -> float:
        return (math.exp(-t / install) - math.exp(-t / trigger)) / (install - trigger)

    def expectation(density: Any) -> float:
        parts = ((0.0, i["found_at_hours"]), (i["found_at_hours"], i["found_at_hours"] + i["pull_hours"]))
        return i["operators"] * sum(quad(lambda t: density(t) * connected(t), a, b, epsabs=1e-13)[0] for a, b in parts)

    assert expectation(lambda t: math.exp(-t / install) / install) == near(expected["installs"])
    assert expectation(acting) == near(expected["struck"])


@pytest.mark.parametrize("sector", ["water", "energy", "telecom"])
def test_v50_by_quadrature_over_the_time_of_repair(sector: str) -> None:
    """The output left is written as a function of the hour, and cut off by the tail of the time of repair."""
    i, expected = case("V50")
    group = i["sectors"][sector]
    manual, repair, clear = group["manual"], i["mean_repair_hours"], i["mean_clear_hours"]

    def by_hand(t: float) -> float:
        return max(manual["share"] - manual["falls_by"] * (t // manual["every_hours"]), manual["floor"])

    def hours(lost: Any) -> float:
        edges = [24.0 * k for k in range(101)]
        return sum(
            quad(lambda t: lost(t) * math.exp(-t / repair), a, b, epsabs=1e-13)[0] for a, b in itertools.pairwise(edges)
        )

    struck = group["operators"] * i["size"] * i["activation"] * group["coverage"]
    unsafe, view, stop = (struck * group[k] for k in ("unsafe_control", "loss_of_view", "precautionary_stop"))
    off = unsafe * (1.0 - group["stays_on_unsafe"])
    lost = off * hours(lambda _: 1.0) + view * hours(lambda t: 1.0 - by_hand(t))
    lost += stop * hours(lambda t: 0.9 * math.exp(-t / clear))
    assert lost == near(expected[f"customer_hours_{sector}"])
    falls = [by_hand(t - 1.0) - by_hand(t + 1.0) for t in (24.0, 48.0, 72.0)]
    cut = 1.0 - manual["share"] + sum(fall * math.exp(-24.0 * (k + 1) / repair) for k, fall in enumerate(falls))
    assert off + view * cut + stop * 0.9 == near(expected[f"interruptions_{sector}"])
    if sector == "water":
        assert (unsafe - off) * 2 * hours(lambda _: 1.0) == near(expected["unsafe_person_hours_water"])


def test_v51_by_half_hours() -> None:
    """At each step the greatest fixed point, found by going down from "everything works"."""
    i, expected = case("V51")
    step, fuel = 0.5, i["fuel"]
    needs = {"energy": "telecom", "telecom": "energy"}
    buffer = dict(i["buffer_hours"])
    tank, deliveries, powered_h, restart = fuel["hours"], fuel["deliveries"], math.inf, 0.0
    down = {"energy": 0.0, "telecom": 0.0, "water": 0.0}
    for tick in range(240):
        hour = tick * step
        faulty = {o["at"] for o in i["outages"] if o["from_hours"] <= hour < o["to_hours"]}
        works = {name: name not in faulty for name in needs}
        while True:
            falls = [n for n in needs if works[n] and not works[needs[n]] and buffer[n] <= 0.0]
            if not falls:
                break
            works[falls[0]] = False
        for name, provider in needs.items():
            change = i["recharge"][name] * step if works[provider] else -step
            buffer[name] = min(max(buffer[name] + change, 0.0), i["buffer_hours"][name])
            down[name] += 0.0 if works[name] else step
        dry = False
        if works["energy"]:
            powered_h += step
            restart, dry = max(restart - step, 0.0), restart > 0.0
        else:
            if powered_h >= fuel["full_after_hours"]:
                tank, deliveries = fuel["hours"], fuel["deliveries"]
            powered_h = 0.0
            if tank <= 0.0 and deliveries:
                tank, deliveries = fuel["hours"], deliveries - 1
            dry = tank <= 0.0
            restart = fuel["restart_hours"] if dry else 0.0
            tank = max(tank - step, 0.0)
        down["water"] += step * (1.0 - fuel["fallback"]) if dry else 0.0
    assert {f"customer_hours_{name}": hours * i["size"] for name, hours in down.items()} == near(
        {name: expected[name] for name in expected if name != "by_outage"}
    )


def test_v52_by_quadrature_over_the_hours() -> None:
    """Each park is away at hour t with probability 0.6 exp(-t / 8), whatever the others do."""
    i, expected = case("V52")
    parks = np.arange(i["parks"] + 1)

    def missing(t: float, carried: float) -> float:
        away = binom.pmf(parks, i["parks"], i["P_struck"] * math.exp(-t / i["mean_repair_hours"]))
        return float(away @ np.maximum(parks * i["park_mw"] - carried, 0.0))

    at_first, then = i["reserve_mw"], i["reserve_mw"] + i["slow_reserve_mw"]
    change = i["slow_after_hours"]
    mwh = quad(lambda t: missing(t, at_first), 0.0, change, epsabs=1e-10)[0]
    mwh += quad(lambda t: missing(t, then), change, 400.0, epsabs=1e-8, limit=500)[0]
    assert mwh == near(expected["ens_mwh"])
    assert mwh * i["customers"] / i["load_mw"] == near(expected["customer_hours_energy"])
    assert missing(0.0, at_first) * i["customers"] / i["load_mw"] == near(expected["interruptions_energy"])
    assert binom.sf(i["reserve_mw"] // i["park_mw"], i["parks"], i["P_struck"]) == near(expected["P_shed"])


def test_v53_by_renewal_at_the_date_at_which_updates_stop() -> None:
    i, expected = case("V53")
    to_crisis, away, to_war = 1 / YEAR_H, 1 / YEAR_H, 2 / YEAR_H
    rates, modes = np.linalg.eig(np.array([[-to_crisis, to_crisis], [away, -away - to_war]]))
    weights = (np.array([0.0, 1.0]) @ modes) * (np.linalg.inv(modes) @ np.array([0.0, to_war]))
    delay, replacement = i["mean_delay_hours"], i["mean_replacement_hours"]
    removal, half = i["mean_removal_hours"] * i["overrun"], i["half_life_hours"]

    def stops(s: float) -> float:
        """Density of the date: first war (a mixture of exponentials), then an exponential delay."""
        terms = ((w, -r) for w, r in zip(weights, rates, strict=True))
        return i["probability"] * sum(
            w / delay * (math.exp(-r * s) - math.exp(-s / delay)) / (1.0 / delay - r) for w, r in terms
        )

    def worth_lost(u: float) -> float:
        """Hours of full protection lost in the first u after it: stale while waiting, none while bare."""
        wait = replacement * -math.expm1(-u / replacement)
        fast = 1.0 / (1.0 / replacement + math.log(2.0) / half)
        bare = removal * (wait - removal * -math.expm1(-u / removal)) / (replacement - removal)
        return wait - fast * -math.expm1(-u / fast) + bare

    lost = quad(lambda s: stops(s) * worth_lost(YEAR_H - s), 0.0, YEAR_H, epsabs=1e-9, limit=200)[0]
    stopped = quad(stops, 0.0, YEAR_H, epsabs=1e-13, limit=200)[0]
    extra = i["operators"] * i["rate_per_year"] * 0.75 / 0.25 * lost / YEAR_H
    assert 20.0 + extra == near(expected["intrusions"])
    assert (10.0 + extra) * 1_000.0 + 10.0 * 100.0 == near(expected["cost_of_intrusions"])
    assert stopped == near(expected["P_sanctions"])
    assert stopped * 5 * 1_000 * 0.5 * 2 == near(expected["cost_of_replacing"])
