"""A comparison of mitigations on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from simulator.commands.sections import plain_console, print_sections

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from simulator.briefing.comparison import Line
    from simulator.charts.arms import About

STYLES = {"pays": "bold", "unclear": "", "does not pay": "dim"}


def print_comparison(arms: pd.DataFrame, about: About) -> None:
    """The summary of a comparison; `arms` and `about` as `simulator.charts.arms` describes them."""
    from simulator.briefing.comparison import summarise_comparison

    summary = summarise_comparison(arms, about)
    console = plain_console()
    console.print()
    console.print(about["title"], style="bold")
    console.print(summary.headline, style="bold")
    for warning in summary.warnings:
        console.print(warning, style="bold red")
    console.print(summary.basis, style="dim")
    if summary.lines:
        console.print()
        console.print(table_of(summary.lines))
    print_sections(console, summary.sections)


def table_of(lines: Iterable[Line]) -> Table:
    """What pays, a row per arm; a gap where sets begin."""
    title = "What pays, for society as a whole"
    table = Table(title=title, title_justify="left", title_style="bold", box=None, collapse_padding=True)
    table.add_column("Mitigation", min_width=24)
    table.add_column("Verdict", no_wrap=True)
    for name in ("Benefit", "Cost", "Net"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("95 % interval", no_wrap=True)
    table.add_column("Ratio", justify="right")
    table.add_column("Operators", no_wrap=True)
    table.add_column("Grade", justify="center")
    sets = False
    for line in lines:
        if line.together and not sets:
            table.add_row("In force together", style="italic")
            sets = True
        cells = (line.title, line.verdict, line.benefit, line.cost, line.net, line.interval, line.ratio)
        table.add_row(*cells, line.operator, line.evidence, style=STYLES[line.verdict])
    return table
