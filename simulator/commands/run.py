"""`geocyber run`: simulate a scenario, print what it says, save tables and charts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.commands.arguments import (
    CrudeOption,
    ProgressLinesOption,
    ReplicationsOption,
    ScenarioArgument,
    SeedOption,
    StopWithStdinOption,
    read_precision,
    watch_stdin,
)

if TYPE_CHECKING:
    from simulator.batch.results import Results


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run_command)


def run_command(
    scenario: ScenarioArgument,
    replications: ReplicationsOption = None,
    precision: Annotated[
        str | None, typer.Option(help="stop at this standard error of the average year, for example 5%")
    ] = None,
    seed: SeedOption = 1,
    workers: Annotated[int, typer.Option(help="processes")] = 1,
    crude: CrudeOption = False,
    out: Annotated[Path | None, typer.Option(help="folder for tables, metrics and charts")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the metrics as JSON and nothing else")] = False,
    progress_lines: ProgressLinesOption = False,
    stop_with_stdin: StopWithStdinOption = False,
) -> None:
    """Simulate a scenario and save the results."""
    if stop_with_stdin:
        watch_stdin()
    stopped = "before anything could be estimated"
    try:
        from simulator.batch.run import run
        from simulator.commands.progress import shown_as
        from simulator.scenario.load import load

        loaded = load(scenario)
        shown = shown_as(loaded.scenario.title, silent=as_json, lines=progress_lines)
        with shown:
            results = run(
                loaded,
                replications=replications,
                precision=read_precision(precision) if precision is not None else None,
                seed=seed,
                workers=workers,
                crude=crude,
                out=out,
                progress=shown.update,
            )
        stopped = f"while drawing; tables and metrics are safe in {out}" if out is not None else "while printing"
        show(results, out, as_json)
    except KeyboardInterrupt:
        typer.echo(f"geocyber: stopped {stopped}", err=True)
        raise typer.Exit(130) from None


def show(results: Results, out: Path | None, as_json: bool) -> None:
    """Draw the charts of a saved run, and print what it says."""
    if out is not None:
        from simulator.briefing.pictures import save_pictures

        pictures = save_pictures(results, out)
    if as_json:
        from simulator.batch.results import figures

        typer.echo(json.dumps(figures(results), indent=2, allow_nan=False))
        return
    print_summary(results)
    if out is not None:
        typer.echo(f"\nSaved in {out}: tables, metrics.json, manifest.json and {len(pictures)} charts.")
    if results.partial:
        typer.echo("This run is PARTIAL: it was stopped before it was done.")


def print_summary(results: Results) -> None:
    """The summary as a table on the terminal."""
    from simulator.briefing.summary import summarise
    from simulator.commands.sections import plain_console, print_sections

    summary = summarise(results)
    console = plain_console()
    console.print()
    console.print(results.manifest["scenario"]["title"], style="bold")
    console.print(summary.headline, style="bold")
    console.print(summary.basis, style="dim")
    print_sections(console, summary.sections)
