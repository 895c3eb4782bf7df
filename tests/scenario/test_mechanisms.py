"""Every figure belongs to one mechanism, and the grades of a mechanism are those of its figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.scenario.ledger import Entry, ledger
from simulator.scenario.load import load
from simulator.scenario.mechanisms import MECHANISMS, Mechanism, Standing, grade_of, mechanism_of, standings
from simulator.scenario.mitigation_file import load_with, made_for
from simulator.scenario.shipped import shipped_scenarios

KNOWN = sorted((Path(__file__).parents[2] / "scenarios" / "known").glob("*.yaml"))


def entry(parameter="crime.rate", value="1", grade="", assumption="", source=""):
    basis = "source" if source else "assumption" if assumption else "unstated"
    return Entry(parameter, value, "", "", source, grade, assumption, basis)


def test_there_are_nineteen():
    assert sorted(m.number for m in MECHANISMS if m.number) == list(range(1, 20))


@pytest.mark.parametrize("path", [*shipped_scenarios().values(), *KNOWN], ids=lambda path: path.stem)
def test_every_figure_of_a_scenario_belongs_to_one_mechanism(path):
    entries = ledger(load_with(path, made_for(path)))
    assert entries
    for one in entries:
        assert isinstance(mechanism_of(one.parameter), Mechanism)


def test_a_figure_of_no_mechanism_is_told():
    with pytest.raises(LookupError, match=r"weather\.rain belongs to 0 mechanisms"):
        mechanism_of("weather.rain")


@pytest.mark.parametrize(
    ("parameter", "number"),
    [
        ("theatres.east.rates.peace.crisis", 1),
        ("theatres.east.coercion.hazard.crisis", 2),
        ("vendors.halbrecht.reach_outside", 2),
        ("products.halbrecht_endpoint.paths.code_release", 3),
        ("theatres.east.access_stock.kept", 4),
        ("portfolio.generate.products[3].coverage", 7),
        ("portfolio.generate.links[1].deliveries", 12),
        ("products.halbrecht_endpoint.protects", 15),
        ("crime.rate", 15),
        ("removal.time", 16),
        ("instruments[2].comply", 17),
        ("portfolio.generate.groups[1].size", 0),
    ],
)
def test_a_figure_goes_where_a_reader_would_look(parameter, number):
    assert mechanism_of(parameter).number == number


@pytest.mark.parametrize(
    ("said", "grade"),
    [
        ({"grade": "A", "source": "a.row"}, "A"),
        ({"grade": "A", "source": "a.row", "assumption": "derived"}, "B"),
        ({"grade": "C", "source": "a.row", "assumption": "derived"}, "C"),
        ({"assumption": "a guess"}, "D"),
        ({"source": "a report of mine"}, "D"),
        ({}, "D"),
    ],
)
def test_what_was_assumed_lowers_the_grade(said, grade):
    assert grade_of(entry(**said)) == grade


def test_figures_that_several_scenarios_share_count_once():
    entries = [entry(grade="B", source="a.row"), entry(grade="B", source="a.row"), entry(value="2", assumption="more")]
    (crime,) = [s for s in standings(entries) if s.mechanism.name == "Ordinary crime"]
    assert (crime.counts, crime.figures, crime.typical, crime.worst) == ((0, 1, 0, 1), 2, "D", "D")


@pytest.mark.parametrize(
    ("counts", "typical", "worst"),
    [
        ((1, 0, 0, 0), "A", "A"),
        ((2, 1, 0, 0), "A", "B"),
        ((2, 2, 0, 0), "B", "B"),
        ((3, 0, 0, 2), "A", "D"),
        ((0, 0, 0, 0), None, None),
    ],
)
def test_typical_is_the_middle_figure_and_of_two_the_worse(counts, typical, worst):
    standing = Standing(MECHANISMS[0], counts)
    assert (standing.typical, standing.worst) == (typical, worst)


def test_counts_of_a_scenario_add_up_to_its_ledger():
    loaded = load("uk_2022")
    assert sum(standing.figures for standing in standings(ledger(loaded))) == len(ledger(loaded))
