"""Parts of the kernel: compiled one by one, kept on disk, and joined to one program.

A part takes the address of its block's memory (`simulator.kernel.layout`) and plain numbers. Parts call each other by
name, and may be compiled one at a time; entries are parts that Python calls.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from threading import Lock
from types import FunctionType
from typing import Any, NamedTuple

import llvmlite.binding
from numba import float64, int64, njit, types, uint64, void

from simulator.kernel.keeping import content_digest, digest, forget_unused, keep, kept
from simulator.kernel.machine_code import Loaded, bitcode, foretell, joined, processor

__all__ = ["address", "entry", "float64", "int64", "leaf", "link", "linked", "part", "uint64", "void"]

address = int64
"""Type of the first argument of every part: where its memory is."""
leaf = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy")
"""A small function that is compiled into every part that uses it."""

Ready = Callable[[int, int], None]
"""Told (parts ready, parts in all) as they are compiled or read."""

_PREFIX = "geocyber_kernel_"


class _Part(NamedTuple):
    function: Callable[..., Any]
    signature: Any
    is_entry: bool
    long_loops: bool

    def name_on_disk(self) -> str:
        loops = "-loops" if self.long_loops else ""
        return f"{self.function.__name__}{loops}-{content_digest(self.function)}.bc"


_parts: dict[str, _Part] = {}
_programs: list[tuple[int, Loaded]] = []
"""Every program loaded in this process, the number of its parts beside it; the last is in use."""
_linking = Lock()


def part(returns: Any, *arguments: Any, long_loops: bool = False) -> Callable[[Callable[..., Any]], Any]:
    """Declare a part. What it calls must be declared before it: parts never call each other in a circle. Loops are
    vectorised only where most of their turns are many (`long_loops`).
    """
    return _declared(returns(*arguments), is_entry=False, long_loops=long_loops)


def entry(returns: Any, *arguments: Any) -> Callable[[Callable[..., Any]], Any]:
    """Declare a part that Python calls too."""
    return _declared(returns(*arguments), is_entry=True, long_loops=False)


def _declared(signature: Any, is_entry: bool, long_loops: bool) -> Callable[[Callable[..., Any]], Any]:
    def declared(function: Callable[..., Any]) -> Any:
        name = function.__name__
        if name in _parts:
            raise ValueError(f"two parts of the kernel are called {name}")
        _parts[name] = _Part(function, signature, is_entry, long_loops)
        return types.ExternalFunction(_PREFIX + name, signature)

    return declared


@cache
def rule(function: FunctionType) -> Any:
    """A function of `simulator.rules` as a leaf: the arithmetic stands there once, for both engines."""
    return leaf(calling_compiled(function, rule))


def calling_compiled(function: FunctionType, compiled: Callable[[FunctionType], Any]) -> FunctionType:
    """A copy of a function in which the functions that it calls are compiled."""
    own = function.__globals__
    names = [name for name in function.__code__.co_names if isinstance(own.get(name), FunctionType)]
    known = {**own, **{name: compiled(own[name]) for name in names}}
    copy = FunctionType(function.__code__, known, function.__name__, function.__defaults__)
    copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
    return copy


def link(told: Ready | None = None) -> None:
    """Compile all parts and join them, or read the program from disk. Nothing is done twice in a process."""
    with _linking:
        count = len(_parts)
        if not _programs or _programs[-1][0] < count:
            _programs.append((count, Loaded(_program(told), _entries())))
        if told is not None:
            told(count, count)


def linked(name: str) -> Callable[..., Any]:
    """An entry, to be called from Python, other threads running meanwhile."""
    return _programs[-1][1].functions[_PREFIX + name]


def _entries() -> dict[str, Any]:
    return {_PREFIX + name: part.signature for name, part in _parts.items() if part.is_entry}


def _program(told: Ready | None) -> bytes:
    """The program of all parts for this processor."""
    names = {name: part.name_on_disk() for name, part in _parts.items()}
    name = f"program-{digest(processor(), *names.values(), *_entries())}.o"
    code = kept(name)
    if code is None:
        foretell(_PREFIX + name for name in names)
        compiled = []
        for number, (own, known_as) in enumerate(names.items()):
            if told is not None:
                told(number, len(names))
            compiled.append(_compiled(own, known_as))
        code = joined(compiled, _entries().keys())
        keep(name, code)
        forget_unused()
    return code


def _compiled(name: str, known_as: str) -> bytes:
    """Bitcode of a part."""
    found, own = kept(known_as), _parts[name]
    if found is None:
        found = bitcode(_PREFIX + name, own.function, own.signature, own.long_loops)
        keep(known_as, found)
    return found


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
