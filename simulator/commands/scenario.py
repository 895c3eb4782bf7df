"""`geocyber validate`, `evidence`, `schema` and `new`: a scenario checked, accounted for, described and begun."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.commands.arguments import MitigationsOption, ScenarioArgument, load_asked
from simulator.scenario.errors import InputError, InputErrors, listed

if TYPE_CHECKING:
    from simulator.scenario.beliefs import Belief
    from simulator.scenario.ledger import Entry
    from simulator.scenario.load import LoadedScenario


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("validate")(validate_command)
    app.command("evidence")(evidence_command)
    app.command("schema")(schema_command)
    app.command("new")(new_command)


def validate_command(scenario: ScenarioArgument, mitigations: MitigationsOption = None) -> None:
    """Check a scenario and its files, and say all that is wrong."""
    from simulator.world.world import build

    try:
        loaded = load_asked(scenario, mitigations)
        build(loaded.scenario, loaded.register)
    except InputError as error:
        for message in error.messages if isinstance(error, InputErrors) else (str(error),):
            typer.echo(message, err=True)
        raise typer.Exit(2) from None
    typer.echo(summary(loaded))


def summary(loaded: LoadedScenario) -> str:
    """What the portfolio holds, what is on offer, and how many of the figures say where they come from."""
    from collections import Counter

    from simulator.scenario.ledger import ledger

    scenario, register = loaded.scenario, loaded.register
    customers = sum(o.customers for o in register.organisations)
    sectors = sorted(Counter(o.sector for o in register.organisations).items())
    bases = Counter(entry.basis for entry in ledger(loaded))
    offer = f"{len(scenario.mitigations)} mitigations on offer, {len(scenario.mitigation_sets)} sets of them"
    in_force = f"in force: {listed(scenario.in_force) or 'none'}"
    return (
        f"{scenario.name}: {len(register.organisations)} organisations "
        f"({listed(f'{count} {sector}' for sector, count in sectors)}) with {customers:.0f} customers, "
        f"{len(register.dependencies)} dependencies, {len(register.links)} links\n"
        + (f"{offer}, {in_force}\n" if scenario.mitigations else "")
        + f"valid; of {bases.total()} figures {bases['source']} name a source, "
        f"{bases['assumption']} are assumptions, {bases['unstated']} say neither"
    )


def evidence_command(
    scenario: ScenarioArgument,
    mitigations: MitigationsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON and nothing else")] = False,
    unstated: Annotated[
        bool, typer.Option("--unstated", help="only figures that name neither source nor assumption")
    ] = False,
    only_beliefs: Annotated[
        bool, typer.Option("--beliefs", help="only what was seen, or experts, make of a figure: before and after")
    ] = False,
) -> None:
    """List every figure of a scenario, and of mitigations on offer, with its range and where it comes from.

    Where a figure says what was seen of it, or what several experts say, what that makes of it is told below the list;
    with --beliefs, that alone.
    """
    from simulator.scenario.beliefs import beliefs, doubted_unseen
    from simulator.scenario.ledger import ledger

    if unstated and only_beliefs:
        raise InputError("--unstated and --beliefs ask for different figures; allowed: one of them")
    loaded = load_asked(scenario, mitigations)
    entries = [entry for entry in ledger(loaded) if entry.basis == "unstated" or not unstated]
    if as_json:
        told = {name: belief for belief in beliefs(loaded) for name in belief.parameters}
        asked = [entry for entry in entries if entry.parameter in told or not only_beliefs]
        rows = [_row(entry, told.get(entry.parameter)) for entry in asked]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    if not entries:
        typer.echo("Every figure names a source or an assumption.")
        return
    from simulator.commands.evidence_table import print_beliefs, print_entries

    found = [] if unstated else beliefs(loaded)
    if only_beliefs and not found:
        typer.echo("No figure says what was seen of it, nor what experts say.")
    if not only_beliefs:
        print_entries(entries)
    if found:
        print_beliefs(found, doubted_unseen(loaded))


def _row(entry: Entry, belief: Belief | None) -> dict[str, Any]:
    """A figure, with what was believed of it where data or experts bear on it."""
    return asdict(entry) | ({} if belief is None else {"belief": asdict(belief)})


def schema_command(
    out: Annotated[Path | None, typer.Option(help="file to write; left out: print it")] = None,
    mitigations: Annotated[bool, typer.Option("--mitigations", help="of a file of mitigations instead")] = False,
) -> None:
    """The JSON Schema of a scenario file, for editors."""
    from simulator.scenario.json_schema import json_schema_text
    from simulator.scenario.mitigation_file import MitigationFile
    from simulator.scenario.schema import Scenario

    text = json_schema_text(MitigationFile if mitigations else Scenario)
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror}; allowed: a file in a folder") from None


def new_command(folder: Annotated[Path, typer.Argument(help="a new folder, or an empty one")]) -> None:
    """Begin a scenario: a small one that works, with a comment for every column and unit."""
    from simulator.scenario.template import write_template

    path = write_template(folder)
    typer.echo(f"Written: {path}. Check it with: geocyber validate {path}")
