"""The evidence of a scenario on the terminal: its figures as a table, and what data and experts make of some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.commands.tables import print_table, table_width
from simulator.scenario.errors import listed

if TYPE_CHECKING:
    from simulator.scenario.beliefs import Belief, Line
    from simulator.scenario.ledger import Entry


def print_entries(entries: Sequence[Entry]) -> None:
    """A row to a figure."""
    columns = ("Parameter", "Value", "Range", "Grade", "Source or assumption")
    rows = [(entry.parameter, entry.value, entry.range, entry.grade, entry.said) for entry in entries]
    print_table(columns, rows, ["yellow" if entry.basis == "unstated" else None for entry in entries])


def print_beliefs(found: Sequence[Belief], doubted: Sequence[str]) -> None:
    """A small table to a belief, with what to make of it below; `doubted`: parameters in doubt without a count."""
    console = _console()
    for belief in found:
        more = len(belief.parameters) - 1
        console.print()
        console.print(Text(belief.parameters[0] + (f", and {more} alike" if more else ""), style="bold"))
        console.print(_figures(belief))
        for sentence in belief.said:
            console.print(Text(f"  {sentence}"))
    if doubted:
        console.print(Text(f"\nStated with how doubtful they are, and with no count of events: {listed(doubted, 8)}."))


def _figures(belief: Belief) -> Table:
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    weights = {line.weight for line in belief.lines if line.weight is not None}
    implied = any(line.implied_median is not None for line in belief.lines)
    columns = ["  " + belief.unit, "5 %", "50 %", "95 %", "mean"]
    columns += ["50 % of the outer two"] * implied + ["weight"] * (len(weights) > 1)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for line in belief.lines:
        cells = [f"  {line.name}", *_points(line)]
        cells += [_short(line.implied_median)] * implied + [_short(line.weight)] * (len(weights) > 1)
        table.add_row(*map(Text, cells))
    return table


def _points(line: Line) -> tuple[str, ...]:
    spread = line.spread
    return tuple(_short(number) for number in (spread.low, spread.median, spread.high, spread.mean))


def _short(number: float | None) -> str:
    return "" if number is None else f"{number:.2g}" if abs(number) < 100.0 else f"{number:.0f}"


def _console() -> Console:
    return Console(highlight=False, width=table_width())
