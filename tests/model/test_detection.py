"""Mechanism 8: the first detector anywhere reveals all (V09, V10)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import chisquare

from simulator.chance.driver import Driver
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from simulator.rules.clock import HOURS_PER_YEAR
from tests.model.worlds import (
    NEVER,
    SUPPLY_CHAIN,
    coercion,
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
    theatre,
    towns,
    wiper,
    z_of_share,
    z_score,
)

PMF = [
    *(0.004192872117, 0.008773631083, 0.01374060552, 0.01908417434, 0.024784642),
    *(0.03080963784, 0.03711092071, 0.04362043121, 0.05024537725, 0.05686205244),
    *(0.06330795312, 0.06937153954, 0.07477860813, 0.07917354793, 0.08209238841),
    *(0.08292160445, 0.08082954562, 0.07463740533, 0.06252692686, 0.04113613609),
]
QUIET = wiper(trigger="dormant", delay=None)


def world(count: int, detection: dict[str, Any], **sections: Any) -> Driver:
    people = towns(count, own_teams=9)
    home = SUPPLY_CHAIN | {
        "payloads": {"wiper": QUIET},
        "detection": {"d": {"pull": "0 h"} | detection},
        "given": {"compromises": [strike(10)]},
    }
    return stage(home | sections, people, runs(people))


def test_the_number_infected_at_the_first_detection_v09() -> None:
    driver = world(
        20,
        {"own": exponential("50 h")},
        products={"p": product(first_at_release=True)},
        adoption={"a": exponential("4 h")},
        service={"on_activation": {}, "stopped_output": 0, "unsafe_water": 0},
    )
    outcomes = plays(driver, 1000)
    counts = np.bincount([o.losses[0].cause.installs for o in outcomes], minlength=21)[1:]
    assert chisquare(counts, 1000 * np.array(PMF) / sum(PMF)).pvalue > 0.001
    assert abs(z_score([o.losses[0].cause.installs for o in outcomes], 12.97348744)) < 3.29
    assert abs(z_score([o.losses[0].cause.detection_h for o in outcomes], 4.894697487)) < 3.29


def everywhere(count: int, detection: dict[str, Any]) -> list[float]:
    """Delay to detection when all are infected at once."""
    at_once = {"compromises": [strike(10, installed="everywhere_at_once")]}
    driver = world(count, detection, given=at_once)
    return [o.losses[0].cause.detection_h for o in plays(driver, 400)]


def test_a_finder_competes_with_the_victims_v10() -> None:
    rates = {"own": exponential(f"{HOURS_PER_YEAR / 0.0138!r} h"), "finder": exponential(f"{HOURS_PER_YEAR / 0.3!r} h")}
    years = [h / HOURS_PER_YEAR for h in everywhere(100, rates)]
    assert abs(z_score(years, 0.5952380952)) < 3.29
    assert abs(z_of_share(sum(t > 0.5 for t in years), 400, 0.4317105234)) < 3.29


def test_the_least_of_many_weibull_times_v10() -> None:
    months = [
        h / (HOURS_PER_YEAR / 12) for h in everywhere(100, {"own": {"weibull": {"shape": 1.5, "scale": "24 month"}}})
    ]
    assert abs(z_score(months, 1.005641393)) < 3.29


def test_what_the_code_visibly_does_reveals_it() -> None:
    driver = world(3, {"own": NEVER, "visible": "2 h"}, payloads={"wiper": wiper(delay="5 h")})
    outcome = play(driver)
    assert hours(outcome, Kind.ACTIVATION) == [16.0] * 3
    assert hours(outcome, Kind.DETECTION) == [18.0]


def test_disclosure_cleans_everybody_and_frees_the_product() -> None:
    driver = world(4, {"own": "30 h", "pull": "6 h"})
    outcome = play(driver)
    assert hours(outcome, Kind.DETECTION) == [41.0]
    assert hours(outcome, Kind.WITHDRAWN) == [47.0]
    assert hours(outcome, Kind.RESTORED) == [65.0] * 4
    assert outcome.losses[0].cause.detection_h == 31.0
    assert not hours(outcome, Kind.SERVICE_DOWN)


def test_between_detection_and_withdrawal_installs_go_on_and_are_cleaned_too() -> None:
    people = towns(3)
    driver = stage(
        SUPPLY_CHAIN
        | {
            "payloads": {"wiper": QUIET},
            "detection": {"d": {"own": "10 h", "pull": "20 h"}},
            "given": {"compromises": [strike(10)]},
        },
        people,
        runs(people[:1]) + runs(people[1:2], hold_back_h=15.0) + runs(people[2:], hold_back_h=40.0),
    )
    outcome = play(driver)
    assert hours(outcome, Kind.DETECTION, Kind.WITHDRAWN) == [21.0, 41.0]
    assert hours(outcome, Kind.INSTALL) == [11.0, 26.0]
    assert hours(outcome, Kind.REPAIR_STARTS) == [21.0, 26.0]


def test_a_host_that_was_cleaned_does_not_act_any_more() -> None:
    """The vendor is slow to withdraw; the customer is rebuilt before the code would have acted."""
    driver = world(2, {"own": "10 h", "pull": "500 h"}, payloads={"wiper": wiper(delay="100 h")})
    outcome = play(driver)
    assert hours(outcome, Kind.DETECTION, Kind.WITHDRAWN) == [21.0, 521.0]
    assert hours(outcome, Kind.RESTORED) == [45.0, 45.0]
    assert not hours(outcome, Kind.ACTIVATION, Kind.SERVICE_DOWN)


def test_a_vendor_under_orders_may_pull_late() -> None:
    slow = {"own": "10 h", "pull": "1 h", "pull_if_coerced": "90 h"}
    forced = {"north": theatre("war_direct", {}, coercion=coercion({"war_direct": "5 / year"}))}
    intruded = {"theatre": "north", "rate": "5 / year", "payload": "wiper", "paths": ["code_release"]}
    for sections, pull in (
        ({"theatres": forced}, 90.0),
        ({"theatres": {"north": theatre("war_direct", {})}, "intrusion": intruded}, 1.0),
    ):
        outcome = next(o for o in (play(world(2, slow, given=None, **sections), k) for k in range(9)) if o.successes)
        assert hours(outcome, Kind.WITHDRAWN)[0] - hours(outcome, Kind.DETECTION)[0] == pytest.approx(pull)


def test_the_noise_of_a_regime_slows_detection() -> None:
    noisy = {"own": "10 h", "slower": {"war_direct": 3}}
    forced = {"north": theatre("war_direct", {}, coercion=coercion({"war_direct": "5 / year"}))}
    driver = world(2, noisy, given=None, theatres=forced)
    outcome = next(o for o in (play(driver, k) for k in range(9)) if o.successes)
    assert outcome.losses[0].cause.detection_h == pytest.approx(1 + 30)


def test_a_scripted_detection_stands_whatever_else_happens() -> None:
    """The only carrier goes before the release arrives; the script still has its detection."""
    people = towns(2)
    order = {
        "name": "order",
        "kind": "emergency_order",
        "trigger": {"at": "0 h"},
        "vendors": ["v"],
        "comply": 1,
        "comply_delay": "10.5 h",
    }
    home = SUPPLY_CHAIN | {
        "detection": {"d": {"own": "3 h", "pull": "0 h", "finder": "5 h"}},
        "given": {"compromises": [strike(10, detected_after="77 h")]},
    }
    assert hours(play(stage(home, people, runs(people))), Kind.DETECTION) == [87.0]
    assert hours(play(stage(home | {"instruments": [order]}, people, runs(people))), Kind.DETECTION) == [87.0]


def test_when_the_first_to_notice_drops_out_the_release_runs_on() -> None:
    """Without the customer who would have noticed, later customers install and detection waits for them."""
    people = towns(3, critical=False)
    people[0] = towns(1, critical=True)[0]
    order = {
        "name": "order",
        "kind": "emergency_order",
        "trigger": {"at": "0 h"},
        "vendors": ["v"],
        "bound": "critical_infrastructure",
        "comply": 1,
        "comply_delay": "10.5 h",
    }
    home = SUPPLY_CHAIN | {
        "payloads": {"wiper": QUIET},
        "detection": {"d": {"own": "3 h", "pull": "0 h"}},
        "given": {"compromises": [strike(10)]},
        "instruments": [order],
    }
    rows = runs(people[:1]) + runs(people[1:], hold_back_h=100.0)
    bound = stage(home, people, rows)
    outcome = play(bound)
    assert subjects(bound, outcome, Kind.INSTALL) == ["town01/p/office", "town02/p/office"]
    assert hours(outcome, Kind.DETECTION) == [114.0]
    free = stage(home | {"instruments": []}, people, rows)
    assert subjects(free, play(free), Kind.INSTALL) == ["town00/p/office"]


def test_without_a_finder_only_detection_and_what_follows_change() -> None:
    slow = {"own": exponential("2000 h")}
    on, off = world(5, slow | {"finder": exponential("50 h")}), world(5, slow)
    for replication in range(6):
        here, there = play(on, replication), play(off, replication)
        assert hours(here, Kind.DETECTION) <= hours(there, Kind.DETECTION)
        assert upstream(on, here) == upstream(off, there)
    assert any(hours(play(on, k), Kind.DETECTION) < hours(play(off, k), Kind.DETECTION) for k in range(6))


def upstream(driver: Driver, outcome: Outcome) -> list[Any]:
    return story(driver, outcome, lambda e: e.kind is Kind.DETECTION)


def test_a_silent_release_is_never_detected_and_ends_nothing() -> None:
    outcome = play(world(3, {"own": NEVER}))
    (loss,) = outcome.losses
    assert loss.cause.detection_h == pytest.approx(1e9 + 1)
    assert not math.isnan(loss.cause.detection_h)
    assert len(entries(outcome, Kind.INSTALL)) == 3
