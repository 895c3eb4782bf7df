"""`geocyber incidents`: the published incidents that the evidence holds, and every figure of one of them."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.commands.tables import print_table, table_width
from simulator.scenario.errors import InputError, listed, shown

if TYPE_CHECKING:
    from simulator.evidence import Incident
    from simulator.evidence.incidents import Figure, Reference

IDENTITY = {
    "Vendor or operator": "vendor",
    "Product or service": "product",
    "Home state": "home",
    "Attacker": "attacker",
    "Attributed to": "attributed_to",
    "How": "means",
    "Conflict": "conflict",
    "Found by": "found_by",
    "Who named whom": "named_by",
}
"""Lines at the head of a record, and the field each shows."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("incidents")(incidents_command)


def incidents_command(
    incident_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="one record, or how its ID alone begins; left out: all")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON and nothing else")] = False,
) -> None:
    """List the published incidents of the evidence in short, or all that is known of one."""
    from simulator.evidence import UnknownEvidence, all_incidents, incident

    if incident_id is None:
        records = list(all_incidents().values())
        if as_json:
            typer.echo(json.dumps([_line(record) for record in records], indent=2, ensure_ascii=False))
        else:
            _print_list(records)
        return
    try:
        record = incident(_completed(incident_id, all_incidents()))
    except UnknownEvidence as error:
        raise InputError(str(error)) from None
    if as_json:
        typer.echo(json.dumps(_whole(record), indent=2, ensure_ascii=False))
    else:
        _print_record(record)


def _completed(beginning: str, known: Collection[str]) -> str:
    """The one id that begins so, or the text as it is. Raises InputError where several do."""
    found = [name for name in known if beginning and name.startswith(beginning)]
    if beginning in known or not found:
        return beginning
    if len(found) > 1:
        raise InputError(f"{shown(beginning)} begins {len(found)} ids of incidents; allowed: {listed(found)}")
    return found[0]


def _line(record: Incident) -> dict[str, Any]:
    """What the list says of a record."""
    from simulator.evidence.incidents import CONFLICT_LEVELS

    return {
        "id": record.id,
        "date": record.date,
        "what": record.title,
        "home_state": record.home,
        "attributed_to": record.attributed_to,
        "conflict": CONFLICT_LEVELS[record.conflict_level],
        "figures": len(record.figures),
        "confirmed": record.confirmed / len(record.figures),
        "grade": record.grade,
    }


def _whole(record: Incident) -> dict[str, Any]:
    figures = [asdict(figure) | {"grade": figure.grade} for figure in record.figures]
    return asdict(record) | {"figures": figures}


def _print_list(records: list[Incident]) -> None:
    lines = map(_line, sorted(records, key=lambda record: record.date))
    rows = [[str(line[field]) for field in ("id", "date", "what", "conflict", "grade")] for line in lines]
    print_table(("Id", "Date", "What", "Conflict", "Grade"), rows, whole=("Id", "Date"))
    figures = [figure for record in records for figure in record.figures]
    confirmed = sum(figure.confirmed for figure in figures)
    said = (
        f"{len(records)} incidents, {len(figures)} figures, {confirmed} of them read in the page named. "
        "Grade: of the record as a case to hold a model against, A = a measured curve or figures that hang "
        "together, B = some figures, C = single ones, D = not to be fitted to. Who did what to whom, and how much of "
        "it is confirmed: with an ID, or --json."
    )
    typer.echo("\n" + _filled(said))


def _print_record(record: Incident) -> None:
    from simulator.evidence.incidents import TOPICS

    dated = f"{record.date} ({record.date_note})" if record.date_note else record.date
    typer.echo(f"{record.title}\n{dated}. Grade {record.grade} as a case.")
    typer.echo(_filled(record.happened) + "\n")
    for label, field in IDENTITY.items():
        _tell(label, getattr(record, field))
    for denial in record.denials:
        _tell("Denial", f"{denial.by}: {denial.said} ({_cited(denial.source)})")
    if record.gaps:
        _tell("Not known", record.gaps)
    for topic, meaning in TOPICS.items():
        figures = [figure for figure in record.figures if figure.topic == topic]
        if figures:
            typer.echo(f"\n{topic.capitalize()}: {meaning}")
            print_table(("What", "Value", "Range", "Confirmed", "Grade", "Source"), [_cells(f) for f in figures])
    if record.acts:
        typer.echo("\nGovernment acts")
        rows = [(act.date, act.what, "yes" if act.confirmed else "no", _cited(act.source)) for act in record.acts]
        print_table(("Date", "What", "Confirmed", "Source"), rows)
    listed = {s for part in (record.figures, record.acts, record.denials) for s in (e.source for e in part) if s.url}
    typer.echo("\nPages")
    for source in sorted(listed, key=lambda source: source.name):
        typer.echo(f"  {_cited(source)}: {source.url}")


def _tell(label: str, text: str) -> None:
    typer.echo(_filled(f"  {label + ':':20}{text}", indent=22 * " "))


def _filled(text: str, indent: str = "") -> str:
    from simulator.commands.sections import WIDTH

    width = min(WIDTH, table_width())
    return fill(text, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)


def _cells(figure: Figure) -> tuple[str, ...]:
    what = figure.what
    if figure.day is not None:
        what += f", day {figure.day:g} from {figure.clock}"
    if figure.note:
        what += f" ({figure.note})"
    low, high = (in_unit(bound, figure.unit) if bound is not None else "" for bound in (figure.low, figure.high))
    bounds = [text for text in (low and f"from {low}", high and f"up to {high}") if text]
    span = f"{low} to {high}" if len(bounds) == 2 else "".join(bounds)
    confirmed = "yes" if figure.confirmed else "no"
    return what, in_unit(figure.value, figure.unit), span, confirmed, figure.grade, _cited(figure.source)


def _cited(source: Reference) -> str:
    return f"{source.name}, {source.date}" if source.date else source.name


def in_unit(value: float, unit: str) -> str:
    """A figure as it is said: `58 %`, `12 million USD`, `1,500 organisations`, `261 days`."""
    if unit == "share":
        return f"{100.0 * value:.3g} %"
    if unit == "year":
        return f"{value:.0f}"
    word = "" if unit == "count" else f" {unit}"
    if value >= 1e9:
        return f"{value / 1e9:.4g} billion{word}"
    if value >= 1e6:
        return f"{value / 1e6:.4g} million{word}"
    return f"{value:,.0f}{word}" if value == int(value) else f"{value:.3g}{word}"
