"""Known answers on the terminal: a line per case and way, or one per figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from simulator.briefing.verification import agreeing, cells, conclusion, figures_of, worst
from simulator.commands.sections import plain_console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.checks.figure import Figure
    from simulator.checks.verify import Checked, Way

FAILED, QUIET = "bold red", "dim"
DIGITS = 6
WIDTHS = {"Case": 4, "Way": 10, "Expected": 11, "Got": 11, "Error": 8, "z": 5, "Verdict": 13}
"""Columns but for the name of the figure, which takes what is left."""
LEAST = 8
NARROW = 100
"""Columns up to which there is one blank between cells instead of two."""


def print_verification(table: Sequence[Checked], every: bool) -> None:
    """The table, what failed in words, and how many pass. With `every`, a row per figure."""
    console = plain_console()
    console.print()
    console.print(table_of(table, every, console.width))
    console.print()
    for sentence in faults(table):
        console.print(sentence, style=FAILED)
    console.print(conclusion(table), style="bold")


def table_of(table: Sequence[Checked], every: bool, columns: int) -> Table:
    """A row per case and way with its worst figure, or a row per figure."""
    from simulator.checks.verify import WAYS

    blanks = 2 if columns > NARROW else 1
    left = columns - sum(width + blanks for width in WIDTHS.values()) - blanks
    printed = Table(box=None, pad_edge=False, padding=(0, blanks, 0, 0))
    for name, width in WIDTHS.items():
        right = name in ("Expected", "Got", "Error", "z")
        printed.add_column(name, width=width, no_wrap=True, justify="right" if right else "left")
        if name == "Way":
            printed.add_column("Figure" if every else "Worst figure", max_width=max(left, LEAST), no_wrap=True)
    for checked in table:
        name = checked.case.id
        if checked.case.not_yet:
            printed.add_row(name, "", checked.case.title, "", "", "", "", "not yet", style=QUIET)
            continue
        for way in WAYS:
            figures = figures_of(checked, way)
            if every:
                for figure in figures:
                    _add(printed, name, way, figure, "pass" if figure.passed else "FAIL", figure.passed)
            elif figures:
                passed = all(figure.passed for figure in figures)
                _add(printed, name, way, worst(figures), f"{'pass' if passed else 'FAIL'} {agreeing(figures)}", passed)
        if checked.fault:
            printed.add_row(name, "", checked.fault, "", "", "", "", "FAIL", style=FAILED)
    return printed


def faults(table: Sequence[Checked]) -> list[str]:
    """A sentence for each case as a whole and each figure that failed."""
    from simulator.checks.verify import WAYS

    told = []
    for checked in table:
        name = checked.case.id
        if checked.fault:
            told.append(f"{name}: {checked.fault}")
        for way in WAYS:
            told += [f"{name}, {way} {f.name}: {f.fault}" for f in figures_of(checked, way) if f.fault]
    return told


def _add(printed: Table, name: str, way: Way, figure: Figure, word: str, passed: bool) -> None:
    printed.add_row(name, way, figure.name, *cells(figure, DIGITS), word, style="" if passed else FAILED)
