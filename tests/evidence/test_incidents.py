"""The incident records keep their promises: sources, units, ranges, grades; a faulty file is refused with its line."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from simulator.evidence import UnknownEvidence, all_incidents, incident, parameter
from simulator.evidence.incidents import CONFLICT_LEVELS, TOPICS, UNITS, Figure, read_incident
from simulator.evidence.marked import FaultyEvidence, read_marked
from simulator.scenario.units import read_unit

FIGURES = [(record.id, figure) for record in all_incidents().values() for figure in record.figures]

RECORD = """\
id: harbour_2021
title: A harbour
happened: Cranes stood still.
kind: faulty_update
date: "2021-05"
vendor: Nobody
product: cranes
home: Ruritania
attacker: none
attributed_to: none
means: a fault
conflict: peace
conflict_level: 0
found_by: its effect
named_by: itself
grade: C
clock: the fault
sources:
  paper: {name: The Paper, date: "2021-05-02", tier: press, url: https://paper.example/cranes}
figures:
  recovery:
    - {what: of cranes back, value: 0.5, low: 0.4, high: 0.6, unit: share, day: 2, source: paper, confirmed: true}
  loss:
    - {what: tugs, value: 12, unit: USD, source: arithmetic, confirmed: true, note: 3 times 4}
"""


def read(text):
    return read_incident(read_marked(text, "harbour_2021.yaml"))


def test_the_catalogue_is_whole():
    """Counts of what was gathered; a record or a figure that goes missing is noticed here."""
    assert len(all_incidents()) == 30
    assert len(FIGURES) == 253
    assert sum(figure.confirmed for _, figure in FIGURES) == 229
    assert list(all_incidents()) == sorted(all_incidents())


@pytest.mark.parametrize("figure", [f for _, f in FIGURES], ids=[f"{name}-{k}" for k, (name, _) in enumerate(FIGURES)])
def test_each_figure_says_where_it_comes_from(figure: Figure):
    assert figure.unit in UNITS
    assert figure.topic in TOPICS
    assert figure.source.name
    assert bool(figure.source.url) == bool(re.fullmatch(r"https?://[^\s/]+\.[a-z]{2,}/?\S*", figure.source.url))
    if figure.confirmed and figure.kind != "derived":
        assert figure.source.url
        assert figure.grade in ("A", "B")
    if not figure.confirmed:
        assert figure.grade == "D"


@pytest.mark.parametrize("unit", [u for u in UNITS if u not in ("share", "count", "year", "NOK", "CAD")])
def test_units_but_for_a_few_are_those_of_scenarios(unit):
    read_unit(unit)


def test_a_known_record_is_read_in_full():
    record = incident("kaspersky_2017_2024")
    assert (record.vendor, record.home, record.grade) == ("Kaspersky", "Russia", "A")
    assert len(record.acts) == 6
    assert [act.confirmed for act in record.acts].count(False) == 1
    assert {denial.by for denial in record.denials} == {"the vendor"}
    (gone,) = [f for f in record.figures if f.what.endswith("United States (a ban)")]
    assert (gone.value, gone.unit, gone.day, gone.clock, gone.grade) == (0.58, "share", 229.0, "mid-April 2024", "B")
    (left,) = [f for f in record.figures if f.day == 163.0 and f.unit == "share"]
    assert left.clock.startswith("determination")


def test_a_vendor_feared_for_its_home_state_is_shown_with_its_answer():
    """Where the fear is of the vendor itself and an answer was found, the record carries it."""
    for name in ("kaspersky_2017_2024", "rip_and_replace", "notpetya_2017"):
        assert incident(name).denials, name
    for record in all_incidents().values():
        assert record.named_by, record.id
        assert all(denial.source.url for denial in record.denials), record.id


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(UnknownEvidence, match=r'no incident "sunburst"; allowed: .*sunburst_2020'):
        incident("sunburst")


@pytest.mark.parametrize(
    ("row", "record", "topic", "unit"),
    [
        ("exit.ban.f_229d", "kaspersky_2017_2024", "removal", "share"),
        ("removal.exposed_bad_build.f_2d", "sunburst_2020", "removal", "share"),
        ("removal.exposed_bad_build.f_3d", "sunburst_2020", "removal", "share"),
        ("adoption.urgent_manual.f_7d", "proxylogon_2021", "adoption", "share"),
        ("adoption.urgent_manual.f_20d", "proxylogon_2021", "adoption", "share"),
        ("containment.vendor_pull_faulty", "crowdstrike_2024", "containment", "days"),
        ("exit.grace_period", "kaspersky_2017_2024", "containment", "days"),
        ("selection.espionage.enterprise_product", "sunburst_2020", "selection", "share"),
    ],
)
def test_the_parameters_agree_with_the_records_they_come_from(row, record, topic, unit):
    values = [f.value for f in incident(record).figures if (f.topic, f.unit) == (topic, unit)]
    assert any(value == pytest.approx(parameter(row).value, rel=0.02) for value in values), values


def test_a_sound_record_is_read():
    record = read(RECORD)
    back, tugs = record.figures
    assert (back.low, back.value, back.high, back.day, back.clock) == (0.4, 0.5, 0.6, 2.0, "the fault")
    assert (back.grade, tugs.grade, tugs.kind, tugs.clock) == ("B", "C", "derived", "")
    assert (record.confirmed, record.date_note, record.acts) == (2, "", ())


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (" source: paper,", "", 22, "missing: source"),
        (" unit: share,", "", 22, "missing: unit"),
        ("unit: share", "unit: parrots", 22, '"parrots" is not known here; allowed: share, count'),
        ("low: 0.4", "low: 0.55", 22, "0.55 to 0.5 to 0.6 is out of order; allowed: low <= value <= high"),
        ("high: 0.6", "high: 1.6", 22, "a share of 0.5, 0.4 to 1.6; allowed: 0 to 1"),
        ("value: 12", "value: -12", 24, "-12 is below zero"),
        ("value: 12", "value: dozen", 24, "'dozen' is no number"),
        ("value: 12", "value: .inf", 24, "is no number; allowed: a finite number"),
        ("source: paper", "source: papre", 22, '"papre" is not known here; allowed: paper, arithmetic, memory'),
        (", note: 3 times 4", "", 24, "our arithmetic without a note"),
        ("source: arithmetic", "source: memory", 24, "confirmed, but its source names no page"),
        ("clock: the fault\n", "", 21, "a day without a clock"),
        ("https://paper", "paper", 19, '"paper.example/cranes" is no address of a page'),
        ("tier: press", "tier: gossip", 19, '"gossip" is not known here; allowed: primary, press, secondary'),
        ("source: paper", "source: memory", 22, "confirmed, but its source names no page"),
        ("confirmed: true, note", "confirmed: perhaps, note", 24, "'perhaps' is neither true nor false"),
        ("conflict_level: 0", "conflict_level: 7", 13, "7 is no level of conflict; allowed: 0, 1, 2, 3"),
        ("kind: faulty_update", "kind: mishap", 4, '"mishap" is not known here; allowed: poisoned_update'),
        ("title: A harbour", "title: A harbour\ntitle: A port", 3, '"title" stands here a second time'),
        ("product: cranes\n", "", 1, "missing: product"),
        ("  loss:", "  lost:", 24, '"lost" is not known here; allowed: '),
        ("found_by:", "fund_by:", 14, '"fund_by" is not known here'),
        ("title: A harbour", "title: [A harbour]", 2, "is no text"),
        ("  recovery:", "  recovery: {}\n  service:", 21, "this is no list"),
    ],
)
def test_a_faulty_record_is_refused_with_its_line(old, new, line, said):
    assert RECORD.count(old) == 1 or old in ("source: paper", " source: paper,")
    with pytest.raises(FaultyEvidence, match=rf"^harbour_2021\.yaml, line {line}: .*{re.escape(said)}"):
        read(RECORD.replace(old, new))


def test_a_source_that_nothing_uses_is_refused():
    idle = '  idle: {name: Idle, tier: press, url: "https://idle.example/"}\n'
    with pytest.raises(FaultyEvidence, match='line 20: the source "idle" is used by nothing'):
        read(RECORD.replace("figures:", idle + "figures:"))


@pytest.mark.parametrize("text", ["", "a: [", "- a"])
def test_what_is_no_record_is_refused(text):
    with pytest.raises(FaultyEvidence, match=r"^harbour_2021\.yaml"):
        read(text)


def test_levels_of_conflict_have_words():
    assert {record.conflict_level for record in all_incidents().values()} <= set(range(len(CONFLICT_LEVELS)))


def test_the_catalogue_is_read_only_when_asked_for():
    script = "import sys; import simulator.evidence as e; assert 'yaml' not in sys.modules; assert e.all_incidents()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
