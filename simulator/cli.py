"""The command `geocyber`."""

from __future__ import annotations

import sys

import typer

from simulator.commands import (
    compare,
    fits,
    hindcast,
    incidents,
    mechanisms,
    parameters,
    replay,
    reproduce,
    run,
    scenario,
    verify,
    warmup,
)
from simulator.scenario.errors import InputError

app = typer.Typer(
    name="geocyber",
    help="Geopolitical cyber-risk scenario simulator for water, telecom and energy portfolios.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (
    run,
    reproduce,
    compare,
    replay,
    scenario,
    verify,
    hindcast,
    fits,
    incidents,
    parameters,
    mechanisms,
    warmup,
):
    group.register(app)


def main() -> None:
    """Run a command; what a user can mend ends in a sentence and exit code 2."""
    try:
        app()
    except InputError as fault:
        typer.echo(f"geocyber: {fault}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("geocyber: stopped before anything could be estimated", err=True)
        sys.exit(130)
    except MemoryError:
        typer.echo("geocyber: out of memory; use a smaller portfolio or fewer workers", err=True)
        sys.exit(2)
