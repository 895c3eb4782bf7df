"""What data and experts make of parameters: the figures of before and after, and the words."""

from __future__ import annotations

import pytest

from simulator.evidence.shift import HARDLY
from simulator.rules.quantile import Law
from simulator.scenario.beliefs import Belief, beliefs, doubted_unseen
from simulator.scenario.ledger import Entry, ledger
from simulator.scenario.load import load
from simulator.scenario.words import REGIMES

PLACE = "theatres.east.coercion.hazard.crisis"
PEACE = "{lognormal: {p05: 0.0002 / year, p50: 0.002 / year, p95: 0.02 / year}}"
WAR = "{lognormal: {p05: 0.005 / year, p50: 0.05 / year, p95: 0.5 / year}}"


def told(small, hazard: str) -> tuple[Belief, Entry]:
    """Of the one hazard of the small scenario."""
    small.edit("hazard: {crisis: 0.01 / year}", f"hazard: {{crisis: {{{hazard}, assumption: made up}}}}")
    loaded = small.load()
    (belief,) = beliefs(loaded)
    (entry,) = [entry for entry in ledger(loaded) if entry.parameter == PLACE]
    assert belief.parameters == (PLACE,)
    return belief, entry


def test_a_posterior_runs_and_its_prior_is_shown(small) -> None:
    belief, entry = told(small, f"seen: {{events: 0, in: 180 years, prior: {PEACE}}}")
    before, after = belief.lines
    assert (before.name, after.name, belief.unit) == ("before", "after", "/ year")
    assert before.spread.median == pytest.approx(0.002)
    assert before.spread.mean == pytest.approx(Law.lognormal_quantiles(0.0002, 0.002, 0.02).mean())
    assert round(after.spread.median, 4) == 0.0011
    assert belief.runs == after.spread.mean
    assert belief.moved == pytest.approx(0.262, abs=0.002)
    assert belief.said == (
        "No event in 180 years.",
        "The data moved it, up to 26 % of its range (in ratios).",
        "What runs is the mean after the data, 0.0018 / year.",
    )
    assert (entry.value, entry.range) == ("0.00184 / year (mean after the data)", "0.000147 / year to 0.00599 / year")


def test_a_war_of_four_years_hardly_moves_it_and_a_stated_value_runs(small) -> None:
    given = f"value: 0.05 / year, ignorance: {WAR}, seen: {{events: 0, in: 8 years, visible: 0.5, source: my count}}"
    belief, entry = told(small, given)
    assert round(belief.lines[1].spread.median, 3) == 0.033
    assert belief.runs == pytest.approx(0.05)
    assert belief.moved is not None
    assert belief.moved < HARDLY
    assert belief.said == (
        "No event in 8 years, where 0.5 of all events would have become known (my count).",
        "The data hardly moved it, 20 % of its range at most (in ratios): it remains a judgement.",
        "What runs is the value as stated, 0.05 / year; the data are shown and change nothing.",
    )
    assert (entry.value, entry.range) == ("0.05 / year", "")


def test_a_prior_without_a_range_is_told_with_the_other_one(small) -> None:
    """V20: means of 0.0050 and 0.0100 a year where half would surface."""
    belief, _ = told(small, "seen: {events: 0, in: 200 vendor-years, visible: 0.5, prior: jeffreys}")
    assert [line.name for line in belief.lines] == ["after"]
    assert belief.moved is None
    said = "The prior has no range of its own, and its choice counts: the mean is 0.005 under jeffreys and 0.01 under"
    assert belief.said[1].startswith(said)


@pytest.mark.parametrize(("events", "said"), [(1, "1 event in 50 years."), (4, "4 events in 50 years.")])
def test_events_are_told_as_well(small, events: int, said: str) -> None:
    belief, _ = told(small, f"seen: {{events: {events}, in: 50 years, prior: {{constrained: 0.1 / year}}}}")
    assert belief.said[0] == said
    assert belief.lines[1].spread.mean == pytest.approx((0.5 + events) / 55.0)


def test_experts_are_told_one_by_one_in_the_unit_they_wrote(small) -> None:
    small.edit(
        "kept: 280 d",
        "kept: {experts: [{name: Ames, p05: 1 d, p50: 4 d, p95: 20 d}, {min: 2 d, mode: 3 d, max: 10 d, weight: 3}], "
        "assumption: asked}",
    )
    loaded = small.load()
    (belief,) = beliefs(loaded)
    ames, second, pool = belief.lines
    assert (ames.name, second.name, pool.name, belief.unit) == ("Ames", "expert 2", "pool", "d")
    assert (ames.weight, second.weight, pool.weight) == (1.0, 3.0, None)
    assert ames.implied_median == pytest.approx(4.472135955)
    assert (ames.spread.low, ames.spread.median, ames.spread.high) == pytest.approx((1.0, 4.0, 20.0))
    assert second.implied_median is None
    assert second.spread.mean == pytest.approx(4.0)
    assert belief.runs == pool.spread.mean == pytest.approx(0.25 * ames.spread.mean + 0.75 * 4.0, rel=1e-6)
    assert belief.said[0].startswith("The outer points of Ames imply a median 12 % above the one stated")
    assert belief.said[-1] == f"What runs is the mean of the pool, {belief.runs:.2g} d."
    (entry,) = [e for e in ledger(loaded) if e.parameter == "theatres.east.access_stock.kept"]
    assert entry.value == f"{belief.runs:.3g} d (mean of 2 experts)"
    assert entry.range == f"{pool.spread.low:.3g} d to {pool.spread.high:.3g} d"


def test_money_is_told_in_the_money_they_wrote(small) -> None:
    small.edit(
        "value_of_lost_load: {value: 23 GBP, range: [1 GBP, 70 GBP], source: value.electricity.voll.gb_headline}",
        "value_of_lost_load: {experts: [{min: 1 kGBP, mode: 2 kGBP, max: 3 kGBP}], assumption: asked}",
    )
    loaded = small.load()
    (belief,) = beliefs(loaded)
    assert (belief.unit, belief.runs) == ("kGBP", pytest.approx(2.0))
    (entry,) = [e for e in ledger(loaded) if e.parameter == "impact.value_of_lost_load"]
    assert entry.value == "2 kGBP (mean of 1 expert)"


CRISIS = "experts: [{}], pool: linear"


def test_experts_of_one_mind_are_no_surer_for_being_many(small) -> None:
    answer = "{p05: 1 in 1000 years, p50: 1 in 100 years, p95: 1 in 10 years}"
    belief, _ = told(small, CRISIS.format(", ".join([answer] * 10)))
    assert belief.said[0].startswith("All 10 experts gave the same answer: the pool is as sure as any one of them")
    assert belief.lines[0].spread == belief.lines[-1].spread


def test_a_panel_in_two_camps_is_two_scenarios(small) -> None:
    low, high = ("{{name: {}, min: {} / year, mode: {} / year, max: {} / year}}".format(*a) for a in (
        ("Low", 0, 0.01, 0.02), ("High", 0.5, 0.6, 0.9)
    ))  # fmt: skip
    belief, _ = told(
        small, CRISIS.format(f"{low}, {high}, {{min: 0 / year, mode: 1 / year, max: 2 / year, weight: 0}}")
    )
    assert belief.said[0] == "Without weight, and not in the pool: expert 3."
    assert belief.said[1] == (
        "Low and High do not meet in their 90 % ranges: the mean of the pool is nobody's answer. "
        "Run a scenario for each side."
    )


def test_parameters_in_doubt_that_nobody_counted_are_listed(small) -> None:
    small.edit(
        "hazard: {crisis: 0.01 / year}",
        f"hazard: {{crisis: {{value: 0.05 / year, ignorance: {WAR}, assumption: made up}}}}",
    )
    loaded = small.load()
    assert beliefs(loaded) == []
    assert doubted_unseen(loaded) == [PLACE]


def test_the_shipped_hazards_of_war_are_judgements_that_silence_hardly_moves() -> None:
    """None proven in any regime; the stated values run."""
    told = {name: belief for belief in beliefs(load("uk_2022")) for name in belief.parameters}
    hazard = "theatres.{}.coercion.hazard.{}"
    assert set(told) == {hazard.format(t, r) for t in ("east", "south") for r in REGIMES}
    war = told[hazard.format("east", "war_elsewhere")]
    assert war is told[hazard.format("south", "war_elsewhere")]
    assert war.runs == pytest.approx(0.02)
    before, after = war.lines
    assert (before.spread.median, before.spread.high) == pytest.approx((0.02, 0.1))
    # By a grid of 2,000,001 points outside this project, as below.
    assert after.spread.median == pytest.approx(0.01833, rel=3e-3)
    assert after.spread.high == pytest.approx(0.08792, rel=3e-3)
    direct = told[hazard.format("east", "war_direct")]
    assert direct.runs == pytest.approx(0.15)
    assert direct.lines[1].spread.median == pytest.approx(0.09809, rel=3e-3)
    assert direct.lines[1].spread.high == pytest.approx(0.36815, rel=3e-3)
    for belief in told.values():
        assert any("hardly moved" in sentence for sentence in belief.said)
    assert not set(told) & set(doubted_unseen(load("uk_2022")))
