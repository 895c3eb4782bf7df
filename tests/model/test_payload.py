"""Mechanism 6: espionage or disruption, and a worm along trust links (V36)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.chance.driver import Driver
from simulator.chance.future import Stratum
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from simulator.rules.breadth import breadth
from tests.model.worlds import (
    FREE,
    SUPPLY_CHAIN,
    coercion,
    entries,
    exponential,
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
    subjects,
    theatre,
    towns,
    vendor,
    wiper,
    z_of_share,
    z_score,
)

SELECTION = {
    "discount": "0.15 / year",
    "found_per_active": "0.05 / year",
    "found_per_dormant": f"{0.2 / 60!r} / year",
    "found_outside": "0 / year",
}
"""V36 with the 1000 dormant installs' rate of discovery carried by the 60 customers."""
SPY = wiper(mode="espionage", selection=SELECTION, delay="100 h")


def spied(targets: int, **changes: Any) -> Driver:
    """Customers worth 10, 5, 10/3, ... to a spy."""
    people = [organisation(f"town{k:02d}", customers=10_000.0 / (k + 1)) for k in range(targets)]
    home = SUPPLY_CHAIN | {"payloads": {"wiper": SPY | changes}, "given": {"compromises": [strike(10)]}}
    return stage(home, people, runs(people))


def test_a_spy_activates_the_few_worth_most_v36() -> None:
    driver = spied(60)
    outcome = play(driver)
    assert subjects(driver, outcome, Kind.ACTIVATION) == [f"town{k:02d}" for k in range(5)]
    assert outcome.espionage_victims == 5
    assert len(entries(outcome, Kind.INSTALL)) == 60
    assert not entries(outcome, Kind.OUTAGE, Kind.SERVICE_DOWN)


ELSEWHERE = 3000


@pytest.mark.parametrize("count", [3, 60])
def test_a_spy_chooses_from_a_portfolio_with_the_share_of_his_whole_reach(count: int) -> None:
    """Zipf over 3,000 carriers elsewhere and the portfolio's own: victims per carrier are n* over all of them."""
    people = [organisation(f"town{k:02d}", customers=10_000.0 / (k + 1)) for k in range(count)]
    selection = SELECTION | {"found_per_dormant": "0.001 / year", "elsewhere": 1000}
    home = SUPPLY_CHAIN | {
        "payloads": {"wiper": SPY | {"selection": selection, "delay": "0 h"}},
        "vendors": {"v": vendor(reach_outside=ELSEWHERE * 1000)},
        "given": {"compromises": [strike(10, installed="everywhere_at_once")]},
    }
    driver = stage(home, people, runs(people))
    everyone = ELSEWHERE + count
    chosen, _ = breadth([1 / (r + 1) for r in range(everyone)], 0.05, 0.15, 0.0, everyone, 0.001)
    assert 0.005 < chosen / everyone < 0.02
    victims = [o.espionage_victims for o in plays(driver, 800)]
    share = sum(victims) / (800 * count)
    # Each future has one carrier whose stretch of ranks holds n*, and those above it: the variance of one Bernoulli.
    whole, rest = divmod(count * chosen / everyone, 1.0)
    assert set(victims) <= {int(whole), int(whole) + 1}
    assert abs(share - chosen / everyone) < 3.29 * np.sqrt(rest * (1.0 - rest) / 800) / count
    best = [driver.world.organisations.names[e.who] for o in plays(driver, 200, keep_log=True)
            for e in entries(o, Kind.ACTIVATION)]  # fmt: skip
    assert set(best) == {"town00"}


def test_carriers_elsewhere_belong_to_the_vendor_that_reaches_them() -> None:
    """A vendor that reaches nobody outside leaves the choice as it is."""
    people = [organisation(f"town{k:02d}", customers=10_000.0 / (k + 1)) for k in range(60)]
    home = SUPPLY_CHAIN | {
        "payloads": {"wiper": SPY | {"selection": SELECTION | {"elsewhere": 1000}}},
        "vendors": {"v": vendor(reach_outside=0)},
        "given": {"compromises": [strike(10)]},
    }
    assert play(stage(home, people, runs(people))).espionage_victims == 5


def test_a_spy_dwells_until_an_active_or_dormant_copy_is_found() -> None:
    """Hazard: five active copies at 0.05 a year and 55 dormant ones; all install at once, all act 100 h later."""
    hazard = 5 * 0.05 + 55 * 0.2 / 60
    times = [o.losses[0].cause.detection_h / 8766 for o in plays(spied(60, delay="0 h"), 400)]
    assert abs(z_score(times, 1 / 8766 + 1 / hazard)) < 3.29
    assert abs(z_of_share(sum(t > 1 for t in times), 400, float(np.exp(-hazard)))) < 3.29


def test_found_outside_ends_a_campaign_too() -> None:
    outside = SELECTION | {
        "found_per_active": "0 / year",
        "found_per_dormant": "0 / year",
        "found_outside": "2 / year",
    }
    times = [o.losses[0].cause.detection_h / 8766 for o in plays(spied(4, selection=outside), 400)]
    assert abs(z_score(times, 0.5)) < 3.29


def test_no_harm_but_the_cleaning_and_the_victims_count_apart() -> None:
    people = [organisation(f"town{k:02d}", customers=10_000.0 / (k + 1)) for k in range(60)]
    sections = SUPPLY_CHAIN | {
        "payloads": {"wiper": SPY},
        "detection": {"d": {"own": "500 h", "pull": "0 h"}},
        "given": {"compromises": [strike(10)]},
        "impact": FREE | {"espionage_per_victim": "2 MUSD", "response_per_team_day": "1000 USD"},
    }
    outcome = play(stage(sections, people, runs(people)))
    (loss,) = outcome.losses
    assert sum(loss.customer_hours) == 0.0
    assert loss.cost == pytest.approx(5 * 2e6 + 60 * 1000)
    assert len(entries(outcome, Kind.RESTORED)) == 60


def test_one_host_group_of_each_target_is_activated() -> None:
    people = towns(3)
    rows = runs(people) + runs(people, host_group="near_ot")
    sections = SUPPLY_CHAIN | {"payloads": {"wiper": SPY}, "given": {"compromises": [strike(10)]}}
    outcome = play(stage(sections, people, rows))
    assert [e.detail for e in entries(outcome, Kind.ACTIVATION)] == [2, 2, 2]
    assert outcome.espionage_victims == 3


def test_disruption_strikes_all_at_once_and_is_found_at_once() -> None:
    people = towns(30)
    home = SUPPLY_CHAIN | {
        "detection": {"d": {"own": exponential("1 year"), "visible": "1 h", "pull": "0 h"}},
        "given": {"compromises": [strike(10)]},
    }
    loud = play(stage(home, people, runs(people)))
    quiet = play(stage(home | {"payloads": {"wiper": SPY}}, people, runs(people)))
    assert len(entries(loud, Kind.SERVICE_DOWN)) == 30
    assert not entries(quiet, Kind.SERVICE_DOWN)
    assert loud.losses[0].cause.detection_h < quiet.losses[0].cause.detection_h


def test_an_unreliable_payload_works_at_its_share() -> None:
    people = towns(40)
    home = SUPPLY_CHAIN | {
        "payloads": {"wiper": wiper(activation=0.3)},
        "given": {"compromises": [strike(10)]},
    }
    driver = stage(home, people, runs(people))
    acts = sum(o.losses[0].cause.activations for o in plays(driver, 60))
    assert abs(z_of_share(acts, 2400, 0.3)) < 3.29


def test_a_synchronised_payload_acts_at_one_moment() -> None:
    """At the very same instant, in the order of names, whatever the times of installation."""
    people = towns(25)
    home = SUPPLY_CHAIN | {
        "adoption": {"a": exponential("10 h")},
        "payloads": {"wiper": wiper(trigger="synchronised", delay="30.3 h")},
        "given": {"compromises": [strike(0.1)]},
    }
    driver = stage(home, people, runs(people))
    outcome = play(driver)
    on_time = [e for e in entries(outcome, Kind.ACTIVATION) if e.time_h == 0.1 + 30.3]
    late = [t for t in hours(outcome, Kind.INSTALL) if t > 0.1 + 30.3]
    assert len(on_time) + len(late) == 25
    assert len(on_time) > 15
    assert [e.who for e in on_time] == sorted(e.who for e in on_time)
    assert hours(outcome, Kind.ACTIVATION)[len(on_time) :] == late


# Worms.

WORM = wiper(worm=1, worm_delay="2 h")


def chain(payload: dict[str, Any], count: int = 4, **sections: Any) -> Driver:
    """Only town00 runs the product; each town trusts the next."""
    people = towns(count, own_teams=9)
    trust = [link(f"town{k + 1:02d}", f"town{k:02d}", kind="trust") for k in range(count - 1)]
    home = SUPPLY_CHAIN | {"payloads": {"wiper": payload}, "given": {"compromises": [strike(10)]}}
    return stage(home | sections, people, runs(people[:1]), trust)


def test_a_worm_crosses_one_trust_link_after_the_other() -> None:
    driver = chain(WORM)
    outcome = play(driver)
    assert hours(outcome, Kind.ACTIVATION) == [11.0, 13.0, 15.0, 17.0]
    assert subjects(driver, outcome, Kind.WORM) == ["town01", "town02", "town03"]
    assert hours(outcome, Kind.SERVICE_DOWN) == [11.0, 13.0, 15.0, 17.0]


def test_trust_carries_both_ways_and_nobody_is_struck_twice() -> None:
    people = towns(3)
    trust = [link("town00", "town01", kind="trust"), link("town02", "town00", kind="trust")]
    trust += [link("town01", "town02", kind="trust")]
    home = SUPPLY_CHAIN | {"payloads": {"wiper": WORM}, "given": {"compromises": [strike(10)]}}
    driver = stage(home, people, runs(people[:1]), trust)
    outcome = play(driver)
    assert sorted(subjects(driver, outcome, Kind.ACTIVATION)) == ["town00", "town01", "town02"]


def test_a_worm_crosses_with_its_probability() -> None:
    outcomes = plays(chain(WORM | {"worm": 0.4}, 2), 1000, keep_log=True)
    crossed = sum(len(entries(o, Kind.WORM)) for o in outcomes)
    assert abs(z_of_share(crossed, 1000, 0.4)) < 3.29


def test_those_a_worm_reaches_can_find_it() -> None:
    """Town01 notices ten hours after the worm came, at 23; town00 would have noticed at 1011."""
    at = {"town00": "1000 h", "town01": "10 h"}
    driver = chain(
        WORM,
        2,
        detection={"d": {"own": {"empirical": {"values": list(at.values()), "weights": [1, 1]}}, "pull": "0 h"}},
    )
    found = {hours(play(driver, k), Kind.DETECTION)[0] for k in range(20)}
    assert found == {21.0, 23.0, 1011.0}


def test_a_withdrawn_worm_stops() -> None:
    driver = chain(WORM, 4, detection={"d": {"own": "4.5 h", "pull": "0 h"}})
    outcome = play(driver)
    assert hours(outcome, Kind.WITHDRAWN) == [15.5]
    assert subjects(driver, outcome, Kind.WORM) == ["town01", "town02"]
    assert len(entries(outcome, Kind.RESTORED)) == 3


def test_a_worm_takes_telecom_operators_as_stepping_stones_too() -> None:
    people = [organisation("town"), organisation("carrier", "telecom"), organisation("mill")]
    proxy = {"rate": "1000 / year", "restoration": "r"}
    home = SUPPLY_CHAIN | {
        "payloads": {"wiper": WORM},
        "given": {"compromises": [strike(10)]},
        "telecom_proxy": proxy,
    }
    links = [link("town", "carrier", kind="trust"), link("mill", "carrier", buffer=1e6)]
    driver = stage(home, people, runs(people[:1]), links)
    outcome = play(driver)
    assert subjects(driver, outcome, Kind.PROXY) == ["mill"]


def test_without_a_worm_only_its_crossings_are_gone() -> None:
    crime = {
        "rate": "5 / year",
        "reference_customers": 1000,
        "size_exponent": 0,
        "stale_after": "90 d",
        "restoration": "r",
    }
    on, off = chain(WORM, crime=crime), chain(wiper(), crime=crime)
    for replication in range(5):
        here, there = play(on, replication), play(off, replication)
        assert len(entries(here, Kind.WORM)) == 3
        assert story(on, here, is_a(Kind.WORM)) == story(off, there)


def test_without_a_selection_a_spy_is_refused() -> None:
    with pytest.raises(ValueError, match="espionage payload needs a selection"):
        chain(wiper(mode="espionage"))


def test_selection_changes_victims_and_nothing_about_installs() -> None:
    people = [organisation(f"town{k:02d}", customers=10_000.0 / (k + 1)) for k in range(60)]

    def world(selection: dict[str, Any]) -> Driver:
        forced = theatre("war_direct", {}, coercion=coercion({"war_direct": "1 / year"}))
        home = SUPPLY_CHAIN | {
            "theatres": {"north": forced},
            "payloads": {"wiper": SPY | {"selection": selection}},
            "adoption": {"a": exponential("20 h")},
        }
        return stage(home, people, runs(people))

    bold = SELECTION | {"found_per_active": "0.001 / year"}
    shy = SELECTION | {"found_per_active": "5 / year"}
    few, many = (play(world(s), 1, Stratum.AT_LEAST_ONE) for s in (shy, bold))
    assert few.espionage_victims < 5 < many.espionage_victims
    assert installs(few) == installs(many)
    assert len(installs(few)) == 60


def installs(outcome: Outcome) -> list[tuple[float, int]]:
    return [(e.time_h, e.who) for e in entries(outcome, Kind.INSTALL)]


def test_routes_apply_to_the_host_group_the_worm_lands_on() -> None:
    """A worm lands in the office; only there it may stop the service."""
    office = {
        "water": {
            "office": routes({"precautionary_stop": 1, "loss_of_view": 0, "unsafe_control": 0})["water"]["office"]
        }
    }
    driver = chain(WORM, 3, service={"on_activation": office, "stopped_output": 0, "unsafe_water": 0})
    assert len(entries(play(driver), Kind.SERVICE_DOWN)) == 3
    plant = {"water": {"near_ot": office["water"]["office"]}}
    driver = chain(WORM, 3, service={"on_activation": plant, "stopped_output": 0, "unsafe_water": 0})
    assert not entries(play(driver), Kind.SERVICE_DOWN)
