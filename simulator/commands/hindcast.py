"""`geocyber hindcast`: real incidents foretold, and what was seen held against it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.commands.arguments import ProgressLinesOption, SeedOption, StopWithStdinOption, watch_stdin
from simulator.commands.pages import check_place, save_page
from simulator.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.batch.store import RunFolder
    from simulator.checks.absence import AbsenceRow
    from simulator.checks.hindcast.card import Card
    from simulator.checks.hindcast.forecast import Forecast

ABSENCE = "absence"
"""Asks for what did not happen instead of a card."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("hindcast")(hindcast_command)


def hindcast_command(
    card: Annotated[
        str | None,
        typer.Argument(help="card file, or the name of a shipped one, or absence; left out: all that ship"),
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
    stopped = "before anything could be foretold"
    try:
        from simulator.batch.store import RunFolder
        from simulator.checks.hindcast.forecast import INNER, forecasts
        from simulator.commands.progress import shown_as

        if futures < INNER or futures % INNER:
            raise InputError(
                f"--futures is {futures}; allowed: {INNER} or more, and {INNER} for each draw of ignorance"
            )
        cards, absent = _cards(card), _absent(card)
        if html is not None:
            check_place(html)
        folder = RunFolder.create(out) if out is not None else None
        title = cards[0].title if len(cards) == 1 else "Hindcasts"
        try:
            with shown_as(title, silent=as_json, lines=progress_lines) as shown:
                found = forecasts(
                    cards,
                    outer=futures // INNER,
                    inner=INNER,
                    seed=seed,
                    workers=workers,
                    progress=lambda done, asked: shown.update(done, asked, None),
                )
            stopped = "while saving"
            if html is not None:
                from simulator.briefing.hindcast import page

                save_page(html, lambda: page(found, absent))
            if folder is not None:
                _save(found, absent, folder)
        finally:
            if folder is not None:
                folder.leave_if_empty()
        stopped = "while printing"
        _show(found, absent, as_json)
    except KeyboardInterrupt:
        typer.echo(f"geocyber: stopped {stopped}", err=True)
        raise typer.Exit(130) from None
    if not as_json:
        if html is not None:
            typer.echo(f"Saved in {html}: tables and charts on one page.")
        if out is not None:
            typer.echo(f"Saved in {out}: figures as JSON, and a chart of each card.")


def _cards(name: str | None) -> list[Card]:
    from simulator.checks.hindcast.reading import read_card
    from simulator.scenario.shipped import hindcast_cards

    if name == ABSENCE:
        return []
    return (
        [read_card(name, besides=(ABSENCE,))]
        if name is not None
        else [read_card(path) for path in hindcast_cards().values()]
    )


def _absent(name: str | None) -> Sequence[AbsenceRow]:
    from simulator.checks.absence import absence_rows

    return absence_rows() if name in (None, ABSENCE) else ()


def _save(found: Sequence[Forecast], absent: Sequence[AbsenceRow], folder: RunFolder) -> None:
    """Figures and charts, each all or nothing."""
    import simulator
    from simulator.charts.hindcast import hindcast_chart
    from simulator.charts.style import save
    from simulator.checks.hindcast.figures import figures

    folder.write_json("hindcasts.json", figures(found, absent))
    for forecast in found:
        chart = hindcast_chart(forecast, model_version=simulator.__version__)
        try:
            save(chart, folder.folder / forecast.card.name)
        except OSError as fault:
            raise InputError(f"the charts could not be written to {folder.folder} ({fault.strerror})") from None
    folder.drop_blocks()


def _show(found: Sequence[Forecast], absent: Sequence[AbsenceRow], as_json: bool) -> None:
    if as_json:
        from simulator.checks.hindcast.figures import figures

        typer.echo(json.dumps(figures(found, absent), indent=2, allow_nan=False, ensure_ascii=False))
        return
    from simulator.commands.hindcast_table import print_hindcasts

    print_hindcasts(found, absent)
