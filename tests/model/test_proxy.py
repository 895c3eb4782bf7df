"""Mechanism 13: a compromised telecom operator raises the hazard of its customers, one step deep."""

from __future__ import annotations

import math
from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.model.kinds import Kind
from tests.model.worlds import (
    NEVER,
    SUPPLY_CHAIN,
    entries,
    hours,
    is_a,
    link,
    organisation,
    play,
    plays,
    runs,
    stage,
    story,
    strike,
    subjects,
    towns,
    wiper,
    z_of_share,
    z_score,
)

PROXY = {"rate": "2 / year", "restoration": "r"}
CARRIER = organisation("carrier", "telecom")
QUIET = {"wiper": wiper(trigger="dormant", delay=None)}


def world(detected: str = "4000 h", customers: int = 5, **sections: Any) -> Driver:
    """A carrier that carries a quiet implant, and towns that are its customers and never lose its service."""
    people = [CARRIER, *towns(customers, own_teams=9)]
    links = [link(t.name, "carrier", 1e9) for t in people[1:]]
    home = SUPPLY_CHAIN | {
        "payloads": QUIET,
        "detection": {"d": {"own": detected, "pull": "0 h"}},
        "given": {"compromises": [strike(10)]},
        "telecom_proxy": PROXY,
    }
    return stage(home | sections, people, runs(people[:1]), links)


def test_customers_are_entered_at_the_rate_while_the_operator_is_compromised() -> None:
    """Installed at 11, found at 4011, clean at 4035."""
    outcomes = plays(world(), 300, keep_log=True)
    entered = [hours(o, Kind.PROXY) for o in outcomes]
    share = -math.expm1(-2 * (4035 - 11) / 8766)
    assert abs(z_of_share(sum(map(len, entered)), 1500, share)) < 3.29
    assert min(t for times in entered for t in times) > 11
    assert max(t for times in entered for t in times) < 4035
    assert any(t > 4011 for times in entered for t in times), "until it is cleaned, not only until it is found"


def test_entries_are_exponential() -> None:
    times = [t - 11 for o in plays(world(NEVER), 200, keep_log=True) for t in hours(o, Kind.PROXY)]
    assert len(times) == 1000
    assert abs(z_score(times, 8766 / 2)) < 3.29


def test_a_proxy_strikes_like_any_intrusion_and_is_a_cause_of_its_own() -> None:
    outcome = next(o for o in (play(world(), k) for k in range(9)) if entries(o, Kind.PROXY))
    proxies = [x for x in outcome.losses if x.cause.kind == "telecom_proxy"]
    assert len(proxies) == len(entries(outcome, Kind.PROXY))
    for loss in proxies:
        assert loss.customer_hours == [24_000.0, 0.0, 0.0]
        assert (loss.cause.vendor, loss.cause.installs) == ("v", 1)
        assert loss.cause.year == 0


def test_one_step_deep_only() -> None:
    """The customer of a customer, itself a telecom operator's, is left alone."""
    people = [CARRIER, organisation("resale", "telecom"), organisation("town")]
    links = [link("resale", "carrier", 1e9), link("town", "resale", 1e9)]
    driver = stage(
        SUPPLY_CHAIN
        | {
            "payloads": QUIET,
            "given": {"compromises": [strike(10)]},
            "telecom_proxy": PROXY | {"rate": "1000 / year"},
        },
        people,
        runs(people[:1]),
        links,
    )
    outcome = play(driver)
    assert subjects(driver, outcome, Kind.PROXY) == ["resale"]


@pytest.mark.parametrize("sector", ["water", "energy"])
def test_only_telecom_operators_are_stepping_stones(sector: str) -> None:
    people = [organisation("carrier", sector), organisation("town")]
    driver = stage(
        SUPPLY_CHAIN
        | {
            "payloads": QUIET,
            "given": {"compromises": [strike(10)]},
            "telecom_proxy": PROXY | {"rate": "1000 / year"},
        },
        people,
        runs(people[:1]),
        [link("town", "carrier", 1e9)],
    )
    assert not entries(play(driver), Kind.PROXY)


def test_those_who_carry_the_code_already_are_not_entered() -> None:
    people = [CARRIER, *towns(3)]
    driver = stage(
        SUPPLY_CHAIN
        | {
            "payloads": QUIET,
            "given": {"compromises": [strike(10)]},
            "telecom_proxy": PROXY | {"rate": "1000 / year"},
        },
        people,
        runs(people[:2]),
        [link(t.name, "carrier", 1e9) for t in people[1:]],
    )
    assert sorted(subjects(driver, play(driver), Kind.PROXY)) == ["town01", "town02"]


def test_a_carrier_is_a_stepping_stone_once_however_many_hosts_it_runs() -> None:
    people = [CARRIER, organisation("town")]
    driver = stage(
        SUPPLY_CHAIN
        | {
            "payloads": QUIET,
            "given": {"compromises": [strike(10)]},
            "telecom_proxy": PROXY | {"rate": "1000 / year"},
        },
        people,
        runs(people[:1]) + runs(people[:1], host_group="near_ot"),
        [link("town", "carrier", 1e9)],
    )
    assert len(entries(play(driver), Kind.PROXY)) == 1


def test_a_faulty_update_opens_no_door() -> None:
    fault = {"rate": "20 / year", "path": "code_release", "activation": 0, "detection": "d", "restoration": "r"}
    sections = {"faults": {"crash": fault}, "products": {"p": SUPPLY_CHAIN["products"]["p"] | {"fault": "crash"}}}  # type: ignore[index]
    driver = world(NEVER, given=None, **sections)
    outcome = play(driver)
    assert entries(outcome, Kind.INSTALL)
    assert not entries(outcome, Kind.PROXY)


def test_without_the_proxy_only_its_intrusions_are_gone() -> None:
    on, off = world(), world(telecom_proxy=None)
    seen = 0
    for replication in range(6):
        here, there = play(on, replication), play(off, replication)
        seen += len(entries(here, Kind.PROXY))
        assert story(on, here, is_a(Kind.PROXY)) == story(off, there)
    assert seen > 5
