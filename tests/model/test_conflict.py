"""Mechanism 1: regimes of a theatre, and what hangs on them (V02, V03)."""

from __future__ import annotations

import math

import pytest

from simulator.model.kinds import Kind
from simulator.rules.clock import HOURS_PER_YEAR
from tests.model.worlds import (
    entries,
    futures_of,
    is_a,
    log_of,
    organisation,
    play,
    plays,
    regime_at,
    stage,
    story,
    theatre,
    z_of_share,
    z_score,
)

NUISANCE = {"theatre": "north", "duration": "1 h", "output_lost": 0, "abstract_loss": 1}


def test_nuisance_counts_follow_the_regimes_v03() -> None:
    rates = {"peace": "1 / year", "crisis": "4 / year", "war_direct": "10 / year"}
    driver = stage(
        {"theatres": {"north": theatre()}, "hacktivists": {"crowd": NUISANCE | {"rate": rates}}},
        [organisation("town")],
    )
    counts = [sum(x.cause.abstract for x in o.losses) for o in plays(driver, 1500)]
    assert abs(z_score(counts, 1.143675642)) < 3.29
    assert abs(z_score([(n - 1.143675642) ** 2 for n in counts], 1.493981382)) < 3.29
    assert abs(z_of_share(counts.count(0.0), 1500, 0.3454333043)) < 3.29


def test_an_erlang_war_keeps_its_shape_v02() -> None:
    rates = {"peace": {"war_direct": "0.2 / year"}, "war_direct": {"peace": "1 / year"}}
    shape = theatre(rates=rates, sojourn={"war_direct": {"erlang": 2}})
    driver = stage({"theatres": {"north": shape}, "horizon": "10 years"}, [organisation("town")])
    count = 4000
    futures = futures_of(driver, count)
    for years, expected in ((0.5, 0.08534300743), (1, 0.13291184), (3, 0.1663368881), (9.99, 0.1666666665)):
        war = sum(regime_at(driver, f, 0, years * HOURS_PER_YEAR) == "war_direct" for f in futures)
        assert abs(z_of_share(war, count, expected)) < 3.29


def test_the_log_replays_the_path_of_the_future() -> None:
    driver = stage({"theatres": {"north": theatre("war_direct")}, "horizon": "20 years"}, [organisation("town")])
    outcome = play(driver)
    path = outcome.future.regimes[0]
    assert len(path.times_h) > 3
    seen = entries(outcome, Kind.REGIME)
    assert [e.time_h for e in seen] == list(path.times_h)
    assert [e.detail for e in seen] == [driver.chains[0].labels[s] for s in path.states]


def test_mobilisation_and_surge_lead_and_lag_a_war() -> None:
    """The activity of attackers rises before the war and decays after its start."""
    lively = theatre(
        rates={"peace": {"war_direct": "1 / year"}},
        surge={"war_direct": {"mean": "30 d", "multiplier": 5}},
        mobilisation=[{"before": "war_direct", "mean": "60 d", "multiplier": 10, "stands_down": 0}],
    )
    rate = {"peace": "12 / year", "war_direct": "12 / year"}
    driver = stage(
        {"theatres": {"north": lively}, "hacktivists": {"crowd": NUISANCE | {"rate": rate}}},
        [organisation("town")],
    )
    hours = {"before": 0.0, "mobilised": 0.0, "surging": 0.0, "after": 0.0}
    events = dict.fromkeys(hours, 0)
    for outcome in plays(driver, 150, keep_log=True):
        phase, since = "before", 0.0
        for e in log_of(outcome):
            hours[phase] += e.time_h - since
            since = e.time_h
            if e.kind is Kind.REGIME:
                phase = phase_of(str(e.detail))
            elif e.kind is Kind.HACKTIVISTS:
                events[phase] += 1
        hours[phase] += HOURS_PER_YEAR - since
    for phase, factor in (("before", 1), ("mobilised", 10), ("surging", 5), ("after", 1)):
        expected = 12 * factor * hours[phase] / HOURS_PER_YEAR
        assert expected > 100
        assert abs(events[phase] - expected) / math.sqrt(expected) < 3.29, phase


def phase_of(label: str) -> str:
    if "mobilis" in label:
        return "mobilised"
    if "surge" in label:
        return "surging"
    return "before" if label.startswith("peace") else "after"


def test_a_linked_theatre_escalates_faster_while_the_other_is_at_war() -> None:
    calm = theatre(rates={"peace": {"war_direct": "0.1 / year"}})
    linked = calm | {"linked_to": {"theatre": "north", "multiplier": {"war_direct": 10}}}
    driver = stage(
        {
            "theatres": {"north": theatre("war_direct", {}), "south": linked, "west": calm},
        },
        [organisation("town")],
    )
    futures = futures_of(driver, 2000)
    for row, rate in ((1, 1.0), (2, 0.1)):
        wars = sum(len(f.regimes[row].times_h) > 1 for f in futures)
        assert abs(z_of_share(wars, 2000, -math.expm1(-rate))) < 3.29


def test_without_theatres_only_the_regimes_are_gone() -> None:
    home = {
        "crime": {
            "rate": "20 / year",
            "reference_customers": 1000,
            "size_exponent": 0,
            "stale_after": "90 d",
            "restoration": "r",
        },
        "restoration": {"r": {"kind": "rebuild", "time": "24 h"}},
        "service": {
            "on_activation": {"water": {"office": {"precautionary_stop": 0.5, "loss_of_view": 0, "unsafe_control": 0}}},
            "stopped_output": 0.5,
            "unsafe_water": 0,
        },
    }
    towns = [organisation("town"), organisation("port")]
    quiet = stage(home, towns)
    tense = stage(home | {"theatres": {"north": theatre("war_direct")}, "horizon": "1 year"}, towns)
    for replication in range(5):
        here, there = play(tense, replication), play(quiet, replication)
        assert entries(here, Kind.REGIME)
        assert entries(here, Kind.CRIME)
        assert story(tense, here, is_a(Kind.REGIME)) == story(quiet, there)


@pytest.mark.parametrize("start", ["peace", "war_direct"])
def test_scripted_regimes_replace_the_draws(start: str) -> None:
    script = {"regimes": {"north": [{"at": "100 h", "regime": "crisis"}, {"at": "200 h", "regime": "peace"}]}}
    driver = stage({"theatres": {"north": theatre(start)}, "given": script}, [organisation("town")])
    seen = entries(play(driver, 3), Kind.REGIME)
    assert [(e.time_h, e.detail) for e in seen] == [(0.0, start), (100.0, "crisis"), (200.0, "peace")]
