"""`geocyber warmup`: compile the kernel ahead of the first run."""

from __future__ import annotations

import time

import typer

from simulator.commands.progress import Parts

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
    typer.echo(f"The kernel is compiled and kept on disk; it was ready after {time.monotonic() - started:.0f} s.")


def prepare(engine: str, silent: bool = False) -> None:
    """Have an engine ready, showing what is happening where that takes longer than a moment."""
    from simulator.batch.engines import make_ready

    began, shown = time.monotonic(), Parts("Compiling the kernel, once for this version")

    def told(ready: int, parts: int) -> None:
        if silent or time.monotonic() - began < PATIENCE_S:
            return
        shown.update(ready, parts)

    with shown:
        make_ready(engine, told)
