"""Mechanism 9: IT, OT and service are three things; three routes to an outage; running plant by hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.chance.driver import Driver
from simulator.chance.keys import Draws
from simulator.model.cascade import Cascade
from simulator.model.causes import Cause
from simulator.model.clock import NOBODY, Clock, Moment
from simulator.model.kinds import Kind
from simulator.model.posture import Posture
from simulator.model.replication import Outcome
from simulator.model.service import NUISANCE, Service
from simulator.model.setting import Setting
from simulator.model.supply import Supply
from simulator.scenario.portfolio import Organisation, SupplyLink
from tests.model.worlds import (
    BLINDS,
    HOSTS,
    STOPS,
    SUPPLY_CHAIN,
    WRECKS,
    entries,
    futures_of,
    hours,
    is_a,
    link,
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


@pytest.mark.parametrize("floor", [0.0, 0.5])
def test_two_visits_take_two_shares_of_the_crews(floor: float) -> None:
    """The second compromise's visit ends later; until then its crews are missed, down to the floor."""
    home = SUPPLY_CHAIN | {
        "products": {"p": product_of("p"), "q": product_of("q")},
        "service": service(BLINDS, manual={"water": MANUAL | {"falls_by": 0, "floor": floor}}),
        "restoration": {"r": {"kind": "visit", "time": "24 h", "crew_share": 0.25}},
        "given": {"compromises": [strike(10), strike(20, "q")]},
    }
    people = [organisation("town", own_teams=2)]
    outcome = play(stage(home, people, runs(people) + runs(people, "q")))
    expected = [(11.0, 0.6), (21.0, max(0.4, floor)), (35.0, 0.6), (45.0, 0.8), (45.0, 1.0)]
    assert levels(outcome) == [(t, pytest.approx(x)) for t, x in expected]


def test_plant_that_needs_no_hands_goes_on_while_they_are_away() -> None:
    """Turbines out of sight turned on for two months while crews drove from site to site (Enercon, 2022)."""
    home = SUPPLY_CHAIN | {
        "service": service(BLINDS, manual={"energy": {"share": 1, "floor": 0.98, "falls_by": 0, "every": "24 h"}}),
        "restoration": {"r": {"kind": "visit", "time": "500 h", "crew_share": 0.3}},
        "given": {"compromises": [strike(10)]},
    }
    people = [organisation("farm", "energy")]
    assert levels(play(stage(home, people, runs(people)))) == [(11.0, 0.98), (511.0, 1.0)]


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


def scene(
    troubles: Sequence[tuple[int, str, str, float, float, float]],
    people: Sequence[Organisation],
    links: Sequence[SupplyLink] = (),
) -> tuple[Service, list[Cause]]:
    """Troubles (number of the cause, place, route, output left, hour, hours) played to their end."""
    driver = stage({}, people, links=links)
    (future,) = futures_of(driver, 1)
    setting = Setting(driver.world, driver, future, Draws(1, 0), Clock(keep_log=True))
    supply = Supply(driver.world)
    service = Service(setting, supply)
    Cascade(setting, Posture(setting), supply, service)
    causes = [setting.open_cause(f"test/{k}", "given") for k in range(1 + max(t[0] for t in troubles))]

    def opens(moment: Moment) -> None:
        cause, _, route, output, _, lasts = moment.data
        trouble = service.open(moment.who, cause, route, output, NOBODY)
        setting.clock.after(lasts, Kind.OUTAGE_OVER, moment.who, lambda m: service.close(trouble, m.parent))

    for trouble in troubles:
        who = driver.world.organisations.names.index(trouble[1])
        setting.clock.at(trouble[4], Kind.OUTAGE, who, opens, data=trouble)
    setting.clock.run()
    return service, causes


def lost(causes: Sequence[Cause]) -> list[float]:
    return [sum(c.customer_hours.values()) for c in causes]


def test_a_nuisance_answers_for_little_of_an_outage_it_overlaps() -> None:
    town = organisation("town")
    nuisance, outage = (0, "town", NUISANCE, 0.998, 0.0, 30.0), (1, "town", "r", 0.0, 10.0, 10.0)
    _, causes = scene([nuisance, outage], [town])
    part = 0.002 / 1.002
    assert lost(causes) == [pytest.approx(1000 * (0.002 * 20 + 10 * part)), pytest.approx(1000 * 10 * (1 - part))]
    assert causes[0].interruptions[0] == pytest.approx(1000 * (0.002 + 0.998 * part))
    peaks = [max(accumulate(change for _, _, change in c.people_out)) for c in causes]
    assert peaks == pytest.approx([2000 * max(0.002, part), 2000 * (1 - part)])


@pytest.mark.parametrize("where", ["town", "grid"])
def test_a_nuisance_is_felt_where_it_strikes_and_does_not_answer_for_a_restart(where: str) -> None:
    """The grid is out from 10 to 20; its town is back three hours later."""
    people = [organisation("grid", "energy"), organisation("town")]
    troubles = [(0, "grid", "r", 0.0, 10.0, 10.0), (1, where, NUISANCE, 0.998, 15.0, 30.0)]
    service, causes = scene(troubles, people, [link("town", "grid", restart_lag_h=3.0)])
    part = 0.002 / 1.002
    town = service.setting.world.organisations.names.index("town")
    if where == "town":
        assert causes[1].customer_hours == {town: pytest.approx(1000 * (8 * part + 0.002 * 22))}
        assert causes[0].customer_hours[town] == pytest.approx(1000 * (5 + 8 * (1 - part)))
    else:
        assert causes[0].customer_hours[town] == pytest.approx(1000 * 13)
        assert town not in causes[1].customer_hours


def test_a_loss_of_supply_weighs_what_its_links_carry() -> None:
    """The plant is stopped by one cause; the mast, by another, would take a tenth of its service."""
    people = [organisation("grid", "energy"), organisation("mast", "telecom"), organisation("town")]
    links = [link("mast", "grid", carries=0.5), link("town", "mast", fallback=0.8)]
    troubles = [(0, "grid", "r", 0.0, 10.0, 10.0), (1, "mast", "r", 0.0, 0.0, 40.0), (2, "town", "r", 0.5, 10.0, 10.0)]
    service, causes = scene(troubles, people, links)
    town = service.setting.world.organisations.names.index("town")
    weights = [1.0 * 0.5 * 0.2, 1.0 * 0.2, 0.5]
    during = 10 * (1 - 0.5 * 0.8)
    expected = [1000 * during * w / sum(weights) for w in weights]
    expected[1] += 1000 * 30 * 0.2
    assert [c.customer_hours[town] for c in causes] == pytest.approx(expected)


def test_the_last_known_answer_in_their_last_known_proportions() -> None:
    """Two causes keep the grid down to 20; the town waits three hours more for its supply."""
    people = [organisation("grid", "energy"), organisation("town")]
    troubles = [(0, "grid", "r", 0.0, 10.0, 10.0), (1, "grid", "s", 0.75, 10.0, 10.0)]
    service, causes = scene(troubles, people, [link("town", "grid", restart_lag_h=3.0)])
    town = service.setting.world.organisations.names.index("town")
    assert [c.customer_hours[town] for c in causes] == pytest.approx([1000 * 13 * 0.8, 1000 * 13 * 0.2])


def test_old_causes_do_not_answer_for_a_later_restart() -> None:
    """The town had an outage of its own long before; it comes to wait for a mast that only restarts."""
    people = [organisation("grid", "energy"), organisation("mast", "telecom"), organisation("town")]
    links = [link("mast", "grid", 0.0, restart_lag_h=5.0), link("town", "mast", 6.0)]
    troubles = [(0, "town", "r", 0.0, 0.0, 4.0), (1, "grid", "r", 0.0, 100.0, 4.0)]
    service, causes = scene(troubles, people, links)
    town = service.setting.world.organisations.names.index("town")
    assert [c.customer_hours[town] for c in causes] == [4000.0, 3000.0]


PLACES = ("grid", "mast", "town")


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.sampled_from(PLACES),
            st.sampled_from(["r", "s", NUISANCE]),
            st.sampled_from([0.0, 0.25, 0.998, 1.0]),
            st.integers(0, 30).map(float),
            st.integers(0, 20).map(float),
        ),
        min_size=1,
        max_size=6,
    ),
    st.lists(
        st.tuples(
            st.permutations(PLACES),
            st.sampled_from([0.0, 2.0]),
            st.sampled_from([0.5, 1.0]),
            st.sampled_from([0.0, 0.54, 1.0]),
            st.sampled_from([0.0, 3.0]),
        ),
        max_size=4,
        unique_by=lambda row: tuple(row[0][:2]),
    ),
)
def test_causes_share_exactly_what_is_lost(
    troubles: list[tuple[int, str, str, float, float, float]],
    chain: list[tuple[list[str], float, float, float, float]],
) -> None:
    people = [organisation("grid", "energy"), organisation("mast", "telecom"), organisation("town")]
    links = [
        link(ends[0], ends[1], buffer, carries=carries, fallback=fallback, restart_lag_h=lag)
        for ends, buffer, carries, fallback, lag in chain
    ]
    service, causes = scene(troubles, people, links)
    entries = service.setting.clock.entries
    assert entries is not None
    output, since, total = [1.0] * 3, [0.0] * 3, 0.0
    for e in entries:
        if e.kind in (Kind.SERVICE_DOWN, Kind.SERVICE_UP):
            assert isinstance(e.detail, float)
            total += (1.0 - output[e.who]) * (e.time_h - since[e.who]) * 1000
            output[e.who], since[e.who] = e.detail, e.time_h
    assert output == [1.0] * 3
    assert sum(lost(causes)) == pytest.approx(total, rel=1e-9, abs=1e-9)
    assert all(min(c.customer_hours.values(), default=0.0) >= 0.0 for c in causes)
    harmless = {k for k in range(len(causes)) if all(t[3] == 1.0 for t in troubles if t[0] == k)}
    assert all(lost(causes)[k] == 0.0 for k in harmless)
    if len({t[0] for t in troubles}) == 1:
        (only,) = {t[0] for t in troubles}
        assert lost(causes)[only] == pytest.approx(total, rel=1e-12)


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
    ours, theirs = 0.75 / 1.75, 1.0 / 1.75
    assert by_kind == {"p": pytest.approx(1000 * (0.75 * 19 + 5 * ours)), "": pytest.approx(1000 * 5 * theirs)}


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
