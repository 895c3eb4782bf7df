"""`geocyber fits`: the fits behind the fitted defaults, with their doubt and the error of each point left out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from simulator.scenario.errors import InputError, did_you_mean, listed, shown

if TYPE_CHECKING:
    from rich.console import Console

    from simulator.evidence.fits import CurveFit, StealthFit
    from simulator.rules.quantile import Law

STEALTH = "stealth"
SHIPPED_IN = "uk_2022"
"""A shipped scenario that leaves these defaults as they are."""
TEXTS = ("Incident", "Case", "In the middle 80 %", "Source")
"""Columns of text; the others are numbers."""
HOW_TO_READ = (
    "Doubt: by how much all times may be off, multiplied by one factor. Asks for 3.9 times the time: the fit meets "
    "that other incident if all its times are 3.9 times as long. Shipped as part of others: no default is this law "
    "by itself; shares and delays of several together follow it."
)
Row = dict[str, Any]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fits")(fits_command)


def fits_command(
    name: Annotated[str | None, typer.Argument(help="one fit; left out: all of them")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON and nothing else")] = False,
) -> None:
    """Show how the fitted defaults come from published points, how sure they are, and what leaving one out does."""
    from simulator.commands.sections import plain_console

    rows = [row for row in fit_rows() if name in (None, row["name"])]
    if not rows:
        known = [row["name"] for row in fit_rows()]
        hint = did_you_mean(str(name), known)
        raise InputError(f"{shown(name)} is not a fit; allowed: {listed(known)}" + (hint and f". {hint}"))
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    console = plain_console()
    for row in rows:
        _print(console, row)
    console.print(f"\n{HOW_TO_READ}", style="dim")


def fit_rows() -> Iterator[Row]:
    """Each fit as plain data: times in days, factors on them as 5 and 95 % points."""
    from simulator.evidence.fits import curves, stealth_fit

    shipped = _shipped()
    yield from (_curve_row(fit, shipped) for fit in curves().values())
    yield _stealth_row(stealth_fit(), shipped)


def _shipped() -> Mapping[str, Law]:
    """Values of the defaults, in hours, by dotted path."""
    from simulator.rules.quantile import Law
    from simulator.scenario.errors import dotted
    from simulator.scenario.load import load
    from simulator.scenario.stated import stated_values

    stated = stated_values(load(SHIPPED_IN).scenario)
    return {dotted(path): one.value for path, one in stated if isinstance(one.value, Law)}


def _curve_row(fit: CurveFit, shipped: Mapping[str, Law]) -> Row:
    return _head(fit.curve.name, fit.curve.title, fit.curve.default, fit.law, fit.doubt, shipped) | {
        "factor_by_own_points": _digits(fit.own[0] / fit.own[1], fit.own[2] / fit.own[1]),
        "points": [
            {
                "incident": one.point.incident,
                "what": one.point.what,
                "days": one.point.days,
                "published": one.point.share,
                "fitted": round(one.fitted, 3),
                "without_it": None if one.without is None else round(one.without, 3),
                "error": None if one.without is None else round(one.without - one.point.share, 3),
                "source": one.point.source,
            }
            for one in fit.points
        ],
        "elsewhere": [
            {"incident": one.incident, "factor": _digits(one.factor)[0], "counted": one.counted}
            for one in fit.elsewhere
        ],
    }


def _stealth_row(fit: StealthFit, shipped: Mapping[str, Law]) -> Row:
    from simulator.evidence.fits.stealth import DEFAULT

    rows = []
    for one in fit.cases:
        rest = fit.without(one.case)
        level = rest.level(one.days)
        rows.append(
            {
                "case": one.case,
                "days": one.days,
                "median_without_it": round(rest.law.a, 1),
                "sigma_without_it": round(rest.law.b, 3),
                "percentile": round(100.0 * level),
                "inside_80": 0.1 <= level <= 0.9,
                "source": one.source,
            }
        )
    title = "a stealthy poisoned update found, from its release"
    return _head(STEALTH, title, DEFAULT, fit.law, fit.doubt, shipped) | {
        "median_90": _digits(*fit.median_band),
        "next_case_90": _digits(*fit.predictive_band),
        "cases": rows,
    }


def _head(name: str, title: str, default: str, law: Law, doubt: Law, shipped: Mapping[str, Law]) -> Row:
    return {
        "name": name,
        "title": title,
        "fitted": _in_words(law, 1.0),
        "default": default,
        "shipped": _in_words(shipped[default], 24.0) if default else "",
        "factor_90": _digits(doubt.quantile(0.05), doubt.quantile(0.95)),
    }


def _in_words(law: Law, per_day: float) -> str:
    from simulator.scenario.laws import write_law
    from simulator.scenario.ledger import in_words

    written = cast(dict[str, dict[str, Any]], write_law(law, lambda value: f"{value / per_day:.3g} d"))
    ((family, parts),) = written.items()
    short = {key: part if isinstance(part, str) else float(f"{part:.3g}") for key, part in parts.items()}
    return in_words({family: short})


def _digits(*values: float) -> list[float]:
    return [float(f"{value:.3g}") for value in values]


def _print(console: Console, row: Row) -> None:
    from simulator.commands.tables import folded_table

    low, high = row["factor_90"]
    console.print()
    console.print(f"{row['name']}: {row['title']}", style="bold")
    console.print(f"fitted  {row['fitted']}")
    console.print(f"shipped {row['shipped']}  ({row['default']})" if row["default"] else "shipped as part of others")
    console.print(f"doubt   a factor on the time, median 1, 5 to 95 %: {low:g} to {high:g}")
    if "cases" in row:
        console.print("median  5 to 95 %: {:g} to {:g} d".format(*row["median_90"]))
        console.print("next    5 to 95 %: {:g} to {:g} d".format(*row["next_case_90"]))
    columns, lines = _case_lines(row) if "cases" in row else _point_lines(row)
    numbers = [column for column in columns if column not in TEXTS]
    console.print(folded_table(columns, lines, console.width, right=numbers))
    for other in row.get("elsewhere", ()):
        counted = "counted in the doubt" if other["counted"] else "shown only"
        console.print(f"elsewhere: {other['incident']} asks for {other['factor']:g} times the time ({counted})")


def _point_lines(row: Row) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    lines: list[tuple[str, ...]] = [
        (
            point["incident"],
            f"{point['days']:g} d",
            f"{point['published']:g}",
            f"{point['fitted']:.3g}",
            "none left" if point["without_it"] is None else f"{point['without_it']:.3g}",
            "" if point["error"] is None else f"{point['error']:+.3f}",
            point["source"],
        )
        for point in row["points"]
    ]
    return ("Incident", "After", "Published", "Fitted", "Without it", "Error", "Source"), lines


def _case_lines(row: Row) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    lines: list[tuple[str, ...]] = [
        (
            case["case"],
            f"{case['days']:g} d",
            f"{case['median_without_it']:g} d",
            f"{case['sigma_without_it']:g}",
            f"{case['percentile']} %",
            "yes" if case["inside_80"] else "no",
            case["source"],
        )
        for case in row["cases"]
    ]
    return ("Case", "Found", "Median without", "Sigma", "Percentile", "In the middle 80 %", "Source"), lines
