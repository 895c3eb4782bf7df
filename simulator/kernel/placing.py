"""The loops with which futures are drawn, compiled: the same futures, in less time."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from numba import njit
from numba.core.caching import FunctionCache

from simulator.chance import loops
from simulator.kernel.keeping import cache_folder, numba_keeps_in
from simulator.kernel.linker import calling_compiled


def draw_compiled() -> None:
    """From now on futures of this process are drawn by compiled loops; each is compiled, or read, when first used."""
    if not loops.compiled:
        loops.compiled.update({loop.__name__: _compiled(loop) for loop in loops.LOOPS})


def _compiled(function: Any) -> Any:
    """A function, and those that it calls."""
    copy = calling_compiled(function, _compiled)
    compiled = njit(nogil=True)(copy)
    with suppress(OSError), numba_keeps_in(cache_folder()):  # with nowhere to keep it, it is for this process alone
        compiled._cache = _Kept(copy)
    return compiled


class _Kept(FunctionCache):  # type: ignore[misc]
    """Where a loop is kept; without room it is not."""

    def save_overload(self, sig: Any, data: Any) -> None:
        with suppress(OSError):
            super().save_overload(sig, data)
