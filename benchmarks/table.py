"""The table that the benchmark prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from benchmarks.kernel_adapter import NotThere


@dataclass(frozen=True)
class Row:
    """One line: what was measured, what was asked, what came out."""

    what: str
    target: str
    measured: str
    verdict: str


def reported(what: str, measured: object) -> Row:
    """A figure for which no target is set."""
    return Row(what, "", str(measured), "reported")


def judged(what: str, target: str, measured: object, met: bool) -> Row:
    return Row(what, target, str(measured), "met" if met else "NOT MET")


def missing(what: str, target: str, reason: str) -> Row:
    return Row(what, target, reason, "not there")


def attempted(what: str, target: str, measure: Callable[[], Row]) -> Row:
    """The row, or one that says what it lacks."""
    try:
        return measure()
    except NotThere as reason:
        return missing(what, target, str(reason))


def lines(rows: Sequence[Row]) -> list[str]:
    """The table as text, columns aligned."""
    names = [f.name for f in fields(Row)]
    cells = [names, *([getattr(row, name) for name in names] for row in rows)]
    widths = [max(len(line[k]) for line in cells) for k in range(len(names))]
    cells.insert(1, ["-" * width for width in widths])
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
