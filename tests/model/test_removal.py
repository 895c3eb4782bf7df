"""Taking a product out: a finite pool of integrators, with overrun (mechanism 17)."""

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
    hours,
    play,
    plays,
    product,
    runs,
    stage,
    story,
    strike,
    subjects,
    towns,
    vendor,
    z_score,
)

BAN = {
    "name": "ban",
    "kind": "ban",
    "trigger": {"at": "100 h"},
    "vendors": ["v"],
    "comply": 1,
    "comply_delay": "0 h",
    "notice": "10000 h",
}
REMOVAL = {"time": "40 h", "overrun": 1.5, "integrators": 2}


def world(removal: Any = REMOVAL, count: int = 5, **sections: Any) -> Driver:
    people = towns(count)
    home = SUPPLY_CHAIN | {"instruments": [BAN], "removal": removal}
    return stage(home | sections, people, runs(people))


def test_two_integrators_take_out_five_in_three_turns() -> None:
    driver = world()
    outcome = play(driver)
    assert hours(outcome, Kind.COMPLIES) == [100.0] * 5
    assert hours(outcome, Kind.REMOVAL_STARTS) == [100.0, 100.0, 160.0, 160.0, 220.0]
    assert hours(outcome, Kind.REPLACED) == [160.0, 160.0, 220.0, 220.0, 280.0]
    assert subjects(driver, outcome, Kind.REMOVAL_STARTS) == [f"town0{k}/p/office" for k in range(5)]


def test_the_overrun_stretches_time_and_price() -> None:
    impact = FREE | {"removal_per_customer": "3 USD"}
    (loss,) = play(world(impact=impact)).losses
    assert loss.cause.kind == "instrument"
    assert loss.operator == pytest.approx(5 * 1000 * 3 * 1.5)


def test_removal_times_are_drawn_per_dependency() -> None:
    driver = world({"time": exponential("40 h"), "overrun": 1.5, "integrators": 99})
    times = [t - 100 for o in plays(driver, 100, keep_log=True) for t in hours(o, Kind.REPLACED)]
    assert abs(z_score(times, 60.0)) < 3.29


def test_without_integrators_nothing_is_ever_taken_out() -> None:
    outcome = play(world({"time": "40 h", "overrun": 1, "integrators": 0}))
    assert len(entries(outcome, Kind.COMPLIES)) == 5
    assert not entries(outcome, Kind.REMOVAL_STARTS)


def test_a_product_gone_is_out_of_reach() -> None:
    gone = play(world(given={"compromises": [strike(1000)]}))
    here = play(world(given={"compromises": [strike(150)]}))
    assert gone.losses[0].cause.installs == 0
    assert here.losses[0].cause.installs == 5


def test_two_instruments_ask_for_one_removal() -> None:
    twice = [BAN, BAN | {"name": "second", "trigger": {"at": "110 h"}}]
    outcome = play(world(instruments=twice))
    assert len(entries(outcome, Kind.REMOVAL_STARTS)) == 5


def test_integrators_are_shared_by_products() -> None:
    people = towns(2)
    both = BAN | {"vendors": ["v", "w"]}
    driver = stage(
        SUPPLY_CHAIN
        | {
            "vendors": {"v": vendor(), "w": vendor()},
            "products": {"p": product(), "q": product("w")},
            "instruments": [both],
            "removal": REMOVAL | {"integrators": 1},
        },
        people,
        runs(people[:1]) + runs(people[1:], "q"),
    )
    assert hours(play(driver), Kind.REPLACED) == [160.0, 220.0]


def test_without_a_removal_section_compliance_takes_no_time() -> None:
    on, off = world(), world(None)
    here, there = play(on), play(off)
    assert hours(there, Kind.REPLACED) == [100.0] * 5

    def removed(line: Any) -> bool:
        return line[1] in ("REMOVAL_STARTS", "REPLACED")

    assert [x for x in story(on, here) if not removed(x)] == [x for x in story(off, there) if not removed(x)]
