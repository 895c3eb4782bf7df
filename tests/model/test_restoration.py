"""Mechanism 11: restart, rebuild, visit the site; visits go slower without telecom and take crews."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.model.kinds import Kind
from tests.model.worlds import (
    FREE,
    SUPPLY_CHAIN,
    entries,
    exponential,
    given,
    hours,
    link,
    organisation,
    play,
    plays,
    runs,
    stage,
    story,
    strike,
    towns,
    z_score,
)


def shape(kind: str, time: str = "10 h", **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "time": time, "needs_team": False} | fields


def test_each_shape_takes_its_own_time_and_the_rebuild_costs() -> None:
    impact = FREE | {
        "response_per_team_day": "2400 USD",
        "rebuild_per_customer": "3 USD",
        "rebuild_cap": "2000 USD",
    }
    for kind, time, expected in (("restart", "2 h", 200), ("rebuild", "50 h", 7000), ("visit", "5 h", 2500)):
        driver = stage(
            {"restoration": {"r": shape(kind, time)}, "given": given(("town", 1.0, "r")), "impact": impact},
            [organisation("town")],
        )
        outcome = play(driver)
        assert hours(outcome, Kind.RESTORED) == [1 + float(time.split()[0])]
        assert outcome.losses[0].operator == pytest.approx(expected)


def test_a_visit_goes_slower_without_telecom() -> None:
    """Telecom is lost at 0 for 100 hours, with a two-hour battery at the site."""

    def repaired(start: float) -> float:
        driver = stage(
            {
                "restoration": {"r": shape("visit", "10 h", slower_without_telecom=3)},
                "given": given(("carrier", 0.0, 100.0), ("town", start, "r")),
            },
            [organisation("carrier", "telecom"), organisation("town")],
            links=[link("town", "carrier", buffer=2.0, fallback=1.0)],
        )
        return hours(play(driver), Kind.RESTORED)[0] - start

    assert repaired(1.0) == 10.0
    assert repaired(5.0) == 30.0
    assert repaired(150.0) == 10.0


def test_only_telecom_slows_a_visit() -> None:
    driver = stage(
        {
            "restoration": {"r": shape("visit", "10 h", slower_without_telecom=3)},
            "given": given(("grid", 0.0, 100.0), ("town", 5.0, "r")),
        },
        [organisation("grid", "energy"), organisation("town")],
        links=[link("town", "grid")],
    )
    assert hours(play(driver), Kind.RESTORED) == [15.0]


def test_times_belong_to_organisation_and_cause() -> None:
    people = towns(6)
    home = SUPPLY_CHAIN | {"restoration": {"r": shape("rebuild", exponential("24 h"))}}  # type: ignore[arg-type]
    one = stage(home | {"given": {"compromises": [strike(10)]}}, people, runs(people))
    few = stage(home | {"given": {"compromises": [strike(10)]}}, people[:2], runs(people[:2]))
    outcomes = plays(one, 150, keep_log=True)
    assert abs(z_score([t - 11.0 for o in outcomes for t in hours(o, Kind.RESTORED)], 24.0)) < 3.29
    for replication in range(3):
        assert set(hours(play(few, replication), Kind.RESTORED)) < set(hours(play(one, replication), Kind.RESTORED))


def test_one_job_for_all_that_a_cause_did_at_a_place() -> None:
    people = towns(1)
    groups = runs(people) + runs(people, host_group="near_ot") + runs(people, host_group="privileged")
    driver = stage(SUPPLY_CHAIN | {"given": {"compromises": [strike(10)]}}, people, groups)
    outcome = play(driver)
    assert len(entries(outcome, Kind.ACTIVATION)) == 3
    assert len(entries(outcome, Kind.RESTORED)) == 1
    assert hours(outcome, Kind.SERVICE_UP) == [35.0]


def test_two_causes_have_a_job_each_and_service_waits_for_the_last() -> None:
    driver = stage(
        {
            "restoration": {"r": shape("rebuild", "20 h"), "s": shape("rebuild", "30 h")},
            "given": given(("town", 1.0, "r"), ("town", 2.0, "s")),
        },
        [organisation("town")],
    )
    outcome = play(driver)
    assert hours(outcome, Kind.RESTORED) == [21.0, 32.0]
    assert hours(outcome, Kind.SERVICE_UP) == [32.0]


def visiting(**fields: Any) -> Driver:
    sites = [organisation("carrier", "telecom"), organisation("mill"), organisation("town")]
    return stage(
        {
            "restoration": {"r": shape("visit", "10 h", **fields)},
            "given": given(("carrier", 0.0, 100.0), ("town", 5.0, "r"), ("mill", 9.0, "r")),
        },
        sites,
        links=[link("town", "carrier", fallback=1.0)],
    )


def test_without_the_telecom_rule_only_the_length_of_visits_changes() -> None:
    on, off = visiting(slower_without_telecom=3), visiting()
    here, there = story(on, play(on)), story(off, play(off))
    mine = [x for x in here if x[2] == "town" and x[1] in ("RESTORED", "SERVICE_UP")]
    assert [x[0] for x in mine] == [35.0, 35.0]
    assert [x for x in here if x not in mine] == [
        x for x in there if not (x[2] == "town" and x[1] in ("RESTORED", "SERVICE_UP"))
    ]
