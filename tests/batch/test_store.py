"""A run as a folder: made whole or not at all, and readable whatever went wrong."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulator.batch import rounds, store
from simulator.batch import run as run_module
from simulator.batch.faults import RunFault
from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.batch.store import BLOCKS, MANIFEST, METRICS, ORDER, TABLES, TIMINGS, RunFolder
from simulator.commands.run import _before_the_end
from simulator.risk.estimate import Estimate
from simulator.scenario.errors import InputError
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer


class Stopper:
    """A progress callback that presses Ctrl-C when so many blocks have come in."""

    def __init__(self, blocks: int) -> None:
        self.blocks = blocks

    def __call__(self, done: int, asked: int, estimate: Estimate | None) -> None:
        self.blocks -= 1
        if self.blocks == 0:
            raise KeyboardInterrupt


def refusal(folder: Path) -> str:
    with pytest.raises(InputError) as told:
        RunFolder.create(folder)
    assert "\n" not in str(told.value)
    return str(told.value)


def test_a_new_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    RunFolder.create(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / BLOCKS).is_dir()


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    RunFolder.create(tmp_path)
    assert (tmp_path / BLOCKS).is_dir()


def test_a_folder_with_anything_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    assert refusal(tmp_path) == f"{tmp_path} already exists and is not empty; give --out another folder"
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]
    (tmp_path / ORDER).write_text("{}")
    assert refusal(tmp_path).endswith(f"or go on with the run in it: geocyber run --resume {tmp_path}")


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file")
    assert "already exists" in refusal(tmp_path / "run")
    assert (tmp_path / "run").read_text() == "a file"


def test_a_place_that_cannot_be_written_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "run"
    expected = f"{folder} cannot be written (Not a directory); give --out a folder you may write to"
    assert refusal(folder) == expected


def test_only_one_of_two_runs_that_start_together_gets_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have seen an empty folder; the other then makes its first folder in it."""
    real = Path.mkdir

    def late(self: Path, *arguments: Any, **more: Any) -> None:
        if self.name == BLOCKS:
            real(self)
        real(self, *arguments, **more)

    monkeypatch.setattr(Path, "mkdir", late)
    assert "already exists" in refusal(tmp_path / "run")


def test_a_refused_folder_costs_no_simulation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    monkeypatch.setattr(run_module, "make_arms", None)  # would fail if it were called
    with pytest.raises(InputError, match="not empty"):
        run(load(known_answer("v42")), replications=8, out=tmp_path)


class FullDisk:
    """A disk that is full from the k-th file on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, k: int) -> None:
        real = store._into_place
        written = [0]

        def place(temporary: Path, final: Path) -> None:
            written[0] += 1
            if written[0] > k:
                raise OSError(errno.ENOSPC, "Error writing bytes to file. Detail: [errno 28] No space left on device")
            real(temporary, final)

        monkeypatch.setattr(store, "_into_place", place)


def test_a_full_disk_ends_the_run_with_a_sentence_and_finished_blocks_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FullDisk(monkeypatch, 3)  # the order, and two blocks
    folder = tmp_path / "run"
    with pytest.raises(RunFault) as told:
        run(load(known_answer("v17")), replications=400, seed=5, out=folder)
    assert str(told.value) == (
        f"block 2 could not be written to {folder} (No space left on device); "
        f"2 finished blocks are safe, and geocyber run --resume {folder} goes on from there"
    )
    assert sorted(p.name for p in (folder / BLOCKS).iterdir()) == ["0000000.block", "0000001.block"]
    with pytest.raises(InputError, match=f"not a finished run: {MANIFEST} is missing"):
        Results.read(folder)


@pytest.mark.parametrize("name", [*(f"{name}.parquet" for name in TABLES), METRICS, TIMINGS, MANIFEST])
def test_a_disk_that_fills_at_the_end_keeps_the_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real = store._into_place

    def place(temporary: Path, final: Path) -> None:
        if final.name == name:
            raise OSError(errno.ENOSPC, "no room")
        real(temporary, final)

    monkeypatch.setattr(store, "_into_place", place)
    with pytest.raises(
        RunFault, match=r"could not be written .* \(No space left on device\); 2 finished blocks are safe"
    ):
        run(load(known_answer("v42")), replications=128, out=tmp_path / "run")
    assert (tmp_path / "run" / ORDER).exists()
    assert len(list((tmp_path / "run" / BLOCKS).iterdir())) == 2
    assert not (tmp_path / "run" / MANIFEST).exists()
    assert not list((tmp_path / "run").glob(".*"))


def test_without_a_finished_block_nothing_is_left_and_the_name_is_free_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        FullDisk(patch, 0)
        with pytest.raises(RunFault, match="no block was finished before, so nothing is lost"):
            run(load(known_answer("v42")), replications=8, out=tmp_path / "run")
    assert list(tmp_path.iterdir()) == []
    run(load(known_answer("v42")), replications=8, out=tmp_path / "run")


def test_of_a_folder_that_is_not_of_a_run_nothing_more_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = RunFolder.create(tmp_path / "comparison")
    FullDisk(monkeypatch, 0)
    with pytest.raises(RunFault) as told:
        folder.write_json("comparison.json", {})
    assert str(told.value).endswith("comparison (No space left on device)")


def test_what_is_safe_is_said_with_the_number_of_blocks(tmp_path: Path) -> None:
    assert _before_the_end(None) == _before_the_end(tmp_path) == "before anything could be estimated"
    (tmp_path / BLOCKS).mkdir()
    for name in ("0000000.block", "0000001.block", ".0000002.block.tmp"):
        (tmp_path / BLOCKS / name).touch()
    safe = f"2 finished blocks are safe, and geocyber run --resume {tmp_path} goes on from there"
    assert _before_the_end(tmp_path) == f"early; {safe}"


def test_a_folder_that_was_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FullDisk(monkeypatch, 0)
    with pytest.raises(RunFault):
        run(load(known_answer("v42")), replications=8, out=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_is_partial_and_complete_in_itself(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    found = run(load(known_answer("v17")), replications=2_000, seed=5, out=folder, progress=Stopper(3))
    assert found.partial
    read = Results.read(folder)
    assert read.partial
    assert read.manifest["state"] == "partial"
    assert read.manifest["finished"] == len(read.replications) == 3 * 64
    assert read.manifest["asked"]["replications"] == 2_000
    assert json.loads((folder / "metrics.json").read_text())["state"] == "partial"
    assert len(list((folder / BLOCKS).iterdir())) >= 3  # it can be gone on with
    whole = run(load(known_answer("v17")), replications=256, seed=5).replications  # the same first round
    pd.testing.assert_frame_equal(read.replications, whole[: 3 * 64])


@pytest.mark.parametrize("blocks", [0, 1])
def test_interrupted_before_both_strata_were_seen_nothing_can_be_said(
    blocks: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    if blocks == 0:
        monkeypatch.setattr("simulator.batch.workers.run_block", stop)
    stopper = Stopper(blocks)
    with pytest.raises(KeyboardInterrupt):
        run(load(known_answer("v17")), replications=2_000, engine="simpy", out=tmp_path / "run", progress=stopper)
    assert list(tmp_path.iterdir()) == []


def test_interrupted_while_the_chances_are_worked_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rounds, "design", stop)
    with pytest.raises(KeyboardInterrupt):
        run(load(known_answer("v42")), replications=8, out=tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


class TestReading:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        run(load(known_answer("v42")), replications=8, out=tmp_path / "run")
        return tmp_path / "run"

    def refusal(self, folder: Path) -> str:
        with pytest.raises(InputError) as told:
            Results.read(folder)
        assert "\n" not in str(told.value)
        return str(told.value)

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        assert self.refusal(tmp_path / "no") == f"{tmp_path / 'no'} is not a finished run: {MANIFEST} is missing"

    @pytest.mark.parametrize("name", TABLES)
    def test_a_table_is_missing(self, folder: Path, name: str) -> None:
        (folder / f"{name}.parquet").unlink()
        assert self.refusal(folder) == f"{folder} is not a finished run: {name}.parquet is missing"

    def test_a_table_is_broken(self, folder: Path) -> None:
        whole = (folder / "events.parquet").read_bytes()
        (folder / "events.parquet").write_bytes(whole[: len(whole) // 2])
        assert "cannot be read as a run" in self.refusal(folder)

    @pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format": 1}', "\xff"])
    def test_a_manifest_is_broken(self, folder: Path, text: str) -> None:
        (folder / MANIFEST).write_bytes(text.encode("latin-1"))
        assert "cannot be read as a run" in self.refusal(folder)

    def test_a_file_in_place_of_the_folder(self, folder: Path) -> None:
        assert "cannot be read as a run" in self.refusal(folder / MANIFEST)
