"""What is compiled is kept where it is said, or nowhere: never beside the code, where what it calls could change."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("numba")

from simulator.chance import loops
from simulator.kernel import keeping, linker, placing
from simulator.kernel.engine import make_ready
from simulator.kernel.keeping import content_digest

NAME = "name_key"
PACKAGE = Path(linker.__file__).parent


@pytest.fixture
def compile_part() -> Callable[[], bytes]:
    """Have a small part compiled, or read from where it is kept."""
    make_ready()
    known_as = f"{NAME}-{content_digest(linker._parts[NAME].function)}.bc"
    return lambda: linker._compiled(NAME, known_as)


def kept_names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def never(*_: object) -> bytes:
    raise AssertionError("compiled again")


def test_a_part_is_kept_in_the_folder_of_the_cache(
    compile_part: Callable[[], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOCYBER_CACHE", str(tmp_path))
    code = compile_part()
    assert len(kept_names(tmp_path / "geocyber" / "kernel")) == 1
    monkeypatch.setattr(linker, "bitcode", never)
    assert compile_part() == code


@pytest.mark.parametrize(
    "damage", [lambda content: content[:-7], lambda content: b"", lambda content: b"x" + content[1:]]
)
def test_what_was_damaged_is_compiled_again(
    damage: Callable[[bytes], bytes],
    compile_part: Callable[[], bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GEOCYBER_CACHE", str(tmp_path))
    compile_part()
    (path,) = (tmp_path / "geocyber" / "kernel").iterdir()
    path.write_bytes(damage(path.read_bytes()))
    with monkeypatch.context() as patch:
        patch.setattr(linker, "bitcode", never)
        with pytest.raises(AssertionError, match="compiled again"):
            compile_part()
    code = compile_part()
    monkeypatch.setattr(linker, "bitcode", never)
    assert compile_part() == code


def test_without_a_folder_for_it_a_part_is_kept_nowhere(
    compile_part: Callable[[], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("no folder")
    monkeypatch.setenv("GEOCYBER_CACHE", str(tmp_path / "cache"))
    beside = kept_names(PACKAGE)
    assert compile_part()
    assert kept_names(PACKAGE) == beside
    assert kept_names(tmp_path) == {"cache"}


def test_a_disk_without_room_keeps_nobody_from_compiling(
    compile_part: Callable[[], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("GEOCYBER_CACHE", str(tmp_path))
    monkeypatch.setattr(Path, "replace", full)
    assert compile_part()
    assert kept_names(tmp_path) == set()


def test_what_nobody_has_used_for_long_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOCYBER_CACHE", str(tmp_path))
    for name in ("old", "used", "young"):
        keeping.keep(name, b"code")
    long_ago = time.time() - 100 * 24 * 3600.0
    for name in ("old", "used"):
        os.utime(keeping.cache_folder() / name, (long_ago, long_ago))
    assert keeping.kept("used") == b"code"
    keeping.forget_unused()
    assert kept_names(tmp_path) == {"used", "young"}


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
    assert len([name for name in kept_names(tmp_path) if name.endswith(".nbc")]) == room


def test_who_was_interrupted_goes_on_where_it_was(tmp_path: Path) -> None:
    """Ctrl-C at the third part; the next call compiles from there, and the kernel works."""
    text = """
import signal
from simulator.kernel import linker, play
done = []
compile_one = linker.bitcode
def pressed(*arguments):
    if len(done) == 2:
        raise KeyboardInterrupt
    done.append(arguments[0])
    return compile_one(*arguments)
linker.bitcode = pressed
linker._parts = dict(list(linker._parts.items())[:4])
try:
    linker.link()
except KeyboardInterrupt:
    print("stopped", len(done), len(linker._programs))
linker.bitcode = compile_one
linker.link()
print("linked", len(linker._programs))
"""
    ran = subprocess.run(
        [sys.executable, "-c", text],
        env=os.environ | {"GEOCYBER_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines() == ["stopped 2 0", "linked 1"]
    assert len(kept_names(tmp_path)) == 5


def test_the_loops_are_compiled_once_in_a_process() -> None:
    make_ready()
    before = dict(loops.compiled)
    make_ready()
    assert all(loops.compiled[name] is loop for name, loop in before.items())
