"""A run that dies at the very moment a file is to get its name: nothing looks finished, and nothing is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from simulator.batch.results import Results
from simulator.batch.run import resume, run
from simulator.batch.store import BLOCKS, MANIFEST
from simulator.scenario.errors import InputError
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer
from tests.batch.test_resume import Stopper, files

V17 = known_answer("v17")
FILES = 1 + 6 + 6 + 3
"""The order, blocks, tables; metrics, times, manifest."""

UNFINISHED = r"is not a finished run: manifest\.json is missing"


class Died(BaseException):
    """The process would be gone."""


class Naming:
    """In place of `Path.replace`: dies instead of giving the k-th file its name."""

    def __init__(self, k: int, patch: pytest.MonkeyPatch) -> None:
        self.k = k
        self.named = 0
        self.real = Path.replace
        self.unnamed: Path | None = None
        patch.setattr(Path, "replace", lambda path, target: self(path, target))

    def __call__(self, path: Path, target: Path) -> Path:
        if self.named == self.k - 1:
            self.unnamed = target
            raise Died
        self.named += 1
        return self.real(path, target)


def begun(folder: Path, progress: Stopper | None = None) -> Results:
    return run(load(V17), replications=80, block=16, seed=5, out=folder, progress=progress)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed") / "run"
    begun(folder)
    return folder


def test_how_many_files_get_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    naming = Naming(FILES + 1, monkeypatch)
    begun(tmp_path / "run")
    assert naming.named == FILES


@pytest.mark.parametrize("k", range(3, FILES + 1))
def test_a_run_that_dies_before_a_file_gets_its_name(k: int, undisturbed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with pytest.MonkeyPatch.context() as patch:
        naming = Naming(k, patch)
        with pytest.raises(Died):
            begun(folder)
    assert naming.unnamed is not None
    assert not naming.unnamed.exists()
    with pytest.raises(InputError, match=UNFINISHED):
        Results.read(folder)
    resume(folder)
    assert files(folder) == files(undisturbed)


@pytest.mark.parametrize("k", range(1, 1 + 2 + 6 + 3 + 1))
def test_a_run_that_had_said_what_it_had_dies_while_it_goes_on(k: int, undisturbed: Path, tmp_path: Path) -> None:
    """Its tables and its manifest may be those of two states only if it does not look like a run."""
    folder = tmp_path / "run"
    assert begun(folder, Stopper(4)).partial
    with pytest.MonkeyPatch.context() as patch:
        Naming(k, patch)
        with pytest.raises(Died):
            resume(folder)
    with pytest.raises(InputError, match=UNFINISHED):
        Results.read(folder)
    resume(folder)
    assert files(folder) == files(undisturbed)


@pytest.mark.skipif(os.name != "posix", reason="only there a folder can be brought to the disk")
def test_what_gets_a_name_is_on_the_disk_and_so_is_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, real, named = tmp_path / "run", os.fsync, Path.replace
    told: list[int | str] = []

    def synced(stream: int) -> None:
        told.append(os.fstat(stream).st_ino)
        real(stream)

    def replaced(path: Path, target: Path) -> Path:
        assert told[-1] == path.stat().st_ino
        told.append(target.name)
        return named(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    begun(folder)
    places = [k for k, what in enumerate(told) if isinstance(what, str)]
    assert told[places[-1]] == MANIFEST
    home = folder.stat().st_ino
    for k in places:
        assert (told[k + 1] == home) != str(told[k]).endswith(".block"), told[k]
    assert not (folder / BLOCKS).exists()
