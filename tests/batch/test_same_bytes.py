"""Equal seeds give equal bytes, whoever does the work and whoever watches."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.batch.store import MANIFEST, METRICS, TABLES, TIMINGS
from simulator.risk.estimate import Estimate
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer

FUTURES = 700
"""Two rounds, eleven blocks or more."""


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run by one worker, unwatched."""
    folder = tmp_path_factory.mktemp("alone") / "run"
    run(load(known_answer("v17_from_war")), replications=FUTURES, seed=5, out=folder)
    return folder


def test_the_folder_holds_what_it_should(alone: Path) -> None:
    assert set(files(alone)) == {MANIFEST, METRICS, TIMINGS, *(f"{name}.parquet" for name in TABLES)}


@pytest.mark.slow
def test_two_workers_write_the_bytes_of_one(alone: Path, tmp_path: Path) -> None:
    run(load(known_answer("v17_from_war")), replications=FUTURES, seed=5, workers=2, out=tmp_path / "run")
    first, second = files(alone), files(tmp_path / "run")
    assert set(first) == set(second)
    assert [name for name in first if first[name] != second[name] and name != TIMINGS] == []


def test_watching_changes_nothing(alone: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int, Estimate | None]] = []
    run(
        load(known_answer("v17_from_war")),
        replications=FUTURES,
        seed=5,
        out=tmp_path / "run",
        progress=lambda done, asked, estimate: seen.append((done, asked, estimate)),
    )
    first, second = files(alone), files(tmp_path / "run")
    assert [name for name in first if first[name] != second[name] and name != TIMINGS] == []
    done = [d for d, _, _ in seen]
    assert done == sorted(done)
    assert seen[-1][:2] == (FUTURES, FUTURES)
    assert seen[-1][2] is not None
    assert any(estimate is not None for _, _, estimate in seen[:4])


def test_in_memory_and_in_the_folder_are_the_same(alone: Path) -> None:
    memory = run(load(known_answer("v17_from_war")), replications=FUTURES, seed=5)
    folder = Results.read(alone)
    assert memory.manifest == folder.manifest
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(memory, name), getattr(folder, name))
    assert len(folder.replications) == folder.manifest["finished"] == FUTURES
    assert not folder.partial
    assert not folder.conditional


def test_another_seed_gives_another_run(alone: Path) -> None:
    other = run(load(known_answer("v17_from_war")), replications=FUTURES, seed=6)
    assert not other.events.equals(Results.read(alone).events)


def test_the_manifest_holds_no_time_and_no_machine(alone: Path) -> None:
    text = (alone / MANIFEST).read_text(encoding="utf-8")
    assert str(alone.parent) not in text
    assert "seconds" not in text
