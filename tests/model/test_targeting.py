"""Mechanism 18: who is chosen, by critical infrastructure, services to the country at war and public stance."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from tests.model.worlds import (
    entries,
    hours,
    organisation,
    play,
    plays,
    stage,
    subjects,
    theatre,
    z_of_share,
)

WEIGHTS = {
    "critical_infrastructure": math.log(2),
    "services_to_country_at_war": math.log(5),
    "public_stance": math.log(3),
}
PEOPLE = [
    organisation("plain"),
    organisation("critical", critical=True),
    organisation("serves", serves_war=True),
    organisation("outspoken", stance=1.0),
    organisation("all", critical=True, serves_war=True, stance=1.0),
    organisation("half", stance=0.5),
]
EXPECTED = {"plain": 1.0, "critical": 2.0, "serves": 5.0, "outspoken": 3.0, "all": 30.0, "half": math.sqrt(3)}
SIDE = {"theatre": "north", "rate": {"peace": "40 / year"}, "duration": "1 h", "output_lost": 0.1}


def world(targeting: Any = WEIGHTS, people: Any = PEOPLE) -> Driver:
    sections = {
        "theatres": {"north": theatre("peace", {})},
        "hacktivists": {"crowd": SIDE},
        "targeting": targeting,
    }
    return stage(sections, people)


def chosen(driver: Driver, outcomes: list[Outcome]) -> Counter[str]:
    return Counter(name for o in outcomes for name in subjects(driver, o, Kind.HACKTIVISTS))


def test_weights_multiply() -> None:
    driver = world()
    found = dict(zip(driver.world.organisations.names, driver.world.organisations.weight, strict=True))
    assert found == pytest.approx(EXPECTED)


def test_organisations_are_chosen_in_proportion_to_their_weight() -> None:
    driver = world()
    picked = chosen(driver, plays(driver, 50, keep_log=True))
    for name, weight in EXPECTED.items():
        assert abs(z_of_share(picked[name], picked.total(), weight / sum(EXPECTED.values()))) < 3.29


def test_a_newcomer_only_takes_what_it_wins() -> None:
    few, many = world(people=PEOPLE[:4]), world(people=PEOPLE)
    for replication in range(5):
        for old, new in zip(
            subjects(few, play(few, replication), Kind.HACKTIVISTS),
            subjects(many, play(many, replication), Kind.HACKTIVISTS),
            strict=True,
        ):
            assert new in (old, "all", "half")


def test_without_targeting_all_are_alike_and_events_come_at_the_same_times() -> None:
    on, off = world(), world(None)
    picked = chosen(off, plays(off, 40, keep_log=True))
    for name in EXPECTED:
        assert abs(z_of_share(picked[name], picked.total(), 1 / 6)) < 3.29
    for replication in range(5):
        here, there = play(on, replication), play(off, replication)
        assert hours(here, Kind.HACKTIVISTS) == hours(there, Kind.HACKTIVISTS)
        assert subjects(on, here, Kind.HACKTIVISTS) != subjects(off, there, Kind.HACKTIVISTS)
        assert len(entries(here, Kind.OUTAGE)) == len(entries(there, Kind.OUTAGE))
