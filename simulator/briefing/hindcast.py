"""Hindcasts as a page of its own: for each card a chart, the table and the reasons; all text from a card escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from io import BytesIO

import simulator
from simulator.briefing import absence
from simulator.briefing.html import document, marked, table
from simulator.charts.hindcast import hindcast_chart
from simulator.charts.style import HouseFigure
from simulator.checks.absence import AbsenceRow
from simulator.checks.hindcast import words
from simulator.checks.hindcast.forecast import Forecast
from simulator.checks.hindcast.verdict import Judged, judged, summary

PIXELS_PER_INCH = 150
OWN_STYLE = "figure { margin: 0; }\nimg { max-width: 100%; height: auto; }\n"
FIRST_COLUMN = "tbody th, thead th:first-child { min-width: 13rem; }\n"
HEADINGS = (
    *("What was seen", "Status", "Observed", "Tolerance", "Predicted", "Half", "Nine in ten", "Percentile"),
    *("Verdict", "Futures within", "Off by", "Naive", "Skill"),
)
NUMBERS = frozenset({"Observed", "Predicted", "Half", "Nine in ten", "Percentile", "Off by", "Naive", "Skill"})
ABSENCE_NUMBERS = frozenset({"Vendor-years", "Chance", "Register at its ends"})
HOW_TO_READ = (
    "Each card gives the simulator what was known or settled before an incident and asks for what happened. A figure "
    "is fitted where a default was fitted on it, implied where it is arithmetic on what the card gives, and held out "
    "otherwise; only those are scored. Inside means that the median of the predictions lies within the tolerance, or, "
    "where the tolerance is a central share, that what was seen lies in it. Off by is the continuous ranked "
    "probability score of all predictions, which for a single figure is how far it is off; skill is one less the "
    "ratio to that of a naive forecast: 1 is perfect, 0 no better, below 0 worse. Defaults are not tuned to cards, "
    "and tolerances are not widened: where a card fails, it says why."
)


def page(found: Sequence[Forecast], absent: Sequence[AbsenceRow]) -> str:
    """The page. Equal results give equal pages: there is no date on it."""
    rows = [row for forecast in found for row in judged(forecast)]
    parts = [
        f"<p class=lead>{escape(words.summary_line(summary(rows)))}</p>" if len(found) > 1 else "",
        f"<p>geocyber {escape(simulator.__version__)}. {HOW_TO_READ}</p>" if found else "",
        *(_card(forecast) for forecast in found),
        _absence(absent) if absent else "",
    ]
    return document("Hindcasts", parts, OWN_STYLE + FIRST_COLUMN)


def _card(forecast: Forecast) -> str:
    card, rows = forecast.card, judged(forecast)
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in words.reasons(rows))
    statuses = "".join(
        f"<dt>{escape(words.name(row.observed))} ({words.STATUS[row.observed.status]})</dt>"
        f"<dd>{escape(row.observed.because)}. Source: {escape(row.observed.source)}{_naive(row, card.currency)}</dd>"
        for row in rows
    )
    return "\n".join(
        [
            f'<section id="{escape(card.name, quote=True)}">\n<h2>{escape(card.title)}</h2>',
            f"<p>{escape(card.about)} {escape(card.stands_for)}</p>",
            f"<p>{escape(words.naming(card))}</p>" if card.record else "",
            _picture(hindcast_chart(forecast, model_version=simulator.__version__)),
            f"<p><strong>{escape(words.summary_line(summary(rows)))}</strong></p>",
            table(f"Figures of {card.title}", HEADINGS, [_cells(_row(row, card.currency)) for row in rows], NUMBERS),
            f"<p>Outside tolerance, and why:</p>\n<ul>{reasons}</ul>" if reasons else "",
            "<details>\n<summary>Why each is fitted, implied or held out, and its source</summary>",
            f"<dl>{statuses}</dl>\n</details>",
            f"<p>{escape(words.basis(forecast))} {words.too_few(forecast)}</p>\n</section>",
        ]
    )


def _naive(row: Judged, currency: str) -> str:
    naive = row.observed.naive
    if naive is None:
        return "."
    value = escape(words.figure(naive.value, row.observed.quantity, currency, row.observed.value))
    return f". Naive forecast: {value}, {escape(naive.basis)}."


def _row(row: Judged, currency: str) -> tuple[str, ...]:
    one = row.observed
    own, naive = (*words.score(row, currency), "", "")[:2]
    return (
        words.name(one),
        words.STATUS[one.status],
        words.figure(one.value, one.quantity, currency),
        words.tolerance(one, currency),
        words.foretold(row.predicted, one, currency) if row.foretold else "no figure in most futures",
        words.band(row, 0.5, currency) if row.foretold else "",
        words.band(row, 0.9, currency) if row.foretold else "",
        words.percentile(row).removeprefix("percentile "),
        words.verdict(row),
        words.within(row),
        own.removeprefix("off by "),
        naive.removeprefix("naive "),
        words.skill(row).removeprefix("skill "),
    )


def _absence(rows: Sequence[AbsenceRow]) -> str:
    notes = "".join(f"<p>{escape(note)}</p>" for note in absence.NOTES)
    told = [_cells(absence.cells(row)) for row in rows]
    chances = table("Chance of what was seen", absence.HEADINGS, told, ABSENCE_NUMBERS)
    lead = f"<p><strong>{escape(absence.finding(rows))}</strong></p>"
    return f'<section id="absence">\n<h2>What did not happen</h2>\n{lead}\n{notes}\n{chances}\n</section>'


def _picture(figure: HouseFigure) -> str:
    """The chart inside the page, with its description."""
    stream = BytesIO()
    figure.savefig(stream, format="png", dpi=PIXELS_PER_INCH, metadata={"Software": None})
    inline = b64encode(stream.getvalue()).decode("ascii")
    return f'<figure><img alt="{escape(figure.alt, quote=True)}" src="data:image/png;base64,{inline}"></figure>'


def _cells(row: Sequence[str]) -> list[str]:
    """Cells as HTML; what stands out is marked as such."""
    return [
        marked(cell, "fail" if cell.startswith(("OUTSIDE", "NOT FORETOLD", "TOO UNLIKELY")) else "") for cell in row
    ]
