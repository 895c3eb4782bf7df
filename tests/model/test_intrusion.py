"""Mechanism 4: outside intrusion into any vendor's build, and footholds that a war releases."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simulator.chance.driver import Driver
from simulator.chance.future import Stratum
from simulator.model.clock import Entry
from simulator.model.kinds import Kind
from tests.driven import probability
from tests.model.worlds import (
    STRIKES,
    SUPPLY_CHAIN,
    coercion,
    entries,
    futures_of,
    name_of,
    play,
    plays,
    product,
    runs,
    stage,
    story,
    subjects,
    theatre,
    towns,
    vendor,
    wiper,
    z_of_share,
    z_score,
)

INTRUSION = {"theatre": "north", "rate": "0.5 / year", "payload": "wiper", "paths": ["code_release"]}
STOCK = {
    "gained": "0.1 / year",
    "kept": "5 years",
    "release": {"war_direct": "4 / year"},
    "payload": "wiper",
}


def world(**sections: Any) -> Driver:
    people = towns(4, own_teams=9)
    home = SUPPLY_CHAIN | {
        "vendors": {"v": vendor(), "w": vendor("Q")},
        "products": {"p": product(), "q": product("w")},
        "theatres": {"north": theatre("war_direct", {})},
        "intrusion": INTRUSION,
    }
    return stage(home | sections, people, runs(people[:2]) + runs(people[2:], "q"))


def test_every_vendor_is_intruded_at_the_rate_and_again_and_again() -> None:
    driver = world(intrusion=INTRUSION | {"multiplier": {"war_direct": 6}})
    assert probability(driver, 1).value == pytest.approx(-math.expm1(-6), rel=1e-9)
    futures = futures_of(driver, 2000)
    for row, channel in enumerate(driver.channels):
        assert channel.name == f"intrusion/{'vw'[row]}"
        counts = [sum(a.channel == row for a in f.attempts) for f in futures]
        assert abs(z_score(counts, 3.0)) < 3.29
        assert abs(z_score([(n - 3.0) ** 2 for n in counts], 3.0)) < 3.29


def test_forced_and_free_intrusions_add_up() -> None:
    """E[number] = P(at least one) E[number | at least one]."""
    driver = world()
    p = probability(driver, 1).value
    forced = [len(f.attempts) for f in futures_of(driver, 2000, Stratum.AT_LEAST_ONE)]
    assert min(forced) == 1
    assert abs(z_score(forced, 1.0 / p)) < 3.29


def test_controls_on_the_build_thin_intrusions_but_compliance_does_not() -> None:
    guarded = {"v": vendor(controls=["rebuild"]), "w": vendor("Q")}
    rebuild = {"rebuild": {"efficacy": {"code_release": 0.75}}}
    driver = world(vendors=guarded, controls=rebuild)
    assert driver.channels[0].success.max() == pytest.approx(0.25)
    assert probability(driver, 1).value == pytest.approx(-math.expm1(-0.5 * 1.25), rel=1e-9)


def test_only_one_product_of_the_vendor_is_used_and_only_on_an_open_path() -> None:
    two = {
        "p": product(paths={"cloud_command": 1}, adoption={"cloud_command": "a"}),
        "p2": product(
            paths={"code_release": 1, "cloud_command": 1},
            adoption=dict.fromkeys(["code_release", "cloud_command"], "a"),
        ),
        "q": product(),
    }
    people = towns(4)
    driver = stage(
        SUPPLY_CHAIN | {"products": two, "theatres": {"north": theatre("war_direct", {})}, "intrusion": INTRUSION},
        people,
        runs(people, "p") + runs(people[:2], "p2") + runs(people[2:], "q"),
    )
    count = 600
    used = [o.losses[0].cause for o in plays(driver, count, Stratum.AT_LEAST_ONE)]
    assert {c.path for c in used} == {"code_release"}
    assert {c.product for c in used} == {"p2", "q"}
    assert abs(z_of_share(sum(c.product == "q" for c in used), count, 0.5)) < 3.29


def test_the_intruder_leaves_the_better_guarded_product_alone() -> None:
    """What lets an attempt through is the weakest product, so that is the one it ends in."""
    content = {"content_update": 1}
    two = {"p": product(), "p2": product(paths=content, adoption=dict.fromkeys(content, "a")), "q": product("w")}
    driver = world(
        products=two,
        vendors={"v": vendor(controls=["tests"]), "w": vendor("Q")},
        controls={"tests": {"efficacy": {"content_update": 0.9}}},
        intrusion=INTRUSION | {"paths": ["code_release", "content_update"], "vendors": ["v"]},
    )
    used = {o.losses[0].cause.product for o in plays(driver, 40, Stratum.AT_LEAST_ONE)}
    assert used == {"p"}


def test_without_intrusion_only_intrusions_are_gone() -> None:
    coerced = {"north": theatre("war_direct", {}, coercion=coercion({"war_direct": "1 / year"}))}
    on = world(theatres=coerced, intrusion=INTRUSION | {"vendors": ["w"], "rate": "2 / year"})
    off = world(theatres=coerced, intrusion=None)

    def intruded(entry: Entry) -> bool:
        return entry.kind is Kind.ATTEMPT and name_of(on, entry).startswith("intrusion")

    seen = 0
    for replication in range(8):
        here, there = play(on, replication), play(off, replication)
        seen += sum(map(intruded, entries(here, Kind.ATTEMPT)))
        assert story(on, here, intruded) == story(off, there)
    assert seen > 5


def stocked(**changes: Any) -> Driver:
    return world(intrusion=None, theatres={"north": theatre("war_direct", {}, access_stock=STOCK | changes)})


def test_a_war_releases_footholds_of_the_long_run() -> None:
    driver = stocked()
    assert probability(driver, 1).value == pytest.approx(-math.expm1(-4), rel=1e-9)
    count = 1000
    outcomes = plays(driver, count, Stratum.AT_LEAST_ONE)
    held = -math.expm1(-0.1 * 5)
    counts = np.array([o.losses[0].cause.installs for o in outcomes])
    assert abs(z_score(counts, 4 * held)) < 3.29
    assert abs(z_score((counts - 4 * held) ** 2, 4 * held * (1 - held))) < 3.29


def test_footholds_act_at_once_and_name_no_product() -> None:
    driver = stocked()
    outcome = next(o for o in (play(driver, k) for k in range(99)) if len(entries(o, Kind.FOOTHOLD)) > 1)
    (loss,) = outcome.losses
    assert (loss.cause.kind, loss.cause.vendor, loss.cause.product) == ("access_release", "", "")
    assert {e.time_h for e in entries(outcome, Kind.FOOTHOLD, Kind.ACTIVATION)} == {loss.cause.start_h}
    assert subjects(driver, outcome, Kind.FOOTHOLD) == subjects(driver, outcome, Kind.ACTIVATION)
    assert not entries(outcome, Kind.INSTALL)


def test_targets_worth_more_hold_more_footholds() -> None:
    weights = {"critical_infrastructure": math.log(3), "services_to_country_at_war": 0, "public_stance": 0}
    people = [*towns(2), *(t for t in towns(4, critical=True)[2:])]
    driver = stage(
        {
            "theatres": {"north": theatre("war_direct", {}, access_stock=STOCK)},
            "payloads": {"wiper": wiper()},
            "detection": SUPPLY_CHAIN["detection"],
            "restoration": SUPPLY_CHAIN["restoration"],
            "service": STRIKES,
            "targeting": weights,
        },
        people,
    )
    count = 1000
    outcomes = plays(driver, count, Stratum.AT_LEAST_ONE, keep_log=True)
    struck = [name for o in outcomes for name in subjects(driver, o, Kind.FOOTHOLD)]
    for name, weight in (("town00", 1), ("town03", 3)):
        assert abs(z_of_share(struck.count(name), count, -math.expm1(-0.5 * weight))) < 3.29


def test_without_an_access_stock_only_footholds_are_gone() -> None:
    on = world(theatres={"north": theatre("war_direct", {}, access_stock=STOCK)})
    off = world()

    def released(entry: Entry) -> bool:
        return entry.kind is Kind.ATTEMPT and name_of(on, entry) == "access/north"

    seen = 0
    for replication in range(8):
        here, there = play(on, replication), play(off, replication)
        seen += len(entries(here, Kind.FOOTHOLD))
        assert story(on, here, released) == story(off, there)
    assert seen > 5
