"""Releases: one hostile release open per product, campaigns with several, strikes on several host groups."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.chance.future import Stratum
from simulator.model.kinds import Kind
from tests.model.worlds import (
    FREE,
    NEVER,
    STRIKES,
    SUPPLY_CHAIN,
    coercion,
    entries,
    hours,
    play,
    plays,
    product,
    runs,
    stage,
    strike,
    subjects,
    theatre,
    towns,
    vendor,
    wiper,
    z_of_share,
)


def world(sections: dict[str, Any], count: int = 3) -> Driver:
    people = towns(count, own_teams=9)
    return stage(SUPPLY_CHAIN | sections, people, runs(people))


def test_a_product_has_one_hostile_release_open_at_a_time() -> None:
    """The second finds the product taken; the third comes after the withdrawal of the first."""
    found = {"d": {"own": "50 h", "pull": "10 h"}}
    driver = world({"detection": found, "given": {"compromises": [strike(10), strike(40), strike(200)]}})
    outcome = play(driver)
    assert hours(outcome, Kind.RELEASE) == [10.0, 40.0, 200.0]
    assert [x.cause.installs for x in outcome.losses] == [3, 0, 3]
    assert hours(outcome, Kind.WITHDRAWN) == [71.0, 261.0]


def test_a_campaign_uses_all_products_at_once_and_one_detector_reveals_all() -> None:
    people = towns(4)
    driver = stage(
        SUPPLY_CHAIN
        | {
            "vendors": {"v": vendor(), "w": vendor()},
            "products": {"p": product(), "q": product("w")},
            "adoption": {"a": "1 h"},
            "detection": {"d": {"own": "5 h", "pull": "0 h"}},
            "theatres": {"north": theatre("war_direct", {}, coercion=coercion({"war_direct": "1 / year"}))},
        },
        people,
        runs(people[:2]) + runs(people[2:3], "q") + runs(people[3:], "q", hold_back_h=50.0),
    )
    outcome = play(driver, stratum=Stratum.AT_LEAST_ONE)
    (loss,) = outcome.losses
    assert (loss.cause.vendor, loss.cause.product) == ("v + w", "p + q")
    assert loss.cause.installs == 3
    assert len(hours(outcome, Kind.DETECTION)) == 1


def test_products_give_way_by_one_mark() -> None:
    """With one order for all, the better guarded product is used only when the weaker one is."""
    people = towns(2)
    driver = stage(
        SUPPLY_CHAIN
        | {
            "products": {"p": product(paths={"code_release": 0.9}), "q": product(paths={"code_release": 0.3})},
            "theatres": {"north": theatre("war_direct", {}, coercion=coercion({"war_direct": "1 / year"}))},
        },
        people,
        runs(people) + runs(people, "q"),
    )
    count = 1200
    used = [o.losses[0].cause.product for o in plays(driver, count, Stratum.AT_LEAST_ONE)]
    assert set(used) == {"p", "p + q"}
    assert abs(z_of_share(used.count("p + q"), count, 1 / 3)) < 3.29


def test_a_product_removed_after_the_install_takes_the_code_with_it() -> None:
    order = {
        "name": "order",
        "kind": "emergency_order",
        "trigger": {"at": "0 h"},
        "vendors": ["v"],
        "comply": 1,
        "comply_delay": "50 h",
    }
    late = {"wiper": wiper(delay="100 h")}
    sections = {"payloads": late, "given": {"compromises": [strike(10)]}}
    assert hours(play(world(sections)), Kind.ACTIVATION) == [111.0] * 3
    outcome = play(world(sections | {"instruments": [order]}))
    assert len(hours(outcome, Kind.INSTALL)) == 3
    assert not hours(outcome, Kind.ACTIVATION)


def test_code_that_went_with_its_product_shows_nothing() -> None:
    """An order takes the product out before the code acts: what it would have done reveals nobody anything."""
    order = {
        "name": "order",
        "kind": "emergency_order",
        "trigger": {"at": "0 h"},
        "vendors": ["v"],
        "comply": 1,
        "comply_delay": "50 h",
    }
    visible = {
        "payloads": {"wiper": wiper(delay="100 h")},
        "detection": {"d": {"own": "5000 h", "visible": "3 h", "pull": "0 h"}},
        "given": {"compromises": [strike(10)]},
    }
    assert hours(play(world(visible)), Kind.DETECTION) == [114.0]
    assert not hours(play(world(visible | {"instruments": [order]})), Kind.DETECTION)


def careful(**chance: float) -> dict[str, Any]:
    return {
        "service": STRIKES | {"stop_on_disclosure": chance},
        "payloads": {"wiper": wiper(trigger="dormant", delay=None)},
        "detection": {"d": {"own": "9 h", "pull": "0 h"}},
        "given": {"compromises": [strike(10)]},
    }


def test_carriers_may_stop_at_disclosure() -> None:
    outcome = play(world(careful(office=1)))
    assert hours(outcome, Kind.SERVICE_DOWN) == [20.0] * 3
    assert hours(outcome, Kind.SERVICE_UP) == [44.0] * 3
    assert [e.detail for e in entries(outcome, Kind.OUTAGE)] == ["precautionary_stop"] * 3
    count = sum(len(entries(o, Kind.OUTAGE)) for o in plays(world(careful(office=0.3)), 300, keep_log=True))
    assert abs(z_of_share(count, 900, 0.3)) < 3.29


def test_a_stop_for_assurance_ends_before_the_cleaning_does() -> None:
    sections = careful(office=1)
    sections["service"] |= {"stop_time": "6 h"}
    outcome = play(world(sections))
    assert hours(outcome, Kind.OUTAGE_OVER) == [26.0] * 3
    assert hours(outcome, Kind.RESTORED) == [44.0] * 3


@pytest.mark.parametrize("groups", [("office", "near_ot"), ("near_ot", "privileged")])
def test_every_host_group_that_carries_the_code_counts_at_disclosure(groups: tuple[str, str]) -> None:
    """Whichever of two host groups comes first in the table, the one at which operators stop decides."""
    people = towns(1)
    rows = [d for g in groups for d in runs(people, host_group=g)]
    for cautious in groups:
        outcome = play(stage(SUPPLY_CHAIN | careful(**{cautious: 1}), people, rows))
        assert hours(outcome, Kind.SERVICE_DOWN) == [20.0]
        assert len(hours(outcome, Kind.REPAIR_STARTS)) == 1


def test_two_host_groups_strike_twice_and_are_restored_by_one_job() -> None:
    people = towns(1)
    rows = runs(people) + runs(people, host_group="near_ot", hold_back_h=5.0)
    driver = stage(SUPPLY_CHAIN | {"given": {"compromises": [strike(10)]}}, people, rows)
    outcome = play(driver)
    assert hours(outcome, Kind.ACTIVATION, Kind.OUTAGE) == [11.0, 11.0, 16.0, 16.0]
    assert hours(outcome, Kind.SERVICE_DOWN, Kind.SERVICE_UP) == [11.0, 35.0]
    assert subjects(driver, outcome, Kind.REPAIR_STARTS) == ["town00"]


def test_coverage_scales_the_chance_that_an_activation_matters() -> None:
    people = towns(20)
    driver = stage(SUPPLY_CHAIN | {"given": {"compromises": [strike(10)]}}, people, runs(people, coverage=0.35))
    stops = sum(len(entries(o, Kind.SERVICE_DOWN)) for o in plays(driver, 60, keep_log=True))
    assert abs(z_of_share(stops, 1200, 0.35)) < 3.29


def test_losses_in_units_of_the_users_own() -> None:
    people = towns(7)
    impact = {"abstract": {"per_compromise": 20, "per_install": 5}}
    home = SUPPLY_CHAIN | {"given": {"compromises": [strike(10)]}, "detection": {"d": {"own": NEVER, "pull": "0 h"}}}
    driver = stage(home | {"impact": FREE | impact}, people, runs(people))
    assert play(driver).losses[0].cause.abstract == 20 + 5 * 7
