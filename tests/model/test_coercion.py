"""Mechanism 2: a home state's use of what it can use once (V14, V43), and what a firm that refuses does."""

from __future__ import annotations

import math
from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.chance.future import Answer, Stratum
from simulator.model.clock import Entry
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from simulator.rules.clock import HOURS_PER_YEAR
from tests.driven import probability
from tests.model.worlds import (
    SUPPLY_CHAIN,
    annual_mean,
    coercion,
    entries,
    futures_of,
    hours,
    name_of,
    play,
    plays,
    product,
    regime_at,
    runs,
    stage,
    story,
    subjects,
    theatre,
    total_hours,
    towns,
    vendor,
    z_of_share,
)

STEADY = {"war_direct": "1 / year"}
"""A war without end in which the asset is used once a year on average."""


def at_war(**changes: Any) -> dict[str, Any]:
    return theatre("war_direct", {}, coercion=coercion(STEADY, **changes))


def driver_of(horizon: str = "1 year", start: str = "peace", **sections: Any) -> Driver:
    people = towns(3)
    world = SUPPLY_CHAIN | {"theatres": {"north": theatre(start, coercion=coercion())}, "horizon": horizon}
    return stage(world | sections, people, runs(people))


@pytest.mark.parametrize(
    ("horizon", "start", "expected"),
    [
        ("1 year", "peace", 0.003126954618),
        ("5 years", "peace", 0.0369717369),
        ("10 years", "peace", 0.09745647816),
        ("1 year", "war_direct", 0.1196572846),
    ],
)
def test_the_chance_of_use_is_exact_v14(horizon: str, start: str, expected: float) -> None:
    found = probability(driver_of(horizon, start), seed=1)
    assert found.se == 0.0
    assert found.value == pytest.approx(expected, rel=1e-6)


def test_use_by_regime_v14() -> None:
    driver = driver_of("5 years")
    count, p = 3000, 0.0369717369
    used = {"peace": 0, "crisis": 0, "war_direct": 0}
    for f in futures_of(driver, count, Stratum.AT_LEAST_ONE):
        used[regime_at(driver, f, 0, f.attempts[0].time_h)] += 1
    for regime, joint in (("peace", 0.008667169327), ("crisis", 0.009350210025), ("war_direct", 0.01895435755)):
        assert abs(z_of_share(used[regime], count, joint / p)) < 3.29


def test_two_vendors_of_one_state_fall_together_v43() -> None:
    people = towns(2)
    driver = stage(
        SUPPLY_CHAIN
        | {
            "vendors": {"v": vendor(), "w": vendor()},
            "products": {"p": product(), "q": product("w")},
            "theatres": {"north": theatre(coercion=coercion(campaign="one_by_one"))},
            "horizon": "5 years",
        },
        people,
        runs(people) + runs(people, "q"),
    )
    each, both = 0.0369717369, 0.006433786531
    found = probability(driver, seed=1)
    assert found.value == pytest.approx(2 * each - both, rel=1e-6)
    count = 4000
    futures = futures_of(driver, count, Stratum.AT_LEAST_ONE)
    assert abs(z_of_share(sum(len(f.attempts) == 2 for f in futures), count, both / found.value)) < 3.29
    for channel in (0, 1):
        used = sum(any(a.channel == channel for a in f.attempts) for f in futures)
        assert abs(z_of_share(used, count, each / found.value)) < 3.29
    outcome = next(o for o in plays(driver, 60, Stratum.AT_LEAST_ONE) if o.successes == 2)
    assert {x.cause.vendor for x in outcome.losses} == {"v", "w"}


def test_the_first_success_is_placed_as_in_a_crude_run() -> None:
    driver = driver_of("2 years", "war_direct", theatres={"north": at_war()})
    count, rate = 2000, 1.0
    forced = [f.attempts[0].time_h / HOURS_PER_YEAR for f in futures_of(driver, count, Stratum.AT_LEAST_ONE)]
    inside = -math.expm1(-2 * rate)
    for years in (0.2, 0.7, 1.5):
        expected = -math.expm1(-years * rate) / inside
        assert abs(z_of_share(sum(t < years for t in forced), count, expected)) < 3.29
    crude = [f for f in futures_of(driver, count) if f.attempts]
    assert abs(z_of_share(len(crude), count, inside)) < 3.29
    assert not any(f.attempts for f in futures_of(driver, 200, Stratum.NONE))


def test_strata_and_crude_runs_agree_where_firms_refuse() -> None:
    """Refusals thin, burn or move the channel: the exact chance, the strata and plain Monte Carlo must agree."""
    refusal = {"resist": 0.3, "publicise": 0.2, "leave": 0.2, "move": 0.3, "hazard_after_move": 0.4}
    coerced = coercion(
        {"war_direct": "2 / year"}, compliance={"war_direct": 0.3}, refusal=refusal, failed_use_burns=True
    )
    weak = {"p": product(paths={"code_release": 0.5})}
    driver = driver_of(products=weak, theatres={"north": theatre("war_direct", {}, coercion=coerced)})
    exact = probability(driver, seed=1)
    assert exact.method == "matrix exponential"
    count = 4000
    crude = futures_of(driver, count)
    used = sum(any(a.answer is Answer.SUCCEEDED for a in f.attempts) for f in crude)
    assert abs(z_of_share(used, count, exact.value)) < 3.29
    answers = [a.answer for f in crude for a in f.attempts if a.answer not in (Answer.SUCCEEDED, Answer.FAILED)]
    for answer, share in ((2, 0.3), (3, 0.2), (4, 0.2), (5, 0.3)):
        assert abs(z_of_share(answers.count(Answer(answer)), len(answers), share)) < 3.29
    for f in crude:
        ends = [a.time_h for a in f.attempts if a.answer in (Answer.FAILED, Answer.PUBLICISED, Answer.LEFT_MARKET)]
        assert not [a for a in f.attempts if ends and a.time_h > ends[0]], "an attempt on a burnt channel"


def test_a_vendor_split_in_two_is_used_as_often_and_loses_as_much() -> None:
    people = towns(8)
    theatres = {"theatres": {"north": at_war()}}
    whole = stage(SUPPLY_CHAIN | theatres, people, runs(people))
    halves = stage(
        SUPPLY_CHAIN
        | theatres
        | {"vendors": {"v": vendor(), "w": vendor()}, "products": {"p": product(), "q": product("w")}},
        people,
        runs(people[:4]) + runs(people[4:], "q"),
    )
    assert probability(whole, 1).value == pytest.approx(probability(halves, 1).value, rel=1e-12)
    one, two = (annual_mean(d, total_hours, 300) for d in (whole, halves))
    assert one[0] == pytest.approx(two[0], rel=1e-9)
    assert one[0] == pytest.approx(-math.expm1(-1) * 8 * 24 * 1000, rel=1e-9)


def test_labels_of_home_states_do_not_matter() -> None:
    people = towns(3)

    def world(first: str, second: str) -> Driver:
        home = SUPPLY_CHAIN | {
            "vendors": {"v": vendor(first), "w": vendor(second)},
            "products": {"p": product(), "q": product("w")},
            "theatres": {"north": at_war() | {"home_state": first}},
            "jurisdictions": {
                first: {"legal_reach": 0.7, "resistance": 0.2},
                second: {"legal_reach": 0.1, "resistance": 0.9},
            },
        }
        return stage(home, people, runs(people) + runs(people, "q"))

    here, there = world("R", "Q"), world("Q", "R")
    assert probability(here, 1) == probability(there, 1)
    for replication in range(5):
        left, right = (play(d, replication, Stratum.AT_LEAST_ONE) for d in (here, there))
        assert story(here, left) == story(there, right)


def test_legal_reach_resistance_and_compliance_thin_the_hazard() -> None:
    weak = {"R": {"legal_reach": 0.8, "resistance": 0.25}}
    driver = driver_of(jurisdictions=weak, theatres={"north": at_war(compliance={"war_direct": 0.5})})
    assert driver.channels[0].success.max() == pytest.approx(0.8 * 0.75 * 0.5)
    assert probability(driver, 1).value == pytest.approx(-math.expm1(-0.8 * 0.75 * 0.5), rel=1e-9)


def refusing(**shares: float) -> dict[str, Any]:
    refusal = {"resist": 0, "publicise": 0, "leave": 0, "move": 0, "hazard_after_move": 0.0} | shares
    return at_war(compliance={"war_direct": 0.5}, refusal=refusal)


def first_with(driver: Driver, answer: Answer) -> Outcome:
    return next(o for o in (play(driver, k) for k in range(99)) if any(a.answer is answer for a in o.future.attempts))


def test_a_vendor_that_leaves_stops_updates() -> None:
    driver = driver_of(theatres={"north": refusing(leave=1)})
    outcome = first_with(driver, Answer.LEFT_MARKET)
    (left,) = [a.time_h for a in outcome.future.attempts if a.answer is Answer.LEFT_MARKET]
    assert hours(outcome, Kind.UPDATES_STOP) == [left]
    assert subjects(driver, outcome, Kind.UPDATES_STOP) == ["v"]
    assert not outcome.losses


def test_after_a_vendor_left_no_update_arrives() -> None:
    late = {"compromises": [{"at": "8000 h", "product": "p", "payload": "wiper", "path": "code_release"}]}
    driver = driver_of(theatres={"north": refusing(leave=1)}, given=late)
    gone = first_with(driver, Answer.LEFT_MARKET)
    assert gone.future.attempts[-1].time_h < 8000
    assert not entries(gone, Kind.INSTALL)
    assert entries(play(driver_of(given=late, theatres={})), Kind.INSTALL)


def test_a_firm_that_resists_is_asked_again_and_one_that_moves_is_left_alone() -> None:
    stubborn = futures_of(driver_of(theatres={"north": refusing(resist=1)}), 800)
    assert any(len([a for a in f.attempts if a.answer is Answer.RESISTED]) > 1 for f in stubborn)
    moved = futures_of(driver_of(theatres={"north": refusing(move=1)}), 800)
    for f in moved:
        assert len(f.attempts) <= 1
    # Half the attempts succeed; the rest are refused by a move, after which nothing is left of the hazard.
    used = sum(f.attempts[0].answer is Answer.SUCCEEDED for f in moved if f.attempts)
    asked = sum(bool(f.attempts) for f in moved)
    assert abs(z_of_share(asked, 800, -math.expm1(-1))) < 3.29
    assert abs(z_of_share(used, asked, 0.5)) < 3.29


def test_publicity_wakes_an_instrument_that_waits_for_disclosure() -> None:
    advice = {
        "name": "advice",
        "kind": "public_advice",
        "trigger": {"disclosure": True, "delay": "48 h"},
        "vendors": ["v"],
        "comply": 1,
        "comply_delay": "0 h",
    }
    driver = driver_of(theatres={"north": refusing(publicise=1)}, instruments=[advice])
    outcome = first_with(driver, Answer.PUBLICISED)
    (told,) = [a.time_h for a in outcome.future.attempts if a.answer is Answer.PUBLICISED]
    assert hours(outcome, Kind.INSTRUMENT) == [pytest.approx(told + 48)]


def test_without_coercion_only_its_attempts_are_gone() -> None:
    rest = {
        "intrusion": {
            "theatre": "north",
            "rate": "2 / year",
            "vendors": ["w"],
            "payload": "wiper",
            "paths": ["code_release"],
        },
        "vendors": {"v": vendor(), "w": vendor("Q")},
        "products": {"p": product(), "q": product("w")},
    }
    people = towns(4, own_teams=9)
    some, others = people[:2], people[2:]
    on = stage(SUPPLY_CHAIN | rest | {"theatres": {"north": at_war()}}, people, runs(some) + runs(others, "q"))
    off = stage(
        SUPPLY_CHAIN | rest | {"theatres": {"north": theatre("war_direct", {})}},
        people,
        runs(some) + runs(others, "q"),
    )
    seen = 0
    for replication in range(8):
        here, there = play(on, replication), play(off, replication)
        seen += sum(name == "coercion/north/all" for name in subjects(on, here, Kind.ATTEMPT))

        def coerced(entry: Entry) -> bool:
            return entry.kind is Kind.ATTEMPT and name_of(on, entry) == "coercion/north/all"

        assert story(on, here, coerced) == story(off, there)
    assert seen > 2


def test_a_channel_used_up_is_never_used_again() -> None:
    driver = driver_of("30 years", theatres={"north": at_war()})
    assert [len(f.attempts) for f in futures_of(driver, 200)] == [1] * 200
