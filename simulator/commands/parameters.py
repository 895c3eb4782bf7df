"""`geocyber parameters`: the table of evidence that figures of scenarios name as their source."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from operator import add
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.commands.tables import print_table, table_width
from simulator.scenario.errors import InputError

if TYPE_CHECKING:
    from simulator.evidence import Parameter


WIDE = 140
"""Columns of a terminal from which on there is room for the year, the place and the source of a row."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("parameters")(parameters_command)


def parameters_command(
    parameter_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="one row, or the beginning of several; left out: all")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON and nothing else")] = False,
) -> None:
    """List the rows of the evidence: value, range, unit, grade; in 140 columns or more year, place and source too."""
    from simulator.evidence import UnknownEvidence, all_parameters, parameter

    known = all_parameters()
    if parameter_id is None or parameter_id in known:
        rows = [known[parameter_id]] if parameter_id is not None else list(known.values())
    else:
        rows = [row for name, row in known.items() if name.startswith(parameter_id.removesuffix("*"))]
    if not rows and parameter_id is not None:
        try:
            parameter(parameter_id)
        except UnknownEvidence as error:
            raise InputError(str(error)) from None
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False))
    elif len(rows) == 1:
        _print_row(rows[0])
    else:
        _print_list(rows)


def _print_list(rows: Sequence[Parameter]) -> None:
    short = ("Id", "Value", "Range", "Unit", "Grade")
    cells = [(row.id, f"{row.value:g}", _range(row), row.unit, row.grade) for row in rows]
    if table_width() >= WIDE:
        more = ((row.year, row.jurisdiction, row.source) for row in rows)
        print_table((*short, "Year", "Where", "Source"), map(add, cells, more), whole=("Id",))
        return
    print_table(short, cells, whole=("Id",))
    typer.echo(f"\nYear, place and source: in a terminal of {WIDE} columns or more, with one ID, or with --json.")


def _print_row(row: Parameter) -> None:
    confirmed = "read in the source" if row.confirmed else "not confirmed"
    typer.echo(f"{row.id}\n  {row.value:g} {row.unit}" + (f", {_range(row)}" if row.low is not None else ""))
    typer.echo(f"  {row.year}, {row.jurisdiction}; {row.kind}, {confirmed}, grade {row.grade}")
    typer.echo(f"  {row.source}")
    for text in (*row.url.split(), row.note):
        typer.echo(f"  {text}")


def _range(row: Parameter) -> str:
    return "" if row.low is None or row.high is None else f"{row.low:g} to {row.high:g}"
