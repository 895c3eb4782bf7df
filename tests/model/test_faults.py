"""Mechanism 5: faulty updates without malice."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.model.kinds import Kind
from tests.model.worlds import (
    STRIKES,
    SUPPLY_CHAIN,
    entries,
    hours,
    is_a,
    log_of,
    organisation,
    play,
    plays,
    product,
    runs,
    stage,
    story,
    strike,
    towns,
    z_score,
)

FAULT = {"rate": "3 / year", "path": "code_release", "activation": 1, "detection": "d", "restoration": "r"}


def world(**sections: Any) -> Driver:
    people = towns(3, own_teams=9)
    home = SUPPLY_CHAIN | {"faults": {"crash": FAULT}, "products": {"p": product(fault="crash")}}
    return stage(home | sections, people, runs(people))


def test_faults_come_at_their_rate_and_strike_every_customer() -> None:
    counts = []
    for outcome in plays(world(), 300, keep_log=True):
        counts.append(len(entries(outcome, Kind.FAULT)))
        assert len(entries(outcome, Kind.ACTIVATION)) == 3 * counts[-1]
        assert {x.cause.kind for x in outcome.losses} <= {"faulty_update"}
        assert not any(x.cause.malicious for x in outcome.losses)
    assert abs(z_score(counts, 3.0)) < 3.29
    assert abs(z_score([(n - 3.0) ** 2 for n in counts], 3.0)) < 3.29


def test_a_fault_is_never_a_success_and_leaves_no_hostile_release() -> None:
    outcome = play(world(given={"compromises": [strike(4000)]}))
    assert outcome.successes == 0
    assert len(entries(outcome, Kind.RELEASE)) == len(entries(outcome, Kind.FAULT)) + 1
    assert len(entries(outcome, Kind.GIVEN_COMPROMISE)) == 1
    (hostile,) = [x.cause for x in outcome.losses if x.cause.malicious]
    assert hostile.installs == 3


def test_only_products_with_a_profile_are_at_fault() -> None:
    people = towns(2)
    sections = SUPPLY_CHAIN | {
        "faults": {"crash": FAULT},
        "products": {"p": product(fault="crash"), "q": product()},
    }
    driver = stage(sections, people, runs(people) + runs(people, "q"))
    causes = [x.cause for o in plays(driver, 20) for x in o.losses]
    assert {c.product for c in causes} == {"p"}


def test_a_fault_that_stops_the_cautious_ends() -> None:
    """An operator whose copy never misbehaved may stop at disclosure; with no stop time he needs restoring."""
    careful = STRIKES | {"stop_on_disclosure": {"office": 1}}
    driver = world(
        service=careful,
        faults={"crash": FAULT | {"activation": 0}},
        detection={"d": {"own": "10 h", "pull": "1 h"}},
    )
    outcome = next(o for o in (play(driver, k) for k in range(9)) if o.losses)
    stops, ends = hours(outcome, Kind.SERVICE_DOWN), hours(outcome, Kind.SERVICE_UP)
    assert stops
    assert ends == pytest.approx([t + 24 for t in stops])


def test_without_faults_nothing_else_changes() -> None:
    crime = {
        "rate": "5 / year",
        "reference_customers": 1000,
        "size_exponent": 0,
        "stale_after": "90 d",
        "restoration": "r",
    }
    on, off = world(crime=crime), world(crime=crime, faults={}, products={"p": product()})
    for replication in range(5):
        here, there = play(on, replication), play(off, replication)
        assert entries(here, Kind.FAULT)
        assert story(on, here, is_a(Kind.FAULT)) == story(off, there)


def test_a_faulty_update_on_a_product_nobody_runs_is_no_loss() -> None:
    driver = stage(
        SUPPLY_CHAIN | {"faults": {"crash": FAULT}, "products": {"p": product(fault="crash")}},
        [organisation("town")],
    )
    for outcome in plays(driver, 5, keep_log=True):
        assert not outcome.losses
        assert {e.kind for e in log_of(outcome)} <= {Kind.FAULT, Kind.RELEASE}
