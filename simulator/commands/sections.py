"""Sections of a summary on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from simulator.briefing.summary import Section

WIDTH = 118
"""Columns where the output is no terminal."""
PADDING = 6
LABEL, VALUE = (46, 60), (24, 40)
"""Least and most columns of what, and of how much; how sure takes the rest."""
DOUBT = 26
"""Columns that the rest has at least: where there is less room, what and how much are folded before how sure is."""


def plain_console() -> Console:
    """A console that prints text as it is."""
    console = Console(highlight=False, markup=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, width=WIDTH)


def print_sections(console: Console, sections: Iterable[Section]) -> None:
    """Each section as a table without lines: what, how much, how sure."""
    for section in sections:
        table = Table(title=section.title, title_justify="left", title_style="bold", show_header=False, box=None)
        label = fitting((row.label for row in section.rows), *LABEL)
        value = fitting((row.value for row in section.rows), *VALUE)
        room = console.width - PADDING
        if room - label - value < DOUBT:
            label, value = room * 3 // 8, room // 4
        table.add_column(width=label, overflow="fold")
        table.add_column(width=value, overflow="fold")
        table.add_column(style="dim", max_width=room - label - value, overflow="fold")
        for row in section.rows:
            table.add_row(row.label, row.value, row.doubt)
        console.print()
        console.print(table)
        if section.note:
            console.print(section.note, style="dim")


def fitting(texts: Iterable[str], least: int, most: int) -> int:
    """Columns that the longest text takes, within bounds."""
    return min(most, max(least, *map(cell_len, texts), 0))
