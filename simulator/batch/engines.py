"""The engines that can play futures: the SimPy model, and the compiled kernel where Numba is installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from simulator.kernel.known import unknown_sections
from simulator.scenario.errors import InputError, listed, shown
from simulator.scenario.schema import Scenario

AUTO, SIMPY, KERNEL = "auto", "simpy", "kernel"
ENGINES = (AUTO, SIMPY, KERNEL)
WITHOUT_NUMBA = 'the compiled kernel needs Numba: pip install "geocyber[fast]"'

Ready = Callable[[int, int], None]
"""Told (parts ready, parts in all) while the kernel is compiled or read from disk."""


def chosen(engine: str, *scenarios: Scenario) -> str:
    """The engine itself where "auto" is asked for: the kernel if it can be had and knows all that scenarios hold.

    Raises InputError for an engine that does not exist, cannot be had or cannot play one of the scenarios.
    """
    if engine not in ENGINES:
        raise InputError(f"the engine is {shown(engine)}; allowed: {listed(ENGINES)}")
    if engine == SIMPY:
        return SIMPY
    reason = without_kernel(*scenarios)
    if reason and engine == KERNEL:
        raise InputError(reason)
    return SIMPY if reason else KERNEL


def without_kernel(*scenarios: Scenario) -> str:
    """Why the kernel cannot play scenarios, in a sentence about the first that it cannot; "" if it can."""
    if find_spec("numba") is None:
        return WITHOUT_NUMBA
    for scenario in scenarios:
        if unknown := unknown_sections(scenario):
            return f"the compiled kernel does not know the section {unknown[0]} of this scenario; use --engine simpy"
    return ""


def make_ready(engine: str, told: Ready | None = None) -> None:
    """Compile the kernel, or read it from disk, if it is to be used. It is compiled once for each version."""
    if chosen(engine) == KERNEL:
        from simulator.kernel.engine import make_ready as compiled

        compiled(told)
