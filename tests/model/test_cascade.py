"""Mechanism 12: cascades along supply links, with buffers, fuel, lags and loops (V13, V41)."""

from __future__ import annotations

import math
from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from simulator.rules.quantile import Law
from simulator.scenario.portfolio import Organisation, SupplyLink
from tests.model.worlds import (
    BLINDS,
    SUPPLY_CHAIN,
    entries,
    exponential,
    given,
    hours,
    link,
    log_of,
    name_of,
    organisation,
    play,
    plays,
    routes,
    runs,
    stage,
    story,
    strike,
    total_hours,
    unserved,
    z_of_share,
    z_score,
)

GRID = organisation("grid", "energy")
MAST = organisation("mast", "telecom")
TOWN = organisation("town")
REPAIR = {"restoration": {"r": {"kind": "rebuild", "time": exponential("10 h"), "needs_team": False}}}


def levels(driver: Driver, outcome: Outcome, name: str) -> list[tuple[float, float]]:
    """(hour, output) of one organisation after each change."""
    return [
        (e.time_h, float(e.detail or 0.0))
        for e in entries(outcome, Kind.SERVICE_DOWN, Kind.SERVICE_UP)
        if name_of(driver, e) == name
    ]


def about(expected: list[tuple[float, float]]) -> list[Any]:
    return [(pytest.approx(t, abs=1e-6), pytest.approx(x, abs=1e-6)) for t, x in expected]


def scripted(outages: dict[str, Any], people: list[Organisation], links: list[SupplyLink]) -> tuple[Driver, Outcome]:
    driver = stage({"given": outages}, people, links=links)
    return driver, play(driver)


def test_three_sectors_with_buffers_v41() -> None:
    people = [organisation("grid", "energy", 1.0), organisation("mast", "telecom", 1.0)]
    people += [organisation("town", "water", 40_000.0, people=80_000.0)]
    links = [
        link("mast", "grid", 8.0, recharge=0.5, restart_lag_h=1.0),
        link("town", "grid", 24.0, recharge=0.0, refilled_after_h=2.0),
        link("town", "mast", 4.0, fallback=0.6, recharge=1.0),
    ]
    driver, outcome = scripted(given(("grid", 0.0, 30.0), ("grid", 34.0, 10.0)), people, links)
    assert levels(driver, outcome, "mast") == about([(8, 0), (31, 1), (36, 0), (45, 1)])
    assert levels(driver, outcome, "town") == about([(12, 0.6), (24, 0), (30, 0.6), (31, 1), (40, 0.6), (45, 1)])
    by_sector = [math.fsum(x.customer_hours[s] for x in outcome.losses) for s in range(3)]
    assert by_sector[0] == pytest.approx(13.2 * 40_000, abs=1e-6)
    assert by_sector[1] == pytest.approx(32.0, abs=1e-6)
    people_days = math.fsum(x.person_hours[0] for x in outcome.losses) / 24
    assert people_days == pytest.approx(44_000.0, abs=1e-6)


@pytest.mark.parametrize(
    ("buffer", "fails", "lost"),
    [(Law.fixed(8.0), 0.4493289641, 4.493289641), (Law.exponential(8.0), 0.5555555556, 5.555555556)],
)
def test_a_buffer_outlasts_short_outages_v13(buffer: Law, fails: float, lost: float) -> None:
    driver = stage(REPAIR | {"given": given(("grid", 1.0, "r"))}, [GRID, TOWN], links=[link("town", "grid", buffer)])
    outcomes = plays(driver, 1500)
    out = [math.fsum(x.customer_hours[0] for x in o.losses) / 1000 for o in outcomes]
    assert abs(z_score(out, lost)) < 3.29
    assert abs(z_of_share(sum(x > 0 for x in out), 1500, fails)) < 3.29


def test_a_buffer_that_ends_as_supply_returns_holds() -> None:
    _, outcome = scripted(given(("grid", 1.0, 8.0)), [GRID, TOWN], [link("town", "grid", 8.0)])
    assert not entries(outcome, Kind.BUFFER_EMPTY)
    assert outcome.losses[0].customer_hours[0] == 0.0


def test_the_time_a_consumer_needs_to_restart_is_charged_to_the_cause() -> None:
    driver, outcome = scripted(
        given(("grid", 10.0, 20.0)), [GRID, TOWN], [link("town", "grid", 5.0, restart_lag_h=3.0)]
    )
    assert levels(driver, outcome, "town") == [(15.0, 0.0), (33.0, 1.0)]
    (loss,) = outcome.losses
    assert loss.customer_hours == pytest.approx([18_000.0, 0.0, 20_000.0])


def test_a_lag_starts_again_if_supply_fails_meanwhile() -> None:
    driver, outcome = scripted(
        given(("grid", 10.0, 5.0), ("grid", 16.0, 5.0)),
        [GRID, TOWN],
        [link("town", "grid", 0.0, restart_lag_h=3.0, recharge=0.0)],
    )
    assert levels(driver, outcome, "town") == [(10.0, 0.0), (24.0, 1.0)]


def test_an_outage_that_begins_while_the_supplier_restarts_has_a_cause() -> None:
    """Grid fails for 4 h, the mast is back 5 h after it, the town's battery ends in between."""
    driver, outcome = scripted(
        given(("grid", 0.0, 4.0)),
        [GRID, MAST, TOWN],
        [link("mast", "grid", 0.0, restart_lag_h=5.0), link("town", "mast", 6.0)],
    )
    assert levels(driver, outcome, "town") == [(6.0, 0.0), (9.0, 1.0)]
    assert total_hours(outcome) == pytest.approx(1000 * (4 + 9 + 3))
    assert outcome.losses[0].cause.interruptions == [1000.0, 1000.0, 1000.0]


def test_fuel_is_delivered_while_it_lasts_and_again_in_the_next_outage() -> None:
    """Ten hours of fuel and two deliveries: thirty hours; full again five hours after supply returns."""
    driver, outcome = scripted(
        given(("grid", 0.0, 40.0), ("grid", 100.0, 40.0)),
        [GRID, TOWN],
        [link("town", "grid", 10.0, deliveries=2, recharge=0.0, refilled_after_h=5.0)],
    )
    assert levels(driver, outcome, "town") == [(30.0, 0.0), (40.0, 1.0), (130.0, 0.0), (140.0, 1.0)]
    assert hours(outcome, Kind.BUFFER_FULL) == [10.0, 20.0, 110.0, 120.0]


def test_an_empty_tank_that_is_not_refilled_stays_empty() -> None:
    driver, outcome = scripted(
        given(("grid", 0.0, 40.0), ("grid", 42.0, 10.0)),
        [GRID, TOWN],
        [link("town", "grid", 10.0, deliveries=1, recharge=0.0, refilled_after_h=5.0)],
    )
    assert levels(driver, outcome, "town") == [(20.0, 0.0), (40.0, 1.0), (42.0, 0.0), (52.0, 1.0)]


def test_a_battery_recharges_in_part() -> None:
    """Ten hours, six used, four regained at half an hour per hour in four hours: six left."""
    driver, outcome = scripted(
        given(("grid", 0.0, 6.0), ("grid", 10.0, 20.0)), [GRID, TOWN], [link("town", "grid", 10.0, recharge=0.5)]
    )
    assert levels(driver, outcome, "town") == [(16.0, 0.0), (30.0, 1.0)]


def test_fallback_and_shares_of_several_suppliers() -> None:
    """Two carriers of one service carry half each; with one gone a quarter of the work is lost, with both half."""
    masts = [organisation(f"mast{k}", "telecom") for k in (1, 2)]
    links = [link("town", m.name, 0.0, carries=0.5, fallback=0.5) for m in masts] + [link("town", "grid", fallback=0.2)]
    driver, outcome = scripted(
        given(("mast1", 0.0, 30.0), ("mast2", 10.0, 10.0), ("grid", 15.0, 2.0)), [GRID, TOWN, *masts], links
    )
    expected = [(0, 0.75), (10, 0.5), (15, 0.1), (17, 0.5), (20, 0.75), (30, 1)]
    assert levels(driver, outcome, "town") == about(expected)


def partly(output: float, people: list[Organisation], links: list[SupplyLink]) -> Driver:
    """The grid is run by hand at a share of its service for a day."""
    steady = {"share": output, "floor": 0, "falls_by": 0, "every": "1 h"}
    rules = {
        "on_activation": routes(BLINDS, "energy"),
        "stopped_output": 0,
        "unsafe_water": 0,
        "manual": {"energy": steady},
    }
    home = SUPPLY_CHAIN | {"service": rules, "given": {"compromises": [strike(10)]}}
    return stage(home, people, runs(people[:1]), links)


def test_partial_output_reaches_each_consumer_with_its_share() -> None:
    towns = [organisation(f"town{k:02d}") for k in range(20)]
    driver = partly(0.7, [GRID, *towns], [link(t.name, "grid") for t in towns])
    cut = 0
    for outcome in plays(driver, 60, keep_log=True):
        down = [e for e in entries(outcome, Kind.SERVICE_DOWN) if name_of(driver, e) != "grid"]
        assert {e.detail for e in down} <= {0.0}
        cut += len(down)
    assert abs(z_of_share(cut, 1200, 0.3)) < 3.29


def test_a_rising_output_reaches_more_and_a_falling_one_fewer() -> None:
    towns = [organisation(f"town{k:02d}") for k in range(12)]
    links = [link(t.name, "grid") for t in towns]
    dark = {}
    for output in (0.9, 0.6, 0.3):
        driver = partly(output, [GRID, *towns], links)
        dark[output] = {name_of(driver, e) for e in entries(play(driver, 2), Kind.BUFFER_EMPTY)}
    assert dark[0.9] < dark[0.6] < dark[0.3]


def test_the_output_of_a_consumer_of_a_consumer() -> None:
    people = [GRID, MAST, TOWN, organisation("port")]
    links = [link("mast", "grid", 2.0), link("town", "mast", 3.0), link("port", "town", 4.0, fallback=0.5)]
    driver, outcome = scripted(given(("grid", 0.0, 20.0)), people, links)
    assert levels(driver, outcome, "port") == [(9.0, 0.5), (20.0, 1.0)]
    assert total_hours(outcome) == pytest.approx(1000 * (20 + 18 + 15 + 5.5))


# Loops.


def test_two_that_feed_each_other_restart_when_the_cause_is_gone() -> None:
    """Taken naively, a repair of three days lasted 1,814 days."""
    driver, outcome = scripted(
        given(("grid", 10.0, 72.0)), [GRID, MAST], [link("mast", "grid", 8.0), link("grid", "mast", 4.0)]
    )
    assert levels(driver, outcome, "grid") == [(10.0, 0.0), (82.0, 1.0)]
    assert levels(driver, outcome, "mast") == [(18.0, 0.0), (82.0, 1.0)]
    assert total_hours(outcome) == pytest.approx(1000 * (72 + 64))


def test_a_loop_restarts_after_its_lags() -> None:
    driver, outcome = scripted(
        given(("grid", 10.0, 20.0)),
        [GRID, MAST],
        [link("mast", "grid", 0.0, restart_lag_h=2.0), link("grid", "mast", 0.0, restart_lag_h=6.0)],
    )
    assert levels(driver, outcome, "mast") == [(10.0, 0.0), (32.0, 1.0)]
    assert levels(driver, outcome, "grid") == [(10.0, 0.0), (36.0, 1.0)]


def test_a_loop_waits_for_the_last_of_its_own_causes() -> None:
    driver, outcome = scripted(
        given(("grid", 10.0, 20.0), ("mast", 15.0, 45.0)), [GRID, MAST], [link("mast", "grid"), link("grid", "mast")]
    )
    assert levels(driver, outcome, "grid") == [(10.0, 0.0), (60.0, 1.0)]
    assert levels(driver, outcome, "mast") == [(10.0, 0.0), (60.0, 1.0)]
    first, second = (sum(x.customer_hours) for x in outcome.losses)
    assert first == pytest.approx(2000 * (5 + 15 / 2))
    assert second == pytest.approx(2000 * (15 / 2 + 30))


def test_a_loop_waits_for_a_supplier_outside_it() -> None:
    """The dam feeds the grid, the grid and the mast feed each other."""
    people = [organisation("dam"), GRID, MAST]
    links = [link("grid", "dam"), link("mast", "grid"), link("grid", "mast")]
    driver, outcome = scripted(given(("grid", 10.0, 20.0), ("dam", 12.0, 60.0)), people, links)
    assert levels(driver, outcome, "grid") == [(10.0, 0.0), (72.0, 1.0)]
    assert levels(driver, outcome, "mast") == [(10.0, 0.0), (72.0, 1.0)]


def test_a_loop_of_three_with_a_tail() -> None:
    people = [organisation(n) for n in "abcd"]
    links = [link("b", "a", 1.0), link("c", "b", 1.0), link("a", "c", 1.0), link("d", "c", 1.0, restart_lag_h=2.0)]
    driver, outcome = scripted(given(("a", 0.0, 50.0)), people, links)
    assert levels(driver, outcome, "c") == [(2.0, 0.0), (50.0, 1.0)]
    assert levels(driver, outcome, "d") == [(3.0, 0.0), (52.0, 1.0)]


def test_a_loop_half_of_which_lives_on_its_fallback() -> None:
    """The mast keeps 60 % without the grid, so its place in the grid's queue decides who reaches whom."""
    links = [link("mast", "grid", fallback=0.6), link("grid", "mast")]
    seen = set()
    for replication in range(30):
        driver = stage({"given": given(("grid", 10.0, 20.0))}, [GRID, MAST], links=links)
        outcome = play(driver, replication)
        assert levels(driver, outcome, "mast") == [(10.0, 0.6), (30.0, 1.0)]
        assert levels(driver, outcome, "grid") == [(10.0, 0.0), (30.0, 1.0)]
        seen.add(len(entries(outcome, Kind.BUFFER_EMPTY)))
    assert seen == {1, 2}


def test_new_trouble_while_a_loop_restarts_keeps_the_others_waiting() -> None:
    """The grid fails again before the loop is up: the mast, which waited for its return, goes on waiting."""
    driver, outcome = scripted(
        given(("grid", 10.0, 20.0), ("grid", 32.0, 30.0)),
        [GRID, MAST],
        [link("mast", "grid", 0.0, restart_lag_h=5.0), link("grid", "mast", 0.0, restart_lag_h=5.0)],
    )
    assert levels(driver, outcome, "mast") == [(10.0, 0.0), (67.0, 1.0)]
    assert levels(driver, outcome, "grid") == [(10.0, 0.0), (67.0, 1.0)]


def test_new_trouble_strikes_a_provider_that_waits_while_its_consumer_is_back() -> None:
    """The mast restarts sooner than the grid; trouble at the grid in between takes the mast's supply again."""
    driver, outcome = scripted(
        given(("grid", 10.0, 20.0), ("grid", 33.0, 30.0)),
        [GRID, MAST],
        [link("mast", "grid", 0.0, restart_lag_h=2.0), link("grid", "mast", 0.0, restart_lag_h=9.0)],
    )
    assert levels(driver, outcome, "mast") == [(10.0, 0.0), (32.0, 1.0), (33.0, 0.0), (65.0, 1.0)]


@pytest.mark.parametrize("replication", range(3))
def test_losses_in_loops_are_what_the_service_history_says(replication: int) -> None:
    names = [organisation(f"o{k}", ("water", "telecom", "energy")[k % 3]) for k in range(6)]
    links = [
        link(f"o{(k + 1) % 6}", f"o{k}", Law.exponential(3.0), fallback=0.2 * (k % 2), restart_lag_h=float(k % 3))
        for k in range(6)
    ]
    links += [link("o1", "o4", Law.exponential(2.0)), link("o3", "o1", 1.0)]
    outages = given(("o0", 1.0, 30.0), ("o3", 20.0, 30.0), ("o2", 55.0, 4.0), ("o5", 58.5, 11.0))
    driver = stage({"given": outages}, names, links=links)
    outcome = play(driver, replication)
    assert total_hours(outcome) == pytest.approx(unserved(driver, outcome), rel=1e-12)
    assert max(e.time_h for e in log_of(outcome)) < 100


def test_without_links_nothing_but_the_cascade_is_gone() -> None:
    people = [GRID, MAST, TOWN]
    links = [link("mast", "grid", 8.0), link("town", "mast", 2.0)]
    outages = given(("grid", 10.0, 20.0), ("town", 300.0, 5.0))
    on, here = scripted(outages, people, links)
    off, there = scripted(outages, people, [])
    assert entries(here, Kind.BUFFER_EMPTY)

    def cascade(line: Any) -> bool:
        return (
            line[1] in ("BUFFER_EMPTY", "SUPPLY_RESTARTED")
            or line[2] == "mast"
            or (line[2] == "town" and line[0] < 100)
        )

    assert [x for x in story(on, here) if not cascade(x)] == story(off, there)
