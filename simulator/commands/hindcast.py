"""`geocyber hindcast`: real incidents foretold, and what was seen held against it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.commands.arguments import ProgressLinesOption, SeedOption, StopWithStdinOption, watch_stdin
from simulator.scenario.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from simulator.checks.hindcast.card import Card
    from simulator.checks.hindcast.forecast import Forecast


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("hindcast")(hindcast_command)


def hindcast_command(
    card: Annotated[
        str | None, typer.Argument(help="card file, or the name of a shipped one; left out: all that ship")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="write a page with tables and charts to this file")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the figures as JSON and nothing else")] = False,
    futures: Annotated[int, typer.Option(help="simulated futures of each card, two for each draw of ignorance")] = 400,
    seed: SeedOption = 1,
    workers: Annotated[int, typer.Option(help="processes")] = 2,
    out: Annotated[Path | None, typer.Option(help="folder for figures (JSON) and charts")] = None,
    progress_lines: ProgressLinesOption = False,
    stop_with_stdin: StopWithStdinOption = False,
) -> None:
    """Foretell real incidents from what was known before them, and score the forecast against what was seen."""
    if stop_with_stdin:
        watch_stdin()
    try:
        from simulator.checks.hindcast.forecast import INNER, forecasts
        from simulator.commands.progress import shown_as

        cards = _cards(card)
        if futures < INNER:
            raise InputError(f"--futures is {futures}; allowed: {INNER} or more")
        title = cards[0].title if len(cards) == 1 else "Hindcasts"
        with shown_as(title, silent=as_json, lines=progress_lines) as shown:
            found = forecasts(
                cards,
                outer=futures // INNER,
                inner=INNER,
                seed=seed,
                workers=workers,
                progress=lambda done, all_: shown.update(done, all_, None),
            )
        _show(found, html, out, as_json)
    except KeyboardInterrupt:
        typer.echo("geocyber: stopped before anything could be foretold", err=True)
        raise typer.Exit(130) from None


def _cards(name: str | None) -> list[Card]:
    from simulator.checks.hindcast.reading import read_card
    from simulator.scenario.shipped import hindcast_cards

    return [read_card(name)] if name is not None else [read_card(path) for path in hindcast_cards().values()]


def _show(found: tuple[Forecast, ...], html: Path | None, out: Path | None, as_json: bool) -> None:
    from simulator.checks.hindcast.figures import figures

    if as_json:
        typer.echo(json.dumps(figures(found), indent=2, allow_nan=False, ensure_ascii=False))
        return
    print_hindcasts(found)


def print_hindcasts(found: tuple[Forecast, ...]) -> None:
    """A table for each card, and what all say together."""
    from simulator.checks.hindcast.verdict import judged, summary
    from simulator.checks.hindcast.words import summary_line
    from simulator.commands.sections import plain_console

    console = plain_console()
    for forecast in found:
        _print_card(console, forecast)
    if len(found) > 1:
        rows = [row for forecast in found for row in judged(forecast)]
        console.print(f"\nAll {len(found)} cards", style="bold")
        console.print(summary_line(summary(rows)))


def _print_card(console: Console, forecast: Forecast) -> None:
    from rich.table import Table

    from simulator.checks.hindcast import words
    from simulator.checks.hindcast.verdict import judged, summary
    from simulator.commands.sections import WIDTH

    card, rows = forecast.card, judged(forecast)
    console.print(f"\n{card.title}", style="bold")
    console.print(f"{card.about} {card.stands_for}", style="dim")
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("What was seen", min_width=20)
    for column in ("Observed", "Predicted", "Verdict", "Score"):
        table.add_column(column, no_wrap=console.width >= WIDTH)
    for row in rows:
        one = row.observed
        table.add_row(
            f"{words.name(one)}\n({words.STATUS[one.status]})",
            f"{words.figure(one.value, one.quantity, card.currency)}\n{words.tolerance(one, card.currency)}",
            "\n".join(words.predicted(row, card.currency)),
            "\n".join(filter(None, (words.verdict(row), words.within(row), words.percentile(row)))),
            "\n".join([*words.score(row, card.currency), words.skill(row)]),
            style="" if one.scored else "dim",
        )
    console.print(table)
    console.print(words.summary_line(summary(rows)), style="bold")
    for reason in words.reasons(rows):
        console.print(f"Outside: {reason}")
    for row in rows:
        if row.defined < 1.0:
            console.print(f"{words.name(row.observed)}: no figure in {words.share(1.0 - row.defined)} of futures.")
    console.print(words.basis(forecast), style="dim")
