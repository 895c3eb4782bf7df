"""The scenarios that ship are found by name."""

import pytest

from simulator.scenario import shipped
from simulator.scenario.shipped import shipped_mitigations, shipped_scenarios


def test_each_shipped_scenario_is_a_file_named_after_it():
    scenarios = shipped_scenarios()
    assert "uk_2022" in scenarios
    assert list(scenarios) == sorted(scenarios)
    assert all(file.is_file() and file.name == f"{name}.yaml" for name, file in scenarios.items())


def test_shipped_mitigations_are_files_named_after_a_scenario():
    mitigations = shipped_mitigations()
    assert "uk_2022" in mitigations
    assert set(mitigations) <= set(shipped_scenarios())
    assert all(file.is_file() and file.name == f"{name}.yaml" for name, file in mitigations.items())


def test_an_installed_package_prefers_the_folder_inside_it(tmp_path, monkeypatch):
    package = tmp_path / "simulator"
    for folder in (package / "shipped", tmp_path / "scenarios"):
        folder.mkdir(parents=True)
        (folder / "harbour.yaml").touch()
    (package / "shipped" / "notes.csv").touch()
    monkeypatch.setattr(shipped.simulator, "__file__", str(package / "__init__.py"))
    assert dict(shipped_scenarios()) == {"harbour": package / "shipped" / "harbour.yaml"}


def test_an_installation_without_scenarios_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped.simulator, "__file__", str(tmp_path / "simulator" / "__init__.py"))
    with pytest.raises(FileNotFoundError, match="scenarios of this installation are missing"):
        shipped_scenarios()
