"""What is compiled is kept where it is said, or nowhere: never beside the code, where what it calls could change."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("numba")

from simulator.chance import loops
from simulator.kernel import linker, placing
from simulator.kernel.engine import make_ready

NAME = "name_key"
PACKAGE = Path(linker.__file__).parent


@pytest.fixture
def fresh() -> linker.Part:
    """A small part, not compiled yet."""
    make_ready()
    known = linker._parts[NAME]
    return linker.Part(known.function, known.signature)


def kept(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*.nb[ci]")}


def test_a_part_is_kept_in_the_folder_of_the_cache(
    fresh: linker.Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOCYBER_CACHE", str(tmp_path))
    fresh.compile()
    assert len(kept(tmp_path)) == 2
    again = linker.Part(fresh.function, fresh.signature)
    again.compile()
    assert again.code.cache_hits == 1


@pytest.mark.parametrize("inside", ["", "geocyber/kernel"])
def test_without_a_folder_for_it_a_part_is_kept_nowhere(
    fresh: linker.Part, inside: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cache" / inside
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("no folder")
    monkeypatch.setenv("GEOCYBER_CACHE", str(tmp_path / "cache"))
    beside = kept(PACKAGE)
    fresh.compile()
    assert fresh.code is not None
    assert kept(PACKAGE) == beside
    assert kept(tmp_path) == set()


def test_a_folder_that_may_not_be_written_is_left_alone(
    fresh: linker.Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOCYBER_CACHE", str(tmp_path))
    monkeypatch.setattr("simulator.kernel.linker.os.access", lambda *_: False)
    beside = kept(PACKAGE)
    fresh.compile()
    assert fresh.code is not None
    assert kept(PACKAGE) == beside
    assert kept(tmp_path) == set()


def test_a_disk_without_room_keeps_nobody_from_compiling(
    fresh: linker.Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from numba.core.caching import IndexDataCacheFile

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("GEOCYBER_CACHE", str(tmp_path))
    monkeypatch.setattr(IndexDataCacheFile, "_save_data", full)
    fresh.compile()
    assert fresh.code is not None


@pytest.mark.parametrize("room", [True, False])
def test_loops_are_kept_there_too_where_there_is_room(
    room: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from numba.core.caching import IndexDataCacheFile

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("GEOCYBER_CACHE", str(tmp_path))
    monkeypatch.setattr(loops, "compiled", {})
    if not room:
        monkeypatch.setattr(IndexDataCacheFile, "_save_data", full)
    placing.draw_compiled()
    out = np.zeros(2)
    loops.run("fill_exp", np.array([0.0, 1.0]), out)
    assert out.tolist() == [1.0, math.e]
    assert len([name for name in kept(tmp_path) if name.endswith(".nbc")]) == room


def test_who_was_interrupted_begins_with_the_same_part_again(
    fresh: linker.Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(linker.llvmlite.binding, "add_symbol", pressed)
        with pytest.raises(KeyboardInterrupt):
            fresh.compile()
    assert fresh.code is None
    fresh.compile()
    assert fresh.code is not None


def test_the_loops_are_compiled_once_in_a_process() -> None:
    make_ready()
    before = dict(loops.compiled)
    make_ready()
    assert all(loops.compiled[name] is loop for name, loop in before.items())
