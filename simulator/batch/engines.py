"""The engines that can play futures: the SimPy model, and the compiled kernel where Numba is installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from simulator.scenario.errors import InputError, listed, shown

AUTO, SIMPY, KERNEL = "auto", "simpy", "kernel"
ENGINES = (AUTO, SIMPY, KERNEL)
WITHOUT_NUMBA = 'the compiled kernel needs Numba: pip install "geocyber[fast]"'

Ready = Callable[[int, int], None]
"""Told (parts ready, parts in all) while the kernel is compiled or read from disk."""


def chosen(engine: str) -> str:
    """The engine itself where "auto" is asked for: the kernel if it can be had. Both give the same bytes.

    Raises InputError for one that does not exist or cannot be had.
    """
    if engine not in ENGINES:
        raise InputError(f"the engine is {shown(engine)}; allowed: {listed(ENGINES)}")
    here = find_spec("numba") is not None
    if engine == KERNEL and not here:
        raise InputError(WITHOUT_NUMBA)
    return engine if engine != AUTO else KERNEL if here else SIMPY


def make_ready(engine: str, told: Ready | None = None) -> None:
    """Compile the kernel, or read it from disk, if it is to be used. It is compiled once for each version."""
    if chosen(engine) == KERNEL:
        from simulator.kernel.engine import make_ready as compiled

        compiled(told)
