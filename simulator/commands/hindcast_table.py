"""Hindcasts as tables on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.briefing import absence
from simulator.checks.hindcast import words
from simulator.checks.hindcast.verdict import judged, summary
from simulator.commands.sections import WIDTH, plain_console

if TYPE_CHECKING:
    from simulator.checks.absence import AbsenceRow
    from simulator.checks.hindcast.forecast import Forecast


def print_hindcasts(found: Sequence[Forecast], absent: Sequence[AbsenceRow]) -> None:
    """A table for each card, what all say together, and what did not happen."""
    console = plain_console()
    for forecast in found:
        _print_card(console, forecast)
    if absent:
        _print_absence(console, absent)
    if len(found) > 1:
        rows = [row for forecast in found for row in judged(forecast)]
        console.print(f"\nAll {len(found)} cards", style="bold")
        console.print(words.summary_line(summary(rows)))


def _print_card(console: Console, forecast: Forecast) -> None:
    card, rows = forecast.card, judged(forecast)
    console.print(f"\n{card.title}", style="bold")
    console.print(f"{card.about} {card.stands_for}", style="dim")
    if card.record is not None:
        console.print(words.naming(card), style="dim")
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("What was seen", min_width=20)
    for column in ("Observed", "Predicted", "Verdict", "Score"):
        table.add_column(column, no_wrap=console.width >= WIDTH)
    for row in rows:
        one = row.observed
        table.add_row(
            Text(f"{words.name(one)}\n({words.STATUS[one.status]})"),
            f"{words.figure(one.value, one.quantity, card.currency)}\n{words.tolerance(one, card.currency)}",
            "\n".join(words.predicted(row, card.currency)),
            "\n".join(filter(None, (words.verdict(row), words.within(row), words.percentile(row)))),
            "\n".join([*words.score(row, card.currency), words.skill(row)]),
            style="" if one.scored else "dim",
        )
    console.print(table)
    console.print(words.KEY, style="dim")
    console.print(words.summary_line(summary(rows)), style="bold")
    for reason in words.reasons(rows):
        console.print(f"Outside: {reason}")
    for row in rows:
        if row.defined < 1.0:
            console.print(f"{words.name(row.observed)}: no figure in {words.share(1.0 - row.defined)} of futures.")
    console.print(words.basis(forecast), style="dim")
    if words.too_few(forecast):
        console.print(words.too_few(forecast), style="bold")


def _print_absence(console: Console, rows: Sequence[AbsenceRow]) -> None:
    console.print("\nWhat did not happen", style="bold")
    console.print(absence.finding(rows))
    for sentence in absence.explained(rows):
        console.print(sentence)
    for heading, alike in absence.tables(rows):
        console.print(f"\n{heading}", style="bold" if alike[0].as_shipped else "bold dim")
        table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
        for column in absence.HEADINGS:
            table.add_column(column, no_wrap=True)
        for row in alike:
            table.add_row(*map(Text, absence.cells(row)), style="" if row.as_shipped else "dim")
        console.print(table)
    console.print()
    for note in absence.NOTES:
        console.print(note, style="dim")
