"""A run that ended early goes on to the bytes it would have had, or says in a sentence why it cannot."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.batch import identity, order, store, threads, workers
from simulator.batch.block import run_block
from simulator.batch.faults import RunFault
from simulator.batch.results import Results
from simulator.batch.run import resume, run
from simulator.batch.store import BLOCKS, ORDER, TIMINGS, RunFolder
from simulator.risk.estimate import Estimate
from simulator.scenario.combination import in_force
from simulator.scenario.errors import InputError
from simulator.scenario.load import load
from simulator.scenario.mitigation_file import load_with
from simulator.scenario.shipped import known_answer
from tests.batch.runs import EITHER, needs_numba

ROOT = Path(__file__).resolve().parents[2]
FUTURES = 700
"""Two rounds, eleven blocks or more."""
V17 = known_answer("v17_from_war")


def files(folder: Path) -> dict[str, bytes]:
    """All that identifies a run."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != TIMINGS}


class Stopper:
    """A progress callback that presses Ctrl-C, or fails, when so many blocks have come in."""

    def __init__(self, blocks: int, fault: type[BaseException] = KeyboardInterrupt) -> None:
        self.blocks = blocks
        self.fault = fault

    def __call__(self, done: int, asked: int, estimate: Estimate | None) -> None:
        self.blocks -= 1
        if self.blocks == 0:
            raise self.fault


@pytest.fixture(scope="module", params=EITHER)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def undisturbed(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed") / "run"
    run(load(V17), replications=FUTURES, seed=5, engine=engine, out=folder)
    return folder


@pytest.fixture(scope="module")
def died(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that left six blocks and no results."""
    folder = tmp_path_factory.mktemp("died") / "run"
    with pytest.raises(MemoryError):
        run(load(V17), replications=FUTURES, seed=5, engine=engine, out=folder, progress=Stopper(6, MemoryError))
    return folder


@pytest.fixture
def folder(died: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(died, tmp_path / "run")


@pytest.fixture
def numbers(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of the blocks that are run from now on."""
    seen: list[int] = []

    def watched(*arguments: Any) -> Any:
        seen.append(arguments[2].number)
        return run_block(*arguments)

    for crew in (workers, threads):
        monkeypatch.setattr(crew, "run_block", watched)
    return seen


def refusal(folder: Path, **arguments: Any) -> str:
    """Why it cannot go on; nothing in the folder has changed then."""
    before = files_without_blocks(folder)
    blocks = sorted(p.name for p in (folder / BLOCKS).iterdir())
    with pytest.raises(InputError) as told:
        resume(folder, **arguments)
    assert files_without_blocks(folder) == before
    assert sorted(p.name for p in (folder / BLOCKS).iterdir()) == blocks
    assert "\n" not in str(told.value)
    return str(told.value)


def files_without_blocks(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def test_only_what_is_missing_is_run_and_the_bytes_are_those_of_an_undisturbed_run(
    folder: Path, undisturbed: Path, numbers: list[int]
) -> None:
    found = resume(folder)
    assert numbers == list(range(6, 12))
    assert files(folder) == files(undisturbed)
    assert not found.partial


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    """One bit in the middle."""
    k = len(content) // 2
    return content[:k] + bytes([content[k] ^ 1]) + content[k + 1 :]


def flipped_at_the_end(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 128])


def emptied(content: bytes) -> bytes:
    return b""


def headless(content: bytes) -> bytes:
    return content.partition(b"\n")[2]


def of_another_run(content: bytes) -> bytes:
    head, _, body = content.partition(b"\n")
    return json.dumps({**json.loads(head), "run": "0" * 64}).encode() + b"\n" + body


@pytest.mark.parametrize("damage", [truncated, flipped, flipped_at_the_end, emptied, headless, of_another_run])
def test_a_damaged_block_is_run_again(
    folder: Path, undisturbed: Path, numbers: list[int], damage: Callable[[bytes], bytes]
) -> None:
    block = folder / BLOCKS / "0000002.block"
    block.write_bytes(damage(block.read_bytes()))
    resume(folder)
    assert numbers == [2, *range(6, 12)]
    assert files(folder) == files(undisturbed)


def test_a_block_under_the_name_of_another_is_run_again(folder: Path, undisturbed: Path, numbers: list[int]) -> None:
    shutil.copy(folder / BLOCKS / "0000003.block", folder / BLOCKS / "0000001.block")
    resume(folder)
    assert numbers == [1, *range(6, 12)]
    assert files(folder) == files(undisturbed)


def test_missing_blocks_and_half_written_ones(folder: Path, undisturbed: Path, numbers: list[int]) -> None:
    (folder / BLOCKS / "0000000.block").unlink()
    (folder / BLOCKS / ".0000006.block.tmp").write_bytes(b"half a block")
    (folder / ".metrics.json.tmp").write_bytes(b"half")
    resume(folder)
    assert numbers == [0, *range(6, 12)]
    assert files(folder) == files(undisturbed)


@pytest.mark.slow
def test_two_workers_may_go_on_with_what_one_began(folder: Path, undisturbed: Path) -> None:
    resume(folder, workers=2)
    assert files(folder) == files(undisturbed)


def test_an_interrupted_run_says_what_it_has_and_can_go_on(tmp_path: Path, engine: str, undisturbed: Path) -> None:
    folder = tmp_path / "run"
    assert run(load(V17), replications=FUTURES, seed=5, engine=engine, out=folder, progress=Stopper(7)).partial
    assert resume(folder, progress=Stopper(3)).partial
    assert Results.read(folder).partial
    assert not resume(folder).partial
    assert files(folder) == files(undisturbed)


@pytest.mark.parametrize("k", range(1, 21, 2))
def test_a_disk_that_was_full_at_any_file(tmp_path: Path, engine: str, undisturbed: Path, k: int) -> None:
    real, placed = store._into_place, [0]

    def place(temporary: Path, final: Path) -> None:
        placed[0] += 1
        if placed[0] > k:
            raise OSError(errno.ENOSPC, "no room")
        real(temporary, final)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "_into_place", place)
        with pytest.raises(RunFault, match="No space left on device"):
            run(load(V17), replications=FUTURES, seed=5, engine=engine, out=tmp_path / "run")
    if k == 1:  # no block was finished, so that nothing is left
        assert not (tmp_path / "run").exists()
        return
    resume(tmp_path / "run")
    assert files(tmp_path / "run") == files(undisturbed)


def test_a_complete_run_is_read_and_nothing_is_run(undisturbed: Path, numbers: list[int]) -> None:
    before = files(undisturbed)
    found = resume(undisturbed)
    assert (numbers, found.partial) == ([], False)
    assert files(undisturbed) == before


def test_killed_after_the_manifest_was_written(undisturbed: Path, died: Path, tmp_path: Path) -> None:
    """Order and blocks are still there, and are cleared away."""
    folder = shutil.copytree(undisturbed, tmp_path / "run")
    shutil.copytree(died / BLOCKS, folder / BLOCKS)
    shutil.copy(died / ORDER, folder / ORDER)
    resume(folder)
    assert files(folder) == files(undisturbed)


def test_a_scenario_with_files_and_mitigations_goes_on_from_the_folder_alone(tmp_path: Path) -> None:
    for k, loaded in enumerate(
        (load(known_answer("v34")), in_force(load_with("uk_2022", "uk_2022"), ["hold_updates"]))
    ):
        whole, half = tmp_path / f"whole{k}", tmp_path / f"half{k}"
        run(loaded, replications=128, seed=3, out=whole)
        with pytest.raises(MemoryError):
            run(loaded, replications=128, seed=3, out=half, progress=Stopper(1, MemoryError))
        resume(half)
        assert files(half) == files(whole)


def test_a_precision_goes_on_too(tmp_path: Path) -> None:
    arguments: dict[str, Any] = {"precision": 0.0125, "metric": "VaR 1-in-20", "seed": 9}
    run(load(known_answer("v42")), **arguments, out=tmp_path / "whole")
    with pytest.raises(MemoryError):
        run(load(known_answer("v42")), **arguments, out=tmp_path / "half", progress=Stopper(20, MemoryError))
    resume(tmp_path / "half")
    assert files(tmp_path / "half") == files(tmp_path / "whole")


class TestRefusals:
    def test_another_scenario(self, folder: Path) -> None:
        said = refusal(folder, scenario=load(known_answer("v17")))
        assert said.startswith("the run cannot go on, because its scenario changed: name is ")
        assert 'theatres.east.start is not there, was "war_direct"' in said or "theatres.east" in said

    def test_the_same_scenario_will_do(self, folder: Path, undisturbed: Path) -> None:
        resume(folder, scenario=load(V17))
        assert files(folder) == files(undisturbed)

    def test_the_scenario_of_a_complete_run(self, undisturbed: Path) -> None:
        resume(undisturbed, scenario=load(V17))
        with pytest.raises(InputError, match="its scenario changed"):
            resume(undisturbed, scenario=load(known_answer("v42")))

    def test_a_csv_file_that_changed(self, tmp_path: Path) -> None:
        place = shutil.copytree(known_answer("v34").parent, tmp_path / "known")
        with pytest.raises(MemoryError):
            run(load(place / "v34.yaml"), replications=128, out=tmp_path / "run", progress=Stopper(1, MemoryError))
        csv = next((place / "v34").glob("*.csv"))
        csv.write_text(csv.read_text().replace("water", "energy", 1))
        said = refusal(tmp_path / "run", scenario=load(place / "v34.yaml"))
        assert f"its scenario changed: v34/{csv.name} is not as it was;" in said

    def test_another_version(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        now = identity.identity()
        now["versions"] = {**now["versions"], "numpy": "9.9", "another": "1.0"}
        monkeypatch.setattr(order, "identity", lambda: now)
        said = refusal(folder)
        assert "because what ran it changed: another is 1.0, was not there; numpy is 9.9, was " in said

    def test_other_code(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        now = identity.identity()
        now["code"] = {**now["code"], "model": "0", "chance": "0"}
        monkeypatch.setattr(order, "identity", lambda: now)
        assert "what ran it changed: the code under chance, model differs; go on with" in refusal(folder)

    def test_another_kind_of_machine(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        now = identity.identity()
        now["platform"] = {**now["platform"], "libc": "musl 1.2"}
        monkeypatch.setattr(order, "identity", lambda: now)
        assert "libc is musl 1.2, was " in refusal(folder)

    @pytest.mark.parametrize(
        "change", [lambda t: t.replace('"seed": 5', '"seed": 6'), lambda t: t[:-200], lambda t: "[]", lambda t: "{}"]
    )
    def test_an_order_that_was_changed(self, folder: Path, change: Callable[[str], str]) -> None:
        (folder / ORDER).write_text(change((folder / ORDER).read_text()))
        assert f"cannot go on: its {ORDER} cannot be used (" in refusal(folder)

    def test_somebody_else_at_work(self, folder: Path) -> None:
        held = RunFolder.reopen(folder)
        assert refusal(folder) == f"another run is at work in {folder}; allowed: one at a time"
        held.lock.release()

    def test_a_folder_that_cannot_be_written(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "access", lambda *_: False)
        assert refusal(folder) == f"{folder} cannot be written; a run can go on only where you may write"

    def test_no_run(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="is not the folder of a run; allowed after --resume"):
            resume(tmp_path / "no")
        with pytest.raises(InputError, match="holds no run that was begun; start one with --out"):
            resume(tmp_path)

    def test_a_scenario_from_elsewhere_cannot_write_outside_its_folder(self, folder: Path, tmp_path: Path) -> None:
        told = json.loads((folder / ORDER).read_text())
        told["order"]["scenario"]["files"] = {"../../evil.csv": "x"}
        told["run"] = order.digest_of(told["order"])
        (folder / ORDER).write_text(json.dumps(told))
        assert '"../../evil.csv" is not the name of a CSV file' in refusal(folder)


def test_the_code_of_every_floor_that_a_run_passes_through_is_in_the_digest() -> None:
    assert set(identity.code_digests()) <= set(identity.FLOORS)
    assert {"rules", "world", "chance", "model", "risk", "batch"} <= set(identity.code_digests())
    assert len(set(identity.code_digests().values())) == len(identity.code_digests())


def killed(kills: int, seed: int, folder: Path, engine: str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.batch.killing", str(kills), str(seed), str(folder), engine],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


engines = pytest.mark.parametrize("engine", ["simpy", pytest.param("kernel", marks=needs_numba)])
needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill a process at once")


@needs_kill
@pytest.mark.slow
@engines
def test_runs_killed_at_a_few_instants(engine: str, tmp_path: Path) -> None:
    found = killed(6, 2, tmp_path, engine)
    assert found["killed"] >= 6
    assert found["same"] == found["runs"]


@needs_kill
@pytest.mark.proof
@engines
def test_runs_killed_at_sixty_instants(engine: str, tmp_path: Path) -> None:
    """Kill -9 between blocks, in blocks and in the saving of results; all end with the bytes of an undisturbed run."""
    found = killed(60, 1, tmp_path, engine)
    assert found["killed"] >= 60
    assert found["same"] == found["runs"] >= 10
    assert min(found["with_blocks"], found["at_end"]) >= 10
