"""A scenario with one of every section, copied where a test may break it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.scenario.errors import InputError
from simulator.scenario.load import LoadedScenario, load
from simulator.scenario.mitigation_file import load_with

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Copy:
    """A scenario in a folder of its own."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "scenario.yaml"

    def edit(self, old: str, new: str, file: str = "scenario.yaml") -> Copy:
        """Replace the one place where `old` stands."""
        text = (self.folder / file).read_text()
        assert text.count(old) == 1, (old, text.count(old))
        (self.folder / file).write_text(text.replace(old, new))
        return self

    def line(self, text: str, file: str = "scenario.yaml") -> int:
        """The number of the only line that contains a text."""
        (found,) = [n for n, line in enumerate((self.folder / file).read_text().splitlines(), 1) if text in line]
        return found

    def load(self) -> LoadedScenario:
        return load(self.path)

    def refusals(self) -> list[str]:
        """What is wrong with it, a sentence each."""
        with pytest.raises(InputError) as caught:
            load(self.path)
        return str(caught.value).split("\n")

    def load_with(self) -> LoadedScenario:
        """With its file of mitigations laid over it."""
        return load_with(self.path, self.folder / "mitigations.yaml")

    def refusals_with(self) -> list[str]:
        """What is wrong with it and its mitigations, a sentence each."""
        with pytest.raises(InputError) as caught:
            self.load_with()
        return str(caught.value).split("\n")


@pytest.fixture
def small(tmp_path: Path) -> Copy:
    folder = tmp_path / "small"
    shutil.copytree(DATA / "small", folder)
    return Copy(folder)


@pytest.fixture(scope="session")
def intact() -> LoadedScenario:
    """The same scenario as it is."""
    return load(DATA / "small" / "scenario.yaml")


@pytest.fixture(scope="session")
def offered() -> LoadedScenario:
    """The same scenario with its mitigations on offer."""
    return load_with(DATA / "small" / "scenario.yaml", DATA / "small" / "mitigations.yaml")
