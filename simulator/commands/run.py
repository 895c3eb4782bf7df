"""`geocyber run`: simulate a scenario, print what it says, save tables and charts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.commands.arguments import (
    CrudeOption,
    EngineOption,
    ProgressLinesOption,
    ReplicationsOption,
    SchedulerOption,
    SeedOption,
    StopWithStdinOption,
    read_precision,
    watch_stdin,
)
from simulator.scenario.errors import InputError

if TYPE_CHECKING:
    from simulator.batch.results import Results
    from simulator.scenario.load import LoadedScenario

OF_THE_FOLDER = ("replications", "precision", "metric", "seed", "crude", "engine", "out")
"""Options that a run that goes on takes from its folder."""
UNHEALTHY = 3
"""Exit code of a run whose results are kept but may not be relied on."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run_command)


def run_command(
    context: typer.Context,
    scenario: Annotated[
        str | None,
        typer.Argument(help="scenario file, or the name of a shipped scenario; not needed to --resume"),
    ] = None,
    replications: ReplicationsOption = None,
    precision: Annotated[
        str | None, typer.Option(help="stop at this standard error of the average year, or of --metric: 5%")
    ] = None,
    metric: Annotated[
        str | None, typer.Option(help='what the precision is of, and effort goes to: "VaR 1-in-200", "AAL of cost"')
    ] = None,
    seed: SeedOption = 1,
    workers: Annotated[int, typer.Option(help="processes, or threads of the kernel")] = 1,
    scheduler: SchedulerOption = None,
    crude: CrudeOption = False,
    engine: EngineOption = "auto",
    out: Annotated[Path | None, typer.Option(help="folder for tables, metrics and charts")] = None,
    resume: Annotated[Path | None, typer.Option(help="go on with the run in this folder, which ended early")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the metrics as JSON and nothing else")] = False,
    progress_lines: ProgressLinesOption = False,
    stop_with_stdin: StopWithStdinOption = False,
) -> None:
    """Simulate a scenario and save the results."""
    if stop_with_stdin:
        watch_stdin()
    stopped = ""
    place = out or resume
    try:
        from simulator.batch.run import resume as gone_on
        from simulator.batch.run import run
        from simulator.commands.progress import shown_as
        from simulator.commands.warmup import engine_for, prepare

        loaded = _loaded(context, scenario)
        if resume is None:
            assert loaded is not None
            prepare(engine_for(engine, loaded.scenario), silent=as_json, lines=progress_lines)
        title = loaded.scenario.title if loaded is not None else f"{resume}, going on"
        with shown_as(title, silent=as_json, lines=progress_lines) as shown:
            if resume is not None:
                results = gone_on(resume, scenario=loaded, workers=workers, scheduler=scheduler, progress=shown.update)
            else:
                assert loaded is not None
                results = run(
                    loaded,
                    replications=replications,
                    precision=read_precision(precision) if precision is not None else None,
                    metric=metric,
                    seed=seed,
                    workers=workers,
                    scheduler=scheduler,
                    crude=crude,
                    engine=engine,
                    out=out,
                    progress=shown.update,
                )
        stopped = f"while drawing; tables and metrics are safe in {place}" if place is not None else "while printing"
        show(results, place, as_json)
        report_ailments(results, place)
    except KeyboardInterrupt:
        typer.echo(f"geocyber: stopped {stopped or _before_the_end(place)}", err=True)
        raise typer.Exit(130) from None


def _before_the_end(place: Path | None) -> str:
    """What is left of a run that ended without results."""
    from simulator.batch.store import what_is_safe

    safe = what_is_safe(place) if place is not None else ""
    return f"early; {safe}" if safe else "before anything could be estimated"


def _loaded(context: typer.Context, scenario: str | None) -> LoadedScenario | None:
    """The scenario; None for a run that takes it from its folder. Raises InputError for options that clash."""
    from simulator.scenario.load import load

    if context.params["resume"] is None:
        if scenario is None:
            raise InputError("no scenario is given; allowed: a scenario file or the name of one, or --resume DIR")
        return load(scenario)
    given = [name for name in OF_THE_FOLDER if context.get_parameter_source(name).name == "COMMANDLINE"]  # type: ignore[union-attr]
    if given:
        raise InputError(f"--{given[0]} cannot be given with --resume; a run goes on as it was begun")
    return load(scenario) if scenario is not None else None


def show(results: Results, out: Path | None, as_json: bool) -> None:
    """Draw the charts of a saved run, and print what it says."""
    pictures: list[Path] = []
    if out is not None and not results.large:
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
        going_on = f"; geocyber run --resume {out} goes on with it" if out is not None else ""
        typer.echo(f"This run is PARTIAL: it was stopped before it was done{going_on}.")


def report_ailments(results: Results, out: Path | None) -> None:
    """A run whose weights cannot be relied on is a failure, though its results are kept."""
    from simulator.risk.health import ailments

    said = ailments(results)
    if said:
        kept = f"; its results are kept in {out}" if out is not None else ""
        typer.echo(f"geocyber: the run is UNHEALTHY: {'; '.join(said)}{kept}", err=True)
        raise typer.Exit(UNHEALTHY)


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
