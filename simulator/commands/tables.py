"""Plain tables on the terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

PIPED_WIDTH = 160
"""Characters to a line where the table goes to a file."""
GAP = 2
"""Characters between columns."""
PIECE = re.compile(r"[^._/,-]*[._/,-]+|[^._/,-]+")
"""What a word too long for its column is broken into: it ends after a dot, a dash and the like."""


def table_width() -> int:
    """Characters to a line: those of the terminal, or PIPED_WIDTH."""
    from rich.console import Console

    return Console().width if sys.stdout.isatty() else PIPED_WIDTH


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    styles: Iterable[str | None] = (),
    whole: Collection[str] = (),
) -> None:
    """Rows of text below their columns, folded to the width of the terminal.

    `styles`: one for each row, or none at all; `whole`: columns whose text is not broken if that can be helped.
    """
    from rich.console import Console

    width = table_width()
    Console(highlight=False, width=width).print(folded_table(columns, rows, width, styles, whole))


def folded_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    width: int,
    styles: Iterable[str | None] = (),
    whole: Collection[str] = (),
    right: Collection[str] = (),
) -> Table:
    """A table that fits a width; no word is broken if there is room for each. `right`: columns of numbers."""
    from rich.table import Table
    from rich.text import Text

    lines, given = [tuple(row) for row in rows], list(styles)
    texts = [[column, *(line[number] for line in lines)] for number, column in enumerate(columns)]
    widths = column_widths(texts, width - GAP * len(columns), [column in whole for column in columns])
    table = Table(box=None, header_style="bold", padding=(0, GAP, 0, 0))
    for column, own in zip(columns, widths, strict=True):
        table.add_column(
            Text(broken(column, own)), width=own, overflow="fold", justify="right" if column in right else "left"
        )
    for number, line in enumerate(lines):
        cells = (Text(broken(text, own)) for text, own in zip(line, widths, strict=True))
        table.add_row(*cells, style=given[number] if given else None)
    return table


def column_widths(texts: Sequence[Sequence[str]], room: int, whole: Sequence[bool]) -> list[int]:
    """Characters for each column, in `room` altogether: wide ones give way first.

    Columns keep their longest word if there is room for all of those, or else the longest piece of a word.
    """
    natural = [max(map(_length, column), default=1) for column in texts]
    words = [_longest(column, r"\S+") for column in texts]
    pieces = [_longest(column, PIECE) for column in texts]
    for least in (words, pieces):
        floors = [n if kept else w for n, w, kept in zip(natural, least, whole, strict=True)]
        if sum(floors) <= room:
            break
    else:
        floors = [1] * len(texts)
    most = max(natural, default=1)
    while most > 1 and sum(_between(floors, natural, most)) > room:
        most -= 1
    return _between(floors, natural, most)


def broken(text: str, width: int) -> str:
    """Text whose words that are too long for a width are broken after a dot, a dash and the like."""
    return re.sub(r"\S+", lambda word: "\n".join(_chunks(word[0], width)), text)


def _chunks(word: str, width: int) -> list[str]:
    if _length(word) <= width:
        return [word]
    chunks = [""]
    for piece in PIECE.findall(word):
        if chunks[-1] and _length(chunks[-1] + piece) > width:
            chunks.append("")
        chunks[-1] += piece
    return chunks


def _between(floors: Sequence[int], natural: Sequence[int], most: int) -> list[int]:
    return [max(floor, min(one, most)) for floor, one in zip(floors, natural, strict=True)]


def _longest(texts: Iterable[str], part: str | re.Pattern[str]) -> int:
    found = (piece for text in texts for word in text.split() for piece in re.findall(part, word))
    return max(map(_length, found), default=1)


def _length(text: str) -> int:
    from rich.cells import cell_len

    return max(map(cell_len, text.splitlines()), default=0)
