"""`geocyber compare`: what mitigations buy, alone and together, on the same simulated futures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.commands.arguments import (
    CrudeOption,
    EngineOption,
    MitigationsOption,
    ProgressLinesOption,
    ReplicationsOption,
    ScenarioArgument,
    SeedOption,
    StopWithStdinOption,
    load_asked,
    read_precision,
    watch_stdin,
)
from simulator.scenario.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from simulator.batch.store import RunFolder


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare")(compare_command)


def compare_command(
    scenario: ScenarioArgument,
    mitigations: MitigationsOption = None,
    only: Annotated[list[str] | None, typer.Option(help="this one (may be given often); left out: all")] = None,
    named_set: Annotated[list[str] | None, typer.Option("--set", help="this named set (may be given often)")] = None,
    together: Annotated[
        list[str] | None, typer.Option(help="in force together with the others named so (may be given often)")
    ] = None,
    metric: Annotated[
        str | None, typer.Option(help="measure of the average and of rare years: cost, customer_hours or person_hours")
    ] = None,
    return_period: Annotated[float, typer.Option(help="of the rare year shown, in years")] = 100.0,
    replications: ReplicationsOption = None,
    precision: Annotated[
        str | None, typer.Option(help="stop at this standard error of the average year without mitigations")
    ] = None,
    seed: SeedOption = 1,
    workers: Annotated[int, typer.Option(help="processes, or threads of the kernel")] = 2,
    crude: CrudeOption = False,
    engine: EngineOption = "auto",
    no_bans: Annotated[
        bool, typer.Option("--no-bans", help="without the outlook of bans over two and ten years")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="folder for the table (CSV, Parquet, JSON) and the chart")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the table as JSON and nothing else")] = False,
    progress_lines: ProgressLinesOption = False,
    stop_with_stdin: StopWithStdinOption = False,
) -> None:
    """Compare mitigations with doing nothing, and sets of them, on the same simulated futures."""
    if stop_with_stdin:
        watch_stdin()
    try:
        from simulator.commands.progress import shown_as
        from simulator.commands.warmup import engine_for, prepare
        from simulator.decisions.compare import compare
        from simulator.decisions.findings import about, checked_choices, findings

        loaded = load_asked(scenario, mitigations)
        checked_choices(metric, return_period)
        prepare(engine_for(engine, loaded.scenario), silent=as_json, lines=progress_lines)
        folder = _folder(out)
        shown = shown_as(loaded.scenario.title, silent=as_json, lines=progress_lines)
        try:
            with shown:
                comparison = compare(
                    loaded,
                    only,
                    sets=named_set,
                    together=together or (),
                    replications=replications,
                    precision=read_precision(precision) if precision is not None else None,
                    seed=seed,
                    workers=workers,
                    crude=crude,
                    engine=engine,
                    bans=not no_bans,
                    progress=shown.update,
                )
            arms, common = findings(comparison, metric, return_period), about(comparison, return_period)
            if folder is not None:
                _save(folder, arms, common)
        finally:
            if folder is not None:
                folder.leave_if_empty()
    except KeyboardInterrupt:
        typer.echo("geocyber: stopped before anything could be compared", err=True)
        raise typer.Exit(130) from None
    _show(arms, common, out, as_json)


def _folder(out: Path | None) -> RunFolder | None:
    from simulator.batch.store import RunFolder

    return RunFolder.create(out) if out is not None else None


def _show(arms: pd.DataFrame, common: dict[str, Any], out: Path | None, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_plain(arms, common), indent=2, allow_nan=False))
        return
    from simulator.commands.comparison_table import print_comparison

    print_comparison(arms, common)  # type: ignore[arg-type]
    for sentence in common["left_out"]:
        typer.echo(sentence)
    if out is not None:
        typer.echo(f"\nSaved in {out}: comparison.csv, .parquet and .json, and one chart.")
    if common["partial"]:
        typer.echo("This comparison is PARTIAL: it was stopped before it was done.")


def _save(folder: RunFolder, arms: pd.DataFrame, common: dict[str, Any]) -> None:
    """Table and chart, each all or nothing."""
    from simulator.charts.comparison import comparison_chart
    from simulator.charts.style import save

    folder.write_table("comparison", arms)
    flat = arms.assign(members=arms["members"].map("; ".join))
    folder.write_file("comparison.csv", lambda path: flat.to_csv(path, index=False))
    folder.write_json("comparison.json", _plain(arms, common))
    try:
        save(comparison_chart(arms, common), folder.folder / "comparison")  # type: ignore[arg-type]
    except OSError as fault:
        raise InputError(f"the chart could not be written to {folder.folder} ({fault.strerror})") from None
    folder.drop_blocks()


def _plain(arms: pd.DataFrame, common: dict[str, Any]) -> dict[str, Any]:
    """What JSON can hold: a figure that is not known, or has no bound, is null."""
    from simulator.risk.summary import plain

    return {"about": plain(common), "arms": [plain(dict(row)) for _, row in arms.iterrows()]}
