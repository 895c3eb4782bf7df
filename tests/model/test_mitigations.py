"""What mitigations by operators change in the story of a replication, and that they change nothing else.

A share is compared with its expected value by |z| < 3.29: at a fresh seed a right model fails once in a thousand.
"""

from __future__ import annotations

from collections import Counter

import pytest

from simulator.chance.driver import Driver
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from tests.model.mitigated import (
    AFTER_INSTALL,
    CRIME,
    HERE,
    MANY,
    STRUCK,
    at,
    both,
    changed,
    measure,
    only_here,
    shares,
    staged,
)
from tests.model.worlds import (
    BLINDS,
    STRIKES,
    SUPPLY_CHAIN,
    entries,
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
    strike,
    subjects,
    towns,
    wiper,
    z_of_share,
    z_score,
)

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
        assert changed((off, before), (on, after)) <= {(kind, "town00") for kind in ("CRIME", *AFTER_INSTALL)}
    assert abs(z_score(counts["here"], 12.0)) < 3.29
    assert abs(z_score(counts["there"], 4.0)) < 3.29


def test_a_path_that_is_shut_carries_nothing() -> None:
    off, on = both(STRUCK, {"close_paths": ["code_release"]})
    assert at("town00/p/office", on, Kind.INSTALL) == []
    assert only_here(off, on, *AFTER_INSTALL)


def test_another_path_stays_open() -> None:
    off, on = both(STRUCK, {"close_paths": ["cloud_command", "telemetry"]})
    assert changed(off, on) == set()


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
