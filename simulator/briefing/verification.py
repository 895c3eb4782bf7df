"""What the known answers say, in sentences and as a page of its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

import simulator
from simulator.briefing.html import document, marked, table
from simulator.checks.figure import Figure, Z
from simulator.checks.verify import WAYS, Checked, Way

NOT_YET = "not yet"
NUMBERS = ("Expected", "Got", "Error", "Standard error", "Standard error allowed", "z")


def verdict(checked: Checked) -> str:
    """pass, fail or not yet."""
    return NOT_YET if checked.case.not_yet else "pass" if checked.passed else "fail"


def counts(table: Sequence[Checked]) -> dict[str, int]:
    """How many cases have each verdict."""
    told = [verdict(checked) for checked in table]
    return {word: told.count(word) for word in ("pass", "fail", NOT_YET)}


def conclusion(table: Sequence[Checked]) -> str:
    """`35 cases pass, 1 fails, 8 are not yet asked.`"""
    passed, failed, not_yet = counts(table).values()
    return (
        f"{passed} {'case passes' if passed == 1 else 'cases pass'}, {failed} {'fails' if failed == 1 else 'fail'}, "
        f"{not_yet} {'is' if not_yet == 1 else 'are'} not yet asked."
    )


def figures_of(checked: Checked, way: Way) -> tuple[Figure, ...]:
    """The figures of a case that were found in one way."""
    return checked.calculated if way == "calculated" else checked.simulated


def agreeing(figures: Sequence[Figure]) -> str:
    """`7 of 8`; "" where there is none."""
    return f"{sum(figure.passed for figure in figures)} of {len(figures)}" if figures else ""


def worst(figures: Iterable[Figure]) -> Figure:
    """The figure that uses most of what it may miss by."""
    return max(figures, key=lambda figure: figure.strain)


def cells(figure: Figure, digits: int = 10) -> tuple[str, str, str, str]:
    """Expected, got, error and z as they are printed; no z for what is not drawn by chance."""
    z = "" if math.isnan(figure.z) else f"{round(figure.z, 2) + 0.0:+.2f}"  # no minus before nought
    error = f"{figure.error:+.1e}" if figure.error else "0"
    return f"{figure.expected:.{digits}g}", f"{figure.got:.{digits}g}", error, z


def page(table: Sequence[Checked], asked: str = "all cases") -> str:
    """The page: a summary, then each case with where its answer comes from and all its figures.

    `asked` says what was checked. Equal results give equal pages: there is no date on it.
    """
    told = [verdict(checked) for checked in table]
    failed = [checked for checked, word in zip(table, told, strict=True) if word == "fail"]
    parts = [
        f"<p class=lead>{escape(conclusion(table))}</p>",
        f"<p>geocyber {escape(simulator.__version__)}, checked: {escape(asked)}.</p>",
        f"<p>{_how_to_read()}</p>",
    ]
    if failed:
        links = ", ".join(f'<a href="#{checked.case.id}">{checked.case.id}</a>' for checked in failed)
        parts.append(f"<p class=fail>Failed: {links}.</p>")
    parts.append(_summary(table))
    parts += [_case(checked) for checked in table if not checked.case.not_yet]
    parts.append(_not_yet([checked for checked in table if checked.case.not_yet]))
    return document("Known answers", parts)


def _how_to_read() -> str:
    return (
        "Each case is a question with an exact answer, found in two independent ways. Calculated figures come from "
        "analytic code of this project and have to meet the answer within the tolerance of the case. Simulated ones "
        "come from a run of a scenario file through the public commands; they may miss the answer by "
        f"{Z:g} standard errors (a right model fails one figure in a thousand), and the standard error has a limit "
        "of its own, in the column beside it, so that a figure cannot pass by being vague."
    )


def _summary(cases: Sequence[Checked]) -> str:
    rows = []
    for checked in cases:
        case, word = checked.case, verdict(checked)
        name = f'<a href="#{case.id}">{escape(case.id)}</a>'
        agree = (agreeing(figures_of(checked, way)) for way in WAYS)
        rows.append((name, escape(case.title), *agree, _marked(word)))
    headings = ("Case", "Question", "Calculated", "Simulated", "Verdict")
    return table("Figures that agree, by case", headings, rows)


def _case(checked: Checked) -> str:
    case = checked.case
    told = [
        ("Derivation", case.derivation),
        ("Found again", case.second_way),
        ("Source", case.source),
        ("Tolerance of what is calculated", _tolerance(checked)),
    ]
    terms = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in told if text)
    fault = f"<p class=fail>{escape(checked.fault)}</p>\n" if checked.fault else ""
    rows = [_row(way, figure) for way in WAYS for figure in figures_of(checked, way)]
    headings = ("Figure", "Way", *NUMBERS, "Verdict")
    figures = table(f"Figures of {case.id}", headings, rows, NUMBERS) if rows else ""
    heading = f"<h2>{escape(case.id)} {escape(case.title)} {_marked(verdict(checked))}</h2>"
    return f'<section id="{escape(case.id)}">\n{heading}\n<dl>{terms}</dl>\n{fault}{figures}\n</section>'


def _row(way: Way, figure: Figure) -> tuple[str, ...]:
    expected, got, error, z = cells(figure)
    spread = f"{figure.se:.2g}" if figure.se > 0.0 else ""
    most = f"{figure.most_se:.2g}" if math.isfinite(figure.most_se) else ""
    word = _marked("pass") if figure.passed else f"{_marked('fail')} {escape(figure.fault)}"
    return escape(figure.name), way, expected, got, error, spread, most, z, word


def _tolerance(checked: Checked) -> str:
    case = checked.case
    if not checked.calculated:
        return ""
    parts = [
        f"relative {case.relative:g}" if case.relative else "",
        f"absolute {case.absolute:g}" if case.absolute else "",
    ]
    return " or ".join(part for part in parts if part) or "none: exact"


def _not_yet(table: Sequence[Checked]) -> str:
    if not table:
        return ""
    items = []
    for checked in table:
        case = checked.case
        why = f"{escape(case.title)}: {escape(case.not_yet)}."
        items.append(f'<dt id="{escape(case.id)}">{escape(case.id)}</dt><dd>{why}</dd>')
    return f"<section>\n<h2>Not yet asked</h2>\n<dl>{''.join(items)}</dl>\n</section>"


def _marked(word: str) -> str:
    return marked(word, word.replace(" ", "-"))
