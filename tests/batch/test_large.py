"""Runs whose tables stay on the disk say what those in memory say."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pandas as pd
import pytest

from simulator.batch import parquet, store
from simulator.batch.reproduce import apart
from simulator.batch.results import Results, figures
from simulator.batch.run import run
from simulator.batch.store import METRICS
from simulator.batch.stored_table import StoredTable
from simulator.batch.tables import SCHEMAS
from simulator.commands.run import show
from simulator.risk import arrays, sample_in_parts
from simulator.risk.shelf import Shelf
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("large") / "run"
    run(load("uk_2022"), replications=300, seed=4, out=place)
    return place


def test_metrics_are_the_same_to_the_last_bit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LARGE", 100)
    results = Results.read(folder)
    assert results.large
    assert json.loads(json.dumps(figures(results))) == json.loads((folder / METRICS).read_text())


def test_worked_through_in_pieces_they_agree_to_the_last_digits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "PIECE", 37)
    results = Results.read(folder)
    assert not results.parts
    assert differences(results, folder) == []


@pytest.mark.parametrize(("replications", "every"), [(37, 5), (101, 1), (299, 1_024)])
def test_worked_through_part_by_part_from_the_disk_too(
    replications: int, every: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_parts(replications, monkeypatch)
    monkeypatch.setattr(sample_in_parts, "EVERY", every)
    results = Results.read(folder)
    assert len(results.parts) == math.ceil(300 / replications)
    assert differences(results, folder) == []


@pytest.mark.parametrize("scenario", ["v17", "v42"])
def test_crude_and_independent_samples_too(scenario: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(load(known_answer(scenario)), replications=400, crude=True, seed=3, out=tmp_path / "run")
    in_parts(90, monkeypatch)
    assert differences(Results.read(tmp_path / "run"), tmp_path / "run") == []


def test_without_room_to_put_rows_aside_they_are_made_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Shelf, arrays: object) -> None:
        raise OSError(28, "no room")

    in_parts(101, monkeypatch)
    monkeypatch.setattr(Shelf, "put", full)
    assert differences(Results.read(folder), folder) == []


def test_every_row_is_in_the_part_of_its_replication(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_parts(37, monkeypatch)
    results = Results.read(folder)
    for name in SCHEMAS:
        found = [set(getattr(part, name)["replication"]) for part in results.parts]
        assert all(
            rows <= set(part.replications["replication"]) for rows, part in zip(found, results.parts, strict=True)
        )
        assert sum(len(getattr(part, name)) for part in results.parts) == len(getattr(results, name))


def in_parts(replications: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LARGE", 100)
    monkeypatch.setattr(arrays, "PIECE", replications)


def differences(results: Results, folder: Path) -> list[str]:
    """Metrics that are not those of the folder, to 12 digits."""
    return list(apart(json.loads((folder / METRICS).read_text()), json.loads(json.dumps(figures(results)))))


def test_a_run_is_large_from_its_end_on(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LARGE", 100)
    assert run(load("uk_2022"), replications=300, seed=4, out=tmp_path / "run").large
    for path in folder.iterdir():
        if path.suffix == ".parquet" or path.name == METRICS:
            assert path.read_bytes() == (tmp_path / "run" / path.name).read_bytes(), path.name


def test_its_summary_says_what_is_left_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(store, "LARGE", 100)
    show(Results.read(folder), folder, as_json=False)
    said = " ".join(capsys.readouterr().out.split())
    assert "Left out for a run of this size, whose tables stay on the disk." in said
    assert "The average year" in said
    assert "and 0 charts" in said


def test_a_stored_table_gives_columns(folder: Path) -> None:
    for name in SCHEMAS:
        table, known = StoredTable.of(folder / f"{name}.parquet"), pd.read_parquet(folder / f"{name}.parquet")
        assert len(table) == len(known)
        assert table.columns == list(known.columns)
        for column in known.columns:
            assert table[column].astype(known[column].dtype).equals(known[column]), column
        pd.testing.assert_frame_equal(table[["replication"]], known[["replication"]])


def test_tables_in_pieces_have_the_bytes_of_one(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow as pa

    monkeypatch.setattr(parquet, "ROWS", 50)
    known = pd.read_parquet(folder / "events.parquet")
    whole = pa.Table.from_pandas(known, preserve_index=False)
    for step in (1, 7, 49, 50, 51, len(known)):
        with parquet.TableFile(tmp_path / f"{step}.parquet", SCHEMAS["events"]) as file:
            for start in range(0, len(known), step):
                file.add(whole.slice(start, step))
    files = [path.read_bytes() for path in sorted(tmp_path.glob("*.parquet"))]
    assert len(set(files)) == 1
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "7.parquet"), known)
