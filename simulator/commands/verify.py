"""`geocyber verify`: check the simulator against answers that are known."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.commands.pages import check_place, save_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.checks.verify import Checked


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify")(verify_command)


def verify_command(
    cases: Annotated[list[str] | None, typer.Argument(help="cases to check, such as V08; left out: all")] = None,
    only: Annotated[str | None, typer.Option(help="calculated or simulated; left out: both")] = None,
    workers: Annotated[int, typer.Option(help="processes")] = 2,
    every: Annotated[bool, typer.Option("--all", help="print every figure, not only the worst of each case")] = False,
    html: Annotated[Path | None, typer.Option(help="file for a page with every figure and its derivation")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print every figure as JSON and nothing else")] = False,
) -> None:
    """Check the simulator against known answers. Ends with code 1 if a case fails."""
    try:
        from simulator.checks.verify import verify
        from simulator.commands.progress import Cases

        if html is not None:
            check_place(html)
        bar = None if as_json else Cases("Known answers")
        with bar or nullcontext():
            table = verify(cases, only=only, workers=workers, progress=bar.update if bar else None)
        if html is not None:
            from simulator.briefing.verification import page

            save_page(html, lambda: page(table, asked(cases, only)))
        show(table, every, html, as_json)
    except KeyboardInterrupt:
        typer.echo("geocyber: stopped before all cases were checked", err=True)
        raise typer.Exit(130) from None
    if any(checked.failed for checked in table):
        raise typer.Exit(1)


def asked(cases: Sequence[str] | None, only: str | None) -> str:
    """What was to be checked, in words."""
    which = ", ".join(sorted({name.upper() for name in cases})) if cases else "all cases"
    return f"{which}, what is {only} only" if only else which


def show(table: Sequence[Checked], every: bool, html: Path | None, as_json: bool) -> None:
    """Print the results."""
    if as_json:
        typer.echo(json.dumps(plain(table), indent=2, allow_nan=False))
        return
    from simulator.commands.verification_table import print_verification

    print_verification(table, every)
    if html is not None:
        typer.echo(f"Saved in {html}: every figure, with where each answer comes from.")


def plain(table: Sequence[Checked]) -> dict[str, Any]:
    """Everything but times, as JSON can hold it."""
    import simulator
    from simulator.briefing.verification import conclusion, counts, figures_of, verdict
    from simulator.checks.verify import WAYS

    return {
        "version": simulator.__version__,
        "counts": counts(table),
        "conclusion": conclusion(table),
        "cases": [
            {
                "id": checked.case.id,
                "title": checked.case.title,
                "verdict": verdict(checked),
                "fault": checked.fault,
                "not_yet": checked.case.not_yet,
                "figures": [
                    {
                        "name": figure.name,
                        "way": way,
                        "expected": figure.expected,
                        "got": finite(figure.got),
                        "error": finite(figure.error),
                        "se": finite(figure.se),
                        "allowed": figure.allowed,
                        "most_se": finite(figure.most_se),
                        "z": finite(figure.z),
                        "passed": figure.passed,
                        "fault": figure.fault,
                    }
                    for way in WAYS
                    for figure in figures_of(checked, way)
                ],
            }
            for checked in table
        ],
    }


def finite(value: float) -> float | None:
    """JSON has no infinity and no nan."""
    return value if abs(value) < float("inf") else None
