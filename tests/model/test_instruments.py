"""Mechanism 17: private warning, public advice, covered list, ban with notice, emergency order."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.chance.future import Answer, Stratum
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome, simulate
from tests.driven import probability
from tests.model.worlds import (
    SUPPLY_CHAIN,
    coercion,
    entries,
    exponential,
    futures_of,
    hours,
    is_a,
    organisation,
    play,
    plays,
    product,
    runs,
    stage,
    story,
    strike,
    subjects,
    theatre,
    vendor,
    z_of_share,
    z_score,
)

KINDS = ("private_warning", "public_advice", "covered_list", "ban", "emergency_order")
PEOPLE = [
    organisation("agency", government=True),
    organisation("briefed", briefed=True),
    organisation("plain"),
    organisation("plant", critical=True),
]


def instrument(kind: str = "ban", **changes: Any) -> dict[str, Any]:
    base = {
        "name": kind,
        "kind": kind,
        "trigger": {"at": "100 h"},
        "vendors": ["v"],
        "comply": 1,
        "comply_delay": "50 h",
    }
    return base | ({"notice": "200 h"} if kind == "ban" else {}) | changes


def world(*instruments: dict[str, Any], groups: tuple[str, ...] = ("office",), **sections: Any) -> Driver:
    home = SUPPLY_CHAIN | {"instruments": list(instruments)}
    return stage(home | sections, PEOPLE, [d for g in groups for d in runs(PEOPLE, host_group=g)])


def complying(driver: Driver, outcome: Outcome) -> list[str]:
    return [name.split("/")[0] for name in subjects(driver, outcome, Kind.COMPLIES)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_announced_and_those_who_comply_take_the_product_out(kind: str) -> None:
    driver = world(instrument(kind), removal={"time": "30 h", "overrun": 1, "integrators": 9})
    outcome = play(driver)
    assert [(e.time_h, e.detail) for e in entries(outcome, Kind.INSTRUMENT)] == [(100.0, kind)]
    assert hours(outcome, Kind.COMPLIES) == [150.0] * 4
    assert hours(outcome, Kind.REPLACED) == [180.0] * 4
    assert not entries(outcome, Kind.NOTICE_ENDS), "all have left before the notice ends"


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        ("all", ["agency", "briefed", "plain", "plant"]),
        ("government", ["agency"]),
        ("briefed", ["briefed"]),
        ("critical_infrastructure", ["plant"]),
    ],
)
def test_who_is_bound(bound: str, expected: list[str]) -> None:
    driver = world(instrument(bound=bound))
    outcome = play(driver)
    assert complying(driver, outcome) == expected
    stays = world(instrument(bound=bound, comply=0))
    ended = [n.split("/")[0] for n in subjects(stays, play(stays), Kind.NOTICE_ENDS)]
    assert ended == expected


def test_for_which_use() -> None:
    driver = world(instrument(host_groups=["near_ot"]), groups=("office", "near_ot"))
    names = subjects(driver, play(driver), Kind.COMPLIES)
    assert names == [f"{o.name}/p/near_ot" for o in PEOPLE]


def test_a_named_vendor_or_a_home_state() -> None:
    sections = {
        "vendors": {"v": vendor("R"), "w": vendor("Q"), "x": vendor("R")},
        "products": {"p": product("v"), "q": product("w"), "s": product("x")},
    }
    rows = runs(PEOPLE[:1], "p") + runs(PEOPLE[:1], "q") + runs(PEOPLE[:1], "s")
    for aim, expected in (
        ({"vendors": ["v"]}, ["p"]),
        ({"vendors": ["v", "w"]}, ["p", "q"]),
        ({"vendors": [], "home_state": "R"}, ["p", "s"]),
        ({"vendors": ["w"], "home_state": "R"}, ["p", "q", "s"]),
    ):
        driver = stage(SUPPLY_CHAIN | sections | {"instruments": [instrument(**aim)]}, PEOPLE, rows)
        names = subjects(driver, play(driver), Kind.COMPLIES)
        assert [name.split("/")[1] for name in names] == expected


def test_compliance_and_its_delay_are_drawn_per_dependency() -> None:
    driver = world(instrument("public_advice", comply=0.3, comply_delay=exponential("50 h")))
    outcomes = plays(driver, 300, keep_log=True)
    delays = [t - 100 for o in outcomes for t in hours(o, Kind.COMPLIES)]
    assert abs(z_of_share(len(delays), 1200, 0.3)) < 3.29
    assert abs(z_score(delays, 50.0)) < 3.29


def test_the_end_of_a_bans_notice_stops_updates_of_those_who_stayed() -> None:
    """The 58 % who left need no stop; the others get no release after it, and keep the product."""
    driver = world(instrument(comply=0.58), given={"compromises": [strike(250), strike(310)]}, detection=quick())
    for replication in range(6):
        outcome = play(driver, replication)
        left = complying(driver, outcome)
        stayed = [n.split("/")[0] for n in subjects(driver, outcome, Kind.NOTICE_ENDS)]
        assert sorted(left + stayed) == [o.name for o in PEOPLE]
        assert hours(outcome, Kind.NOTICE_ENDS) == [300.0] * len(stayed)
        reached = [x.cause.installs for x in outcome.losses if x.cause.kind == "given"]
        assert reached == [len(stayed), 0]


def quick() -> dict[str, Any]:
    return {"d": {"own": "5 h", "pull": "0 h"}}


@pytest.mark.parametrize("kind", ["private_warning", "public_advice", "covered_list"])
def test_only_a_ban_ends_updates(kind: str) -> None:
    outcome = play(world(instrument(kind, comply=0), given={"compromises": [strike(5000)]}))
    assert not entries(outcome, Kind.NOTICE_ENDS)
    assert len(entries(outcome, Kind.INSTALL)) == 4


def test_an_emergency_order_cuts_off_every_path_before_the_removal() -> None:
    live = product(paths={"cloud_command": 1}, adoption={"cloud_command": "a"})
    for kind, reached in (("emergency_order", 0), ("public_advice", 4)):
        driver = world(
            instrument(kind, comply_delay="0 h"),
            products={"p": live},
            removal={"time": "900 h", "overrun": 1, "integrators": 9},
            given={"compromises": [strike(200, path="cloud_command")]},
        )
        assert len(entries(play(driver), Kind.INSTALL)) == reached


def test_an_order_on_disclosure_stops_the_spread() -> None:
    """Found at 16, ordered two hours later, cut off at 18: the slow half is spared although the vendor is slower."""
    slow = runs(PEOPLE[:2]) + runs(PEOPLE[2:], hold_back_h=30.0)
    home = SUPPLY_CHAIN | {
        "detection": {"d": {"own": "5 h", "pull": "500 h"}},
        "given": {"compromises": [strike(10)]},
    }
    order = instrument("emergency_order", trigger={"disclosure": True, "delay": "2 h"}, comply_delay="0 h")
    on, off = stage(home | {"instruments": [order]}, PEOPLE, slow), stage(home, PEOPLE, slow)
    outcome = play(on)
    assert hours(outcome, Kind.DETECTION, Kind.INSTRUMENT) == [16.0, 18.0]
    assert len(entries(outcome, Kind.INSTALL)) == 2
    assert len(entries(play(off), Kind.INSTALL)) == 4


def test_a_disclosure_about_another_vendor_wakes_nothing() -> None:
    order = instrument("public_advice", trigger={"disclosure": True}, vendors=["w"])
    sections = {"vendors": {"v": vendor(), "w": vendor()}, "detection": quick(), "given": {"compromises": [strike(10)]}}
    driver = world(order, **sections)
    assert entries(play(driver), Kind.DETECTION)
    assert not entries(play(driver), Kind.INSTRUMENT)


def test_each_instrument_is_announced_once() -> None:
    order = instrument("public_advice", trigger={"disclosure": True})
    driver = world(order, detection=quick(), given={"compromises": [strike(10), strike(500)]})
    outcome = play(driver)
    assert len(entries(outcome, Kind.DETECTION)) == 1
    assert len(entries(outcome, Kind.INSTRUMENT)) == 1


def test_a_regime_sets_an_instrument_off() -> None:
    tense = theatre(rates={"peace": {"crisis": "2 / year"}, "crisis": {"peace": "50 / year"}})
    advice = instrument("public_advice", trigger={"theatre": "north", "regime": "crisis", "delay": "24 h"})
    driver = world(advice, theatres={"north": tense})
    seen = 0
    for replication in range(10):
        outcome = play(driver, replication)
        crises = [e.time_h for e in entries(outcome, Kind.REGIME) if e.detail == "crisis"]
        expected = [pytest.approx(t + 24) for t in crises[:1] if t + 24 < 8766]
        assert hours(outcome, Kind.INSTRUMENT) == expected
        seen += len(crises) > 1
    assert seen


def test_scripted_dates_replace_triggers() -> None:
    driver = world(instrument("public_advice"), given={"instruments": [{"at": "777 h", "name": "public_advice"}]})
    assert hours(play(driver), Kind.INSTRUMENT) == [777.0]


# Warnings that prove groundless.

PRICE = {"groundless_cost": "5 MUSD", "groundless_shows": 1}


def groundless(outcome: Outcome) -> tuple[int, float]:
    return outcome.groundless_warnings, sum(x.government for x in outcome.losses)


def test_a_warning_that_proves_groundless_has_a_price() -> None:
    assert groundless(play(world(instrument("public_advice", **PRICE)))) == (1, 5e6)
    assert groundless(play(world(instrument("public_advice")))) == (0, 0.0)
    silent = world(instrument("public_advice", **PRICE, trigger={"disclosure": True}))
    assert groundless(play(silent)) == (0, 0.0)
    half = world(instrument("public_advice", **PRICE | {"groundless_shows": 0.3}))
    count = sum(o.groundless_warnings for o in plays(half, 1000))
    assert abs(z_of_share(count, 1000, 0.3)) < 3.29


def test_a_warning_borne_out_has_none() -> None:
    """By a coerced use, or by a compromise the scenario scripts; a faulty update proves nothing."""
    warning = instrument("public_advice", **PRICE, comply=0)
    used = {"north": theatre("war_direct", {}, coercion=coercion({"war_direct": "3 / year"}))}
    outcomes = plays(world(warning, theatres=used), 40)
    assert {o.successes for o in outcomes} == {0, 1}
    assert all(o.groundless_warnings == 1 - o.successes for o in outcomes)
    assert groundless(play(world(warning, given={"compromises": [strike(10)]}))) == (0, 0.0)
    fault = {"rate": "9 / year", "path": "code_release", "activation": 1, "detection": "d", "restoration": "r"}
    faulty = world(warning, faults={"f": fault}, products={"p": product(fault="f")})
    assert groundless(play(faulty))[0] == 1


def test_a_warning_about_one_vendor_is_not_borne_out_by_another() -> None:
    sections = {
        "vendors": {"v": vendor(), "w": vendor()},
        "products": {"p": product(), "q": product("w")},
        "given": {"compromises": [strike(10, "q")]},
    }
    assert groundless(play(world(instrument("public_advice", **PRICE), **sections)))[0] == 1


# What the home state makes of it (methods 1.2).


SLOWLY = {"comply_delay": {"uniform": {"low": "1 year", "high": "3 years"}}}
AT_LEISURE = {"trigger": {"at": "0 h"}} | SLOWLY


def chance_of_use(kind: str, **changes: Any) -> float:
    saves = coercion({"war_direct": "0.15 / year"}, saves_for_war=1, espionage_value={"war_direct": 0.05})
    war = theatre("war_direct", {}, coercion=saves)
    aim = [instrument(kind, **changes)] if kind else []
    driver = world(*aim, theatres={"north": war}, horizon="2 years")
    return probability(driver, 1).value


def test_a_slow_public_ban_in_war_raises_the_chance_of_use_and_a_fast_one_lowers_it() -> None:
    none = chance_of_use("")
    fast = chance_of_use("ban", trigger={"at": "0 h"}, comply_delay="100 h")
    slow = chance_of_use("ban", **AT_LEISURE, notice="3 years")
    assert fast < none < slow


def test_a_private_warning_does_not_alarm_the_state() -> None:
    quiet, loud = (chance_of_use(kind, **AT_LEISURE) for kind in ("private_warning", "public_advice"))
    assert quiet < chance_of_use("") < loud


def test_once_updates_have_stopped_no_order_is_given_to_push_one() -> None:
    """The notice ends at 2000 for all, though nobody leaves; a live command would go on working for them."""
    war = {"north": theatre("war_direct", {}, coercion=coercion({"war_direct": "6 / year"}))}
    ban = instrument(comply=0, trigger={"at": "0 h"}, notice="2000 h")
    both = {"code_release": 1, "cloud_command": 0.5}
    live = {"p": product(paths=both, adoption=dict.fromkeys(both, "a"))}
    for sections, later in (({}, False), ({"products": live}, True)):
        driver = world(ban, theatres=war, **sections)
        times = [a.time_h for f in futures_of(driver, 400) for a in f.attempts]
        assert len([t for t in times if t < 2000]) > 100
        assert any(t > 2000 for t in times) is later
        for f in futures_of(driver, 40, Stratum.AT_LEAST_ONE):
            outcome = simulate(driver, 1, f)
            assert outcome.losses[0].cause.installs == 4


def test_the_chance_averaged_over_paths_agrees_with_a_crude_run() -> None:
    """Where a drain makes the driver no finite chain: about 1.3e5 paths against plain Monte Carlo."""
    refusal = {"resist": 0.5, "publicise": 0.2, "leave": 0.1, "move": 0.2, "hazard_after_move": 0.3}
    coerced = coercion(
        {"peace": "0.3 / year", "war_direct": "2 / year"},
        compliance={"peace": 0.5, "war_direct": 0.8},
        refusal=refusal,
    )
    tense = theatre(rates={"peace": {"war_direct": "1 / year"}}, coercion=coerced)
    advice = instrument("public_advice", trigger={"theatre": "north", "regime": "war_direct"}, comply=0.7, **SLOWLY)
    driver = world(advice, theatres={"north": tense})
    found = probability(driver, 1)
    assert found.se > 0
    crude = futures_of(driver, 3000)
    used = sum(any(a.answer is Answer.SUCCEEDED for a in f.attempts) for f in crude)
    assert abs(z_of_share(used, 3000, found.value)) < 3.29
    forced = futures_of(driver, 1000, Stratum.AT_LEAST_ONE)
    first = [min(a.time_h for a in f.attempts if a.answer is Answer.SUCCEEDED) for f in forced]
    early = sum(any(a.answer is Answer.SUCCEEDED and a.time_h < 4000 for a in f.attempts) for f in crude) / used
    share = sum(t < 4000 for t in first) / 1000
    assert abs(share - early) < 3.29 * (0.25 / 1000 + 0.25 / used) ** 0.5


def test_an_instrument_against_a_vendor_nobody_runs_drains_nothing() -> None:
    sections = {
        "vendors": {"v": vendor(), "w": vendor()},
        "products": {"p": product(), "q": product("w")},
        "theatres": {"north": theatre("war_direct", {}, coercion=coercion({"war_direct": "1 / year"}))},
    }
    aimed, calm = world(instrument(vendors=["w"]), **sections), world(**sections)
    assert probability(aimed, 1).value == pytest.approx(probability(calm, 1).value, rel=1e-9)


def test_without_instruments_only_what_follows_them_is_gone() -> None:
    rest = {
        "crime": {
            "rate": "5 / year",
            "reference_customers": 1000,
            "size_exponent": 0,
            "stale_after": "90 d",
            "restoration": "r",
        },
        "vendors": {"v": vendor(), "w": vendor()},
        "products": {"p": product(), "q": product("w")},
        "theatres": {"north": theatre("war_direct", {})},
        "intrusion": {
            "theatre": "north",
            "rate": "2 / year",
            "payload": "wiper",
            "paths": ["code_release"],
            "vendors": ["w"],
        },
        "removal": {"time": "200 h", "overrun": 1, "integrators": 2},
    }
    rows = runs(PEOPLE) + runs(PEOPLE, "q")
    ban = instrument(comply=0.5, comply_delay=exponential("300 h"))
    on = stage(SUPPLY_CHAIN | rest | {"instruments": [ban]}, PEOPLE, rows)
    off = stage(SUPPLY_CHAIN | rest, PEOPLE, rows)
    seen = {Kind.REPLACED: 0, Kind.NOTICE_ENDS: 0, Kind.INSTALL: 0}
    for replication in range(6):
        here, there = play(on, replication), play(off, replication)
        for kind in seen:
            seen[kind] += len(entries(here, kind))
        assert story(on, here, is_a(Kind.INSTRUMENT)) == story(off, there)
    assert min(seen.values()) > 5
