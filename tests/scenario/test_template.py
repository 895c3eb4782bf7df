"""The template: written whole, loads as it is, states every figure, explains every column."""

from __future__ import annotations

import re

import pytest

from simulator.scenario.combination import in_force
from simulator.scenario.errors import InputError
from simulator.scenario.ledger import ledger
from simulator.scenario.load import load
from simulator.scenario.mitigation_file import load_with
from simulator.scenario.portfolio_csv import DEPENDENCIES, LINKS, ORGANISATIONS
from simulator.scenario.template import FILES, write_template


@pytest.fixture
def template(tmp_path):
    return write_template(tmp_path / "a" / "new")


def test_it_loads_and_is_small(template):
    assert sorted(file.name for file in template.parent.iterdir()) == sorted(FILES)
    loaded = load(template)
    assert 3 <= len(loaded.register.organisations) <= 6
    assert len(loaded.scenario.vendors) == 2
    assert {o.sector for o in loaded.register.organisations} == {"water", "telecom", "energy"}
    assert {k.kind for k in loaded.register.links} == {"supply", "trust"}
    assert {d.product for d in loaded.register.dependencies} == set(loaded.scenario.products)


def test_every_figure_of_it_is_stated_and_every_judgement_has_a_range(template):
    for entry in ledger(load_with(template, template.with_name("mitigations.yaml"))):
        assert entry.basis != "unstated", entry.parameter
        assert entry.basis == "source" or entry.range, entry.parameter


def test_its_mitigations_can_all_stand_together(template):
    loaded = load_with(template, template.with_name("mitigations.yaml"))
    assert set(loaded.scenario.mitigation_sets["everything"]) == set(loaded.scenario.mitigations)
    assert len(in_force(loaded, loaded.scenario.mitigations).scenario.in_force) == 4


@pytest.mark.parametrize(
    ("file", "columns"),
    [("organisations.csv", ORGANISATIONS), ("dependencies.csv", DEPENDENCIES), ("links.csv", LINKS)],
)
def test_every_column_is_there_and_explained(template, file, columns):
    header = template.with_name(file).read_text().splitlines()[0].split(",")
    assert header == [column.name for column in columns]
    part = template.read_text().split(f"# {file}\n")[1]
    explained = re.findall(r"^#   ([a-z_]+)  +(.+(?:\n#       .+)*)", re.split(r"\n#\n|\n[^#]", part)[0], re.M)
    assert [name for name, _ in explained] == header
    optional = {name for name, text in explained if "may be left out" in text}
    assert optional == {column.name for column in columns if not column.required}


def test_an_empty_folder_will_do_and_a_full_one_will_not(tmp_path):
    (tmp_path / "empty").mkdir()
    write_template(tmp_path / "empty")
    with pytest.raises(InputError, match="is a folder with something in it; allowed: a new folder"):
        write_template(tmp_path / "empty")


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is a file; allowed: a new folder"):
        write_template(tmp_path / "file")
    with pytest.raises(InputError, match="cannot be written: Not a directory"):
        write_template(tmp_path / "file" / "below")
