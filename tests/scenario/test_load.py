"""Loading: from a path or a shipped name to a scenario, its register, its text and its digest."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import simulator
from simulator.scenario.document import document_from_text, read_document
from simulator.scenario.errors import InputError
from simulator.scenario.load import LoadedScenario, load, load_document, scenario_path
from simulator.scenario.shipped import shipped_scenarios


def refusal(path: str | Path) -> str:
    with pytest.raises(InputError) as caught:
        load(path)
    return str(caught.value)


def test_a_scenario_has_its_register_path_text_and_digest(intact):
    assert intact.scenario.name == "small"
    assert len(intact.register.organisations) == 3
    assert intact.path.name == "scenario.yaml"
    assert len(bytes.fromhex(intact.digest)) == 32


def test_the_text_is_the_whole_document_and_can_be_read_again(small):
    child = small.folder / "child.yaml"
    child.write_text("extends: scenario.yaml\nname: child\nhacktivists: null\nhorizon: 3 years\n")
    loaded = load(child)
    assert document_from_text(loaded.text).data == read_document(child).data
    assert json.loads(loaded.text)["horizon"] == "3 years"
    assert loaded.scenario.hacktivists == {}
    assert loaded.register == small.load().register


def test_files_are_found_beside_the_file_that_names_them(small, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "child.yaml").write_text("extends: ../small/scenario.yaml\nname: child\n")
    assert load(elsewhere / "child.yaml").register == small.load().register


def test_the_digest_knows_figures_and_files_but_not_comments_or_order(small, intact):
    assert small.load().digest == intact.digest
    small.edit("horizon: 2 years\ncurrency: GBP", "# a comment\ncurrency: GBP\nhorizon: 2 years")
    assert small.load().digest == intact.digest
    digests = {intact.digest}
    for old, new, file in (
        ("horizon: 2 years", "horizon: 3 years", "scenario.yaml"),
        ("Alder Water,water,1000", "Alder Water,water,1001", "organisations.csv"),
        ("office,0.9", "office,0.8", "dependencies.csv"),
        ("supply,0.8", "supply,0.7", "links.csv"),
    ):
        digests.add(small.edit(old, new, file).load().digest)
    assert len(digests) == 5


def test_the_order_of_rows_changes_the_digest_but_not_the_register(small, intact):
    path = small.folder / "organisations.csv"
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([header, *rows[::-1]]) + "\n")
    assert small.load().register == intact.register
    assert small.load().digest != intact.digest


def test_a_document_changed_in_memory_can_be_loaded(small):
    document = read_document(small.path)
    document.data["theatres"]["east"]["start"] = "crisis"
    loaded = load_document(document, small.path)
    assert loaded.scenario.theatres["east"].start == "crisis"
    document.data["theatres"]["east"]["start"] = "truce"
    with pytest.raises(InputError, match=r"^scenario.yaml, line \d+: theatres.east.start is \"truce\"; allowed: peace"):
        load_document(document, small.path)


def test_a_document_typed_in_has_no_files_beside_it(intact):
    document = document_from_text(intact.text, "typed in")
    with pytest.raises(InputError, match="no file beside a scenario that is not in a file itself"):
        load_document(document, Path("typed in"))


# Names of shipped scenarios


def test_a_shipped_scenario_is_found_by_name():
    assert scenario_path("uk_2022") == shipped_scenarios()["uk_2022"]
    assert load("uk_2022").scenario.name == "uk_2022"


def test_a_file_comes_before_a_shipped_name(small, monkeypatch):
    monkeypatch.chdir(small.folder)
    shutil.copy(small.path, small.folder / "uk_2022")
    assert load("uk_2022").scenario.name == "small"


def test_a_name_that_is_neither_is_refused_with_a_hint(small, monkeypatch):
    monkeypatch.chdir(small.folder)
    assert refusal("uk_2023").startswith('"uk_2023" is neither a file nor a shipped scenario; allowed: a file, or ')
    assert refusal("uk_2023").endswith('Did you mean "uk_2022"?')
    assert refusal("scenarios.yaml").endswith('Did you mean "scenario.yaml"?')


def test_the_package_hands_out_loaded_scenario_and_error_lazily():
    from simulator.scenario import InputError as FromPackage
    from simulator.scenario import LoadedScenario as Loaded

    assert (FromPackage, Loaded, simulator.load) == (InputError, LoadedScenario, load)
    with pytest.raises(AttributeError, match="has no attribute 'lode'"):
        _ = simulator.scenario.lode
    script = "import sys, simulator.scenario; print('pydantic' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


# What a person can get wrong; each is one sentence (test_scenario.py of the commands checks the exit code)


def test_a_file_that_is_not_there(tmp_path):
    assert refusal(tmp_path / "none.yaml") == "none.yaml does not exist; allowed: a readable file"


def test_a_file_that_may_not_be_read(small, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(small.path) == "scenario.yaml cannot be read: Permission denied"


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "is a folder"), (".", "is a folder"), ("a\0b", "cannot be read"), ("x\ny", "does not exist")],
)
def test_odd_names_are_refused(name, said):
    assert said in refusal(name)
    assert "\n" not in refusal(name)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("horizon: 2 years", "horizon: 2 yaers", 'the unit "yaers" is not known'),
        ("horizon: 2 years", "horizon: -2 years", "out of range; allowed: a time of 0 or more"),
        ("horizon: 2 years", "horizon: 2 kW", "is a power; allowed: a time"),
        ("horizon: 2 years", "horizon: 2", "needs a unit"),
        ("horizon: 2 years", "horizon: [2]", "horizon: a list of 1 is not a time"),
        ("saves_for_war: 0.5", "saves_for_war: 1.5", "allowed: a share from 0 to 1"),
        ("compliance: {crisis: 0.5}", "compliance: {crises: 0.5}", 'Did you mean "crisis"?'),
        ("currency: GBP", "currency: DM", "allowed: USD, GBP, EUR"),
        ("format: 1", "format: 2", "format is 2; allowed: 1"),
        ("title: One of each\n", "", "title is missing"),
        ("title: One of each", "titel: One of each", 'Did you mean "title"?'),
        ("name: small", "name: !!python/object:os.system small", "the tag"),
        ("name: small", "name: 'small", "not valid YAML"),
        ("name: small", "name: small\nname: large", "is written twice"),
        ("refusal: {resist: 1", "refusal: {resist: 0.5", "must add to 1, they add to 0.5"),
        (
            "size_exponent: 0, theatre: east,",
            "size_exponent: 0, multiplier: {crisis: 2},",
            "crime: multiplier goes by the regimes of a theatre, and none is named; give theatre too",
        ),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_line(small, old, new, said):
    refusals = small.edit(old, new).refusals()
    assert all(r.startswith("scenario.yaml, line ") for r in refusals)
    assert any(said in r for r in refusals)


def test_a_bomb_of_aliases_is_refused(small):
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    small.path.write_text("\n".join(levels))
    assert "more than 200000 values once aliases are written out" in refusal(small.path)
