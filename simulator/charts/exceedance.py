"""How rare is a loss: the yearly loss reached or passed, by how rare the year is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd

from simulator.charts.lettering import balanced, width
from simulator.charts.numbers import SIGNS, checked_unit, rarity, short, spoken, tick
from simulator.charts.placing import Room
from simulator.charts.scales import log_ticks, rarity_ticks, round_down, round_up
from simulator.charts.style import (
    MID,
    NAVY,
    SHADE,
    TICK_SIZE,
    Box,
    Footer,
    HouseFigure,
    draw_axes,
    page,
    set_ticks,
    write,
)
from simulator.risk.exceedance import Kind
from simulator.scenario.errors import InputError, listed, shown

COLUMNS = ("return_period", "loss", "low", "high", "note")
KINDS: tuple[str, ...] = get_args(Kind)
LABELLED = (10.0, 100.0, 200.0)
"""Return periods that carry a label where the data have them."""
FOR_HEADLINE = (100.0, 200.0, 10.0)
"""Return periods for the headline, the preferred one first."""

BODY = 3.25
RIGHT, BELOW, ABOVE = 0.32, 0.52, 0.34

NOT_COVERED = "doubt about the assumed hazards, the other parameters or the model itself."


@dataclass(frozen=True, slots=True)
class Point:
    """The loss of a year so rare, with its 95 % range of sampling error (nan where there is none)."""

    years: float
    loss: float
    low: float
    high: float

    @property
    def has_range(self) -> bool:
        """Whether both ends are known, so that a band can be drawn."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    def range(self, unit: str) -> str:
        """`£710m to £2bn`, `£710m or more` where the upper end is beyond the data, or "" where both are."""
        if self.has_range:
            return f"{short(self.low, unit)} to {short(self.high, unit)}"
        return f"{short(self.low, unit)} or more" if math.isfinite(self.low) else ""

    def sentence(self, unit: str) -> str:
        """`1 in 100: £1.1bn (95% range £710m to £2bn)`"""
        text = f"{rarity(self.years)}: {spoken(self.loss, unit)}"
        return f"{text} (95% range {self.range(unit)})" if self.range(unit) else text


def exceedance_chart(
    curve: pd.DataFrame,
    *,
    unit: str,
    kind: str,
    scenario: str,
    footer: Footer,
    conditional: bool,
) -> HouseFigure:
    """Yearly loss reached or passed against return period, both on log scales, with the sampling error.

    `curve` is as `simulator.risk.exceedance.exceedance` gives it, a row per return period: `return_period`
    (years, at least 1), `loss`, `low` and `high` (in `unit`; the ends of a 95 % interval of sampling error,
    nan where there is none) and `note`. A row without a loss (nan) is one that the run cannot resolve: the
    curve stops before it and the foot gives its note. `unit` is "customer-hours", "person-hours", "units" or
    a currency code; `kind` is "AEP" (all losses of a year) or "OEP" (its largest event). Raises `InputError`
    for anything else.
    """
    checked_unit(unit)
    if kind not in KINDS:
        raise InputError(f"kind of exceedance curve is {shown(kind)}; allowed: {listed(KINDS)}")
    points, refused = read(curve)
    positive = [point for point in points if point.loss > 0]
    headline = finding(points, positive, unit, kind)
    if conditional:
        headline = f"If the given facts hold, {headline[0].lower()}{headline[1:]}"
    subtitle = explained(kind, conditional, positive)
    alt = described(headline, subtitle, points, positive, unit, scenario, footer)
    foot = [*footer.foot(caution(positive)), *not_shown(refused)]
    figure, body = page(headline, subtitle, foot, alt, BODY if positive else 1.6)
    if positive:
        draw_curve(figure, body, points, positive, unit, kind)
    else:
        draw_nothing(figure, body, points, unit)
    return figure


def read(curve: pd.DataFrame) -> tuple[list[Point], list[tuple[float, str]]]:
    """Points with a loss, commonest first, and the return periods that have none with their notes."""
    missing = [name for name in COLUMNS if name not in curve.columns]
    if missing:
        raise InputError(f"exceedance curve has no column {listed(missing)}; it needs {listed(COLUMNS)}")
    numbers = curve[["return_period", "loss", "low", "high"]].to_numpy(dtype=np.float64)
    points: list[Point] = []
    refused: list[tuple[float, str]] = []
    for row in np.argsort(numbers[:, 0], kind="stable"):
        years, loss, low, high = (float(number) for number in numbers[row])
        if not 1 <= years < math.inf:
            raise InputError(f"return_period of an exceedance curve is {years:g}; allowed: 1 or more years")
        if loss < 0 or math.isinf(loss):
            raise InputError(f"loss at {years:g} years is {loss:g}; allowed: zero or more, and finite")
        if refused or math.isnan(loss):
            note = curve["note"].iloc[row]
            refused.append((years, note if isinstance(note, str) else ""))
        else:
            points.append(Point(years, loss, low, high))
    return points, refused


def finding(points: list[Point], positive: list[Point], unit: str, kind: str) -> str:
    """The headline: the loss of a rare year."""
    if not points:
        return "This run is too short to say how rare any loss is"
    if not positive:
        return f"No loss in simulated years as common as {rarity(points[-1].years)}; any loss is rarer"
    point = headline_point(positive)
    year = rarity(point.years).replace("1", "One year", 1)
    if unit in SIGNS:
        event = "could bring a single event costing" if kind == "OEP" else "could cost"
    else:
        event = "could bring a single event losing" if kind == "OEP" else "could lose"
    zero = next((p for p in reversed(points) if p.loss == 0), None)
    rest = f"; no loss in years as common as {rarity(zero.years)}" if zero else ""
    return f"{year} {event} {spoken(point.loss, unit)} or more{rest}"


def headline_point(positive: list[Point]) -> Point:
    """One in 100 if there is one with a loss; else one in 200 or in 10; else the rarest year shown."""
    for years in FOR_HEADLINE:
        for point in positive:
            if math.isclose(point.years, years):
                return point
    return positive[-1]


def explained(kind: str, conditional: bool, positive: list[Point]) -> str:
    """The subtitle: what is drawn."""
    what = "Largest single event of the year" if kind == "OEP" else "Yearly loss"
    text = f"{what}, reached or passed, by how rare the year is."
    if positive and error_mark(positive):
        text += f" {error_mark(positive).capitalize()}: 95% sampling error."
    return f"Conditional on given facts. {text}" if conditional else text


def error_mark(positive: list[Point]) -> str:
    """What on the chart stands for sampling error."""
    if any(point.has_range for point in positive):
        return "band" if len(positive) > 1 else "bar"
    return "brackets" if any(math.isfinite(point.low) for point in positive) else ""


def caution(positive: list[Point]) -> str:
    """Which doubt the chart shows and which it does not."""
    if not positive:
        return ""
    mark = error_mark(positive)
    if not mark:
        return f"the curve shows neither the error of a finite number of simulated futures nor {NOT_COVERED}"
    shows = f"the {mark} {'show' if mark == 'brackets' else 'shows'}"
    return f"{shows} only the error of a finite number of simulated futures, not {NOT_COVERED}"


def not_shown(refused: list[tuple[float, str]]) -> list[str]:
    """What the curve leaves out and why, as a line of the foot."""
    if not refused:
        return []
    (first, note), *others = refused
    which = f"{rarity(first)} and rarer" if others else rarity(first)
    return [f"Not shown: {which}{f' ({note})' if note else ''}."]


def described(
    headline: str,
    subtitle: str,
    points: list[Point],
    positive: list[Point],
    unit: str,
    scenario: str,
    footer: Footer,
) -> str:
    """The chart in words, for those who cannot see it."""
    parts = [f"{headline}.", subtitle]
    if positive:
        span = f"from {rarity(points[0].years)} to {rarity(points[-1].years)}"
        parts.append(f"Line chart, both scales logarithmic, {span}.")
        parts.append("; ".join(point.sentence(unit) for point in labelled(positive)) + ".")
    parts += [f"Scenario: {scenario}.", footer.source()]
    return " ".join(parts)


def labelled(positive: list[Point]) -> list[Point]:
    """The points that carry a label: 1 in 10, 100 and 200, and the one of the headline."""
    wanted = (*LABELLED, headline_point(positive).years)
    return [point for point in positive if any(math.isclose(point.years, years) for years in wanted)]


def draw_curve(
    figure: HouseFigure, body: Box, points: list[Point], positive: list[Point], unit: str, kind: str
) -> None:
    bottom, top = loss_limits(positive)
    up = log_ticks(bottom, top)
    amounts = [tick(loss, unit) for loss in up]
    left = max(width(amount, TICK_SIZE) for amount in amounts) + 0.12
    plot = Box(body.x0 + left, body.y0 + BELOW, body.x1 - RIGHT, body.y1 - ABOVE)
    axes = draw_axes(figure, plot)
    first, last = points[0].years, points[-1].years
    if first == last:
        first, last = max(first / 2, 1.0), last * 2
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(first, last)
    axes.set_ylim(bottom, top)
    across = rarity_ticks(first, last, plot.width)
    set_ticks(axes, "x", across, [rarity(years) for years in across])
    set_ticks(axes, "y", up, amounts)

    years = np.array([point.years for point in positive])
    loss = np.array([point.loss for point in positive])
    low = np.array([point.low if point.has_range else point.loss for point in positive]).clip(bottom, top)
    high = np.array([point.high if point.has_range else point.loss for point in positive]).clip(bottom, top)
    room = Room(figure, axes, Box(plot.x0 + 0.05, plot.y0 + 0.05, plot.x1, plot.y1))
    room.keep_clear(years, low, high, pale=True)
    room.keep_clear(years, loss, loss)
    if len(positive) > 1:
        axes.fill_between(years, low, high, color=NAVY, alpha=0.18, linewidth=0)
        axes.plot(years, loss, color=NAVY, linewidth=2.4, solid_capstyle="butt")
    else:
        axes.plot([years[0]] * 2, [low[0], high[0]], color=NAVY, linewidth=2.4, alpha=0.5)
    mark_zero(room, points, bottom)
    main = headline_point(positive)
    for point in sorted(labelled(positive), key=lambda point: point is not main):
        axes.plot([point.years], [point.loss], "o", color=NAVY, markersize=8, markeredgecolor="white", clip_on=False)
        lines = [f"{rarity(point.years)}: {short(point.loss, unit)}"]
        if point.range(unit):
            lines.append(f"({point.range(unit)})")
        room.label(point.years, point.loss, lines, NAVY)

    title = f"{value_title(unit, kind)} (log scale)"
    write(figure, plot.x0, plot.y1 + 0.16, title, size=TICK_SIZE, colour=MID)
    title = "How rare the year is (log scale); rarer to the right →"
    write(figure, plot.x1, body.y0 + 0.04, title, size=TICK_SIZE, colour=MID, ha="right")


def value_title(unit: str, kind: str) -> str:
    lost = "Loss" if unit in SIGNS else f"{unit.capitalize()} lost"
    if unit == "units":
        lost = "Units of loss"
    return f"{lost} in the largest event of the year" if kind == "OEP" else f"{lost} in the year"


def mark_zero(room: Room, points: list[Point], bottom: float) -> None:
    """Shades how far there is no loss, for a log scale has no zero."""
    zeros = [point for point in points if point.loss == 0]
    if not zeros:
        return
    room.axes.axvspan(points[0].years, zeros[-1].years, color=SHADE, linewidth=0)
    lines = [f"no loss at {rarity(zeros[-1].years)}", "and in commoner years"]
    room.label(zeros[0].years, bottom, lines, MID, leader=False)


def draw_nothing(figure: HouseFigure, body: Box, points: list[Point], unit: str) -> None:
    """No curve: says what that does and does not mean."""
    if points:
        span = rarity(points[-1].years)
        text = f"The curve is zero from {rarity(points[0].years)} to {span}. That is not proof that there is "
        text += "no risk: rarer years are beyond what this curve shows."
        upper = points[-1].high
        if math.isfinite(upper) and upper > 0:
            text += f" The 95% upper limit at {span} is {spoken(upper, unit)}."
    else:
        text = "Too few simulated futures lie beyond any return period for an estimate. Run more of them."
    lines = "\n".join(balanced(text, body.width - 1.6, 12))
    x, y = (body.x0 + body.x1) / 2, (body.y0 + body.y1) / 2
    write(figure, x, y, lines, size=12, ha="center", va="center", linespacing=1.3)


def loss_limits(positive: list[Point]) -> tuple[float, float]:
    """Ends of the loss axis: from the smallest positive loss, with room for the band, on round numbers."""
    least = min(point.loss for point in positive)
    most = max(point.loss for point in positive)
    lows = [point.low for point in positive if math.isfinite(point.low) and point.low > 0]
    highs = [point.high for point in positive if math.isfinite(point.high)]
    # A lower limit near zero would take the whole of a log axis: the band runs out of the picture instead.
    bottom = round_down(max(min([least, *lows]), least / 4))
    top = round_up(min(max([most, *highs]), 10 * most))
    return (bottom, top) if top / bottom >= 10 else (round_down(bottom / 2), round_up(top * 2))
