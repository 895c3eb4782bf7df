"""Given facts: dated compromises, outages and instruments in place of draws."""

from __future__ import annotations

import math

import pytest

from simulator.model.causes import Cause
from simulator.model.kinds import Kind
from simulator.scenario.words import CAUSE_KINDS, MALICIOUS_CAUSES, CauseKind
from tests.driven import probability
from tests.model.worlds import (
    NEVER,
    SUPPLY_CHAIN,
    entries,
    exponential,
    given,
    hours,
    organisation,
    play,
    plays,
    product,
    runs,
    stage,
    strike,
    towns,
)


def test_an_outage_lasts_as_scripted() -> None:
    driver = stage(
        {"given": given(("town", 5.0, 7.5), ("port", 6.0, 0.0))}, [organisation("town"), organisation("port")]
    )
    outcome = play(driver)
    assert hours(outcome, Kind.SERVICE_DOWN, Kind.SERVICE_UP) == [5.0, 6.0, 6.0, 12.5]
    assert [(x.cause.kind, x.cause.start_h, sum(x.customer_hours)) for x in outcome.losses] == [("given", 5.0, 7500.0)]
    assert not outcome.losses[0].cause.malicious


@pytest.mark.parametrize("kind", CAUSE_KINDS)
def test_only_a_given_fact_is_told_whether_it_is_malicious(kind: CauseKind) -> None:
    assert Cause(0, 0, kind, 0.0, 0.0).malicious is (kind in MALICIOUS_CAUSES)
    assert Cause(0, 0, "given", 0.0, 0.0, malicious=True).malicious


def test_overlapping_outages_of_one_place_are_two_causes() -> None:
    driver = stage({"given": given(("town", 5.0, 10.0), ("town", 8.0, 20.0))}, [organisation("town")])
    outcome = play(driver)
    assert hours(outcome, Kind.SERVICE_UP) == [28.0]
    assert [sum(x.customer_hours) for x in outcome.losses] == [pytest.approx(6500.0), pytest.approx(16500.0)]


def test_a_compromise_everywhere_at_once() -> None:
    people = towns(5)
    home = SUPPLY_CHAIN | {"adoption": {"a": exponential("99 h")}}
    at_once = strike(10, installed="everywhere_at_once", detected_after="30 h")
    driver = stage(home | {"given": {"compromises": [at_once]}}, people, runs(people, hold_back_h=77.0))
    outcome = play(driver)
    assert hours(outcome, Kind.INSTALL) == [10.0] * 5
    assert hours(outcome, Kind.DETECTION) == [40.0]
    assert outcome.losses[0].cause.detection_h == 30.0
    assert outcome.losses[0].cause.malicious


def test_a_detection_at_the_moment_of_release_lets_in_what_installs_then() -> None:
    people = towns(3)
    at_once = strike(10, installed="everywhere_at_once", detected_after="0 h")
    driver = stage(SUPPLY_CHAIN | {"given": {"compromises": [at_once]}}, people, runs(people))
    outcome = play(driver)
    assert outcome.losses[0].cause.installs == 3
    assert hours(outcome, Kind.DETECTION, Kind.WITHDRAWN) == [10.0, 10.0]


def test_facts_are_the_same_in_every_replication_and_no_success_of_chance() -> None:
    people = towns(2)
    driver = stage(SUPPLY_CHAIN | {"given": {"compromises": [strike(10)]}}, people, runs(people))
    assert probability(driver, 1).value == 0.0
    for outcome in plays(driver, 5, keep_log=True):
        assert hours(outcome, Kind.GIVEN_COMPROMISE, Kind.RELEASE) == [10.0, 10.0]
        assert outcome.successes == 0
        assert math.isnan(outcome.first_success_h)


def test_two_facts_at_one_instant_do_not_share_their_draws() -> None:
    people = towns(40)
    home = SUPPLY_CHAIN | {
        "products": {"p": SUPPLY_CHAIN["products"]["p"], "q": SUPPLY_CHAIN["products"]["p"]},  # type: ignore[index]
        "adoption": {"a": exponential("50 h")},
        "detection": {"d": {"own": NEVER, "pull": "0 h"}},
        "given": {"compromises": [strike(10), strike(10, "q")]},
    }
    driver = stage(home, people, runs(people) + runs(people, "q"))
    times = sorted(e.time_h for e in entries(play(driver), Kind.INSTALL))
    assert len(set(times)) == 80


def test_a_release_that_is_replaced_unawares_reaches_only_those_who_install_in_time() -> None:
    people = towns(30)
    home = SUPPLY_CHAIN | {"adoption": {"a": exponential("50 h")}}
    shelf = strike(10, offered_for="20 h", detected_after="500 h")
    to_all = strike(10, detected_after="500 h")
    for_ever = play(stage(home | {"given": {"compromises": [to_all]}}, people, runs(people)))
    for_a_day = play(stage(home | {"given": {"compromises": [shelf]}}, people, runs(people)))
    assert hours(for_a_day, Kind.INSTALL) == [h for h in hours(for_ever, Kind.INSTALL) if h <= 30.0]
    assert 0 < len(hours(for_a_day, Kind.INSTALL)) < len(hours(for_ever, Kind.INSTALL))
    assert hours(for_a_day, Kind.DETECTION) == [510.0]


def test_a_given_fault_goes_by_the_profile_of_its_product() -> None:
    people = towns(4)
    profile = {"rate": "0 / year", "path": "code_release", "activation": 1, "detection": "seen", "restoration": "r"}
    home = SUPPLY_CHAIN | {
        "products": {"p": product(fault="slip")},
        "faults": {"slip": profile},
        "detection": {"d": {"own": NEVER, "pull": "0 h"}, "seen": {"own": "2 h", "pull": "3 h"}},
        "given": {"faults": [{"at": "10 h", "product": "p"}]},
    }
    outcome = play(stage(home, people, runs(people)))
    assert hours(outcome, Kind.FAULT, Kind.RELEASE) == [10.0, 10.0]
    assert hours(outcome, Kind.INSTALL, Kind.ACTIVATION) == [11.0] * 8
    assert hours(outcome, Kind.DETECTION, Kind.WITHDRAWN) == [13.0, 16.0]
    cause = outcome.losses[0].cause
    assert (cause.kind, cause.mode, cause.malicious) == ("faulty_update", "fault", False)


def test_a_given_fault_needs_a_profile() -> None:
    people = towns(1)
    home = SUPPLY_CHAIN | {"given": {"faults": [{"at": "10 h", "product": "p"}]}}
    with pytest.raises(AssertionError, match="names its fault profile"):
        stage(home, people, runs(people))
