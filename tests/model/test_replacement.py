"""Mitigations that put another product in place or beside, and those that vendors and governments take.

A share is compared with its expected value by |z| < 3.29: at a fresh seed a right model fails once in a thousand.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from simulator.model.kinds import Kind
from simulator.rules.clock import HOURS_PER_YEAR
from tests.driven import probability
from tests.model.mitigated import (
    CRIME,
    HERE,
    MANY,
    PLANNED,
    STRUCK,
    SWAP,
    TWO,
    at_war,
    both,
    changed,
    measure,
    staged,
)
from tests.model.worlds import (
    FREE,
    NEVER,
    SUPPLY_CHAIN,
    coercion,
    entries,
    exponential,
    hours,
    name_of,
    play,
    plays,
    product,
    runs,
    story,
    strike,
    subjects,
    theatre,
    towns,
    vendor,
    wiper,
    z_of_share,
    z_score,
)

# Another product


def test_replacing_waits_for_integrators_and_takes_the_overrun() -> None:
    off, on = both(SUPPLY_CHAIN | TWO, SWAP, scope={"organisations": ["town00", "town01"]})
    assert hours(on[1], Kind.COMPLIES) == [0.0, 0.0]
    assert hours(on[1], Kind.REMOVAL_STARTS) == [0.0, 60.0]
    assert hours(on[1], Kind.REPLACED) == [60.0, 120.0]
    assert story(*off) == []


def test_a_planned_change_has_no_queue_and_no_overrun() -> None:
    _, on = both(SUPPLY_CHAIN | TWO, PLANNED, scope={"organisations": ["town00", "town01"]}, starts={"at": "70 h"})
    assert hours(on[1], Kind.REPLACED) == [70.0, 70.0]
    assert hours(on[1], Kind.REMOVAL_STARTS) == []


@pytest.mark.parametrize(("does", "price"), [(SWAP, 1000 * 3 * 1.5), (PLANNED, 1000 * 3)])
def test_taking_a_product_out_costs_with_the_overrun_or_without(does: Any, price: float) -> None:
    home = SUPPLY_CHAIN | TWO | {"impact": FREE | {"removal_per_customer": "3 USD"}}
    _, on = both(home, does)
    (loss,) = on[1].losses
    assert (loss.cause.kind, loss.cause.mode) == ("mitigation", "m")
    assert loss.operator == pytest.approx(price)


def test_the_old_product_s_code_no_longer_arrives_and_the_new_one_s_does() -> None:
    hits = [strike(200), strike(300, product="q")]
    off, on = both(SUPPLY_CHAIN | TWO | {"given": {"compromises": hits}}, PLANNED)
    installs = [(e.time_h, name_of(on[0], e)) for e in entries(on[1], Kind.INSTALL)]
    assert installs == [(201.0, "town01/p/office"), (201.0, "town02/p/office"), (301.0, "town00/q/office")]
    assert sorted(subjects(off[0], off[1], Kind.INSTALL)) == [f"town0{k}/p/office" for k in range(3)]


def test_until_it_is_done_the_old_product_is_hit_as_before() -> None:
    home = SUPPLY_CHAIN | TWO | {"given": {"compromises": [strike(10)]}}
    off, on = both(home, SWAP)
    assert changed(off, on) == {
        ("COMPLIES", "town00/p/office"),
        ("REMOVAL_STARTS", "town00/p/office"),
        ("REPLACED", "town00/p/office"),
    }


@pytest.mark.parametrize(
    ("does", "expected"),
    [
        # an eighth of a year of removal at five times the rate, for nothing protects, then as before
        (SWAP, 4.0 * (1.0 + (5.0 - 1.0) / 8.0)),
        (PLANNED, 4.0),
    ],
)
def test_there_is_a_gap_in_protection_meanwhile(does: Any, expected: float) -> None:
    home = SUPPLY_CHAIN | TWO | {
        "products": {"p": product(protects=0.8), "q": product("w", protects=0.8)},
        "removal": {"time": "0.1 years", "overrun": 1.25, "integrators": 1},
        "crime": CRIME,
    }  # fmt: skip
    people = towns(1)
    on = staged(home, people, runs(people), m=measure(does))
    counts = [len(entries(o, Kind.CRIME)) for o in plays(on, 400, keep_log=True)]
    assert abs(z_score(counts, expected)) < 3.29


def test_the_successor_s_own_faults_come_with_it() -> None:
    """Six faults a year of the new product strike the town that has it, from the day it has it."""
    home = SUPPLY_CHAIN | TWO | {
        "products": {"p": product(), "q": product("w", fault="slip")},
        "faults": {
            "slip": {
                "rate": "6 / year", "path": "code_release", "activation": 1, "detection": "d", "restoration": "r",
            }
        },
    }  # fmt: skip
    people = towns(2)
    off = staged(home, people, runs(people))
    on = staged(home, people, runs(people), m=measure(PLANNED, scope=HERE, starts={"at": "0.5 years"}))
    struck = []
    for before, after in zip(plays(off, 100, keep_log=True), plays(on, 100, keep_log=True), strict=True):
        assert hours(before, Kind.FAULT) == hours(after, Kind.FAULT)
        assert not entries(before, Kind.INSTALL)
        assert set(subjects(on, after, Kind.INSTALL)) <= {"town00/q/office"}
        assert all(t > HOURS_PER_YEAR / 2.0 for t in hours(after, Kind.INSTALL))
        struck.append(len(entries(after, Kind.INSTALL)))
    assert abs(z_score(struck, 3.0)) < 3.29


def test_the_successor_s_vendor_can_be_coerced_from_then_on() -> None:
    """The other state's use reaches nobody before, and whoever runs its product after."""
    rates = {"peace": {}}
    home = SUPPLY_CHAIN | TWO | {
        "theatres": {
            "east": theatre(rates=rates, home_state="Q", coercion=coercion({"peace": "1 / year"})),
        },
    }  # fmt: skip
    people = towns(2)
    off = staged(home, people, runs(people))
    on = staged(home, people, runs(people), m=measure(PLANNED, scope=HERE))
    before, after = plays(off, 60, keep_log=True), plays(on, 60, keep_log=True)
    used = [k for k, o in enumerate(before) if o.successes]
    assert 20 < len(used) < 55
    assert [k for k, o in enumerate(after) if o.successes] == used
    assert all(not entries(o, Kind.INSTALL) for o in before)
    for k in used:
        assert subjects(on, after[k], Kind.INSTALL) == ["town00/q/office"]


@pytest.mark.parametrize("does", [SWAP, PLANNED])
def test_what_takes_its_place_stays_and_so_does_what_is_not_named(does: Any) -> None:
    """A scope that holds the successor and a third product too."""
    home = SUPPLY_CHAIN | TWO | {
        "products": {"p": product(), "q": product("w"), "other": product("w")},
        "given": {"compromises": [strike(1000, product="q"), strike(2000, product="other")]},
    }  # fmt: skip
    people = towns(1)
    driver = staged(home, people, [*runs(people), *runs(people, "other")], m=measure(does))
    outcome = play(driver)
    assert subjects(driver, outcome, Kind.COMPLIES, Kind.REPLACED) == ["town00/p/office"] * 2
    assert subjects(driver, outcome, Kind.INSTALL) == ["town00/q/office", "town00/other/office"]


def test_a_second_source_moves_a_share_of_the_machines() -> None:
    """Coverage is the chance that a struck group stops service: 0.7 by the first product, 0.3 by the second."""
    people = towns(MANY, own_teams=9)
    second = measure({"second_source": {"by": {"p": "q"}, "share": 0.3}})
    for name, expected in (("p", 0.7), ("q", 0.3)):
        home = SUPPLY_CHAIN | TWO | {"given": {"compromises": [strike(10, product=name)]}}
        driver = staged(home, people, runs(people), m=second)
        outcome = play(driver)
        assert {s.split("/")[1] for s in subjects(driver, outcome, Kind.INSTALL)} == {name}
        assert len(entries(outcome, Kind.INSTALL)) == MANY
        assert abs(z_of_share(len(entries(outcome, Kind.OUTAGE)), MANY, expected)) < 3.29


def test_a_second_source_that_does_not_run_yet_is_not_hit() -> None:
    home = SUPPLY_CHAIN | TWO | {"given": {"compromises": [strike(10, product="q")]}}
    second = {"second_source": {"by": {"p": "q"}, "share": 0.3}}
    off, on = both(home, second, starts={"at": "20 h"})
    assert not entries(on[1], Kind.INSTALL)
    assert changed(off, on) == {("COMPLIES", "town00/p/office")}


# What vendors do


def use_at(left: float, hazard: float, occasions: float) -> float:
    """Uses that work a year when a share of success is left: nu exp(-B / (theta left)) x left, theta by calibration."""
    return occasions * (hazard / occasions) ** (1.0 / left) * left


CONTROLS = {"controls": {"signed_abroad": {"efficacy": {"code_release": 0.3}}}}
SIGNED = {
    "insiders": 3,
    "outsiders": 2,
    "quorum": 3,
    "insider_complies": 0.7,
    "outsider_signs_blind": 0.1,
    "common_cause": 0,
}
V16_THREE_OF_FIVE = 0.42868


@pytest.mark.parametrize(
    ("does", "left"), [({"controls": ["signed_abroad"]}, 0.7), ({"signing": SIGNED}, V16_THREE_OF_FIVE)]
)
def test_an_order_succeeds_less_often_and_is_given_less_often(does: Any, left: float) -> None:
    """Half a year as before, then with the control. No sampling: one regime and one date."""
    people = towns(2)
    home = SUPPLY_CHAIN | CONTROLS | at_war(0.3, 4.0)
    driver = staged(home, people, runs(people), m=measure(does, starts={"at": "0.5 years"}))
    expected = 0.5 * 0.3 + 0.5 * use_at(left, 0.3, 4.0)
    assert probability(driver, 1).value == pytest.approx(-math.expm1(-expected), rel=2e-5)
    off = staged(home, people, runs(people))
    assert probability(off, 1).value == pytest.approx(-math.expm1(-0.3), rel=1e-9)


def test_a_control_that_the_vendor_has_already_changes_nothing() -> None:
    people = towns(2)
    home = SUPPLY_CHAIN | CONTROLS | at_war(0.3, 4.0) | {"vendors": {"v": vendor(controls=["signed_abroad"])}}
    off = staged(home, people, runs(people))
    on = staged(home, people, runs(people), m=measure({"controls": ["signed_abroad"]}))
    assert probability(on, 1).value == probability(off, 1).value
    for before, after in zip(plays(off, 40, keep_log=True), plays(on, 40, keep_log=True), strict=True):
        assert changed((off, before), (on, after)) == set()


@pytest.mark.parametrize(("does", "left"), [({"controls": ["signed_abroad"]}, 0.7), ({"signing": SIGNED}, 1.0)])
def test_an_intruder_meets_controls_and_no_quorum(does: Any, left: float) -> None:
    people = towns(2)
    home = SUPPLY_CHAIN | CONTROLS | {
        "theatres": {"east": theatre("peace", {})},
        "intrusion": {"theatre": "east", "rate": "0.2 / year", "payload": "wiper"},
    }  # fmt: skip
    driver = staged(home, people, runs(people), m=measure(does))
    assert probability(driver, 1).value == pytest.approx(-math.expm1(-0.2 * left), rel=1e-6)


def test_a_staged_rollout_slows_a_release() -> None:
    rings = {"rings": {"shares": [1], "starts": ["30 h"]}}
    off, on = both(STRUCK, rings, scope={"vendors": ["v"]})
    assert hours(off[1], Kind.INSTALL) == [11.0] * 3
    assert hours(on[1], Kind.INSTALL) == [41.0] * 3
    off, on = both(STRUCK, rings, scope={"vendors": ["v"]}, starts={"at": "10.5 h"})
    assert changed(off, on) == set()


def test_a_vendor_under_orders_passes_its_own_rings_by() -> None:
    people = towns(2)
    home = SUPPLY_CHAIN | at_war(3.0, 40.0)
    off = staged(home, people, runs(people))
    on = staged(home, people, runs(people), m=measure({"rings": {"shares": [1], "starts": ["30 h"]}}))
    outcomes = zip(plays(off, 20, keep_log=True), plays(on, 20, keep_log=True), strict=True)
    assert all(entries(before, Kind.INSTALL) for before, _ in outcomes if before.successes)
    for before, after in zip(plays(off, 20, keep_log=True), plays(on, 20, keep_log=True), strict=True):
        assert changed((off, before), (on, after)) == set()


def test_a_public_log_helps_an_outside_finder() -> None:
    home = STRUCK | {
        "payloads": {"wiper": wiper(trigger="dormant", delay=None)},
        "detection": {"d": {"own": NEVER, "finder": "100 h", "pull": "0 h"}},
    }
    off, on = both(home, {"finder_left": 0.4}, scope={"products": ["p"]})
    assert (hours(off[1], Kind.DETECTION), hours(on[1], Kind.DETECTION)) == ([110.0], [50.0])
    elsewhere = home | TWO
    off, on = both(elsewhere, {"finder_left": 0.4}, scope={"products": ["q"]})
    assert changed(off, on) == set()


# A government act


def test_an_instrument_offered_as_a_mitigation_is_that_instrument() -> None:
    ban = {
        "name": "ban",
        "kind": "ban",
        "trigger": {"at": "100 h"},
        "vendors": ["v"],
        "comply": 0.5,
        "comply_delay": exponential("200 h"),
        "notice": "300 h",
    }
    people = towns(6)
    home = SUPPLY_CHAIN | TWO | {"given": {"compromises": [strike(600)]}}
    offered = staged(home, people, runs(people), m=measure({"instrument": ban}))
    written = staged(home | {"instruments": [ban]}, people, runs(people))
    stories = [story(d, play(d)) for d in (offered, written)]
    assert stories[0] == stories[1]
    assert changed((offered, play(offered)), (d := staged(home, people, runs(people)), play(d))) != set()
