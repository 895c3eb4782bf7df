"""A file of mitigations laid over a scenario: what wins, what is refused, and where a sentence points."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from simulator.scenario.document import document_from_text, read_document
from simulator.scenario.errors import InputError
from simulator.scenario.ledger import ledger
from simulator.scenario.load import load, load_document
from simulator.scenario.mitigation_file import load_with, made_for, mitigations_path
from simulator.scenario.shipped import shipped_mitigations, shipped_scenarios

FILE = "mitigations.yaml"
OWN = """
mitigations:
  hold: {title: The scenario's own, about: "It waits.", grade: D, does: {own_teams: 1}}
  extra: {title: Another, about: "More.", grade: D, does: {own_teams: 1}}
mitigation_sets: {both: [hold], alone: [extra]}
"""


def test_without_a_file_it_is_the_scenario(small, intact):
    assert load_with(small.path, None).digest == intact.digest


def test_the_file_s_mitigations_sets_and_controls_are_in_the_scenario(offered, intact):
    scenario = offered.scenario
    assert list(scenario.mitigations)[:3] == ["hold", "swap", "second"]
    assert scenario.mitigation_sets == {"both": ("hold", "swap"), "lawful": ("order", "heed")}
    assert list(scenario.controls) == ["escrow", "rebuilds"]
    assert scenario.in_force == ()
    same = {"mitigations": {}, "mitigation_sets": {}, "controls": intact.scenario.controls}
    assert scenario.model_copy(update=same) == intact.scenario
    assert (offered.register, offered.path.name) == (intact.register, "scenario.yaml")


def test_of_a_name_in_both_the_file_s_is_taken_whole(small):
    small.path.write_text(small.path.read_text() + OWN)
    scenario = small.load_with().scenario
    assert scenario.mitigations["hold"].title == "Hold updates"
    assert scenario.mitigations["hold"].does.own_teams is None
    assert scenario.mitigations["extra"].title == "Another"
    assert (scenario.mitigation_sets["both"], scenario.mitigation_sets["alone"]) == (("hold", "swap"), ("extra",))


def test_text_and_digest_are_of_the_whole(small, offered, intact):
    assert offered.digest != intact.digest
    written = json.loads(offered.text)
    assert written["mitigation_sets"]["both"] == ["hold", "swap"]
    assert written["mitigations"]["hold"]["does"]["hold_updates"]["value"] == "2 d"
    small.edit("value: 2 d, range", "value: 3 d, range", FILE)
    assert small.load_with().digest not in (offered.digest, intact.digest)
    small.edit("value: 3 d, range", "value:   2 d, range", FILE)
    assert small.load_with().digest == offered.digest


def test_the_whole_written_into_one_file_is_the_same_scenario(small, offered):
    (small.folder / "whole.yaml").write_text(offered.text)
    whole = load(small.folder / "whole.yaml")
    assert (whole.scenario, whole.digest) == (offered.scenario, offered.digest)


def test_a_file_may_extend_another(small):
    (small.folder / "child.yaml").write_text(
        f"extends: {FILE}\nmitigations: {{hold: {{grade: D}}, swap: null}}\nsets: {{both: [hold, shut]}}\n"
    )
    scenario = load_with(small.path, small.folder / "child.yaml").scenario
    assert scenario.mitigations["hold"].grade == "D"
    assert "swap" not in scenario.mitigations
    assert scenario.mitigation_sets["both"] == ("hold", "shut")


def test_the_same_control_may_be_in_both_and_another_one_may_not(small):
    small.edit("  rebuilds: {efficacy", "  escrow: {efficacy: {code_release: 0.1}}\n  rebuilds: {efficacy", FILE)
    small.load_with()
    small.edit("{code_release: 0.1}}\n  rebuilds", "{code_release: 0.2}}\n  rebuilds", FILE)
    assert small.refusals_with() == [
        f"{FILE}, line {small.line('escrow', FILE)}: controls.escrow is not as in the scenario; "
        "allowed: the same as there, or another name"
    ]


def test_what_is_wrong_in_either_file_is_said_at_once_with_its_place(small):
    small.edit("horizon: 2 years", "horizon: 2 yaers")
    small.edit("grade: C", "grade: E", FILE).edit("sets:\n", "sets:\n  none: 7\n", FILE)
    refusals = small.refusals_with()
    assert [r.partition(" is ")[0] for r in refusals[1:]] == [
        f"{FILE}, line {small.line('grade: E', FILE)}: mitigations.hold.grade",
        f"{FILE}, line {small.line('none: 7', FILE)}: sets.none",
    ]
    assert refusals[0].startswith(f"scenario.yaml, line {small.line('yaers')}: horizon: ")


def test_names_are_looked_up_across_both_files(small):
    small.edit("linked_to: {theatre: east", "linked_to: {theatre: eats")
    small.edit("both: [hold, swap]", "both: [hold, swop]", FILE)
    first, second = small.refusals_with()
    assert first.startswith(f"scenario.yaml, line {small.line('eats')}: theatres.south.linked_to.theatre is ")
    assert second.startswith(f'{FILE}, line {small.line("swop", FILE)}: sets.both[2] is "swop"; allowed: a name under')
    assert second.endswith('Did you mean "swap"?')


def test_a_file_that_is_called_as_the_scenario_is_told_apart(small):
    (small.folder / "m").mkdir()
    (small.folder / "m" / "scenario.yaml").write_text((small.folder / FILE).read_text().replace("grade: C", "grade: E"))
    with pytest.raises(InputError, match=r"^m/scenario.yaml, line \d+: mitigations.hold.grade is "):
        load_with(small.path, small.folder / "m" / "scenario.yaml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("format: 1", "format: 2", "line 1: format is 2; allowed: 1"),
        ("sets:", "mitigation_sets:", "mitigation_sets is not a known key; allowed: format, extends, controls, "
         'mitigations, sets. Did you mean "mitigations"?'),
        ("mitigations:\n", "mitigatons:\n", 'line 4: mitigatons is not a known key'),
        ("does: {own_teams: 1}", "does: {own_teems: 1}", 'does.own_teems is not a known key'),
        ("does: {own_teams: 1}", "does: {}", "an effect is empty; allowed: at least one of hold_updates"),
        ("starts: {at: 100 d}", "starts: {at: 100 d, disclosure: true}", "a start is exactly one of at, regime"),
        ("starts: {at: 100 d}", "starts: {regime: crisis}", "regime and theatre go together"),
        ("value: 60 kGBP", "value: -60 kGBP", "is negative; allowed: an amount of money of 0 or more"),
    ],
)  # fmt: skip
def test_what_is_no_such_file_is_told_with_its_line(small, old, new, said):
    refusals = small.edit(old, new, FILE).refusals_with()
    assert all(r.startswith(f"{FILE}, line ") for r in refusals)
    assert any(said in r for r in refusals), refusals


def test_the_ledger_lists_the_figures_on_offer(offered):
    entries = {e.parameter: e for e in ledger(offered)}
    entry = entries["mitigations.hold.does.hold_updates"]
    assert (entry.value, entry.range, entry.said) == ("2 d", "1 d to 7 d", "judgement")
    assert entries["mitigations.swap.rollout"].basis == "source"
    assert not [name for name in entries if name.startswith("mitigations.") and entries[name].basis == "unstated"]


# Documents put together


def test_a_merged_document_knows_where_each_value_stands(small):
    scenario, added = read_document(small.path), read_document(small.folder / FILE)
    both = scenario.with_sections(added, {"controls": "controls", "sets": "mitigation_sets"})
    for path, name, file in (
        (("controls", "escrow"), "scenario.yaml", "escrow: {efficacy"),
        (("controls", "rebuilds"), FILE, "rebuilds: {efficacy"),
        (("mitigation_sets", "both", 1), FILE, "both: [hold"),
    ):
        assert (both.file(path), both.line(path)) == (name, small.line(file, name))
        assert both.files[path] == small.folder / name
    assert "mitigation_sets" not in scenario.data
    assert both.data["controls"] == scenario.data["controls"] | added.data["controls"]


def test_a_document_typed_in_can_be_laid_over_one_typed_in():
    one, two = document_from_text("a: {x: 1}\n", "one"), document_from_text("\nb: {y: 2}\n", "two")
    both = one.with_sections(two, {"b": "a"})
    assert both.data == {"a": {"x": 1, "y": 2}}
    assert (both.file(("a", "y")), both.line(("a", "y")), both.file(("a", "x"))) == ("two", 2, "one")


# Shipped files


def test_a_shipped_file_is_found_by_name_and_belongs_to_the_scenario_of_that_name():
    assert mitigations_path("uk_2022") == shipped_mitigations()["uk_2022"]
    assert made_for("uk_2022") == shipped_mitigations()["uk_2022"]
    assert made_for(shipped_scenarios()["uk_2022"]) == shipped_mitigations()["uk_2022"]
    assert made_for("us_state") is None


def test_a_shipped_scenario_given_by_its_path_has_its_mitigations(monkeypatch):
    monkeypatch.chdir(shipped_scenarios()["uk_2022"].parent.parent)
    assert made_for("scenarios/uk_2022.yaml") == Path("scenarios/mitigations/uk_2022.yaml")


def test_a_scenario_of_one_s_own_has_the_mitigations_beside_it(small):
    own = small.folder / "uk_2022.yaml"
    shutil.copy(small.path, own)
    assert made_for(own) is None
    file = small.folder / "mitigations" / "uk_2022.yaml"
    file.parent.mkdir()
    file.write_text("mitigations: {}\n", encoding="utf-8")
    assert made_for(own) == file


def test_a_name_that_is_neither_is_refused_with_a_hint(small, monkeypatch):
    monkeypatch.chdir(small.folder)
    with pytest.raises(InputError) as caught:
        mitigations_path("uk_2021")
    said = '"uk_2021" is neither a file nor shipped mitigations; allowed: a file, or uk_2022'
    assert str(caught.value).startswith(said)
    assert str(caught.value).endswith('Did you mean "uk_2022"?')
    with pytest.raises(InputError, match=r"^none.yaml does not exist"):
        load_with(small.path, small.folder / "none.yaml")


def test_a_scenario_may_hold_its_mitigations_itself(small, offered):
    document = read_document(small.path)
    written = json.loads(offered.text)
    document.data |= {key: written[key] for key in ("mitigations", "mitigation_sets", "controls")}
    assert load_document(document, small.path).scenario == offered.scenario
