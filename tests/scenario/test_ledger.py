"""The ledger: every parameter once, as it was written, with its range, grade and source."""

from __future__ import annotations

import pytest

from simulator.evidence import parameter
from simulator.scenario.ledger import Entry, in_words, ledger
from simulator.scenario.load import load
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.stated import stated_values


@pytest.fixture
def entries(intact) -> dict[str, Entry]:
    return {entry.parameter: entry for entry in ledger(intact)}


def test_every_parameter_stands_there_once(intact, entries):
    assert len(entries) == len(ledger(intact)) == len(list(stated_values(intact.scenario)))
    for name in ("theatres.east.coercion.hazard.crisis", "instruments[2].notice", "adoption.push", "pools"):
        assert (name in entries) == (name != "pools")


def test_a_figure_with_an_assumption_shows_its_range(entries):
    entry = entries["jurisdictions.Ruritania.resistance"]
    assert entry == Entry("jurisdictions.Ruritania.resistance", "0.3", "0", "0.7", "", "", "judgement", "assumption")
    assert (entry.range, entry.said) == ("0 to 0.7", "judgement")


def test_a_default_that_no_file_writes_stands_there_too(intact, entries):
    assert "precision" not in intact.text
    entry = entries["path_choice.precision"]
    assert (entry.value, entry.range, entry.basis) == ("10", "1 to 100", "assumption")


def test_a_figure_with_a_source_shows_its_grade_and_the_range_of_the_evidence(entries):
    entry = entries["theatres.east.rates.peace.crisis"]
    known = parameter("conflict.p_month.peace_to_crisis")
    assert (entry.value, entry.basis, entry.grade) == ("0.1 / year", "source", known.grade)
    assert known.low is None
    assert entry.range == ""
    own = entries["impact.value_of_lost_load"]
    assert (own.range, own.said) == ("1 GBP to 70 GBP", "value.electricity.voll.gb_headline")


def test_the_range_of_the_evidence_is_taken_only_where_nothing_else_is_said(small):
    known = parameter("detection.prewar_access.dwell_ot")
    assert (known.low, known.high, known.unit) == (180, 1825, "days")
    place = "theatres.east.access_stock.kept"
    small.edit("kept: 280 d", "kept: {value: 280 d, source: detection.prewar_access.dwell_ot}")
    assert {e.parameter: e for e in ledger(small.load())}[place].range == "180 days to 1825 days"
    small.edit("dwell_ot}", "dwell_ot, assumption: derived}")
    entry = {e.parameter: e for e in ledger(small.load())}[place]
    assert (entry.range, entry.said) == ("", "detection.prewar_access.dwell_ot; derived")


def test_a_citation_of_the_author_has_no_grade(entries):
    entry = entries["detection.loud.pull"]
    assert (entry.source, entry.grade, entry.basis) == ("a report of mine", "", "source")
    assert entry.value == "lognormal: p05 1 h, p50 4 h, p95 16 h"


def test_the_worst_of_several_sources_is_the_grade(small):
    ids = ("exit.grace_period", "rate.any_significant_incident", "conflict.p_month.peace_to_crisis")
    small.edit("notice: 90 d", f'notice: {{value: 101 d, source: "{", ".join(ids)}"}}')
    entry = {e.parameter: e for e in ledger(small.load())}["instruments[2].notice"]
    assert entry.grade == max(parameter(name).grade for name in ids)


def test_a_bare_number_is_unstated(entries):
    entry = entries["theatres.east.coercion.saves_for_war"]
    assert (entry.value, entry.basis, entry.said) == ("0.5", "unstated", "unstated")


def test_a_parameter_inherited_from_another_file_is_listed(small):
    (small.folder / "child.yaml").write_text(
        "extends: scenario.yaml\npayloads: {wiper: {activation: {value: 20 %, assumption: less}}}\n"
    )
    entries = {e.parameter: e for e in ledger(load(small.folder / "child.yaml"))}
    assert entries["payloads.wiper.activation"].value == "20 %"
    assert entries["payloads.wiper.delay"].value == "1 h"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (0.0002, "0.0002"),
        (20e6, "20000000"),
        (3, "3"),
        ("36 d", "36 d"),
        ({"exponential": {"mean": "9 d"}}, "exponential: mean 9 d"),
        ({"empirical": {"values": [1, 2, 3, 4, 5, 6]}}, "empirical: values [1, 2, 3, 4, 5, ...]"),
    ],
)
def test_values_read_as_they_were_written(written, words):
    assert in_words(written) == words


def test_the_first_shipped_scenario_states_every_figure():
    assert "uk_2022" in shipped_scenarios()
    assert [e.parameter for e in ledger(load("uk_2022")) if e.basis == "unstated"] == []
