"""`geocyber reproduce`: run a finished run again from its manifest, and compare the bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.commands.arguments import ProgressLinesOption, SchedulerOption

SHOWN = 5


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reproduce")(reproduce_command)


def reproduce_command(
    folder: Annotated[Path, typer.Argument(help="folder of a finished run")],
    workers: Annotated[int, typer.Option(help="processes, or threads of the kernel")] = 1,
    scheduler: SchedulerOption = None,
    progress_lines: ProgressLinesOption = False,
) -> None:
    """Run a finished run again from its manifest alone and compare its files."""
    from simulator.batch.reproduce import CLOSE, reproduce
    from simulator.commands.progress import shown_as

    with shown_as(f"{folder}, once more", silent=False, lines=progress_lines) as shown:
        found = reproduce(folder, workers=workers, scheduler=scheduler, progress=shown.update)
    if found.changed:
        typer.echo(f"What runs it differs: {'; '.join(found.changed)}.")
    if found.same_bytes:
        typer.echo(f"Reproduced: all files of {folder} came out the same to the last byte.")
        return
    typer.echo(f"These files came out otherwise: {', '.join(found.differing)}.")
    for line in found.metrics_apart[:SHOWN]:
        typer.echo(f"  {line}")
    if len(found.metrics_apart) > SHOWN:
        typer.echo(f"  and {len(found.metrics_apart) - SHOWN} more")
    if found.holds:
        typer.echo(f"Reproduced: all metrics agree to {CLOSE:g}, as far as another kind of machine or version allows.")
        return
    typer.echo("NOT reproduced.")
    raise typer.Exit(1)
