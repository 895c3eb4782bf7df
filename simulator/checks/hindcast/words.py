"""Figures and verdicts of a hindcast in words, the same on the terminal, on charts and on pages."""

from __future__ import annotations

import math
from collections.abc import Callable

from simulator.checks.hindcast.card import Card, Observed, Status
from simulator.checks.hindcast.forecast import Forecast
from simulator.checks.hindcast.past import Since
from simulator.checks.hindcast.quantities import Quantity
from simulator.checks.hindcast.verdict import BANDS, FEWEST, Judged, Summary
from simulator.risk.words import money, percent, two_digits
from simulator.rules.clock import HOURS_PER_DAY

STATUS: dict[Status, str] = {"fitted": "fitted", "implied": "implied", "held_out": "held out"}
MINUTE, HOUR = 1.0 / 60.0, 1.0
_LEAST_HOURS, _LEAST_DAYS = 2.0, 48.0
"""Below the first a time is in minutes, up to the second in hours."""
UNITS = {MINUTE: "min", HOUR: "h", HOURS_PER_DAY: "d"}
"""Of times, by their hours."""
MINUS = "\N{MINUS SIGN}"


def figure(value: float, quantity: Quantity, currency: str, beside: float = math.nan) -> str:
    """A published figure: `58 %`, `36 h`, `5.5 d`, `12,000`, `USD 5.4 bn`; "never" for a time without end.

    `beside`: a time in whose unit it is written.
    """
    if math.isnan(value):
        return "not defined"
    match quantity.kind:
        case "share":
            return share(value)
        case "time":
            return length(value, beside)
        case "money":
            return _short(money(value, currency))
        case "count":
            return f"{value:,.0f}" if value < 1e4 else three_digits(value)


def foretold(value: float, one: Observed, currency: str) -> str:
    """A figure of a forecast: with two digits, and in the unit of what was seen."""
    if math.isnan(value):
        return "not defined"
    match one.quantity.kind:
        case "share":
            return percent(value)
        case "time":
            return length(value, one.value, two_digits)
        case "money":
            return _short(money(value, currency))
        case "count":
            return two_digits(value)


def share(value: float) -> str:
    """In per cent, with three digits or the thousandths it takes."""
    return f"{100.0 * value:.3g} %"


def length(hours: float, beside: float = math.nan, digits: Callable[[float], str] | None = None) -> str:
    """`45 min`, `36 h`, `5.5 d`; in the unit of a time that it stands beside, if that is known."""
    if math.isinf(hours):
        return "never"
    unit = unit_of(beside if math.isfinite(beside) and beside else hours)
    return f"{(digits or three_digits)(hours / unit)} {UNITS[unit]}"


def unit_of(hours: float) -> float:
    """Hours in the unit in which such a time is told."""
    size = abs(hours)
    return MINUTE if 0.0 < size < _LEAST_HOURS else HOUR if size <= _LEAST_DAYS else HOURS_PER_DAY


def three_digits(value: float) -> str:
    """`0.25`, `27,100`, `2.27 million`."""
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if abs(value) >= size:
            return f"{value / size:.3g}{word}"
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100.0 else f"{rounded:.12g}"


def _short(amount: str) -> str:
    return amount.replace(" billion", " bn").replace(" million", " m")


def name(one: Observed) -> str:
    """What was seen, with its time: `machines on line again (6 d after it first struck)`."""
    at = "" if math.isnan(one.ask.at_h) else f" ({length(one.ask.at_h)} {SINCE[one.ask.since]})"
    return f"{one.what}{at}"


SINCE: dict[Since, str] = {
    "release": "after the release",
    "activation": "after it first struck",
    "loss": "after service was first lost",
    "disclosure": "after it was found",
    "announcement": "after the announcement",
}


def band(row: Judged, width: float, currency: str) -> str:
    """`55 to 61 %`: the central band of the predictions."""
    low, high = (foretold(end, row.observed, currency) for end in row.band(width))
    return _span(low, high)


def predicted(row: Judged, currency: str) -> list[str]:
    """`56 %`, `half 55 to 58 %`, `9 in 10 52 to 61 %`; what is not foretold says so."""
    if not row.foretold:
        return [f"a figure in only {percent(row.defined)} of futures"]
    middle = foretold(row.predicted, row.observed, currency)
    return [middle, f"half {band(row, 0.5, currency)}", f"9 in 10 {band(row, 0.9, currency)}"]


def tolerance(one: Observed, currency: str) -> str:
    """`46 to 70 %`, `at most 1 %`, `in the central 80 %`."""
    low, high = (figure(end, one.quantity, currency, one.value) for end in (one.tolerance.low, one.tolerance.high))
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
    """`inside`, `OUTSIDE`, `NOT FORETOLD`; `inside, unsure` where sampling leaves it open."""
    if not row.foretold:
        return "NOT FORETOLD"
    return f"{'inside' if row.inside else 'OUTSIDE'}{', unsure' if row.unsure else ''}"


def within(row: Judged) -> str:
    """How many predictions lie within the tolerance: `93 % of futures`, `no future`; "" where it is about the other."""
    if math.isnan(row.mass):
        return ""
    if row.mass in (0.0, 1.0):
        return "all futures" if row.mass else "no future"
    return f"{percent(row.mass)} of futures"


def skill(row: Judged) -> str:
    """`skill 0.53`; "not scored" for what is not held out."""
    if not row.observed.scored:
        return "not scored"
    if math.isnan(row.skill):
        return "the naive one is exact" if row.naive_error == 0.0 else "no skill"
    return f"skill {signed(row.skill)}"


def signed(value: float) -> str:
    """`0.53`, `−1.2`, `−33`, with a minus sign; nought has none."""
    if math.isnan(value):
        return "none"
    size = f"{abs(value):.2f}" if abs(value) < 0.995 else two_digits(abs(value))
    return f"{MINUS if value < 0.0 and float(size.split()[0].replace(',', '')) else ''}{size}"


def score(row: Judged, currency: str) -> list[str]:
    """`off by 19 points`, `naive 41 points`: how far off both forecasts are; nothing where it is not scored."""
    if not row.observed.scored:
        return []
    own, naive = (_score(value, row.observed, currency) for value in (row.crps, row.naive_error))
    return [f"off by {own}", f"naive {naive}"] if row.foretold else [f"naive {naive}"]


def _score(value: float, one: Observed, currency: str) -> str:
    if one.quantity.kind == "share":
        return f"{two_digits(100.0 * value)} points"
    return foretold(value, one, currency)


def summary_line(found: Summary) -> str:
    """What the held-out quantities say together, in a sentence or two."""
    if not found.held_out:
        return "Nothing is held out, so nothing is scored."
    half, most = (f"the {share(width)} band holds {count}" for width, count in zip(BANDS, found.covered, strict=True))
    skills = f"mean skill {signed(found.mean_skill)}, median {signed(found.median_skill)}"
    exact = found.held_out - len(found.skills)
    unsure = f" ({found.unsure} unsure)" if found.unsure else ""
    left_out = f" ({exact} without one)" if exact else ""
    return (
        f"Held out: {found.inside} of {found.held_out} inside tolerance{unsure}; better than the naive forecast in "
        f"{found.better} of {found.held_out}; {skills}{left_out}; {half} and {most} of {found.banded} observations."
    )


KEY = (
    "half, 9 in 10: bands that hold so many of the futures; percentile: futures below what was seen, in 100; inside: "
    "the median is within the tolerance (of a central one: what was seen is in that band); off by: the score of all "
    "predictions, lower is better; skill: 1 is perfect, 0 as good as the naive forecast."
)


def reasons(rows: tuple[Judged, ...]) -> list[str]:
    """Why each quantity outside its tolerance is so; of what is not held out, where the card says why."""
    return [
        f"{name(row.observed)}: {row.observed.fails_because or 'NO REASON IS KNOWN'}"
        for row in rows
        if not row.inside and (row.observed.scored or row.observed.fails_because)
    ]


def basis(forecast: Forecast) -> str:
    """How the forecast was made."""
    each = forecast.futures // forecast.outer
    draws = f"{forecast.outer:,} draw{'' if forecast.outer == 1 else 's'}"
    return (
        f"{forecast.futures:,} simulated futures: {draws} of what nobody knows, {each} of chance in each; "
        f"seed {forecast.seed}; scenario {forecast.card.loaded.scenario.name}."
    )


def too_few(forecast: Forecast) -> str:
    """Says that bands are not to be trusted, where they are not."""
    return f"Too few futures for bands: {FEWEST} or more are needed." if forecast.futures < FEWEST else ""


def naming(card: Card) -> str:
    """Who named whom and who denies it, as the record of the incident has it; "" without a record."""
    record = card.record
    if record is None:
        return ""
    denied = "".join(f" Denied by {one.by}: {one.said} ({one.source.name})." for one in record.denials)
    return f"Named: {record.named_by}.{denied}"


def percentile(row: Judged) -> str:
    """Where the observation stands among the predictions: `percentile 88`."""
    return "" if math.isnan(row.percentile) else f"percentile {100.0 * row.percentile:.0f}"


def _span(low: str, high: str) -> str:
    """`46 to 70 %`, `USD 3.8 to 7 bn`: a currency, and a unit that both ends share, are said once.

    One figure where both read alike.
    """
    if low == high:
        return low
    currency = low.partition(" ")[0]
    if currency.isalpha():
        high = high.removeprefix(f"{currency} ")
    number, _, unit = low.rpartition(" ")
    return f"{number} to {high}" if number and high.endswith(f" {unit}") else f"{low} to {high}"
