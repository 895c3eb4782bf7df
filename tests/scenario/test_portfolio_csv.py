"""The three CSV files: typed rows, defaults, and every wrong cell named."""

from __future__ import annotations

import math

import pytest

from simulator.rules.quantile import Law
from simulator.scenario.errors import InputError
from simulator.scenario.portfolio import Dependency, Organisation, SupplyLink
from simulator.scenario.portfolio_csv import DEPENDENCIES, LINKS, ORGANISATIONS, read_buffer


def test_rows_become_the_register_sorted_by_name(intact):
    assert intact.register.organisations == (
        Organisation("Alder Water", "water", 1000.0, 2400.0, "responders", 0, True, False, False, False, 0.0, 0.0),
        Organisation(
            "Birch Power", "energy", 2000.0, 4000.0, "responders", 1, False, False, False, False, 0.0, 120_000.0
        ),
        Organisation("Cedar Telecom", "telecom", 500.0, 1000.0, "", 2, False, False, False, False, 0.0, 0.0),
    )
    assert intact.register.dependencies == (
        Dependency("Alder Water", "scada", "near_ot", 1.0, 0.0),
        Dependency("Alder Water", "shield", "office", 0.9, 48.0),
        Dependency("Birch Power", "shield", "office", 1.0, 0.0),
    )
    assert intact.register.links == (
        SupplyLink("Alder Water", "Birch Power", "supply", 0.8, 0.1, Law.uniform(4, 8), 0.5, 48.0, 1.0, 2),
        SupplyLink("Alder Water", "Cedar Telecom", "trust", 1.0, 0.0, Law.fixed(0), 1.0, math.inf, 0.0, 0),
        SupplyLink("Birch Power", "Cedar Telecom", "supply", 1.0, 0.0, Law.pert(4, 6, 8), 1.0, math.inf, 0.0, 0),
    )


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("8 h", Law.fixed(8)),
        ("2 d", Law.fixed(48)),
        ("36", Law.fixed(36)),
        ("4 h..1 d", Law.uniform(4, 24)),
        ("4..8", Law.uniform(4, 8)),
        ("30 min / 1 h / 2 h", Law.pert(0.5, 1, 2)),
        ("4/6/8", Law.pert(4, 6, 8)),
        ("5 h / 5 h / 5 h", Law.fixed(5)),
    ],
)
def test_a_buffer_is_a_time_a_range_or_three_points(text, law):
    assert read_buffer(text) == law


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("8 h..4 h", "is not a buffer"),
        ("4 h..", "is not a time"),
        ("4 h / 6 h", "is not a buffer"),
        ("8 h / 6 h / 9 h", "is not a buffer"),
        ("4 h..6 h..8 h", "is not a buffer"),
        ("-4", "out of range"),
        ("4 kW", "is a power"),
        ("soon", "is not a time"),
    ],
)
def test_a_wrong_buffer_is_refused(text, said):
    with pytest.raises(InputError, match=said):
        read_buffer(text)


def test_all_wrong_cells_of_all_files_are_said_at_once(small):
    small.edit("Alder Water,water,1000", "Alder Water,watre,1000", "organisations.csv")
    small.edit("Birch Power,energy,2000", "Birch Power,energy,-5", "organisations.csv")
    small.edit("responders,0,yes", "responder,0,maybe", "organisations.csv")
    small.edit("office,0.9", "office,1.9", "dependencies.csv")
    small.edit(
        "telecom_proxy: {rate: 0.01 / year, restoration: rebuild}",
        "telecom_proxy: {rate: 0.01 / year, restoration: rebild}",
    )
    refusals = small.refusals()
    assert [r.split(": ")[0] for r in refusals] == [
        f"scenario.yaml, line {small.line('telecom_proxy:')}",
        "organisations.csv, row 2, column sector",
        "organisations.csv, row 2, column pool",
        "organisations.csv, row 2, column critical",
        "organisations.csv, row 3, column customers",
        "dependencies.csv, row 2, column coverage",
    ]
    assert 'Did you mean "responders"?' in refusals[2]


def test_unknown_names_in_a_file_are_told_by_row_with_a_hint(small):
    small.edit("Alder Water,shield", "Alder Watr,sheild", "dependencies.csv")
    small.edit("Birch Power,Cedar Telecom", "Birch Power,Zeder Telecom", "links.csv")
    first, second, third = small.refusals()
    assert first.startswith("dependencies.csv, row 2, column organisation:")
    assert first.endswith('Did you mean "Alder Water"?')
    assert second.startswith("dependencies.csv, row 2, column product:")
    assert second.endswith('Did you mean "shield"?')
    assert third.startswith("links.csv, row 4, column provider:")
    assert third.endswith('Did you mean "Cedar Telecom"?')


def test_a_wrong_buffer_in_a_file_names_its_link(small):
    small.edit("4 h..8 h", "8 h..4 h", "links.csv")
    (refusal,) = small.refusals()
    assert refusal.startswith("links.csv, Alder Water on Birch Power, column buffer:")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("/etc/passwd", "relative to this file"),
        ("C:/register.csv", "relative to this file"),
        ("~/register.csv", "relative to this file"),
        ("../outside.csv", "in the folder of the scenario"),
        ("sub/../../outside.csv", "in the folder of the scenario"),
        ('""', "relative to this file"),
    ],
)
def test_a_file_outside_the_folder_is_refused(small, written, said):
    (small.folder.parent / "outside.csv").write_text("name,sector,customers\nX,water,1\n")
    (refusal,) = small.edit("organisations: organisations.csv", f"organisations: {written}").refusals()
    assert f"line {small.line('organisations: ')}: portfolio.organisations" in refusal
    assert said in refusal


def test_a_link_out_of_the_folder_is_refused(small):
    (small.folder.parent / "outside.csv").write_text("name,sector,customers\nX,water,1\n")
    (small.folder / "organisations.csv").unlink()
    (small.folder / "organisations.csv").symlink_to(small.folder.parent / "outside.csv")
    assert "in the folder of the scenario" in small.refusals()[0]


def test_a_missing_file_is_one_sentence(small):
    (small.folder / "links.csv").unlink()
    assert small.refusals() == ["links.csv does not exist; allowed: a CSV file of links"]


def test_people_of_a_sector_nobody_described_are_asked_for(small):
    small.edit("people_per_customer: {water: 2, telecom: 2, energy: 2}", "people_per_customer: {water: 2}")
    energy, telecom = small.refusals()
    assert "impact.people_per_customer.energy is missing" in energy
    assert "impact.people_per_customer.telecom is missing" in telecom


def test_every_column_is_described():
    for column in (*ORGANISATIONS, *DEPENDENCIES, *LINKS):
        assert column.description or column.allowed, column.name
