"""Where compiled code is kept between processes, and by what digest it is known again."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import CodeType, FunctionType, ModuleType
from typing import Any

import llvmlite
import numba
import numpy as np
from numba import types
from numba.core.dispatcher import Dispatcher

_LONG_UNUSED_S = 60 * 24 * 3600.0
_CHECK = hashlib.sha256().digest_size
_OWN = ("tables.py", "machine_code.py")
"""What makes code of functions; none of them is seen in a function itself."""


def cache_folder() -> Path:
    """Where compiled code is kept on disk."""
    base = os.environ.get("GEOCYBER_CACHE") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "geocyber" / "kernel"


def kept(name: str) -> bytes | None:
    """What is kept under a name, which counts as used now; None if nothing is, or not what was written."""
    path = cache_folder() / name
    try:
        found = path.read_bytes()
    except OSError:
        return None
    check, content = found[:_CHECK], found[_CHECK:]
    if hashlib.sha256(content).digest() != check:
        return None
    with suppress(OSError):
        os.utime(path)
    return content


def keep(name: str, content: bytes) -> None:
    """Keep it, or not, where there is nowhere to keep it or no room."""
    folder = cache_folder()
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, delete=False) as file:
            try:
                file.write(hashlib.sha256(content).digest() + content)
                file.close()
                Path(file.name).replace(folder / name)
            except BaseException:
                Path(file.name).unlink()
                raise


def forget_unused() -> None:
    """Remove what nobody has used for two months, such as code of earlier versions."""
    with suppress(OSError):
        for path in [*cache_folder().iterdir()]:
            if path.is_file() and time.time() - path.stat().st_mtime > _LONG_UNUSED_S:
                path.unlink()


def digest(*words: str) -> str:
    """A digest of words that goes into a name."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def content_digest(function: Callable[..., Any]) -> str:
    """A digest of all that is compiled into a function: its code, its leaves' code, and the figures and layouts they
    use, and the versions of what compiles them.
    """
    versions = f"{numba.__version__} {llvmlite.__version__} {sys.version} {sys.platform}"
    found = hashlib.sha256(versions.encode())
    for name in _OWN:
        found.update(Path(__file__).with_name(name).read_bytes())
    known: set[int] = set()
    waiting: list[Any] = [function]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Dispatcher):
            value = value.py_func
        if isinstance(value, FunctionType):
            if id(value) in known:
                continue
            known.add(id(value))
            own = value.__globals__
            found.update(value.__code__.co_code)
            waiting += [*(value.__defaults__ or ()), *(cell.cell_contents for cell in value.__closure__ or ())]
            waiting += [own[name] for name in value.__code__.co_names if name in own]
            value = [c for c in value.__code__.co_consts if not isinstance(c, CodeType)]
        elif isinstance(value, np.ndarray):
            value = value.tolist()
        elif isinstance(value, types.ExternalFunction):
            value = (value.symbol, str(value.sig))
        elif isinstance(value, ModuleType) or callable(value):
            value = getattr(value, "__name__", "")
        found.update(repr(value).encode())
    return found.hexdigest()[:16]


@contextmanager
def numba_keeps_in(folder: Path) -> Iterator[None]:
    """Numba keeps what is compiled meanwhile in this folder, and what others compile where it did before.

    Raises OSError for a folder that cannot be written: Numba would go elsewhere, to what it kept of other code.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder} cannot be written")
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before
