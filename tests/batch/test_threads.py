"""Blocks on threads: in any order, with faults of their own, closed or interrupted while they are at work."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulator.batch import threads as module
from simulator.batch.asked import Asked
from simulator.batch.block import Done, run_block
from simulator.batch.faults import RunFault
from simulator.batch.plan import Block
from simulator.batch.run import resume, run
from simulator.batch.store import BLOCKS, MANIFEST, TABLES
from simulator.batch.tasks import IN_HAND
from simulator.batch.threads import Threads
from simulator.batch.workers import make_arms
from simulator.chance.arms import Arms
from simulator.chance.future import Stratum
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer
from tests.batch.runs import needs_numba
from tests.batch.test_resume import files
from tests.batch.test_store import Stopper

V17 = known_answer("v17_from_war")
FUTURES = 700
PATIENCE_S = 30.0
Play = Callable[[Arms, int, Block, str], Any]


def blocks(count: int) -> list[Block]:
    return [Block(n, 0, Stratum.NONE, range(2 * n, 2 * n + 2, 2)) for n in range(count)]


@pytest.fixture
def at_work() -> Iterator[None]:
    """Fails if a thread of a crew is left behind."""
    yield
    left = [t for t in threading.enumerate() if t.name.startswith("block")]
    for thread in left:
        thread.join(timeout=20.0)  # one that was told to stop may still be at its last lines
    assert [t.name for t in left if t.is_alive()] == []


@pytest.fixture
def crew(monkeypatch: pytest.MonkeyPatch, at_work: None) -> Iterator[Callable[[Play, int], Threads]]:
    """Makes threads that play blocks in the way given; they are closed at the end."""
    made: list[Threads] = []

    def call(play: Play, count: int) -> Threads:
        monkeypatch.setattr(module, "run_block", play)
        loaded = load(known_answer("v17"))
        made.append(Threads(make_arms([loaded.scenario], loaded.register), Asked(seed=7), count))
        return made[-1]

    yield call
    for threads in made:
        threads.close()


def test_every_block_is_played_once_with_the_seed_and_the_engine_asked_for(crew: Any) -> None:
    seen: list[tuple[int, int, str]] = []

    def play(arms: Arms, seed: int, block: Block, engine: str) -> int:
        seen.append((block.number, seed, engine))
        return block.number

    found = list(crew(play, 3).run(blocks(40)))
    assert sorted(seen) == [(n, 7, "simpy") for n in range(40)]
    assert all(done == block.number for block, done in found)
    assert sorted(done for _, done in found) == list(range(40))


def test_blocks_come_back_as_they_finish(crew: Any) -> None:
    last = threading.Event()

    def play(arms: Arms, seed: int, block: Block, engine: str) -> None:
        if block.number == 0:
            assert last.wait(PATIENCE_S)
        if block.number == 9:
            last.set()

    numbers = [block.number for block, _ in crew(play, 2).run(blocks(10))]
    assert sorted(numbers) == list(range(10))
    assert numbers.index(0) >= 10 - 2 * IN_HAND  # all that was handed out with the last one may be told with it


def test_no_more_blocks_are_begun_than_there_are_threads_for(crew: Any) -> None:
    """What waits is not handed out: a run that is stopped has little to forget."""
    begun: list[int] = []

    def play(arms: Arms, seed: int, block: Block, engine: str) -> None:
        begun.append(block.number)

    threads = crew(play, 2)
    found = threads.run(blocks(100))
    next(found)
    assert len(begun) <= 2 * IN_HAND
    assert len(threads.at_work) < 2 * IN_HAND


@pytest.mark.parametrize("fault", [RunFault("block 3: no"), MemoryError(), ValueError("entrails")])
def test_a_fault_in_a_thread_is_that_of_the_run(crew: Any, fault: Exception) -> None:
    def play(arms: Arms, seed: int, block: Block, engine: str) -> int:
        if block.number == 3:
            raise fault
        return block.number

    with pytest.raises(type(fault)) as told:
        list(crew(play, 2).run(blocks(100)))
    assert told.value is fault


def test_closed_during_work_it_waits_for_the_blocks_at_work_and_forgets_the_others(crew: Any) -> None:
    go, begun, ended = threading.Event(), [], []

    def play(arms: Arms, seed: int, block: Block, engine: str) -> None:
        begun.append(block.number)
        if block.number:
            assert go.wait(PATIENCE_S)
        ended.append(block.number)

    threads = crew(play, 2)
    found = threads.run(blocks(100))
    next(found)
    threading.Timer(0.2, go.set).start()
    threads.close()
    assert sorted(begun) == sorted(ended)
    assert len(ended) <= 2 * IN_HAND
    threads.close()  # harmless


def shuffled(real: Play) -> Play:
    """Blocks that take as long as chance will have it."""
    rng = random.Random(1)

    def play(arms: Arms, seed: int, block: Block, engine: str) -> Any:
        time.sleep(rng.uniform(0.0, 0.05))
        return real(arms, seed, block, engine)

    return play


@needs_numba
@pytest.mark.slow
@pytest.mark.usefixtures("at_work")
def test_the_order_in_which_threads_finish_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ran(folder: str, workers: int) -> dict[str, bytes]:
        place = tmp_path / folder
        run(load(V17), replications=FUTURES, seed=5, engine="kernel", workers=workers, out=place)
        return files(place)

    alone = ran("alone", 1)
    monkeypatch.setattr(module, "run_block", shuffled(run_block))
    assert ran("four", 4) == alone
    assert ran("four_again", 4) == alone


@needs_numba
@pytest.mark.usefixtures("at_work")
def test_threads_share_the_engine_of_a_world_and_each_plays_in_memory_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from simulator.batch import compiled

    made: list[object] = []
    real = compiled.Engine

    def slow(driver: Any) -> Any:
        time.sleep(0.2)  # both threads have asked by then
        made.append(driver)
        return real(driver)

    monkeypatch.setattr(compiled, "Engine", slow)
    found = run(load(V17), replications=256, seed=5, engine="kernel", workers=2)
    assert len(made) == 1
    monkeypatch.undo()
    alone = run(load(V17), replications=256, seed=5, engine="simpy")
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(alone, name))


@needs_numba
@pytest.mark.usefixtures("at_work")
def test_a_fault_in_a_thread_leaves_the_finished_blocks_to_go_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def play(arms: Arms, seed: int, block: Block, engine: str) -> Done:
        if block.number == 6:
            raise MemoryError
        return run_block(arms, seed, block, engine)

    arguments: dict[str, Any] = {"replications": FUTURES, "seed": 5, "engine": "kernel"}
    run(load(V17), **arguments, out=tmp_path / "whole")
    with monkeypatch.context() as patch:
        patch.setattr(module, "run_block", play)
        with pytest.raises(MemoryError):
            run(load(V17), **arguments, workers=2, out=tmp_path / "half")
    assert not (tmp_path / "half" / MANIFEST).exists()
    assert any((tmp_path / "half" / BLOCKS).iterdir())
    resume(tmp_path / "half", workers=2)
    assert files(tmp_path / "half") == files(tmp_path / "whole")


class Pressed:
    """Ctrl-C in the middle of a block: it reaches the main thread, which waits, and no other."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self, arms: Arms, seed: int, block: Block, engine: str) -> Done:
        if block.number == self.number:
            signal.raise_signal(signal.SIGINT)
            time.sleep(0.1)  # longer than the main thread needs to see it
        return run_block(arms, seed, block, engine)


@needs_numba
@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_while_a_block_is_played_ends_in_a_partial_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    arguments: dict[str, Any] = {"replications": FUTURES, "seed": 5, "engine": "kernel"}
    with monkeypatch.context() as patch:
        patch.setattr(module, "run_block", Pressed(7))
        found = run(load(V17), **arguments, workers=workers, out=tmp_path / "run")
    assert found.partial
    assert found.manifest["finished"] < FUTURES
    resume(tmp_path / "run")
    run(load(V17), **arguments, out=tmp_path / "whole")
    assert files(tmp_path / "run") == files(tmp_path / "whole")


@needs_numba
@pytest.mark.usefixtures("at_work")
def test_ctrl_c_in_the_first_block_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "run_block", Pressed(0))
    with pytest.raises(KeyboardInterrupt):
        run(load(V17), replications=FUTURES, engine="kernel", out=tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


@needs_numba
@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_between_blocks_is_a_partial_run_too(tmp_path: Path, workers: int) -> None:
    arguments: dict[str, Any] = {"replications": FUTURES, "engine": "kernel", "workers": workers}
    assert run(load(V17), **arguments, out=tmp_path / "run", progress=Stopper(6)).partial


@needs_numba
def test_a_run_may_be_made_in_any_thread() -> None:
    """As an app does, whose pages are threads."""
    found: list[int] = []
    one = threading.Thread(
        target=lambda: found.append(len(run(load(V17), replications=64, engine="kernel").replications))
    )
    one.start()
    one.join(PATIENCE_S)
    assert found == [64]
