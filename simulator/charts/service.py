"""Who is without service, and for how long: people over time since the event, a panel for each sector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.charts.lettering import balanced, width
from simulator.charts.numbers import NO_BREAK, count, plain, tick
from simulator.charts.placing import Room
from simulator.charts.scales import linear_ticks
from simulator.charts.style import (
    INK,
    MID,
    PAPER,
    SECTOR_COLOURS,
    SECTOR_TEXT_COLOURS,
    TICK_SIZE,
    Box,
    Footer,
    HouseFigure,
    draw_axes,
    page,
    set_ticks,
    write,
)
from simulator.risk.service import Given
from simulator.risk.words import two_digits
from simulator.scenario.errors import InputError, listed, shown
from simulator.scenario.words import SECTORS

Floats = NDArray[np.float64]

CURVES = ("q05", "q25", "q50", "q75", "q95", "mean")
COLUMNS = ("sector", "hour", *CURVES)
GIVENS: dict[str, str] = {"compromise": "a successful malicious compromise", "outage": "an outage"}
"""What the bands are conditional on, as `simulator.risk.service.service_bands` has it, in words."""

HOURS_PER_DAY = 24.0
LONGEST_IN_HOURS = 96.0
"""Up to here the time axis counts hours, beyond it days."""
OVER = 0.01
"""The time axis ends where everything is below this share of the highest peak."""
TOO_FLAT = 0.02
"""A panel that stays below this share of the axis cannot be read, and says so."""

BODY = 3.25
BELOW, ABOVE, BETWEEN, RIGHT = 0.52, 0.55, 0.25, 0.12
PANEL_TITLE_SIZE = 13.0
SHARED = "a person can lose more than one service, so the panels must not be added up."


@dataclass(frozen=True, slots=True)
class Curves:
    """People without one sector's service at each hour; arrays of the same length, hours rising."""

    sector: str
    hour: Floats
    q05: Floats
    q25: Floats
    q50: Floats
    q75: Floats
    q95: Floats
    mean: Floats

    @property
    def highest(self) -> float:
        """The most people in any curve of the sector."""
        return float(max(self.q95.max(), self.mean.max()))

    @property
    def median_peak(self) -> float:
        return float(self.q50.max())

    @property
    def mean_peak(self) -> float:
        return float(self.mean.max())

    @property
    def halved(self) -> float | None:
        """Hours until the median is down to half of its peak; None where it never is, or never rises."""
        peak = int(np.argmax(self.q50))
        if self.q50[peak] <= 0:
            return None
        below = np.flatnonzero(self.q50[peak:] <= self.q50[peak] / 2)
        return float(self.hour[peak + below[0]]) if below.size else None

    @property
    def stays(self) -> bool:
        """Whether the median is never down to half of its peak, at any hour given."""
        return self.hour.size > 1 and self.median_peak > 0 and self.halved is None

    @property
    def over(self) -> float:
        """The last hour at which anything counts, in any curve."""
        return float(self.hour[-1])


def service_chart(
    bands: pd.DataFrame,
    *,
    scenario: str,
    footer: Footer,
    conditional: bool,
    given: str = "outage",
) -> HouseFigure:
    """People without service over time since the event, one panel for each sector that loses any.

    `bands` is as `simulator.risk.service.service_bands` gives it: a row per `sector` and `hour` with the
    people without service in the `mean` and at the quantiles `q05` to `q95`. `given` says what the bands are
    conditional on: "compromise" or "outage". Raises `InputError` for anything else.
    """
    if given not in get_args(Given):
        raise InputError(f"service bands are given {shown(given)}; allowed: {listed(get_args(Given))}")
    found = read(bands)
    lossy = [curves for curves in found if curves.highest > 0]
    spared = [sector for sector in SECTORS if sector not in {curves.sector for curves in lossy}]
    end = time_end(lossy)
    headline = finding(lossy) if found else f"None of the simulated futures has {GIVENS[given]} to show"
    if conditional:
        headline = f"If the given facts hold, {headline[0].lower()}{headline[1:]}"
    subtitle = explained(lossy, spared, given, conditional)
    alt = described(headline, subtitle, lossy, scenario, footer)
    foot = footer.foot(SHARED if len(lossy) > 1 else "", cut_short(lossy, end))
    figure, body = page(headline, subtitle, foot, alt, BODY if lossy else 1.4)
    if lossy:
        draw_panels(figure, body, lossy, end)
    else:
        text = "No one is without service at any hour shown. That is not proof that there is no risk."
        lines = "\n".join(balanced(text, body.width - 1.6, 12))
        x, y = (body.x0 + body.x1) / 2, (body.y0 + body.y1) / 2
        write(figure, x, y, lines, size=12, ha="center", va="center", linespacing=1.3)
    return figure


def read(bands: pd.DataFrame) -> list[Curves]:
    """The curves of each sector in the table, in the order water, telecom, energy."""
    missing = [name for name in COLUMNS if name not in bands.columns]
    if missing:
        raise InputError(f"service bands have no column {listed(missing)}; they need {listed(COLUMNS)}")
    unknown = sorted(set(bands["sector"]) - set(SECTORS))
    if unknown:
        raise InputError(f"sector of a service band is {shown(unknown[0])}; allowed: {listed(SECTORS)}")
    found = []
    for sector in SECTORS:
        rows = bands.loc[bands["sector"] == sector, list(COLUMNS[1:])].to_numpy(dtype=np.float64)
        if not len(rows):
            continue
        if not np.isfinite(rows).all() or (rows < 0).any():
            raise InputError(f"service bands of {sector} hold a value that is negative or not a number")
        found.append(Curves(sector, *rows[np.argsort(rows[:, 0], kind="stable")].T))
    return found


def finding(lossy: list[Curves]) -> str:
    """The headline: which sector loses most people, and which takes longest."""
    if not lossy:
        return "No sector loses service in these simulated futures"
    worst = max(lossy, key=lambda curves: curves.median_peak)
    if worst.median_peak <= 0:
        worst = max(lossy, key=lambda curves: curves.mean_peak)
        people = f"{count(worst.mean_peak)} people"
        return f"At the median no one loses service; on average {worst.sector} peaks at {people} without it"
    text = f"At the median peak, {count(worst.median_peak)} people are without {worst.sector}"
    stuck = [curves.sector for curves in lossy if curves.stays]
    if stuck:
        return f"{text}; half of the peak is not restored in {' or '.join(stuck)} in the time shown"
    slow = [curves for curves in lossy if curves.halved is not None]
    if len(slow) < 2:
        return text
    slowest = max(slow, key=lambda curves: curves.halved or 0.0)
    time = duration(slowest.halved or 0.0, in_days(time_end(lossy)))
    if slowest is worst:
        return f"{text}, which is also slowest to recover by half ({time})"
    return f"{text}; {slowest.sector} is slowest to recover by half ({time})"


def explained(lossy: list[Curves], spared: Sequence[str], given: str, conditional: bool) -> str:
    """The subtitle: what is drawn and on what it is conditional."""
    text = f"People without service, in futures with {GIVENS[given]}."
    if conditional:
        text = f"Conditional on given facts. {text}"
    if lossy:
        text += " Line: median; dashes: mean; dark band: middle half; light band: nine in ten."
    if lossy and spared:
        text += f" No loss of {' or '.join(spared)}."
    return text


def cut_short(lossy: list[Curves], end: float) -> str:
    """Says that the time axis ends before the data do."""
    if all(curves.over <= end for curves in lossy):
        return ""
    return f"After {duration(end, in_days(end))} all curves are below {OVER:.0%} of the highest."


def described(headline: str, subtitle: str, lossy: list[Curves], scenario: str, footer: Footer) -> str:
    """The chart in words, for those who cannot see it."""
    parts = [f"{headline}.", subtitle]
    for curves in lossy:
        text = f"{curves.sector.capitalize()}: median peak {count(curves.median_peak)} people, "
        text += f"mean peak {count(curves.mean_peak)}, 95% quantile at most {count(float(curves.q95.max()))}"
        if curves.halved is not None:
            time = duration(curves.halved, in_days(time_end(lossy)))
            text += f", median down to half of its peak after {time}"
        if curves.stays:
            text += ", median never down to half of its peak in the time shown"
        parts.append(f"{text}.")
    parts += [f"Scenario: {scenario}.", footer.source()]
    return " ".join(parts)


def in_days(end: float) -> bool:
    """Whether a time axis that ends at this hour counts days."""
    return end > LONGEST_IN_HOURS


def duration(hours: float, days: bool) -> str:
    """`18 hours`, `2.8 days`"""
    number = two_digits(hours / HOURS_PER_DAY if days else hours)
    return f"{number}{NO_BREAK}{'day' if days else 'hour'}{'' if number == '1' else 's'}"


def time_end(lossy: list[Curves]) -> float:
    """The hour at which the time axis ends: where nothing of weight follows in any sector."""
    if not lossy:
        return 0.0
    floor = OVER * max(curves.highest for curves in lossy)
    ends = []
    for curves in lossy:
        heavy = np.flatnonzero(np.maximum(curves.q95, curves.mean) > floor)
        if heavy.size:
            ends.append(float(curves.hour[min(heavy[-1] + 1, curves.hour.size - 1)]))
    return max(ends)


def draw_panels(figure: HouseFigure, body: Box, lossy: list[Curves], end: float) -> None:
    top = 1.02 * max(curves.highest for curves in lossy)
    up = linear_ticks(top)
    amounts = [tick(people) for people in up]
    left = max(width(amount, TICK_SIZE) for amount in amounts) + 0.12
    wide = (body.width - left - RIGHT - BETWEEN * (len(lossy) - 1)) / len(lossy)
    days = in_days(end)
    scale = HOURS_PER_DAY if days else 1.0
    for place, curves in enumerate(lossy):
        x0 = body.x0 + left + place * (wide + BETWEEN)
        plot = Box(x0, body.y0 + BELOW, x0 + wide, body.y1 - ABOVE)
        room = draw_panel(figure, plot, curves, end, scale, top)
        set_ticks(room.axes, "y", up, amounts if place == 0 else [""] * len(up))
        write(
            figure,
            x0,
            body.y1 - 0.16,
            curves.sector.capitalize(),
            size=PANEL_TITLE_SIZE,
            semibold=True,
            colour=SECTOR_TEXT_COLOURS[curves.sector],
        )
        write(figure, x0, body.y1 - 0.37, peak_note(curves), size=TICK_SIZE, colour=MID)
        if curves.highest < TOO_FLAT * top:
            note = "too flat to see at this scale"
            write(figure, x0 + 0.05, plot.y0 + 0.12, note, size=TICK_SIZE, colour=MID)
        else:
            mark_half(room, curves, scale)
    middle = body.x0 + left + (body.width - left - RIGHT) / 2
    title = f"{'Days' if days else 'Hours'} since service was first lost"
    write(figure, middle, body.y0 + 0.04, title, size=TICK_SIZE, colour=MID, ha="center")


def draw_panel(figure: HouseFigure, plot: Box, curves: Curves, end: float, scale: float, top: float) -> Room:
    """One sector's bands and lines; the room that is left for labels."""
    axes = draw_axes(figure, plot)
    colour = SECTOR_COLOURS[curves.sector]
    time = curves.hour / scale
    start = min(float(time[0]), 0.0)
    last = end / scale if time.size > 1 else 2 * float(time[0]) or 1.0
    axes.set_xlim(start, last)
    axes.set_ylim(0, top)
    across = linear_ticks(last, 6)
    set_ticks(axes, "x", across, [plain(value) for value in across])
    for low, high, alpha in ((curves.q05, curves.q95, 0.22), (curves.q25, curves.q75, 0.40)):
        if time.size > 1:
            axes.fill_between(time, low, high, color=colour, alpha=alpha, linewidth=0)
        else:
            axes.plot([time[0], time[0]], [low[0], high[0]], color=colour, alpha=alpha, linewidth=9)
    axes.plot(time, curves.q50, color=PAPER, linewidth=4.4)  # sets the line off from its bands in grey
    dot = "o" if time.size == 1 else ""
    axes.plot(time, curves.mean, marker="_" if dot else "", color=INK, linewidth=1.3, linestyle=(0, (4, 2.5)))
    axes.plot(time, curves.q50, marker=dot, color=colour, linewidth=2.6, solid_capstyle="butt")
    room = Room(figure, axes, Box(plot.x0 + 0.04, plot.y0 + 0.05, plot.x1, plot.y1))
    room.keep_clear(time, np.zeros_like(time), np.maximum(curves.q95, curves.mean))
    return room


def peak_note(curves: Curves) -> str:
    """Under a panel's title: the peak of the median, or of the mean where the median is zero."""
    if curves.median_peak > 0:
        return f"median peak {count(curves.median_peak)}"
    return f"median 0, mean peak {count(curves.mean_peak)}"


def mark_half(room: Room, curves: Curves, scale: float) -> None:
    """A dot where the median is down to half of its peak, with its time."""
    if curves.halved is None:
        return
    x, y = curves.halved / scale, float(np.interp(curves.halved, curves.hour, curves.q50))
    room.axes.plot([x], [y], "o", color=SECTOR_COLOURS[curves.sector], markersize=8, markeredgecolor="white")
    lines = ["median halved", f"after {duration(curves.halved, scale > 1)}"]
    room.label(x, y, lines, SECTOR_TEXT_COLOURS[curves.sector])
