"""`geocyber mechanisms`: the nineteen mechanisms with the grade of the evidence each stands on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.commands.arguments import MitigationsOption, load_asked
from simulator.commands.tables import print_table

if TYPE_CHECKING:
    from simulator.scenario.mechanisms import Standing

COLUMNS = ("No", "Mechanism", "Figures", "A", "B", "C", "D", "Typical", "Worst")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mechanisms")(mechanisms_command)


def mechanisms_command(
    scenario: Annotated[
        str | None, typer.Argument(help="scenario file, or the name of a shipped one; left out: all that ship")
    ] = None,
    mitigations: MitigationsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON and nothing else")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="print the table of docs/model-card.md")] = False,
) -> None:
    """List the mechanisms, and how good the evidence is for the figures of each."""
    from simulator.scenario.ledger import ledger
    from simulator.scenario.mechanisms import standings
    from simulator.scenario.shipped import shipped_scenarios

    names = [scenario] if scenario is not None else list(shipped_scenarios())
    found = standings(entry for name in names for entry in ledger(load_asked(name, mitigations)))
    if as_json:
        typer.echo(json.dumps([_as_json(one) for one in found], indent=2))
        return
    if markdown:
        for line in markdown_table(found):
            typer.echo(line)
        return
    print_table(COLUMNS, map(cells, found))
    typer.echo(
        "\nA = measured, B = published, C = our arithmetic on few cases, D = assumed or unconfirmed.\n"
        "Figures that rest on an assumption alone count as D; with a source beside it, at best as B."
    )


def cells(one: Standing) -> tuple[str, ...]:
    """A row of the table."""
    number = str(one.mechanism.number or "")
    counts = (str(count or "") for count in one.counts)
    return (number, one.mechanism.name, str(one.figures), *counts, one.typical or "", one.worst or "")


def markdown_table(standings: Iterable[Standing]) -> Iterator[str]:
    """The lines of a table that says what each mechanism does, too."""
    yield "| " + " | ".join((*COLUMNS[:2], "What it does", *COLUMNS[2:])) + " |"
    yield "|---|---|---|" + (len(COLUMNS) - 2) * "--:|"
    for one in standings:
        number, name, *rest = cells(one)
        yield "| " + " | ".join((number, name, one.mechanism.what, *rest)) + " |"


def _as_json(one: Standing) -> dict[str, Any]:
    from simulator.scenario.mechanisms import GRADES

    return {
        "number": one.mechanism.number,
        "mechanism": one.mechanism.name,
        "what": one.mechanism.what,
        "figures": one.figures,
        **dict(zip(GRADES, one.counts, strict=True)),
        "typical": one.typical,
        "worst": one.worst,
    }
