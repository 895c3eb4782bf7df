"""Mechanism 16: sanctions and exit, updates stop and a gap stays open until the product is replaced."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simulator.chance.driver import Driver
from simulator.model.kinds import Kind
from tests.model.worlds import (
    SUPPLY_CHAIN,
    coercion,
    entries,
    exponential,
    futures_of,
    hours,
    is_a,
    play,
    product,
    runs,
    stage,
    story,
    strike,
    subjects,
    theatre,
    towns,
    vendor,
    z_of_share,
    z_score,
)

SANCTIONS = {
    "theatre": "north",
    "regime": "war_direct",
    "probability": 1,
    "delay": "100 h",
    "replacement": "500 h",
}
ONWARD = {"peace": {"war_direct": "2 / year"}}


def world(sanctions: Any = SANCTIONS, start: str = "war_direct", **sections: Any) -> Driver:
    """town00 and town01 run the product of the sanctioned state, town02 and town03 another."""
    people = towns(4, own_teams=9)
    home = SUPPLY_CHAIN | {
        "vendors": {"v": vendor("R"), "w": vendor("Q")},
        "products": {"p": product(), "q": product("w")},
        "theatres": {"north": theatre(start, ONWARD)},
        "sanctions": sanctions,
    }
    return stage(home | sections, people, runs(people[:2]) + runs(people[2:], "q"))


def test_sanctions_follow_the_first_war_with_their_probability() -> None:
    driver = world(SANCTIONS | {"probability": 0.6, "delay": exponential("200 h")}, start="peace")
    futures = futures_of(driver, 2000)
    wars = [f.regimes[0].times_h[1] if len(f.regimes[0].times_h) > 1 else math.inf for f in futures]
    assert abs(z_of_share(sum(map(math.isfinite, wars)), 2000, -math.expm1(-2))) < 3.29
    at_war = [(w, f.dates.sanctions) for w, f in zip(wars, futures, strict=True) if math.isfinite(w)]
    imposed = [s - w for w, s in at_war if math.isfinite(s)]
    assert abs(z_of_share(len(imposed), len(at_war), 0.6)) < 3.29
    assert abs(z_score(imposed, 200.0)) < 3.29
    assert min(imposed) > 0


def test_updates_of_the_home_states_vendors_stop_and_customers_replace() -> None:
    driver = world(removal={"time": "50 h", "overrun": 2, "integrators": 1})
    outcome = play(driver)
    assert hours(outcome, Kind.SANCTIONS, Kind.UPDATES_STOP) == [100.0, 100.0]
    assert subjects(driver, outcome, Kind.UPDATES_STOP) == ["v"]
    assert subjects(driver, outcome, Kind.COMPLIES) == ["town00/p/office", "town01/p/office"]
    assert hours(outcome, Kind.COMPLIES) == [600.0, 600.0]
    assert hours(outcome, Kind.REPLACED) == [700.0, 800.0]


def test_no_update_arrives_after_sanctions_but_live_commands_do() -> None:
    live = {
        "p": product(
            paths={"code_release": 1, "cloud_command": 1}, adoption={"code_release": "a", "cloud_command": "a"}
        ),
        "q": product("w"),
    }
    for path, reached in (("code_release", 0), ("cloud_command", 2)):
        given = {"compromises": [strike(200, path=path)]}
        assert len(entries(play(world(given=given, products=live)), Kind.INSTALL)) == reached


def test_after_sanctions_no_order_is_given_to_push_an_update() -> None:
    coerced = theatre("war_direct", {}, coercion=coercion({"war_direct": "6 / year"}))
    driver = world(SANCTIONS | {"delay": "2000 h"}, theatres={"north": coerced})
    times = [a.time_h for f in futures_of(driver, 300) for a in f.attempts]
    assert len(times) > 100
    assert max(times) < 2000


def test_the_gap_lasts_from_the_stop_to_the_replacement() -> None:
    """Definitions stale within minutes: crime at five times its rate from 100 to 600, normal after."""
    crime = {
        "rate": "40 / year",
        "reference_customers": 1000,
        "size_exponent": 0,
        "stale_after": "0.01 h",
        "restoration": "r",
    }
    guards = {"p": product(protects=0.8), "q": product("w", protects=0.8)}
    driver = world(crime=crime, products=guards, horizon="2000 h")
    times = [entries(play(driver, k), Kind.CRIME) for k in range(40)]
    for rows, gap in (((0, 1), 5), ((2, 3), 1)):
        for start, end, factor in ((0, 100, 1), (100, 600, gap), (600, 2000, 1)):
            found = [sum(e.who in rows and start <= e.time_h < end for e in run) for run in times]
            assert abs(z_score(found, 2 * 40 * factor * (end - start) / 8766)) < 3.29


def test_replacement_times_are_drawn_per_dependency() -> None:
    driver = world(SANCTIONS | {"replacement": exponential("500 h")})
    pairs = np.empty((300, 2))
    for replication in range(300):
        for e in entries(play(driver, replication), Kind.COMPLIES):
            pairs[replication, e.who] = e.time_h - 100
    assert abs(z_score(pairs.ravel().tolist(), 500.0)) < 3.29
    assert abs(np.corrcoef(pairs.T)[0, 1]) < 3.29 / math.sqrt(300)


def test_sanctions_after_the_horizon_never_come() -> None:
    assert not entries(play(world(SANCTIONS | {"delay": "9000 h"})), Kind.SANCTIONS)


@pytest.mark.parametrize("probability", [0, 1])
def test_without_sanctions_only_what_follows_them_is_gone(probability: float) -> None:
    crime = {
        "rate": "10 / year",
        "reference_customers": 1000,
        "size_exponent": 0,
        "stale_after": "90 d",
        "restoration": "r",
    }
    on, off = world(SANCTIONS | {"probability": probability}, crime=crime), world(None, crime=crime)
    for replication in range(3):
        here, there = play(on, replication), play(off, replication)
        assert bool(entries(here, Kind.SANCTIONS)) is bool(probability)
        assert story(on, here, is_a(Kind.SANCTIONS)) == story(off, there)
