"""Mechanism 7: adoption regimes, rings run by the vendor, hold-backs run by the customer (V11)."""

from __future__ import annotations

import math
from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.chance.future import Stratum
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from tests.model.worlds import (
    HAZARD,
    NEVER,
    SUPPLY_CHAIN,
    coercion,
    entries,
    exponential,
    hours,
    play,
    plays,
    product,
    runs,
    stage,
    story,
    strike,
    subjects,
    theatre,
    towns,
    wiper,
    z_of_share,
    z_score,
)

RINGS = {"shares": [0.01, 0.09, 0.4, 0.5], "starts": ["0 h", "24 h", "72 h", "120 h"]}
SHARES, STARTS = (0.01, 0.09, 0.4, 0.5), (0.0, 24.0, 72.0, 120.0)
QUIET = {"wiper": wiper(trigger="dormant", delay=None)}


def v11(customers: int, rings: dict[str, Any] | None, coerced: bool = False, notices: str = "") -> Driver:
    """A thousand customers notice at 0.0005 per hour each, or fewer more often; the vendor pulls in two hours."""
    people = towns(customers)
    home = SUPPLY_CHAIN | {
        "payloads": QUIET,
        "products": {"p": product(rings=rings)},
        "adoption": {"a": "0 h"},
        "detection": {"d": {"own": exponential(notices or f"{2 * customers} h"), "pull": "2 h"}},
    }
    if coerced:
        home["theatres"] = {"north": theatre("war_direct", {}, coercion=coercion(HAZARD))}
    else:
        home["given"] = {"compromises": [strike(0)]}
    return stage(home, people, runs(people))


def reached(outcome: Outcome, customers: int) -> float:
    return outcome.losses[0].cause.installs / customers


@pytest.mark.slow
def test_rings_of_the_vendor_stop_an_intruder_v11() -> None:
    shares = [reached(o, 1000) for o in plays(v11(1000, RINGS), 300)]
    assert abs(z_score(shares, 0.1261941267)) < 3.29


def test_rings_reached_by_few_customers() -> None:
    """As V11, with rings filled by lot: sum_i r_i (sum_j r_j exp(-h (s_i - d - s_j)+))^(N - 1)."""
    h, delay, n = 0.005, 2.0, 100
    expected = sum(
        r * sum(q * math.exp(-h * max(s - delay - t, 0.0)) for q, t in zip(SHARES, STARTS, strict=True)) ** (n - 1)
        for r, s in zip(SHARES, STARTS, strict=True)
    )
    assert expected == pytest.approx(0.1261941267, rel=0.15)
    shares = [reached(o, n) for o in plays(v11(n, RINGS), 500)]
    assert abs(z_score(shares, expected)) < 3.29


def test_a_ring_opens_unless_the_update_was_pulled_before() -> None:
    driver = v11(200, RINGS)
    whole = hours(play(v11(200, RINGS, notices=NEVER)), Kind.INSTALL)
    for replication in range(8):
        outcome = play(driver, replication)
        cause = outcome.losses[0].cause
        opened = [s for s in STARTS if s < cause.detection_h + 2]
        assert set(hours(outcome, Kind.INSTALL)) <= set(opened)
    assert len(whole) == 200
    for share, start in zip(SHARES, STARTS, strict=True):
        assert abs(z_of_share(whole.count(start), 200, share)) < 3.29


@pytest.mark.parametrize(("rings", "coerced"), [(None, False), (RINGS, True)])
def test_without_rings_or_for_a_vendor_under_orders_all_are_reached_v11(
    rings: dict[str, Any] | None, coerced: bool
) -> None:
    driver = v11(1000, rings, coerced)
    for outcome in plays(driver, 3, Stratum.AT_LEAST_ONE if coerced else Stratum.CRUDE):
        assert reached(outcome, 1000) == 1.0


def test_a_customers_ring_holds_even_against_a_coerced_vendor() -> None:
    people = towns(10)
    driver = stage(
        SUPPLY_CHAIN
        | {
            "detection": {"d": {"own": "10 h", "pull": "1 h"}},
            "theatres": {"north": theatre("war_direct", {}, coercion=coercion(HAZARD))},
        },
        people,
        runs(people[:4]) + runs(people[4:], hold_back_h=48.0),
    )
    outcome = play(driver, stratum=Stratum.AT_LEAST_ONE)
    assert subjects(driver, outcome, Kind.INSTALL) == [f"town0{k}/p/office" for k in range(4)]


def test_a_hold_back_does_nothing_against_a_cloud_command() -> None:
    people = towns(2)
    live = product(
        paths={"cloud_command": 1, "code_release": 1},
        adoption={"cloud_command": "a", "code_release": "a"},
        rings=RINGS,
    )
    driver = stage(
        SUPPLY_CHAIN | {"products": {"p": live}, "given": {"compromises": [strike(10, path="cloud_command")]}},
        people,
        runs(people, hold_back_h=500.0),
    )
    assert hours(play(driver), Kind.INSTALL) == [11.0, 11.0]


def test_every_path_has_its_adoption() -> None:
    people = towns(2)
    two = product(
        paths={"content_update": 1, "code_release": 1},
        adoption={"content_update": "fast", "code_release": "slow"},
    )
    home = SUPPLY_CHAIN | {"products": {"p": two}, "adoption": {"fast": "1 h", "slow": "30 d"}}
    for path, delay in (("content_update", 1.0), ("code_release", 720.0)):
        driver = stage(home | {"given": {"compromises": [strike(10, path=path)]}}, people, runs(people))
        assert hours(play(driver), Kind.INSTALL) == [10 + delay] * 2


def test_one_customer_takes_each_release_at_once() -> None:
    people = towns(5)
    driver = stage(
        SUPPLY_CHAIN | {"products": {"p": product(first_at_release=True)}, "given": {"compromises": [strike(10)]}},
        people,
        runs(people),
    )
    firsts = set()
    for replication in range(30):
        outcome = play(driver, replication)
        assert hours(outcome, Kind.INSTALL) == [10.0, 11.0, 11.0, 11.0, 11.0]
        firsts.add(subjects(driver, outcome, Kind.INSTALL)[0])
    assert len(firsts) == 5


def test_installation_times_are_independent_of_who_else_runs_the_product() -> None:
    people = towns(5)
    home = SUPPLY_CHAIN | {"adoption": {"a": exponential("10 h")}, "given": {"compromises": [strike(10)]}}
    few, many = stage(home, people, runs(people[:2])), stage(home, people, runs(people))
    for replication in range(5):
        here = {(e.time_h, name) for e, name in installs(many, play(many, replication))}
        there = {(e.time_h, name) for e, name in installs(few, play(few, replication))}
        assert there < here


def installs(driver: Driver, outcome: Outcome) -> list[tuple[Any, str]]:
    return list(zip(entries(outcome, Kind.INSTALL), subjects(driver, outcome, Kind.INSTALL), strict=True))


def test_without_rings_only_the_time_of_installs_changes() -> None:
    people = towns(20, own_teams=9)
    crime = {
        "rate": "5 / year",
        "reference_customers": 1000,
        "size_exponent": 0,
        "stale_after": "90 d",
        "restoration": "r",
    }
    home = SUPPLY_CHAIN | {"crime": crime, "given": {"compromises": [strike(100)]}}
    on = stage(home | {"products": {"p": product(rings=RINGS)}}, people, runs(people))
    off = stage(home, people, runs(people))
    for replication in range(4):
        here, there = play(on, replication), play(off, replication)
        assert sorted(subjects(on, here, Kind.INSTALL)) == sorted(subjects(off, there, Kind.INSTALL))
        assert hours(here, Kind.INSTALL) != hours(there, Kind.INSTALL)

        def released(entry: Any) -> bool:
            return bool(entry.kind is Kind.GIVEN_COMPROMISE)

        assert [x for x in story(on, here, released) if x[1] == "CRIME"]
        assert [x for x in story(on, here, released) if x[1] == "CRIME"] == [
            x for x in story(off, there, released) if x[1] == "CRIME"
        ]


def test_updates_that_stop_before_a_release_arrives_keep_it_out() -> None:
    """A ban's notice ends after the release and before its installation."""
    people = towns(2)
    ban = {
        "name": "ban",
        "kind": "ban",
        "trigger": {"at": "0 h"},
        "vendors": ["v"],
        "comply": 0,
        "comply_delay": "0 h",
        "notice": "20 h",
    }
    home = SUPPLY_CHAIN | {
        "adoption": {"a": "15 h"},
        "given": {"compromises": [strike(10)]},
        "detection": {"d": {"own": "5 h", "pull": "0 h"}},
    }
    assert len(hours(play(stage(home, people, runs(people))), Kind.INSTALL)) == 2
    outcome = play(stage(home | {"instruments": [ban]}, people, runs(people)))
    assert not hours(outcome, Kind.INSTALL, Kind.DETECTION, Kind.ACTIVATION)
