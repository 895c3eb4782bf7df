"""`geocyber warmup`: compile the kernel ahead of the first run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario

REHEARSED = 8
PATIENCE_S = 2.0
"""Reading the kernel from disk takes less than this; only what takes longer is told."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("warmup")(warmup_command)


def warmup_command() -> None:
    """Compile the kernel now, once for this version and machine, so that no run waits for it."""
    from simulator.batch.engines import KERNEL

    started = time.monotonic()
    prepare(KERNEL)
    rehearse()
    typer.echo(f"The kernel is compiled and kept on disk; it was ready after {time.monotonic() - started:.0f} s.")


def rehearse() -> None:
    """Run and compare a few replications, in which all that is compiled when it is first used is used."""
    from simulator.batch.engines import KERNEL
    from simulator.batch.run import run
    from simulator.decisions.compare import compare
    from simulator.scenario.mitigation_file import load_with, made_for
    from simulator.scenario.shipped import shipped_scenarios

    scenario = shipped_scenarios()["uk_2022"]
    loaded = load_with(scenario, made_for(scenario))
    run(loaded, replications=REHEARSED, engine=KERNEL)
    compare(loaded, ["hold_updates", "ban_now"], replications=REHEARSED, engine=KERNEL, bans=False)


def engine_for(engine: str, scenario: Scenario) -> str:
    """The engine that will be used; where it is not the kernel for something in the scenario, that is said."""
    from simulator.batch.engines import AUTO, SIMPY, WITHOUT_NUMBA, chosen, without_kernel

    found = chosen(engine, scenario)
    if engine == AUTO and found == SIMPY and (reason := without_kernel(scenario)) != WITHOUT_NUMBA:
        typer.echo(f"geocyber: {reason.partition(';')[0]}, so the event model plays it", err=True)
    return found


def prepare(engine: str, *, silent: bool = False, lines: bool = False) -> None:
    """Have an engine ready, showing what is happening where that takes longer than a moment."""
    from simulator.batch.engines import make_ready
    from simulator.commands.progress import Parts, parts_in_lines

    began, bar = time.monotonic(), Parts("Compiling the kernel, once for this version")

    def told(ready: int, parts: int) -> None:
        if not silent and time.monotonic() - began >= PATIENCE_S:
            (parts_in_lines if lines else bar.update)(ready, parts)

    with bar:
        make_ready(engine, told)
