"""Order at equal times: (time, kind, subject, occurrence), never the order of scheduling."""

from __future__ import annotations

import itertools
import random

import pytest

from simulator.model.clock import NOBODY, Clock, Moment
from simulator.model.kinds import SUBJECT, Kind
from tests.model.worlds import entries, given, hours, link, log_of, organisation, play, stage, subjects

KEYS = [
    (hour, kind, who, occurrence)
    for hour in (0.1, 0.1 + 0.2, 7.0)
    for kind in (Kind.RESTORED, Kind.ATTEMPT, Kind.BUFFER_EMPTY)
    for who in (0, 3, 70_000)
    for occurrence in (0, 1, 65_000)
]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_scheduling_does_not_matter(seed: int) -> None:
    clock = Clock(keep_log=False)
    seen: list[object] = []

    def action(moment: Moment) -> None:
        seen.append(moment.data)

    keys = KEYS.copy()
    random.Random(seed).shuffle(keys)
    for key in keys:
        hour, kind, who, occurrence = key
        clock.at(hour, kind, who, action, NOBODY, occurrence, key)
    clock.run()
    assert seen == KEYS


def test_an_absolute_time_is_met_exactly_from_wherever_it_was_set() -> None:
    """0.12 + (1.3 - 0.12) is not 1.3: by delays, what belongs to one instant would fall apart."""
    clock = Clock(keep_log=False)
    met: list[tuple[float, int]] = []

    def arrives(moment: Moment) -> None:
        met.append((clock.now, moment.who))

    def sets(moment: Moment) -> None:
        clock.at(1.3, Kind.ACTIVATION, moment.who, arrives)

    starts = [0.1, 0.12, 0.13, 0.14, 0.5, 0.9]
    for k, start in enumerate(starts):
        clock.at(start, Kind.INSTALL, len(starts) - k, sets)
    clock.run()
    assert met == [(1.3, k) for k in range(1, len(starts) + 1)]
    assert len({s + (1.3 - s) for s in starts}) > 1


def test_a_time_gone_by_means_at_once() -> None:
    clock = Clock(keep_log=True)
    clock.at(5.0, Kind.RELEASE, 0, lambda m: clock.at(2.0, Kind.INSTALL, 1, late))

    def late(moment: Moment) -> None:
        clock.record(Kind.INSTALL, moment.who, NOBODY)

    clock.run()
    assert clock.entries is not None
    assert [(e.time_h, e.kind) for e in clock.entries] == [(5.0, Kind.INSTALL)]


def test_every_kind_has_a_subject_and_a_place_of_its_own() -> None:
    assert set(SUBJECT) == set(Kind)
    assert len({int(k) for k in Kind}) == len(Kind)


def test_restorations_come_before_failures() -> None:
    first = [Kind.RESTORED, Kind.OUTAGE_OVER, Kind.SUPPLY_RESTARTED, Kind.REPLACED]
    then = [Kind.ATTEMPT, Kind.INSTALL, Kind.ACTIVATION, Kind.CRIME, Kind.OUTAGE, Kind.BUFFER_EMPTY]
    assert all(a < b for a, b in itertools.product(first, then))
    assert min(Kind) == Kind.REGIME


def test_what_begins_and_ends_at_one_instant() -> None:
    """At 10 the first outage ends and the second begins, of all in the order of names."""
    people = [organisation(n) for n in ("c", "a", "b")]
    driver = stage({"given": given(*((n, t, 5.0) for t in (5.0, 10.0) for n in ("b", "c", "a")))}, people)
    outcome = play(driver)
    assert subjects(driver, outcome, Kind.SERVICE_DOWN) == ["a", "b", "c"] * 2
    at_ten = [e.kind for e in log_of(outcome) if e.time_h == 10.0]
    assert at_ten == [Kind.OUTAGE_OVER, Kind.SERVICE_UP] * 3 + [Kind.OUTAGE, Kind.SERVICE_DOWN] * 3


def test_the_order_of_a_file_does_not_matter() -> None:
    people = [organisation(n, s) for n, s in (("grid", "energy"), ("mast", "telecom"), ("town", "water"))]
    links = [link("mast", "grid", 3.0), link("town", "mast"), link("town", "grid", 8.0)]
    outages = given(("grid", 1.0, 20.0), ("mast", 1.0, 20.0))
    forth = play(stage({"given": outages}, people, links=links))
    back = play(stage({"given": given(("mast", 1.0, 20.0), ("grid", 1.0, 20.0))}, people[::-1], links=links[::-1]))
    assert forth.log == back.log
    assert hours(forth, Kind.BUFFER_EMPTY) == hours(back, Kind.BUFFER_EMPTY)
    assert len(entries(forth, Kind.BUFFER_EMPTY)) == 3
