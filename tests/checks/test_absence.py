"""The hindcast of absence: by hand on made-up registers, and what the shipped hazards make of the real one."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from scipy.linalg import expm

from simulator.checks.absence import (
    HIGH,
    LOW,
    TOO_UNLIKELY,
    AbsenceRow,
    Pressure,
    absence,
    absence_rows,
    obeying,
    pressures,
    unseen,
    untenable_rows,
)
from simulator.evidence.vendor_years import VendorYears, vendor_years
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.load import load
from simulator.scenario.words import REGIMES

START = date(2000, 1, 1)


def period(
    years: float, regime: str, vendors: float = 1, visible: float = 1.0, state: str = "Ruritania", after: float = 0
) -> VendorYears:
    """A row of a made-up register."""
    start = START + timedelta(days=round(after * 365.25))
    return VendorYears(
        home_state=state,
        bloc="the bloc",
        start=start,
        end=start + timedelta(days=round(years * 365.25)),
        regime=regime,
        vendors=(vendors, vendors, vendors),
        visibility=(visible, visible, visible),
        card=False,
        source="made up",
        url="",
        assumption="",
    )


def pressure(attempts: float, obey: float = 1.0, **refusal: float) -> Pressure:
    return Pressure(dict.fromkeys(REGIMES, attempts), dict.fromkeys(REGIMES, obey), **refusal)


@pytest.fixture(scope="module")
def rows() -> tuple[AbsenceRow, ...]:
    return absence_rows()


def test_a_use_that_always_shows_is_absent_with_the_chance_of_no_attempt() -> None:
    quiet = absence([period(4, "peace"), period(8, "war_elsewhere", after=4)], [pressure(0.1)], "all_at_once")
    assert quiet == pytest.approx(math.exp(-1.2), rel=1e-12)


def test_half_visible_uses_leave_a_spent_asset_behind() -> None:
    """At most one use per asset, so half of all worlds with a use look quiet whatever the hazard."""
    assert absence([period(8, "peace", visible=0.5)], [pressure(50.0)], "all_at_once") == pytest.approx(0.5)
    some = absence([period(8, "peace", visible=0.5)], [pressure(0.1)], "all_at_once")
    assert some == pytest.approx(1.0 - 0.5 * (1.0 - math.exp(-0.8)), rel=1e-12)


def test_only_publicised_refusals_show() -> None:
    """Nobody obeys: a fifth of refusals is publicised, the rest resist and are asked again."""
    assert absence([period(8, "crisis")], [pressure(0.5, 0.0)], "all_at_once") == 1.0
    told = absence([period(8, "crisis")], [pressure(0.5, 0.0, publicise=0.2)], "all_at_once")
    assert told == pytest.approx(math.exp(-0.8), rel=1e-12)


def test_each_vendor_counts_one_by_one_and_the_state_once_all_at_once() -> None:
    register = [period(4, "peace", vendors=3)]
    assert absence(register, [pressure(0.1)], "one_by_one") == pytest.approx(math.exp(-1.2), rel=1e-12)
    assert absence(register, [pressure(0.1)], "all_at_once") == pytest.approx(math.exp(-0.4), rel=1e-12)
    nobody = [period(4, "peace", vendors=0)]
    assert absence(nobody, [pressure(9.0)], "all_at_once") == absence(nobody, [pressure(9.0)], "one_by_one") == 1.0


def test_states_are_independent_given_a_belief_and_beliefs_are_averaged_over_all_of_them() -> None:
    register = [period(4, "peace"), period(4, "peace", state="Sylvania")]
    mixed = absence(register, [pressure(0.0), pressure(0.1)], "all_at_once")
    assert mixed == pytest.approx((1.0 + math.exp(-0.8)) / 2.0, rel=1e-12)


@pytest.mark.parametrize("after_move", [0.0, 0.3, 1.0])
def test_the_closed_form_is_that_of_the_chain(after_move: float) -> None:
    """Unused, moved, spent unseen, seen: the same chain by its matrix exponential."""
    belief = Pressure(
        {"peace": 0.2, "crisis": 3.0, "war_direct": 0.0},
        {"peace": 0.1, "crisis": 0.4, "war_direct": 0.9},
        publicise=0.15,
        leave=0.1,
        move=0.25,
        after_move=after_move,
    )
    register = [period(8, "peace", visible=0.3), period(4, "war_direct", after=8), period(2, "crisis", after=12)]
    here = np.array([1.0, 0.0, 0.0, 0.0])
    for one, found in zip(register, unseen(register, belief), strict=True):
        rate, obey, shown = belief.attempts[one.regime], belief.obey[one.regime], one.visibility[1]
        ended = rate * (obey * (1.0 - shown) + (1.0 - obey) * 0.1)
        seen = rate * (obey * shown + (1.0 - obey) * 0.15)
        q = np.array([[0, rate * (1.0 - obey) * 0.25, ended, seen], [0, 0, after_move * ended, after_move * seen]])
        q = np.vstack([q, np.zeros((2, 4))])
        here = here @ expm((q - np.diag(q.sum(axis=1))) * one.years)
        assert found == pytest.approx(1.0 - here[3], rel=1e-10)


def test_fifteen_in_a_hundred_for_each_vendor_is_flagged() -> None:
    """Card 7: 3 % for five vendors and 0.1 % for ten, which is the 4.74 years from February 2022 on."""
    five, ten = untenable_rows()
    assert (f"{five.probability:.0%}", f"{ten.probability:.1%}") == ("3%", "0.1%")
    assert five.state_years == pytest.approx(4.745, abs=0.001)
    assert five.probability == pytest.approx(math.exp(-0.15 * 5 * five.state_years), rel=1e-12)
    assert five.flagged
    assert ten.flagged


def test_the_shipped_hazards_are_those_of_the_scenario() -> None:
    uk = load("uk_2022").scenario
    coercion = uk.theatres["east"].coercion
    assert coercion is not None
    (stated,) = pressures(coercion, obeying(uk, "east"), "stated")
    assert stated.attempts["war_elsewhere"] == pytest.approx(0.02)
    assert stated.obey["war_direct"] == pytest.approx(0.7 * 0.9 * 0.7)
    (high,) = pressures(coercion, obeying(uk, "east"), "high")
    assert high.attempts["crisis"] == pytest.approx(0.06)
    beliefs = pressures(coercion, obeying(uk, "east"), "mean")
    law = coercion.hazard["war_elsewhere"].ignorance
    assert law is not None
    mean = np.mean([belief.attempts["war_elsewhere"] for belief in beliefs])
    assert mean == pytest.approx(law.mean() * HOURS_PER_YEAR, rel=0.03)
    # One quantile for all regimes: whoever has the highest hazard of war has the highest of peace.
    orders = [np.argsort([belief.attempts[regime] for belief in beliefs]).tolist() for regime in REGIMES]
    assert orders == [orders[0]] * len(REGIMES)


def test_no_hazard_that_ships_makes_what_was_seen_unlikely(rows: tuple[AbsenceRow, ...]) -> None:
    shipped = [row for row in rows if row.as_shipped]
    assert {row.level for row in shipped} == {"stated", "low", "high", "mean"}
    assert {row.record for row in shipped} == {"since February 2022", "world-wide since 2000"}
    assert not [row for row in shipped if row.flagged]
    with_coercion = {"mirror_2022", "quiet_decade", "sanctions_cutoff", "uk_2022", "us_state"}
    assert {name.split(":")[0] for row in shipped for name in row.theatres} == with_coercion


def test_the_same_ranges_for_each_vendor_would_be_flagged(rows: tuple[AbsenceRow, ...]) -> None:
    found = {(row.record, row.level): row.flagged for row in rows if row.campaign == "one_by_one" and row.theatres}
    assert found["world-wide since 2000", "high"]
    assert not found["since February 2022", "stated"]


def test_rows_keep_their_order(rows: tuple[AbsenceRow, ...]) -> None:
    for row in rows:
        assert 0.0 <= row.least <= row.probability <= row.most <= 1.0, row
        assert row.flagged == (row.probability < TOO_UNLIKELY)


def test_a_hazard_of_each_vendor_is_flagged_on_the_real_register() -> None:
    """The path that flags is the one that the shipped hazards take."""
    card = [replace(one, visibility=(1.0, 1.0, 1.0)) for one in vendor_years() if one.card]
    assert absence(card, [pressure(0.15)], "one_by_one") < TOO_UNLIKELY
    assert absence(card, [pressure(0.15)], "one_by_one", HIGH) < absence(card, [pressure(0.15)], "one_by_one", LOW)


def test_the_register_is_sound() -> None:
    by_state = defaultdict(list)
    for one in vendor_years():
        assert one.start < one.end, one
        assert one.regime in REGIMES, one
        assert list(one.vendors) == sorted(one.vendors), one
        assert 0.0 <= one.visibility[0] <= one.visibility[1] <= one.visibility[2] <= 1.0, one
        assert one.source, one
        assert "range" in one.assumption, one
        by_state[one.home_state, one.bloc].append(one)
    for theirs in by_state.values():
        for first, second in pairwise(theirs):
            assert first.end == second.start, (first, second)
    (card,) = [one for one in vendor_years() if one.card]
    assert (card.start, card.end, card.regime) == (date(2022, 2, 24), date(2026, 11, 23), "war_elsewhere")
