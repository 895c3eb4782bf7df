"""Mechanism 14: hacktivists on both sides, nuisance events that excite each other, capped in severity (V04)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from simulator.chance.driver import Driver
from simulator.model.kinds import Kind
from simulator.rules.clock import HOURS_PER_YEAR
from tests.model.worlds import (
    entries,
    hours,
    is_a,
    organisation,
    play,
    plays,
    stage,
    story,
    subjects,
    theatre,
    towns,
    z_score,
)

PEACE = theatre("peace", {})
MU, ALPHA, BETA, T = 2.0, 3.0, 5.0, 4.0
SIDE = {
    "theatre": "north",
    "rate": {"peace": f"{MU} / year"},
    "branching": ALPHA / BETA,
    "decay": f"{BETA} / year",
    "duration": "1 h",
    "output_lost": 0,
    "abstract_loss": 1,
}


def world(horizon: str = "4 years", count: int = 1, **changes: Any) -> Driver:
    sections = {"theatres": {"north": PEACE}, "horizon": horizon, "hacktivists": {"crowd": SIDE | changes}}
    return stage(sections, towns(count))


def hawkes_moments() -> tuple[float, float]:
    """Mean and variance of the count in (0, T] of a Hawkes process that starts empty.

    The intensity falls back to mu at beta and jumps by alpha at each event, so its moments and those of the count
    follow linear equations: E x' = beta (mu - E x) + alpha E x, and likewise for E x^2, E N x and E N^2.
    """

    def flow(_: float, y: np.ndarray) -> list[float]:
        n, x, xx, nx, _nn = y
        return [
            x,
            BETA * MU - (BETA - ALPHA) * x,
            2 * BETA * MU * x - 2 * (BETA - ALPHA) * xx + ALPHA**2 * x,
            BETA * MU * n - (BETA - ALPHA) * nx + xx + ALPHA * x,
            2 * nx + x,
        ]

    end = solve_ivp(flow, (0.0, T), [0.0, MU, MU**2, 0.0, 0.0], rtol=1e-10, atol=1e-12).y[:, -1]
    return float(end[0]), float(end[4] - end[0] ** 2)


def counts(driver: Driver, replications: int) -> list[float]:
    return [sum(x.cause.abstract for x in o.losses) for o in plays(driver, replications)]


def test_self_excited_counts_from_an_empty_start_v04() -> None:
    mean, variance = hawkes_moments()
    stationary, gap = MU / (1 - ALPHA / BETA), BETA - ALPHA
    assert mean == pytest.approx(stationary * T + (MU - stationary) * -math.expm1(-gap * T) / gap, rel=1e-8)
    assert stationary == 5.0
    found = counts(world(), 800)
    assert abs(z_score(found, mean)) < 3.29
    assert abs(z_score([(n - mean) ** 2 for n in found], variance)) < 3.29


def test_clusters_have_the_size_of_a_branching_process_v04() -> None:
    """Short clusters in a long horizon: their mean size is 1/(1-n), its variance n/(1-n)^3."""
    n, years = 0.6, 15
    driver = world(f"{years} years", decay="500 / year")
    found = counts(driver, 250)
    immigrants = MU * years
    assert abs(z_score(found, immigrants / (1 - n))) < 3.29
    # A Poisson number of clusters: variance = rate x (mean^2 + variance of a cluster), the Fano factor 6.25.
    fano = 1 / (1 - n) ** 2
    assert fano == pytest.approx(6.25)
    mean = immigrants / (1 - n)
    assert abs(z_score([(x - mean) ** 2 for x in found], fano * mean)) < 3.29


def test_descendants_differ_from_their_forebears() -> None:
    """No cluster repeats itself: the waits between parent and child are never twice the same."""
    outcome = play(world("30 years", branching=0.9))
    gaps = np.diff(hours(outcome, Kind.HACKTIVISTS))
    assert len(gaps) > 300
    assert len(np.unique(np.round(gaps, 9))) == len(gaps)


def test_a_nuisance_is_capped_and_passes() -> None:
    driver = world(
        "1 year", 3, output_lost=0.2, duration="6 h", rate={"peace": "20 / year"}, branching=None, decay=None
    )
    outcome = play(driver)
    assert len(entries(outcome, Kind.SERVICE_DOWN)) > 5
    assert all(e.detail == pytest.approx(0.8) for e in entries(outcome, Kind.SERVICE_DOWN))
    for loss in outcome.losses:
        assert sum(loss.customer_hours) <= 1000 * 0.2 * 6 + 1e-9
        assert loss.cause.mode == "nuisance"


def test_severities_are_drawn_per_event() -> None:
    severity = {"empirical": {"values": [1, 2, 3], "weights": [6, 3, 1]}}
    driver = world("20 years", branching=None, decay=None, abstract_loss=severity, rate={"peace": "50 / year"})
    sizes = [x.cause.abstract for x in play(driver).losses]
    assert len(sizes) > 800
    assert abs(z_score(sizes, 1.5)) < 3.29
    assert set(sizes) == {1.0, 2.0, 3.0}


def test_two_sides_do_not_disturb_each_other() -> None:
    both = {"east": SIDE, "west": SIDE | {"rate": {"peace": "8 / year"}}}
    people = towns(4)
    sections = {"theatres": {"north": PEACE}, "horizon": "4 years"}
    one = stage(sections | {"hacktivists": {"east": both["east"]}}, people)
    two = stage(sections | {"hacktivists": both}, people)
    here, there = play(two), play(one)
    assert {e.time_h for e in entries(there, Kind.HACKTIVISTS)} == {
        e.time_h for e in entries(here, Kind.HACKTIVISTS) if e.detail == "east"
    }
    assert {e.detail for e in entries(here, Kind.HACKTIVISTS)} == {"east", "west"}


def test_nothing_happens_after_the_horizon() -> None:
    for replication in range(20):
        times = hours(play(world("1 year", branching=0.9), replication), Kind.HACKTIVISTS)
        assert max(times, default=0.0) < HOURS_PER_YEAR


def test_without_hacktivists_only_their_events_are_gone() -> None:
    crime = {
        "rate": "3 / year",
        "reference_customers": 1000,
        "size_exponent": 0,
        "stale_after": "90 d",
        "restoration": "r",
    }
    rest = {
        "theatres": {"north": theatre()},
        "crime": crime,
        "restoration": {"r": {"kind": "rebuild", "time": "2 h"}},
        "service": {
            "on_activation": {"water": {"office": {"precautionary_stop": 1, "loss_of_view": 0, "unsafe_control": 0}}},
            "stopped_output": 0,
            "unsafe_water": 0,
        },
    }
    people = towns(6, own_teams=9)
    on = stage(rest | {"hacktivists": {"crowd": SIDE | {"output_lost": 0.1}}}, people)
    off = stage(rest, people)
    for replication in range(5):
        here, there = play(on, replication), play(off, replication)
        assert story(on, here, is_a(Kind.HACKTIVISTS)) == story(off, there)
    assert sum(len(entries(play(on, k), Kind.HACKTIVISTS)) for k in range(5)) > 5


def test_events_without_effect_name_nobody() -> None:
    driver = stage(
        {"theatres": {"north": PEACE}, "horizon": "4 years", "hacktivists": {"crowd": SIDE}}, [organisation("town")]
    )
    assert set(subjects(driver, play(driver), Kind.HACKTIVISTS)) == {""}
