"""Mechanism 15: ordinary crime, and the price of a protection gap."""

from __future__ import annotations

import math
from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from tests.model.worlds import (
    STRIKES,
    SUPPLY_CHAIN,
    entries,
    hours,
    is_a,
    organisation,
    play,
    plays,
    product,
    runs,
    stage,
    story,
    strike,
    theatre,
    towns,
    wiper,
    z_score,
)

CRIME = {
    "rate": "4 / year",
    "reference_customers": 1000,
    "size_exponent": 0,
    "stale_after": "1000 h",
    "restoration": "r",
}
GUARD = {"p": product(protects=0.8)}
ADVICE = {"name": "advice", "kind": "public_advice", "vendors": ["v"], "comply": 1, "comply_delay": "0 h"}


def world(count: int = 10, crime: Any = CRIME, coverage: float = 1.0, **sections: Any) -> Driver:
    people = towns(count, own_teams=9)
    home = SUPPLY_CHAIN | {"crime": crime, "products": GUARD, "restoration": {"r": {"kind": "rebuild", "time": "1 h"}}}
    return stage(home | sections, people, runs(people, coverage=coverage))


def crimes(outcomes: list[Outcome], start: float = 0.0, end: float = math.inf) -> list[int]:
    return [sum(start <= t < end for t in hours(o, Kind.CRIME)) for o in outcomes]


def test_crime_comes_at_its_rate_while_protection_works() -> None:
    """The rate is elicited with protection working, whatever it stops."""
    for products in (GUARD, {"p": product()}):
        found = crimes(plays(world(products=products), 80, keep_log=True))
        assert abs(z_score(found, 40.0)) < 3.29
        assert abs(z_score([(n - 40.0) ** 2 for n in found], 40.0)) < 3.29


def test_larger_organisations_are_hit_more_often() -> None:
    people = [organisation("large", customers=4000.0), organisation("small", customers=250.0)]
    home = SUPPLY_CHAIN | {"crime": CRIME | {"size_exponent": 0.5}, "products": {"p": product()}}
    driver = stage(home, people, runs(people))
    outcomes = plays(driver, 300, keep_log=True)
    for row, expected in ((0, 8.0), (1, 2.0)):
        assert abs(z_score([sum(e.who == row for e in entries(o, Kind.CRIME)) for o in outcomes], expected)) < 3.29


def test_regimes_scale_crime() -> None:
    busy = CRIME | {"theatre": "north", "multiplier": {"war_direct": 3}}
    driver = world(5, busy, theatres={"north": theatre("war_direct", {})})
    assert abs(z_score(crimes(plays(driver, 50, keep_log=True)), 60.0)) < 3.29


def test_an_intrusion_takes_the_route_of_its_host_group() -> None:
    rules = {
        "on_activation": {"water": {"privileged": {"precautionary_stop": 1, "loss_of_view": 0, "unsafe_control": 0}}}
    }
    home = {"service": STRIKES | rules}
    assert entries(play(world(crime=CRIME | {"host_group": "privileged"}, **home)), Kind.OUTAGE)
    assert not entries(play(world(crime=CRIME | {"host_group": "near_ot"}, **home)), Kind.OUTAGE)


# The gap: removal from 2000 to 5000 hours.

REMOVAL = {
    "removal": {"time": "3000 h", "overrun": 1, "integrators": 100},
    "instruments": [ADVICE | {"trigger": {"at": "2000 h"}}],
}


@pytest.mark.parametrize(("coverage", "factor"), [(1.0, 5.0), (0.5, 1 / 0.6)])
def test_a_migration_is_a_gap_until_the_replacement_works(coverage: float, factor: float) -> None:
    outcomes = plays(world(coverage=coverage, **REMOVAL), 60, keep_log=True)
    for start, end, gap in ((0, 2000, 1.0), (2000, 5000, factor), (5000, 8766, 1.0)):
        expected = 10 * 4 * gap * (end - start) / 8766
        assert abs(z_score(crimes(outcomes, start, end), expected)) < 3.29


def test_stale_definitions_lose_half_their_worth_in_each_half_life() -> None:
    """A ban whose notice ends at 2000 stops updates; nobody removes the product."""
    ban = ADVICE | {"kind": "ban", "trigger": {"at": "0 h"}, "comply": 0, "notice": "2000 h"}
    outcomes = plays(world(instruments=[ban]), 60, keep_log=True)
    assert abs(z_score(crimes(outcomes, 0, 2000), 40 * 2000 / 8766)) < 3.29
    for start, end in ((2000, 3000), (3000, 5000), (5000, 8766)):
        # integral of (1 - 0.8 2^(-s)) / 0.2 over s half-lives since the stop
        a, b = (start - 2000) / 1000, (end - 2000) / 1000
        gap = 1000 * ((b - a) - 0.8 * (0.5**a - 0.5**b) / math.log(2)) / 0.2
        assert abs(z_score(crimes(outcomes, start, end), 40 * gap / 8766)) < 3.29


def test_the_gap_adds_crimes_and_takes_none_away() -> None:
    """Candidates and their marks are the same in both worlds."""
    gapped, calm = world(**REMOVAL), world()
    for replication in range(5):
        here, there = play(gapped, replication), play(calm, replication)
        assert set(hours(there, Kind.CRIME)) < set(hours(here, Kind.CRIME))
        assert {t for t in hours(here, Kind.CRIME) if not 2000 <= t < 5000} == {
            t for t in hours(there, Kind.CRIME) if not 2000 <= t < 5000
        }


def test_two_products_protect_one_after_the_other() -> None:
    """While one of two is taken out, the other goes on: the gap is that one's alone."""
    people = towns(10, own_teams=9)
    home = SUPPLY_CHAIN | {
        "crime": CRIME,
        "vendors": {
            "v": {"label": "V", "home": "R", "reach_outside": 0},
            "w": {"label": "W", "home": "Q", "reach_outside": 0},
        },
        "products": GUARD | {"q": product("w", protects=0.5)},
        "restoration": {"r": {"kind": "rebuild", "time": "1 h"}},
    }
    driver = stage(home | REMOVAL, people, runs(people) + runs(people, "q"))
    outcomes = plays(driver, 40, keep_log=True)
    assert abs(z_score(crimes(outcomes, 2000, 5000), 40 * 5 * 3000 / 8766)) < 3.29


def test_without_crime_only_its_intrusions_are_gone() -> None:
    rest = {"given": {"compromises": [strike(100)]}, "payloads": {"wiper": wiper(delay="3 h")}}
    on, off = world(**rest), world(crime=None, **rest)
    for replication in range(4):
        here, there = play(on, replication), play(off, replication)
        assert len(entries(here, Kind.CRIME)) > 20
        assert story(on, here, is_a(Kind.CRIME)) == story(off, there)
