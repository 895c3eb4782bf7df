"""Parts of the kernel: compiled one by one, kept on disk, and joined by name.

Numba compiles a function together with all that it calls, over and over; parts are compiled apart and call each
other by symbol, as object files do, which is five times faster and lets the machine work on one of them at a time.
A part takes the address of its block's memory (`simulator.kernel.layout`) and plain numbers.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from types import CodeType, FunctionType, ModuleType
from typing import Any

import llvmlite.binding
import numba
import numpy as np
from numba import cfunc, float64, int64, njit, types, uint64, void
from numba.core.dispatcher import Dispatcher

__all__ = ["address", "float64", "int64", "leaf", "link", "linked", "part", "uint64", "void"]

address = int64
"""Type of the first argument of every part: where its memory is."""
leaf = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy")
"""A small function that is compiled into every part that uses it."""

Ready = Callable[[int, int], None]
"""Told (parts ready, parts in all) as they are compiled or read."""

_PREFIX = "geocyber_kernel_"
_parts: dict[str, Part] = {}
_linking = Lock()


class Part:
    """A function waiting to be compiled, and afterwards its machine code."""

    def __init__(self, function: Callable[..., Any], signature: Any) -> None:
        self.function = function
        self.signature = signature
        self.code: Any = None

    def compile(self) -> None:
        try:
            with kept_at(cache_folder() / f"{self.function.__name__}-{content_digest(self.function)}"):
                code = cfunc(self.signature, cache=True, error_model="numpy")(self.function)
        except OSError:  # nowhere to keep it, or no room: for this process alone
            code = cfunc(self.signature, error_model="numpy")(self.function)
        llvmlite.binding.add_symbol(_PREFIX + self.function.__name__, code.address)
        self.code = code  # last, so that one who was interrupted begins with this part again


def part(returns: Any, *arguments: Any) -> Callable[[Callable[..., Any]], Any]:
    """Declare a part. What it calls must be declared before it: parts never call each other in a circle."""
    signature = returns(*arguments)

    def declared(function: Callable[..., Any]) -> Any:
        name = function.__name__
        if name in _parts:
            raise ValueError(f"two parts of the kernel are called {name}")
        _parts[name] = Part(function, signature)
        return types.ExternalFunction(_PREFIX + name, signature)

    return declared


@cache
def rule(function: FunctionType) -> Any:
    """A function of `simulator.rules` as a leaf: the arithmetic stands there once, for both engines."""
    own = function.__globals__
    called = {name: rule(own[name]) for name in function.__code__.co_names if isinstance(own.get(name), FunctionType)}
    return leaf(FunctionType(function.__code__, {**own, **called}, function.__name__, function.__defaults__))


def link(told: Ready | None = None) -> None:
    """Compile all parts that are not ready yet, or read them from disk."""
    with _linking:
        for number, one in enumerate(_parts.values()):
            if one.code is None:
                one.compile()
            if told is not None:
                told(number + 1, len(_parts))


def linked(name: str) -> Callable[..., Any]:
    """A part to be called from Python, other threads running meanwhile."""
    found: Callable[..., Any] = _parts[name].code.ctypes
    return found


def cache_folder() -> Path:
    """Where the parts are kept on disk."""
    base = os.environ.get("GEOCYBER_CACHE") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "geocyber" / "kernel"


def content_digest(function: Callable[..., Any]) -> str:
    """A digest of all that is compiled into a part: its code, its leaves' code, and the figures and layouts they use.

    Numba itself looks at the part's own file alone, and would keep what has changed elsewhere.
    """
    found = hashlib.sha256(f"{numba.__version__} {sys.version} {sys.platform}".encode())
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
def kept_at(folder: Path) -> Iterator[None]:
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


def symbol(name: str, capsule: Any) -> None:
    """Give a C function, found in a capsule of a Cython module, a name by which parts can call it."""
    api = ctypes.pythonapi
    api.PyCapsule_GetName.restype, api.PyCapsule_GetName.argtypes = ctypes.c_char_p, [ctypes.py_object]
    api.PyCapsule_GetPointer.restype = ctypes.c_void_p
    api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
    place = api.PyCapsule_GetPointer(capsule, api.PyCapsule_GetName(capsule))
    llvmlite.binding.add_symbol(_PREFIX + name, place)


def external(name: str, signature: Any) -> Any:
    """A C function that `symbol` gave a name, to be called by parts."""
    return types.ExternalFunction(_PREFIX + name, signature)
