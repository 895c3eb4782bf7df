"""Mechanism 12, generation: a simultaneous loss above the reserve sheds load for every network."""

from __future__ import annotations

import math
from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from tests.model.worlds import (
    SUPPLY_CHAIN,
    entries,
    exponential,
    given,
    hours,
    is_a,
    link,
    name_of,
    organisation,
    play,
    plays,
    runs,
    stage,
    story,
    strike,
    theatre,
    total_hours,
    unserved,
    wiper,
)

RULES = {"load": "1000 kW", "reserve": "100 kW", "slow_reserve": "150 kW", "slow_after": "3 h"}
CITY = organisation("city", "energy")
PLANTS = [organisation(f"plant{k}", "energy", customers=0.0, people=0.0, generation_kw=200.0) for k in range(3)]


def world(outages: dict[str, Any] | None, rules: Any = RULES, **sections: Any) -> Driver:
    home: dict[str, Any] = {"grid": rules, "given": outages}
    return stage(home | sections, [CITY, *PLANTS])


def shed(driver: Driver, outcome: Outcome, name: str = "city") -> list[Any]:
    return [
        (e.time_h, pytest.approx(e.detail))
        for e in entries(outcome, Kind.SERVICE_DOWN, Kind.SERVICE_UP)
        if name_of(driver, e) == name
    ]


def test_a_loss_within_the_reserve_sheds_nothing() -> None:
    driver = world(given(("plant0", 1.0, 10.0)), RULES | {"reserve": "200 kW"})
    outcome = play(driver)
    assert not entries(outcome, Kind.GRID)
    assert total_hours(outcome) == 0.0


def test_load_is_shed_in_proportion_until_the_slow_reserve_comes() -> None:
    driver = world(given(("plant0", 1.0, 10.0), ("plant1", 1.0, 10.0)))
    outcome = play(driver)
    assert shed(driver, outcome) == [(1.0, 0.9), (1.0, 0.7), (4.0, 0.85), (11.0, 1.0)]
    assert total_hours(outcome) == pytest.approx(1000 * (0.3 * 3 + 0.15 * 7))
    first, second = (sum(x.customer_hours) for x in outcome.losses)
    assert first == pytest.approx(second)


@pytest.mark.parametrize("start", [0.1, 0.3, 7.7, 123.4, 1000.1, 8000.7])
def test_the_slow_reserve_comes_whenever_the_shortage_began(start: float) -> None:
    driver = world(given(("plant0", start, 20.0), ("plant1", start, 20.0)), RULES | {"slow_after": "0.7 h"})
    outcome = play(driver)
    assert hours(outcome, Kind.RESERVE_READY) == [pytest.approx(start + 0.7)]
    assert shed(driver, outcome)[2] == (pytest.approx(start + 0.7), 0.85)


def test_a_slow_reserve_is_for_one_shortage() -> None:
    """A second shortage within three hours of the first waits for its own."""
    outages = given(*((p, at, 1.0) for p in ("plant0", "plant1") for at in (1.0, 3.0)))
    driver = world(outages)
    outcome = play(driver)
    assert not entries(outcome, Kind.RESERVE_READY)
    outages = given(*((p, at, last) for p in ("plant0", "plant1") for at, last in ((1.0, 1.0), (3.0, 8.0))))
    driver = world(outages)
    assert hours(play(driver), Kind.RESERVE_READY) == [6.0]


def test_customers_are_interrupted_once_as_shedding_deepens_and_eases() -> None:
    """0.1, then 0.3 with the second plant, then 0.15: three tenths of the customers in all."""
    driver = world(given(("plant0", 1.0, 10.0), ("plant1", 2.0, 9.0)))
    outcome = play(driver)
    assert shed(driver, outcome) == [(1.0, 0.9), (2.0, 0.7), (4.0, 0.85), (11.0, 1.0)]
    energy = sum(x.cause.interruptions[2] for x in outcome.losses)
    assert energy == pytest.approx(300.0)


def test_shedding_never_exceeds_the_load() -> None:
    driver = world(given(*((p.name, 1.0, 5.0) for p in PLANTS)), RULES | {"load": "300 kW"})
    outcome = play(driver)
    assert min(e.detail for e in entries(outcome, Kind.SERVICE_DOWN) if name_of(driver, e) == "city") == 0.0
    assert total_hours(outcome) == pytest.approx(unserved(driver, outcome))


def test_an_inverter_cloud_stops_at_one_moment() -> None:
    """A synchronised command to many small plants is one loss, above a reserve that any of them alone is below."""
    plants = [organisation(f"roof{k:02d}", "energy", 0.0, people=0.0, generation_kw=20.0) for k in range(20)]
    payload = wiper(trigger="synchronised", delay="5.5 h")
    home = SUPPLY_CHAIN | {
        "grid": RULES,
        "payloads": {"wiper": payload},
        "adoption": {"a": exponential("0.5 h")},
        "given": {"compromises": [strike(0.1)]},
    }
    driver = stage(home, [CITY, *plants], runs(plants))
    outcome = play(driver)
    assert {e.time_h for e in entries(outcome, Kind.ACTIVATION)} == {0.1 + 5.5}
    assert shed(driver, outcome)[14] == (0.1 + 5.5, pytest.approx(0.7))
    assert sum(outcome.losses[0].customer_hours) == pytest.approx(1000 * (0.3 * 3 + 0.15 * 21))


def test_shed_load_takes_what_hangs_on_it() -> None:
    """A network at 70 % reaches seven consumers of ten; with all load shed none is reached."""
    town = organisation("town")
    driver = stage(
        {"grid": RULES | {"load": "100 kW", "slow_reserve": "0 kW"}, "given": given(("plant0", 1.0, 10.0))},
        [CITY, *PLANTS, town],
        links=[link("town", "city", 2.0)],
    )
    assert shed(driver, play(driver), "town") == [(3.0, 0.0), (11.0, 1.0)]


def test_a_grid_that_holds_itself_down_restarts() -> None:
    """The plant needs the mast, the mast the city, the city the plant: all come back with the plant's repair."""
    mast = organisation("mast", "telecom")
    driver = stage(
        {"grid": RULES | {"load": "100 kW", "slow_reserve": "0 kW"}, "given": given(("plant0", 1.0, 10.0))},
        [CITY, *PLANTS, mast],
        links=[link("plant0", "mast", 2.0), link("mast", "city", 1.0)],
    )
    outcome = play(driver)
    assert shed(driver, outcome) == [(1.0, 0.0), (11.0, 1.0)]
    assert shed(driver, outcome, "mast") == [(2.0, 0.0), (11.0, 1.0)]
    assert shed(driver, outcome, "plant0") == [(1.0, 0.0), (11.0, 1.0)]
    assert total_hours(outcome) == pytest.approx(unserved(driver, outcome))


def test_a_plant_lost_through_its_supplier_counts_and_is_charged_to_the_cause() -> None:
    mast = organisation("mast", "telecom")
    driver = stage(
        {"grid": RULES | {"load": "200 kW"}, "given": given(("mast", 1.0, 10.0))},
        [CITY, *PLANTS, mast],
        links=[link("plant0", "mast", 2.0, restart_lag_h=4.0)],
    )
    outcome = play(driver)
    assert shed(driver, outcome)[0] == (3.0, 0.5)
    (loss,) = outcome.losses
    assert loss.customer_hours[1:] == pytest.approx([10_000.0, total_hours(outcome) - 10_000.0])
    assert math.isclose(total_hours(outcome), unserved(driver, outcome))


def test_shedding_is_shared_by_the_generation_each_cause_took() -> None:
    """Two plants of 100 kW; a disturbance of one of them takes a hundredth of what the loss of both does."""
    driver = stage(
        {
            "grid": RULES,
            "theatres": {"north": theatre("war_direct")},
            "hacktivists": {
                "crowd": {
                    "theatre": "north",
                    "rate": {"war_direct": "1 / year"},
                    "duration": "10000 h",
                    "output_lost": 0.02,
                }
            },
            "given": given(("plant0", 9000.0, 10.0), ("plant1", 9000.0, 10.0)),
        },
        [CITY, *PLANTS],
    )
    city = driver.world.organisations.names.index("city")
    struck = 0
    for outcome in plays(driver, 30, keep_log=True):
        shares = {x.cause.kind: 0.0 for x in outcome.losses}
        for x in outcome.losses:
            shares[x.cause.kind] += x.cause.customer_hours.get(city, 0.0)
        hits = [e for e in entries(outcome, Kind.HACKTIVISTS) if e.time_h < 9000.0 and name_of(driver, e) != "city"]
        if hits and all(name_of(driver, e) != "city" for e in entries(outcome, Kind.HACKTIVISTS)):
            struck += 1
            assert 0.0 < shares["hacktivist"] < 0.03 * len(hits) * shares["given"]
    assert struck >= 3


def test_without_the_grid_section_only_shedding_is_gone() -> None:
    outages = given(("plant0", 1.0, 10.0), ("plant1", 1.0, 10.0), ("city", 500.0, 3.0))
    on, off = world(outages), world(outages, None)
    here, there = play(on), play(off)
    assert entries(here, Kind.GRID)
    assert story(on, here, is_a(Kind.GRID, Kind.RESERVE_READY)) == story(off, there)
