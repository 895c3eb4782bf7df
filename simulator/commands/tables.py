"""Plain tables on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Sequence

PIPED_WIDTH = 160
"""Characters to a line where the table goes to a file."""


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    styles: Iterable[str | None] = (),
    whole: Collection[str] = (),
) -> None:
    """Rows of text below their columns, folded to the width of the terminal.

    `styles`: one for each row, or none at all; `whole`: columns whose text is never broken.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in whole)
    given = list(styles)
    for number, row in enumerate(rows):
        table.add_row(*map(Text, row), style=given[number] if given else None)
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    Console(highlight=False, width=width).print(table)
