"""Mechanism 9: IT, OT and service are three things; three routes to an outage; running plant by hand."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from tests.model.worlds import (
    BLINDS,
    HOSTS,
    STOPS,
    SUPPLY_CHAIN,
    WRECKS,
    entries,
    hours,
    is_a,
    organisation,
    play,
    plays,
    routes,
    runs,
    stage,
    story,
    strike,
    towns,
    unserved,
    z_of_share,
)

MANUAL = {"share": 0.8, "floor": 0.5, "falls_by": 0.1, "every": "5 h"}


def service(route: dict[str, float], **changes: Any) -> dict[str, Any]:
    return {"on_activation": routes(route), "stopped_output": 0.25, "unsafe_water": 0} | changes


def world(rules: dict[str, Any], sector: str = "water", group: str = "office", **sections: Any) -> Driver:
    people = [organisation("town", sector, own_teams=9)]
    home = SUPPLY_CHAIN | {"service": rules, "given": {"compromises": [strike(10)]}}
    return stage(home | sections, people, runs(people, host_group=group))


def levels(outcome: Outcome) -> list[tuple[float, float]]:
    """(hour, output) after each change."""
    return [(e.time_h, float(e.detail or 0.0)) for e in entries(outcome, Kind.SERVICE_DOWN, Kind.SERVICE_UP)]


@pytest.mark.parametrize("sector", ["water", "telecom", "energy"])
def test_the_three_routes_to_an_outage(sector: str) -> None:
    for route, name, output in (
        (STOPS, "precautionary_stop", 0.25),
        (BLINDS, "loss_of_view", 0.0),
        (WRECKS, "unsafe_control", 0.0),
    ):
        outcome = play(world(service(route), sector))
        assert [e.detail for e in entries(outcome, Kind.OUTAGE)] == [name]
        assert levels(outcome) == [(11.0, output), (35.0, 1.0)]


def test_what_stays_in_it_costs_a_restoration_and_no_service() -> None:
    outcome = play(world(service({"precautionary_stop": 0, "loss_of_view": 0, "unsafe_control": 0})))
    assert hours(outcome, Kind.REPAIR_STARTS, Kind.RESTORED) == [11.0, 35.0]
    assert not entries(outcome, Kind.OUTAGE, Kind.SERVICE_DOWN)


def test_routes_are_taken_with_their_probabilities_scaled_by_coverage() -> None:
    people = towns(30)
    mixed = {"precautionary_stop": 0.4, "loss_of_view": 0.3, "unsafe_control": 0.2}
    home = SUPPLY_CHAIN | {"service": service(mixed), "given": {"compromises": [strike(10)]}}
    driver = stage(home, people, runs(people, coverage=0.5))
    taken = [e.detail for o in plays(driver, 60, keep_log=True) for e in entries(o, Kind.OUTAGE)]
    for route, share in (("precautionary_stop", 0.2), ("loss_of_view", 0.15), ("unsafe_control", 0.1)):
        assert abs(z_of_share(taken.count(route), 1800, share)) < 3.29


@pytest.mark.parametrize("group", HOSTS)
def test_routes_belong_to_a_host_group(group: str) -> None:
    rules = {"on_activation": {"water": {"near_ot": STOPS}}, "stopped_output": 0, "unsafe_water": 0}
    assert bool(entries(play(world(rules, group=group)), Kind.OUTAGE)) is (group == "near_ot")


def test_manual_operation_falls_in_steps_to_its_floor() -> None:
    outcome = play(world(service(BLINDS, manual={"water": MANUAL})))
    steps = [(11.0, 0.8), (16.0, 0.7), (21.0, 0.6), (26.0, 0.5), (35.0, 1.0)]
    assert [(t, pytest.approx(x)) for t, x in steps] == levels(outcome)
    assert hours(outcome, Kind.MANUAL_FALLS) == [16.0, 21.0, 26.0]
    lost = 0.2 * 5 + 0.3 * 5 + 0.4 * 5 + 0.5 * 9
    assert sum(outcome.losses[0].customer_hours) == pytest.approx(1000 * lost)
    assert unserved(world(service(BLINDS, manual={"water": MANUAL})), outcome) == pytest.approx(1000 * lost)


def test_manual_operation_is_for_sectors_that_have_it_and_for_loss_of_view() -> None:
    rules = service(BLINDS, manual={"water": MANUAL})
    assert levels(play(world(rules, "energy")))[0] == (11.0, 0.0)
    assert levels(play(world(service(WRECKS, manual={"water": MANUAL}))))[0] == (11.0, 0.0)


@pytest.mark.parametrize("own_teams", [0, 9])
def test_crews_that_visit_sites_do_not_run_plant_by_hand(own_teams: int) -> None:
    """Also where the visit begins at the instant of the outage, and only while it lasts."""
    visit = {"r": {"kind": "visit", "time": "24 h", "crew_share": 0.25}}
    steady = service(BLINDS, manual={"water": MANUAL | {"falls_by": 0}})
    people = [organisation("town", own_teams=own_teams, pool="ir"), organisation("other", own_teams=0, pool="ir")]
    driver = stage(
        SUPPLY_CHAIN
        | {
            "service": steady,
            "restoration": {"r": visit["r"] | {"needs_team": True}},
            "pools": {"ir": {"teams": 1, "priority": "largest_first"}},
            "given": {"compromises": [strike(10)], "outages": [outage("other", 5.0)]},
        },
        people,
        runs(people[:1]),
    )
    town = driver.world.organisations.names.index("town")
    found = [(e.time_h, e.detail) for e in entries(play(driver), Kind.SERVICE_DOWN, Kind.SERVICE_UP) if e.who == town]
    if own_teams:  # the visit starts at once, at 11
        assert found == [(11.0, pytest.approx(0.6)), (35.0, pytest.approx(0.8)), (35.0, 1.0)]
    else:  # the pool's only team is at the other town until 29
        assert found == [
            (11.0, 0.8),
            (29.0, pytest.approx(0.6)),
            (53.0, pytest.approx(0.8)),
            (53.0, 1.0),
        ]


def outage(name: str, at: float, shape: str = "r") -> dict[str, Any]:
    return {"at": f"{at} h", "organisation": name, "restoration": shape}


def test_two_visits_take_two_shares_of_the_crews() -> None:
    """The second compromise's visit ends later; until then its crews are missed, and its trouble lasts."""
    home = SUPPLY_CHAIN | {
        "products": {"p": product_of("p"), "q": product_of("q")},
        "service": service(BLINDS, manual={"water": MANUAL | {"falls_by": 0}}),
        "restoration": {"r": {"kind": "visit", "time": "24 h", "crew_share": 0.25}},
        "given": {"compromises": [strike(10), strike(20, "q")]},
    }
    people = [organisation("town", own_teams=2)]
    outcome = play(stage(home, people, runs(people) + runs(people, "q")))
    expected = [(11.0, 0.6), (21.0, 0.4), (35.0, 0.6), (45.0, 0.8), (45.0, 1.0)]
    assert levels(outcome) == [(t, pytest.approx(x)) for t, x in expected]


def product_of(name: str) -> dict[str, Any]:
    return {
        "label": name,
        "vendor": "v",
        "kind": "scada",
        "paths": {"code_release": 1},
        "adoption": {"code_release": "a"},
    }


def test_water_may_run_on_unsafe_and_is_counted_apart() -> None:
    outcome = play(world(service(WRECKS, unsafe_water=1)))
    (loss,) = outcome.losses
    assert not entries(outcome, Kind.SERVICE_DOWN)
    assert sum(loss.customer_hours) == 0.0
    assert loss.cause.unsafe_person_hours == pytest.approx(2000 * 24)
    elsewhere = play(world(service(WRECKS, unsafe_water=1), "energy"))
    assert elsewhere.losses[0].cause.unsafe_person_hours == 0.0
    people = towns(30)
    home = SUPPLY_CHAIN | {"service": service(WRECKS, unsafe_water=0.3), "given": {"compromises": [strike(10)]}}
    dry = sum(len(entries(o, Kind.SERVICE_DOWN)) for o in plays(stage(home, people, runs(people)), 40, keep_log=True))
    assert abs(z_of_share(dry, 1200, 0.7)) < 3.29


def test_the_worst_trouble_rules_and_losses_are_shared_by_its_causes() -> None:
    home = SUPPLY_CHAIN | {
        "service": service(STOPS),
        "given": {"compromises": [strike(10)], "outages": [{"at": "20 h", "organisation": "town", "lasts": "5 h"}]},
    }
    people = [organisation("town")]
    driver = stage(home, people, runs(people))
    outcome = play(driver)
    assert levels(outcome) == [(11.0, 0.25), (20.0, 0.0), (25.0, 0.25), (35.0, 1.0)]
    by_kind = {x.cause.product: sum(x.customer_hours) for x in outcome.losses}
    assert by_kind == {"p": pytest.approx(1000 * (0.75 * 19 + 0.5 * 5)), "": pytest.approx(1000 * 0.5 * 5)}


def test_without_routes_only_outages_and_their_consequences_are_gone() -> None:
    on = world(service(BLINDS, manual={"water": MANUAL}))
    off = world({"on_activation": {}, "stopped_output": 0.25, "unsafe_water": 0})
    here, there = play(on), play(off)
    assert entries(here, Kind.MANUAL_FALLS)
    assert not entries(there, Kind.OUTAGE)

    def of_service(line: Any) -> bool:
        return line[1] in ("SERVICE_UP", "SERVICE_DOWN", "MANUAL_FALLS", "OUTAGE")

    assert [x for x in story(on, here) if not of_service(x)] == story(off, there)


def test_without_manual_operation_only_the_depth_changes() -> None:
    on = world(service(BLINDS, manual={"water": MANUAL}))
    off = world(service(BLINDS))
    here, there = play(on), play(off)
    kinds = ("SERVICE_DOWN",)
    assert [x for x in story(on, here, is_a(Kind.MANUAL_FALLS)) if x[1] not in kinds] == [
        x for x in story(off, there) if x[1] not in kinds
    ]
    assert levels(there) == [(11.0, 0.0), (35.0, 1.0)]
