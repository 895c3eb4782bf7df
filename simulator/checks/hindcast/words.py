"""Figures and verdicts of a hindcast in words, the same on the terminal, on charts and on pages."""

from __future__ import annotations

import math

from simulator.checks.hindcast.card import Observed, Status
from simulator.checks.hindcast.forecast import Forecast
from simulator.checks.hindcast.quantities import Quantity
from simulator.checks.hindcast.verdict import BANDS, Judged, Summary
from simulator.risk.words import money, percent
from simulator.rules.clock import HOURS_PER_DAY

STATUS: dict[Status, str] = {"fitted": "fitted", "implied": "implied", "held_out": "held out"}
_LEAST_HOURS, _LEAST_DAYS = 2.0, 48.0
"""Below the first a time is in minutes, below the second in hours."""
_MINUTES = 60.0


def figure(value: float, quantity: Quantity, currency: str) -> str:
    """`58 %`, `36 h`, `5.5 d`, `12,000`, `USD 5.4 billion`; "never" for a time without end."""
    if math.isnan(value):
        return "not defined"
    match quantity.kind:
        case "share":
            return share(value)
        case "time":
            return length(value)
        case "money":
            return money(value, currency)
        case "count":
            return f"{value:,.0f}" if value < 1e4 else three_digits(value)


def share(value: float) -> str:
    """In per cent, with three digits or the thousandths it takes."""
    return f"{100.0 * value:.3g} %"


def length(hours: float) -> str:
    """`45 min`, `36 h`, `5.5 d`."""
    if math.isinf(hours):
        return "never"
    if hours == 0.0:
        return "0 h"
    if abs(hours) < _LEAST_HOURS:
        return f"{hours * _MINUTES:.2g} min"
    return f"{hours:.3g} h" if abs(hours) < _LEAST_DAYS else f"{hours / HOURS_PER_DAY:.3g} d"


def three_digits(value: float) -> str:
    """`27,100`, `2.27 million`."""
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if abs(value) >= size:
            return f"{value / size:.3g}{word}"
    return f"{float(f'{value:.3g}'):,.0f}"


def name(one: Observed) -> str:
    """What was seen, with its time: `machines on line again (6 d after it first struck)`."""
    at = "" if math.isnan(one.ask.at_h) else f" ({length(one.ask.at_h)} {_SINCE[one.ask.since]})"
    return f"{one.what}{at}"


_SINCE = {
    "release": "after the release",
    "activation": "after it first struck",
    "loss": "after service was first lost",
    "disclosure": "after it was found",
    "announcement": "after the announcement",
}


def band(row: Judged, width: float, currency: str) -> str:
    """`55 to 61 %`: the central band of the predictions."""
    low, high = (figure(end, row.observed.quantity, currency) for end in row.band(width))
    return low if low == high else _span(low, high)


def tolerance(one: Observed, currency: str) -> str:
    """`46 to 70 %`, `at most 1 %`, `in the central 80 %`."""
    low, high = (figure(end, one.quantity, currency) for end in (one.tolerance.low, one.tolerance.high))
    match one.tolerance.kind:
        case "central":
            return f"in the central {share(one.tolerance.share)}"
        case "at_most":
            return f"at most {high}"
        case "at_least":
            return f"at least {low}"
        case "band":
            return _span(low, high)


def verdict(row: Judged) -> str:
    """`inside`, `OUTSIDE`, with the share of predictions within the tolerance where there is one."""
    said = "inside" if row.inside else "OUTSIDE"
    return said if math.isnan(row.mass) else f"{said} ({share_of_predictions(row.mass)})"


def share_of_predictions(mass: float) -> str:
    """`93 % of futures`, `no future`, `all futures`."""
    if mass in (0.0, 1.0):
        return "all futures" if mass else "no future"
    return f"{percent(mass)} of futures"


def skill(row: Judged) -> str:
    """Skill with the naive forecast; "" where it is not scored."""
    if not row.observed.scored:
        return "not scored"
    if math.isnan(row.skill):
        return "naive exact" if row.naive_error == 0.0 else "no score"
    return signed(row.skill)


def signed(value: float) -> str:
    """`0.53`, `-1.2`, `-33`."""
    if math.isnan(value):
        return "none"
    return f"{value:.2f}" if abs(value) < 1.0 else f"{value:.2g}" if abs(value) < 100.0 else f"{value:,.0f}"


def score(row: Judged, currency: str) -> str:
    """The score and that of the naive forecast, in the unit of the quantity; "" where it is not scored."""
    if not row.observed.scored:
        return ""
    own, naive = (_score(value, row.observed.quantity, currency) for value in (row.crps, row.naive_error))
    return f"{own} against {naive}"


def _score(value: float, quantity: Quantity, currency: str) -> str:
    return f"{100.0 * value:.2g} points" if quantity.kind == "share" else figure(value, quantity, currency)


def summary_line(found: Summary) -> str:
    """What the held-out quantities say together, in a sentence or two."""
    if not found.held_out:
        return "Nothing is held out, so nothing is scored."
    half, most = (f"the {share(width)} band {count}" for width, count in zip(BANDS, found.covered, strict=True))
    skills = f"mean skill {signed(found.mean_skill)}, median {signed(found.median_skill)}"
    exact = found.held_out - len(found.skills)
    left_out = f" ({exact} without, where the naive forecast is exact)" if exact else ""
    return (
        f"Held out: {found.inside} of {found.held_out} inside tolerance; better than the naive forecast in "
        f"{found.better} of {found.held_out}; {skills}{left_out}; {half} and {most} of {found.held_out} observations."
    )


def reasons(rows: tuple[Judged, ...]) -> list[str]:
    """Why each held-out quantity outside its tolerance is so."""
    return [
        f"{name(row.observed)}: {row.observed.fails_because or 'NO REASON IS KNOWN'}"
        for row in rows
        if row.observed.scored and not row.inside
    ]


def basis(forecast: Forecast) -> str:
    """How the forecast was made."""
    each = forecast.futures // forecast.outer
    return (
        f"{forecast.futures:,} simulated futures: {forecast.outer:,} draws of what nobody knows, {each} of chance in "
        f"each; seed {forecast.seed}; scenario {forecast.card.loaded.scenario.name}."
    )


def percentile(row: Judged) -> str:
    """Where the observation stands among the predictions, from 0 to 100."""
    return "none" if math.isnan(row.percentile) else f"{100.0 * row.percentile:.3g}"


def _span(low: str, high: str) -> str:
    """`46 to 70 %`: a unit that both ends share is said once."""
    number, _, unit = low.rpartition(" ")
    return f"{number} to {high}" if number and high.endswith(f" {unit}") else f"{low} to {high}"
