"""What each effect of a mitigation changes in the story of a replication, and that it changes nothing else.

A share is compared with its expected value by |z| < 3.29: at a fresh seed a right model fails once in a thousand.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.chance.future import Answer
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.portfolio import Dependency
from tests.driven import probability
from tests.model.mitigated import HERE, changed, measure, staged
from tests.model.worlds import (
    BLINDS,
    FREE,
    HOSTS,
    NEVER,
    STRIKES,
    SUPPLY_CHAIN,
    coercion,
    entries,
    exponential,
    given,
    hours,
    link,
    name_of,
    organisation,
    play,
    plays,
    product,
    routes,
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

STRUCK = SUPPLY_CHAIN | {"given": {"compromises": [strike(10)]}}
"""Everybody installs at hour 11, is struck there and restored 24 hours later; nobody ever notices."""
CRIME = {
    "rate": "4 / year",
    "reference_customers": 1000,
    "size_exponent": 0,
    "stale_after": "48 h",
    "restoration": "r",
}
MANY = 600


def both(
    sections: Any,
    does: Any,
    people: Any = None,
    dependencies: Sequence[Dependency] | None = None,
    links: Any = (),
    replication: int = 0,
    **fields: Any,
) -> tuple[tuple[Driver, Outcome], tuple[Driver, Outcome]]:
    """One replication without and with a mitigation of the first of three towns."""
    people = towns(3) if people is None else people
    dependencies = runs(people) if dependencies is None else dependencies
    drivers = [
        staged(sections, people, dependencies, links),
        staged(sections, people, dependencies, links, m=measure(does, **({"scope": HERE} | fields))),
    ]
    off, on = ((driver, play(driver, replication)) for driver in drivers)
    return off, on


def at(name: str, each: tuple[Driver, Outcome], kind: Kind) -> list[float]:
    """Hours at which events of a kind happened to one subject."""
    return [e.time_h for e in entries(each[1], kind) if name_of(each[0], e) == name]


def only_here(off: Any, on: Any, *kinds: str) -> bool:
    """Does nothing change but these kinds of event, at the one town in scope?"""
    found = changed(off, on)
    return bool(found) and all(kind in kinds and subject.startswith("town00") for kind, subject in found)


AFTER_INSTALL = ("INSTALL", "ACTIVATION", "OUTAGE", "SERVICE_DOWN", "REPAIR_STARTS", "RESTORED", "SERVICE_UP")


# What keeps code out


def test_updates_that_wait_arrive_later() -> None:
    off, on = both(STRUCK, {"hold_updates": "48 h"})
    assert at("town00/p/office", off, Kind.INSTALL) == [11.0]
    assert at("town00/p/office", on, Kind.INSTALL) == [59.0]
    assert only_here(off, on, *AFTER_INSTALL)


def test_the_longest_wait_counts_and_not_the_sum() -> None:
    people = towns(1)
    waits = {"a": measure({"hold_updates": "48 h"}), "b": measure({"hold_updates": "30 h"})}
    driver = staged(STRUCK, people, runs(people, hold_back_h=20.0), **waits)
    assert hours(play(driver), Kind.INSTALL) == [59.0]


def test_commands_do_not_wait() -> None:
    live = STRUCK | {
        "products": {"p": product(paths={"cloud_command": 1}, adoption={"cloud_command": "a"})},
        "given": {"compromises": [strike(path="cloud_command")]},
    }
    off, on = both(live, {"hold_updates": "48 h"})
    assert changed(off, on) == set()


@pytest.mark.slow
def test_the_price_of_waiting_is_stale_protection() -> None:
    """Definitions 48 hours old are worth half: of 0.8 protected 0.4 is left, so crime is three times as frequent."""
    people = towns(2)
    home = SUPPLY_CHAIN | {"crime": CRIME, "products": {"p": product(protects=0.8)}}
    off = staged(home, people, runs(people))
    on = staged(home, people, runs(people), m=measure({"hold_updates": "48 h"}, scope=HERE))
    counts: dict[str, list[int]] = {"here": [], "there": []}
    for before, after in zip(plays(off, 150, keep_log=True), plays(on, 150, keep_log=True), strict=True):
        found = Counter(subjects(on, after, Kind.CRIME))
        counts["here"].append(found["town00"])
        counts["there"].append(found["town01"])
        assert changed((off, before), (on, after)) <= {
            (kind, "town00") for kind in ("CRIME", *AFTER_INSTALL)
        }
    assert abs(z_score(counts["here"], 12.0)) < 3.29
    assert abs(z_score(counts["there"], 4.0)) < 3.29


def test_a_path_that_is_shut_carries_nothing() -> None:
    off, on = both(STRUCK, {"close_paths": ["code_release"]})
    assert at("town00/p/office", on, Kind.INSTALL) == []
    assert only_here(off, on, *AFTER_INSTALL)


def test_another_path_stays_open() -> None:
    off, on = both(STRUCK, {"close_paths": ["cloud_command", "telemetry"]})
    assert changed(off, on) == set()


def shares(does: Any, sections: Any, people: Any = None, **fields: Any) -> tuple[Driver, Outcome, Driver, Outcome]:
    """Many towns, all in scope."""
    people = towns(MANY, own_teams=9) if people is None else people
    off = staged(sections, people, runs(people))
    on = staged(sections, people, runs(people), m=measure(does, **fields))
    return off, play(off), on, play(on)


def test_least_privilege_leaves_code_a_share_of_the_machines() -> None:
    """All install and act; with 0.4 of the reach, 0.4 of those struck stop."""
    off, before, on, after = shares({"reach_left": 0.4}, STRUCK)
    stopped = set(subjects(on, after, Kind.OUTAGE))
    assert len(subjects(off, before, Kind.OUTAGE)) == MANY
    assert abs(z_of_share(len(stopped), MANY, 0.4)) < 3.29
    spared = {name for _, name in changed((off, before), (on, after))}
    assert spared == set(on.world.organisations.names) - stopped
    assert {kind for kind, _ in changed((off, before), (on, after))} == {"OUTAGE", "SERVICE_DOWN", "SERVICE_UP"}


def test_two_that_leave_three_tenths_leave_nine_hundredths_together() -> None:
    people = towns(4 * MANY, own_teams=9)
    each = measure({"reach_left": 0.3})
    driver = staged(STRUCK, people, runs(people), a=each, b=each)
    stopped = len(subjects(driver, play(driver), Kind.OUTAGE))
    assert abs(z_of_share(stopped, 4 * MANY, 0.09)) < 3.29


@pytest.mark.parametrize(("mode", "left"), [("disruption", 0.3), ("disruption", 0.0), ("espionage", 0.3)])
def test_code_of_one_mode_works_at_a_share_of_those_who_have_it(mode: str, left: float) -> None:
    off, before, on, after = shares({"activation_left": {mode: left}}, STRUCK)
    expected = left if mode == "disruption" else 1.0
    acted = len(subjects(on, after, Kind.ACTIVATION))
    assert len(subjects(off, before, Kind.ACTIVATION)) == MANY
    if expected in (0.0, 1.0):
        assert acted == expected * MANY
    else:
        assert abs(z_of_share(acted, MANY, expected)) < 3.29
    assert hours(before, Kind.INSTALL) == hours(after, Kind.INSTALL)


def test_espionage_behind_a_filter_has_fewer_victims() -> None:
    spy = {
        "mode": "espionage",
        "trigger": "on_install",
        "delay": "0 h",
        "activation": 1,
        "selection": {
            "discount": "0.0001 / year",
            "found_per_active": "0 / year",
            "found_per_dormant": "0 / year",
            "found_outside": "0 / year",
        },
        "detection": "d",
        "restoration": "r",
    }
    _, before, _, after = shares({"activation_left": {"espionage": 0.3}}, STRUCK | {"payloads": {"wiper": spy}})
    assert before.espionage_victims > 500
    assert abs(z_of_share(after.espionage_victims, before.espionage_victims, 0.3)) < 3.29


# From a struck host to an outage


MIXED = {"precautionary_stop": 0.4, "loss_of_view": 0.3, "unsafe_control": 0.3}
ROUTED = STRUCK | {"service": {"on_activation": routes(MIXED), "stopped_output": 0, "unsafe_water": 0}}
GUARD = {"precautionary_stop": 1, "loss_of_view": 0.5, "unsafe_control": 0.2}


def test_segmentation_thins_each_route_by_its_own_share() -> None:
    _, _, on, after = shares({"routes_left": GUARD}, ROUTED)
    found = Counter(e.detail for e in entries(after, Kind.OUTAGE))
    for route, whole in MIXED.items():
        assert abs(z_of_share(found[route], MANY, whole * GUARD[route])) < 3.29
    assert len(subjects(on, after, Kind.ACTIVATION)) == MANY


def test_segmentation_of_one_host_group_is_no_use_to_another() -> None:
    people = towns(40, own_teams=9)
    both_hosts = [*runs(people), *runs(people, host_group="near_ot")]
    blocked = {"precautionary_stop": 0, "loss_of_view": 0, "unsafe_control": 0}
    off = staged(ROUTED, people, both_hosts)
    on = staged(ROUTED, people, both_hosts, m=measure({"routes_left": blocked}, scope={"host_groups": ["near_ot"]}))

    def routes_of(driver: Driver) -> dict[int, int]:
        """Outages by host group of the activation that caused them."""
        log = play(driver).log or ()
        parents = [log[e.parent] for e in log if e.kind is Kind.OUTAGE]
        return Counter(int(p.detail or 0) for p in parents if p.kind is Kind.ACTIVATION)

    assert routes_of(off) == {0: 40, 2: 40}
    assert routes_of(on) == {0: 40}


def test_segmentation_guards_the_first_town_only() -> None:
    off, on = both(STRUCK, {"routes_left": {"precautionary_stop": 0, "loss_of_view": 1, "unsafe_control": 1}})
    assert at("town00", on, Kind.OUTAGE) == []
    assert only_here(off, on, "OUTAGE", "SERVICE_DOWN", "SERVICE_UP")


# Noticing and restoring


def test_monitoring_shortens_the_time_to_notice() -> None:
    """Dormant code, found by the first town at a fifth of the time: that reveals it for all."""
    home = STRUCK | {
        "payloads": {"wiper": wiper(trigger="dormant", delay=None)},
        "detection": {"d": {"own": "100 h", "pull": "0 h"}},
    }
    off, on = both(home, {"notice_left": 0.2})
    assert hours(off[1], Kind.DETECTION) == [111.0]
    assert hours(on[1], Kind.DETECTION) == [31.0]
    off, on = both(home, {"notice_left": 0.2}, scope={"organisations": ["town00"]}, starts={"at": "11 h"})
    assert hours(on[1], Kind.DETECTION) == [111.0]  # it was not there yet when the code was released


def test_offline_copies_halve_one_kind_of_restoration() -> None:
    off, on = both(STRUCK, {"restoration_left": {"rebuild": 0.5}})
    assert at("town00", off, Kind.RESTORED) == [35.0]
    assert at("town00", on, Kind.RESTORED) == [23.0]
    assert only_here(off, on, "RESTORED", "SERVICE_UP")
    off, on = both(STRUCK, {"restoration_left": {"restart": 0.5, "visit": 0.5}})
    assert changed(off, on) == set()


def test_one_more_team_of_its_own_takes_the_second_job() -> None:
    home = {
        "restoration": {"r": {"kind": "rebuild", "time": "24 h"}},
        "given": given(("town00", 10.0, "r"), ("town00", 12.0, "r"), ("town01", 10.0, "r"), ("town01", 12.0, "r")),
    }
    off, on = both(home, {"own_teams": 1}, dependencies=())
    assert at("town00", off, Kind.REPAIR_STARTS) == [10.0, 34.0]
    assert at("town00", on, Kind.REPAIR_STARTS) == [10.0, 12.0]
    assert only_here(off, on, "REPAIR_STARTS", "RESTORED", "SERVICE_UP", "SERVICE_DOWN")


def test_one_more_team_in_the_pool() -> None:
    home = {
        "pools": {"crew": {"teams": 1, "priority": "first_come"}, "other": {"teams": 1, "priority": "first_come"}},
        "restoration": {"r": {"kind": "rebuild", "time": "24 h"}},
        "given": given(*((f"town0{k}", 10.0 + k, "r") for k in range(5))),
    }
    people = [organisation(f"town0{k}", own_teams=0, pool="crew" if k < 3 else "other") for k in range(5)]
    off, on = both(home, {"pool_teams": {"crew": 1}}, people, dependencies=())
    assert hours(off[1], Kind.REPAIR_STARTS) == [10.0, 13.0, 34.0, 37.0, 58.0]
    assert hours(on[1], Kind.REPAIR_STARTS) == [10.0, 11.0, 13.0, 34.0, 37.0]
    assert {name for _, name in changed(off, on)} == {"town01", "town02"}
    _, later = both(home, {"pool_teams": {"crew": 1}}, people, dependencies=(), starts={"at": "12 h"})
    assert hours(later[1], Kind.REPAIR_STARTS) == [10.0, 12.0, 13.0, 34.0, 37.0]


SUPPLIED = [organisation("grid", "energy"), organisation("mast", "telecom"), organisation("town00")]


@pytest.mark.parametrize(("deliveries", "empty"), [(0, [22.0]), (1, [])])
def test_a_larger_buffer_lasts_longer(deliveries: int, empty: list[float]) -> None:
    """Grid and mast are out from 10 to 30; the buffer for power holds 4 hours, and 8 more were added."""
    home = {"given": given(("grid", 10.0, 20.0), ("mast", 10.0, 20.0))}
    links = [link("town00", "grid", 4.0, fallback=0.5), link("town00", "mast", 4.0, fallback=0.8)]
    does = {"buffers": {"provider": "energy", "added": "8 h", "deliveries": deliveries}}
    off, on = both(home, does, SUPPLIED, (), links)
    names = off[0].world.links.names
    by_grid, by_mast = (next(n for n in names if word in n) for word in ("grid", "mast"))
    assert at(by_grid, off, Kind.BUFFER_EMPTY) == at(by_mast, off, Kind.BUFFER_EMPTY) == [14.0]
    assert at(by_mast, on, Kind.BUFFER_EMPTY) == [14.0]
    assert at(by_grid, on, Kind.BUFFER_EMPTY) == empty
    kinds = {kind for kind, name in changed(off, on) if name not in (by_grid, "town00")}
    assert kinds == set()


def test_drills_keep_more_by_hand() -> None:
    hand = {"water": {"share": 0.5, "floor": 0.2, "falls_by": 0.1, "every": "6 h"}}
    home = STRUCK | {"service": STRIKES | {"on_activation": routes(BLINDS), "manual": hand}}
    off, on = both(home, {"manual": {"share": 0.9, "floor": 0.7, "falls_by": 0.05}})

    def levels(each: tuple[Driver, Outcome], name: str) -> list[float]:
        down = entries(each[1], Kind.SERVICE_DOWN)
        return [round(float(e.detail or 0.0), 9) for e in down if name_of(each[0], e) == name]

    assert levels(off, "town00") == [0.5, 0.4, 0.3, 0.2]
    assert levels(on, "town00") == [0.9, 0.85, 0.8, 0.75]
    assert levels(on, "town01") == [0.5, 0.4, 0.3, 0.2]
    assert only_here(off, on, "SERVICE_DOWN", "SERVICE_UP", "MANUAL_FALLS")


def test_drills_never_make_plant_by_hand_worse() -> None:
    hand = {"water": {"share": 0.5, "floor": 0.2, "falls_by": 0.1, "every": "6 h"}}
    home = STRUCK | {"service": STRIKES | {"on_activation": routes(BLINDS), "manual": hand}}
    off, on = both(home, {"manual": {"share": 0.3, "floor": 0.1, "falls_by": 0.4}})
    assert changed(off, on) == set()


# Another product


TWO = {
    "vendors": {"v": vendor(), "w": vendor("Q")},
    "products": {"p": product(), "q": product("w")},
    "removal": {"time": "40 h", "overrun": 1.5, "integrators": 1},
}
SWAP = {"replace": {"by": {"p": "q"}}}
PLANNED = {"replace": {"by": {"p": "q"}, "planned": True}}


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


def at_war(hazard: float, occasions: float) -> dict[str, Any]:
    """Nothing but war, and a state that looks at the stakes of the day alone; a use that fails ends nothing."""
    pressed = coercion(
        {"war_direct": f"{hazard} / year"},
        occasions={"war_direct": f"{occasions} / year"},
        burn_cost={"war_direct": 1},
        compliance={"war_direct": 1},
        failed_use_burns=False,
    )
    return {"theatres": {"east": theatre("war_direct", {}, coercion=pressed)}}


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


# When it works


def closes(starts: Any, sections: Any = STRUCK, **fields: Any) -> list[float]:
    """Hours of installs at the first town, which shuts its path from the start given."""
    _, on = both(sections, {"close_paths": ["code_release"]}, starts=starts, **fields)
    return at("town00/p/office", on, Kind.INSTALL)


def test_it_begins_at_a_date() -> None:
    """It counts when the code arrives, not when it is released."""
    assert closes({"at": "10.5 h"}) == []
    assert closes({"at": "11.5 h"}) == [11.0]


def test_it_begins_when_a_regime_is_reached() -> None:
    def scripted(hour: str) -> dict[str, Any]:
        steps = {"regimes": {"east": [{"at": hour, "regime": "crisis"}]}, "compromises": [strike(10)]}
        return STRUCK | {"theatres": {"east": theatre("peace")}, "given": steps}

    start = {"theatre": "east", "regime": "crisis"}
    assert closes(start, scripted("5 h")) == []
    assert closes(start, scripted("20 h")) == [11.0]


DISCLOSED = STRUCK | {"given": {"compromises": [strike(10, detected_after="50 h"), strike(100)]}}


def test_it_begins_at_a_disclosure_about_a_vendor_in_scope() -> None:
    assert closes({"disclosure": True}, DISCLOSED) == [11.0]
    assert closes({"at": "3000 h"}, DISCLOSED) == [11.0, 101.0]
    other = DISCLOSED | TWO
    scope = {"organisations": ["town00"], "vendors": ["w"]}
    assert closes({"disclosure": True}, other, scope=scope) == [11.0, 101.0]


WARNING = {
    "name": "warning",
    "kind": "private_warning",
    "vendors": ["v"],
    "comply": 0,
    "comply_delay": "0 h",
}


@pytest.mark.parametrize(
    ("trigger", "installs"),
    [
        ({"at": "5 h"}, []),
        ({"at": "20 h"}, [11.0]),
        ({"disclosure": True}, [11.0]),  # at hour 60
        ({"disclosure": True, "delay": "60 h"}, [11.0, 101.0]),
    ],
)
def test_it_begins_at_a_warning(trigger: Any, installs: list[float]) -> None:
    home = DISCLOSED | {"instruments": [WARNING | {"trigger": trigger}]}
    assert closes({"warning": "warning"}, home) == installs


def test_what_acts_by_itself_begins_at_a_warning_after_a_disclosure() -> None:
    home = DISCLOSED | TWO | {"instruments": [WARNING | {"trigger": {"disclosure": True}}]}
    _, on = both(home, PLANNED, starts={"warning": "warning"})
    assert at("town00/p/office", on, Kind.REPLACED) == [60.0]
    _, on = both(home, PLANNED, starts={"disclosure": True}, rollout="5 h")
    assert at("town00/p/office", on, Kind.REPLACED) == [65.0]


def test_each_town_has_a_roll_out_of_its_own() -> None:
    """Exponential with a mean of 20 hours: by hour 11, 1 - exp(-11 / 20) have shut the path."""
    _, _, on, after = shares({"close_paths": ["code_release"]}, STRUCK, rollout=exponential("20 h"))
    reached = len(subjects(on, after, Kind.INSTALL))
    assert abs(z_of_share(reached, MANY, math.exp(-11.0 / 20.0))) < 3.29


def test_a_share_of_the_towns_complies() -> None:
    _, _, on, after = shares({"close_paths": ["code_release"]}, STRUCK, comply=0.3)
    assert abs(z_of_share(len(subjects(on, after, Kind.INSTALL)), MANY, 0.7)) < 3.29


@pytest.mark.parametrize("does", [{"close_paths": ["code_release"]}, {"hold_updates": "48 h"}, PLANNED])
def test_nobody_or_everybody_complies(does: Any) -> None:
    home = STRUCK | TWO
    off, none = both(home, does, comply=0)
    assert changed(off, none) == set()
    _, everybody = both(home, does, comply=1)
    _, unsaid = both(home, does)
    assert changed(everybody, unsaid) == set()
    assert changed(off, everybody) != set()


def test_who_complies_hangs_on_nobody_else() -> None:
    """Fewer towns in scope: those that remain decide as before."""
    people = towns(60, own_teams=9)
    some = [o.name for o in people[:20]]
    installs = []
    for scope in ({}, {"organisations": some}):
        driver = staged(
            STRUCK, people, runs(people), m=measure({"close_paths": ["code_release"]}, comply=0.5, scope=scope)
        )
        installs.append({s.split("/")[0] for s in subjects(driver, play(driver), Kind.INSTALL)})
    assert installs[0] & set(some) == installs[1] & set(some)
    assert installs[1] >= {o.name for o in people[20:]}


# To whom


MIXED_PEOPLE = [
    organisation("alpha", "water", 500.0, critical=True, government=True),
    organisation("beta", "energy", 5000.0, critical=True),
    organisation("gamma", "telecom", 50000.0, briefed=True),
]


@pytest.mark.parametrize(
    ("scope", "shut"),
    [
        ({}, {"alpha", "beta", "gamma"}),
        ({"sectors": ["energy", "telecom"]}, {"beta", "gamma"}),
        ({"audience": "critical_infrastructure"}, {"alpha", "beta"}),
        ({"audience": "government"}, {"alpha"}),
        ({"audience": "briefed"}, {"gamma"}),
        ({"larger_than": 500}, {"beta", "gamma"}),
        ({"vendors": ["v"]}, {"alpha", "beta", "gamma"}),
        ({"vendors": ["w"]}, set()),
        ({"home_states": ["R"], "sectors": ["water"]}, {"alpha"}),
        ({"products": ["q"]}, set()),
        ({"kinds": ["endpoint_security"], "larger_than": 10000}, {"gamma"}),
        ({"host_groups": ["near_ot"]}, {"beta"}),
    ],
)
def test_a_scope_meets_those_it_names(scope: Any, shut: set[str]) -> None:
    hosts = dict(zip(("alpha", "beta", "gamma"), (HOSTS[0], HOSTS[2], HOSTS[1]), strict=True))
    rows = [runs([o], host_group=hosts[o.name])[0] for o in MIXED_PEOPLE]
    driver = staged(STRUCK | TWO, MIXED_PEOPLE, rows, m=measure({"close_paths": ["code_release"]}, scope=scope))
    reached = {s.split("/")[0] for s in subjects(driver, play(driver), Kind.INSTALL)}
    assert {o.name for o in MIXED_PEOPLE} - reached == shut


def test_what_shuts_the_last_customers_out_ends_the_use_too() -> None:
    """Nobody is left to reach: no use works after the day."""
    people = towns(2)
    home = SUPPLY_CHAIN | at_war(3.0, 40.0)
    on = staged(home, people, runs(people), m=measure({"close_paths": ["code_release"]}, starts={"at": "1000 h"}))
    off = staged(home, people, runs(people))
    before, after = plays(off, 60), plays(on, 60)

    def used(outcomes: list[Outcome]) -> list[float]:
        return [a.time_h for o in outcomes for a in o.future.attempts if a.answer is Answer.SUCCEEDED]

    assert max(used(before)) > 5000.0
    assert max(used(after)) <= 1000.0


@pytest.mark.parametrize(("kept", "ends"), [((), True), (("other",), False)])
def test_a_customer_counts_as_gone_when_the_last_product_of_the_stock_goes(kept: tuple[str, ...], ends: bool) -> None:
    """`other` is the vendor's too; it is in scope and not named to be replaced."""
    people = towns(2)
    products = {"p": product(), "q": product("w"), "other": product()}
    home = SUPPLY_CHAIN | TWO | at_war(3.0, 40.0) | {"products": products}
    rows = [d for name in ("p", *kept) for d in runs(people, name)]
    off, on = staged(home, people, rows), staged(home, people, rows, m=measure(PLANNED))
    assert (probability(on, 1).value < 0.01) == ends
    if not ends:
        assert probability(on, 1).value == probability(off, 1).value
