"""Mechanism 12, circles of supply links: no outage feeds itself by running round one for ever."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.model.clock import Clock
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome, simulate
from simulator.scenario.portfolio import Organisation, SupplyLink
from tests.kernel.told import SEED, drawn
from tests.kernel.worlds import world_of
from tests.model.worlds import (
    entries,
    given,
    link,
    log_of,
    name_of,
    organisation,
    play,
    plays,
    stage,
    total_hours,
    unserved,
)

MOST_EVENTS = 20_000
"""More than any future here has that comes to an end."""


class Watched(Clock):
    """Fails where a future goes on for ever, which could not be waited for."""

    def record(self, kind: Kind, who: int, parent: int, detail: float | int | str | None = None) -> int:
        assert self.count < MOST_EVENTS, "the outage goes on for ever"
        return super().record(kind, who, parent, detail)


@pytest.fixture(autouse=True)
def _watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.model.replication.Clock", Watched)


def soon(consumer: str, provider: str, **fields: Any) -> SupplyLink:
    """A buffer of an hour, soon full again, and an hour to restart: an outage comes out as long as it went in."""
    return link(consumer, provider, 1.0, **{"restart_lag_h": 1.0, "refilled_after_h": 0.5} | fields)


ABC = [organisation(name) for name in "abc"]
RING = [soon("b", "a"), soon("c", "b"), soon("a", "c")]


def scripted(
    outages: dict[str, Any], links: Sequence[SupplyLink] = RING, people: Sequence[Organisation] = ABC, **sections: Any
) -> tuple[Driver, Outcome]:
    driver = stage({"given": outages} | sections, people, links=links)
    return driver, play(driver)


def outages_of(driver: Driver, outcome: Outcome, name: str) -> list[tuple[float, float]]:
    """From when to when an organisation was without any service."""
    changes = [e for e in entries(outcome, Kind.SERVICE_DOWN, Kind.SERVICE_UP) if name_of(driver, e) == name]
    starts = [e.time_h for e in changes if e.detail == 0.0]
    ends = [e.time_h for e in changes if e.detail == 1.0]
    return [(pytest.approx(a), pytest.approx(b)) for a, b in zip(starts, ends, strict=True)]


def test_an_outage_ends_where_it_comes_to_a_link_once_more() -> None:
    """It goes round, back to where it began, and would run the first link dry again at 4 h."""
    driver, outcome = scripted(given(("a", 0.0, 1.5)))
    assert outages_of(driver, outcome, "b") == [(1.0, 2.5)]
    assert outages_of(driver, outcome, "c") == [(2.0, 3.5)]
    assert outages_of(driver, outcome, "a") == [(0.0, 1.5), (3.0, 4.5)]
    assert total_hours(outcome) == pytest.approx(6_000.0)


def test_a_branch_of_a_circle_is_struck_as_often_as_the_circle() -> None:
    driver, outcome = scripted(given(("a", 0.0, 1.5)), [*RING, soon("d", "a")], [*ABC, organisation("d")])
    assert outages_of(driver, outcome, "a") == [(0.0, 1.5), (3.0, 4.5)]
    assert outages_of(driver, outcome, "d") == [(1.0, 2.5), (4.0, 5.5)]


@pytest.mark.parametrize("back", [[], [link("a", "b", 100.0)]])
def test_an_outage_from_outside_a_circle_comes_as_often_as_it_will(back: list[SupplyLink]) -> None:
    """One cause cuts the town off by way of the mast, and again by way of the slower grid, when all only restart."""
    people = [organisation("dam"), organisation("mast", "telecom"), organisation("grid", "energy"), *ABC[:2]]
    links = [
        link("mast", "dam", 0.0, restart_lag_h=1.0),
        link("grid", "dam", 0.5, restart_lag_h=10.0),
        link("a", "mast", 0.0),
        link("a", "grid", 4.0),
        link("b", "a", 0.2, restart_lag_h=0.1, refilled_after_h=0.5),
    ]
    driver, outcome = scripted(given(("dam", 0.0, 1.0)), [*links, *back], people)
    assert outages_of(driver, outcome, "a") == [(0.0, 2.0), (4.5, 11.0)]
    assert outages_of(driver, outcome, "b") == [(0.2, 2.1), (4.7, 11.1)]


def test_trouble_that_is_still_there_is_felt_however_old_it_is() -> None:
    """The trouble at the dam is older than that at the grid, and comes to the mast later."""
    people = [organisation("dam"), organisation("grid", "energy"), organisation("mast", "telecom")]
    links = [link("grid", "dam", 10.0), link("mast", "grid"), link("grid", "mast", 200.0)]
    driver, outcome = scripted(given(("dam", 0.0, 100.0), ("grid", 0.5, 2.0)), links, people)
    assert outages_of(driver, outcome, "mast") == [(0.5, 2.5), (10.0, 100.0)]


def test_buffers_run_down_and_no_time_to_restart() -> None:
    """Two that feed each other in part: one restarts at the instant at which the other is struck, and so on."""
    people = [organisation("x", "telecom"), organisation("y", "telecom"), organisation("z", "energy")]
    used = {"carries": 0.6, "fallback": 0.2, "recharge": 0.0}
    links = [
        link("x", "z", 6.0, **used),
        link("z", "x", 6.0, **used),
        link("x", "far", 0.4, fallback=0.2, recharge=0.0, restart_lag_h=12.0),
        link("y", "x", 6.0, fallback=0.2, recharge=0.5, restart_lag_h=2.0, deliveries=1),
        link("z", "y", 1.0, carries=0.6, restart_lag_h=12.0, deliveries=1),
        link("far", "z", 1.0, carries=0.6, fallback=0.2, restart_lag_h=2.0),
    ]
    driver = stage({"given": given(("far", 0.0, 14.2))}, [*people, organisation("far", "telecom")], links=links)
    for outcome in plays(driver, 30, keep_log=True):
        assert total_hours(outcome) == pytest.approx(unserved(driver, outcome), rel=1e-12)
        assert max(e.time_h for e in log_of(outcome)) < 60.0


def test_without_buffers_and_lags_all_are_back_at_once() -> None:
    links = [link("b", "a"), link("c", "b"), link("a", "c")]
    driver, outcome = scripted(given(("a", 0.0, 1.5), ("b", 1.0, 3.0)), links)
    for name in "abc":
        assert outages_of(driver, outcome, name) == [(0.0, 4.0)]


def test_trouble_that_begins_later_is_felt_all_round() -> None:
    """The first outage has ended at 4 h where it came round; the second, of 20 h, goes round and holds all down."""
    driver, outcome = scripted(given(("a", 0.0, 1.5), ("b", 6.0, 20.0)))
    assert outages_of(driver, outcome, "b") == [(1.0, 2.5), (6.0, 27.0)]
    assert outages_of(driver, outcome, "c") == [(2.0, 3.5), (7.0, 27.0)]
    assert outages_of(driver, outcome, "a") == [(0.0, 1.5), (3.0, 4.5), (8.0, 27.0)]


def test_two_troubles_of_which_one_ends_later() -> None:
    """What both bring about goes round once, not once for each of them."""
    driver, outcome = scripted(given(("a", 0.0, 1.0), ("a", 0.5, 1.0)))
    assert outages_of(driver, outcome, "b") == [(1.0, 2.5)]
    assert outages_of(driver, outcome, "c") == [(2.0, 3.5)]
    assert outages_of(driver, outcome, "a") == [(0.0, 1.5), (3.0, 4.5)]


def test_an_outage_that_meets_itself_before_its_last_trouble_ends() -> None:
    """All three wait for each other when b's own trouble ends, so all restart together, an hour after a is struck."""
    driver, outcome = scripted(given(("a", 0.0, 1.5), ("b", 0.0, 2.0)))
    assert outages_of(driver, outcome, "b") == [(0.0, 3.0)]
    assert outages_of(driver, outcome, "c") == [(1.0, 3.0)]
    assert outages_of(driver, outcome, "a") == [(0.0, 1.5), (2.0, 3.0)]


def test_a_buffer_that_lasts_is_lost_after_all_when_trouble_strikes() -> None:
    """At 4 h b's buffer would last until a is back at 4.5 h; trouble at a in between drains what came in since."""
    driver, outcome = scripted(given(("a", 0.0, 1.5), ("a", 4.2, 10.0)))
    assert outages_of(driver, outcome, "b") == [(1.0, 2.5), (4.4, 15.2)]
    assert outages_of(driver, outcome, "c") == [(2.0, 3.5), (5.4, 15.2)]


@pytest.mark.parametrize("buffer", [0.0, 2.0])
def test_what_a_provider_promised_is_lost_when_supplies_from_outside_are(buffer: float) -> None:
    """The mast restarts sooner than the grid, which still waits when its dam fails."""
    people = [organisation("dam"), organisation("grid", "energy"), organisation("mast", "telecom")]
    links = [
        link("grid", "dam", buffer, carries=1.0),
        link("mast", "grid", 0.0, restart_lag_h=2.0),
        link("grid", "mast", 0.0, restart_lag_h=9.0),
    ]
    driver, outcome = scripted(given(("grid", 10.0, 20.0), ("dam", 33.0, 30.0)), links, people)
    assert outages_of(driver, outcome, "mast") == [(10.0, 32.0), (33.0 + buffer, 65.0)]


def test_what_waits_for_a_provider_that_falls_again_promises_nothing() -> None:
    """c is back because b will be, in nine hours; then a, for which b waits, loses its dam."""
    people = [*ABC, organisation("dam")]
    slow = [link("b", "a", restart_lag_h=9.0), link("c", "b", restart_lag_h=1.0), link("a", "c"), link("a", "dam")]
    driver, outcome = scripted(given(("a", 10.0, 20.0), ("dam", 33.0, 30.0)), slow, people)
    assert outages_of(driver, outcome, "a") == [(10.0, 30.0), (33.0, 63.0)]
    assert outages_of(driver, outcome, "b") == [(10.0, 72.0)]
    assert outages_of(driver, outcome, "c") == [(10.0, 31.0), (33.0, 64.0)]


def test_a_circle_closed_by_the_balance_of_the_grid() -> None:
    """Plant, net, mast, tower and the plant again, while it lacks some fuel, which alone the reserve makes up for."""
    people = [organisation("plant", "energy", generation_kw=1000.0), organisation("net", "energy")]
    people += [organisation("mast", "telecom"), organisation("tower", "telecom"), organisation("fuel")]
    links = [soon("mast", "net"), soon("tower", "mast"), soon("plant", "tower"), link("plant", "fuel", carries=0.1)]
    rules = {"load": "1000 kW", "reserve": "200 kW", "slow_reserve": "0 kW", "slow_after": "0 h"}
    driver, outcome = scripted(given(("plant", 0.0, 1.5), ("fuel", 0.0, 100.0)), links, people, grid=rules)
    assert outages_of(driver, outcome, "tower") == [(2.0, 3.5)]
    assert len(entries(outcome, Kind.GRID)) == 4


def test_a_cause_is_felt_round_a_circle_each_time_it_strikes() -> None:
    """Outages of one cause, days apart, each reach a neighbour in a circle: trouble, not a restart, is behind them."""
    driver, outcome = scripted(given(("a", 0.0, 1.5), ("a", 50.0, 1.5)))
    assert outages_of(driver, outcome, "b") == [(1.0, 2.5), (51.0, 52.5)]
    assert math.isclose(total_hours(outcome), 12_000.0)


@pytest.mark.parametrize("number", [7, 2216])
def test_random_worlds_that_went_on_for_ever(number: int) -> None:
    driver = world_of(number).driver
    for future in drawn(driver, 2):
        simulate(driver, SEED, future)
