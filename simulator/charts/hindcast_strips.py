"""Figures one by one: each on a strip with a scale of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from simulator.charts.hindcast_marks import NARROW, WIDE, said, seen_mark, tolerance_line
from simulator.charts.lettering import in_lines
from simulator.charts.numbers import plain, tick
from simulator.charts.scales import linear_ticks, log_ticks
from simulator.charts.style import (
    GRID,
    INK,
    MID,
    NAVY,
    SECTOR_TEXT_COLOURS,
    SOFT,
    Box,
    HouseFigure,
    draw_axes,
    draw_rule,
    set_ticks,
    write,
)
from simulator.checks.hindcast import words
from simulator.checks.hindcast.quantities import QuantityKind
from simulator.checks.hindcast.verdict import Judged

ROW = 0.74
NAME, VERDICT = 2.35, 1.75
"""Inches for the names on the left and for the verdicts on the right."""
SMALL = 9.0
LOG_FROM = 30.0
"""A scale whose largest figure is so many times the smallest is logarithmic."""
MOST_TICKS = 6


@dataclass(frozen=True)
class Strip:
    """Ends and ticks of one scale, in the unit of the quantity."""

    low: float
    high: float
    is_log: bool
    ticks: tuple[float, ...]
    labels: tuple[str, ...]


def strips_height(rows: Sequence[Judged]) -> float:
    """Inches that so many strips take."""
    return ROW * len(rows)


def draw_strips(figure: HouseFigure, box: Box, rows: Sequence[Judged], currency: str) -> None:
    """One below the other, the first at the top."""
    for place, row in enumerate(rows):
        top = box.y1 - place * ROW
        draw_rule(figure, box.x0, box.x1, top, GRID, 0.8)
        _row(figure, Box(box.x0, top - ROW, box.x1, top), row, currency)


def _row(figure: HouseFigure, box: Box, row: Judged, currency: str) -> None:
    one = row.observed
    names = in_lines(words.name(one), 3, NAME - 0.15, SMALL)
    write(figure, box.x0, box.y1 - 0.08, "\n".join(names), size=SMALL, va="top", linespacing=1.05)
    plot = Box(box.x0 + NAME, box.y0 + 0.27, box.x1 - VERDICT - 0.18, box.y1 - 0.14)
    strip = strip_for(row, currency)
    axes = draw_axes(figure, plot)
    axes.grid(visible=False)
    if strip.is_log:
        axes.set_xscale("log")
    axes.set_xlim(strip.low, strip.high)
    axes.set_ylim(0.0, 1.0)
    set_ticks(axes, "x", strip.ticks, strip.labels)
    axes.tick_params(axis="x", labelsize=SMALL, pad=2, length=3)
    axes.set_yticks([])
    _foretold(axes, row)
    if not row.foretold:
        write(figure, plot.x0 + 0.05, plot.y1 - 0.05, "no figure in most futures", size=SMALL, colour=MID, va="top")
    _tolerance(axes, row, strip)
    if one.naive is not None and one.scored:
        (naive,) = axes.plot([one.naive.value], [0.5], "x", color=SOFT, markersize=5.5, clip_on=False, zorder=7)
        naive.set_markeredgewidth(1.6)
    seen_mark(axes, one.value, 0.5, held_out=one.scored)
    _verdict(figure, box.x1 - VERDICT, box.y1, row, currency)


def _foretold(axes: Axes, row: Judged) -> None:
    if not row.foretold:
        return
    if not row.observed.quantity.chance:
        for share, alpha, half in ((0.9, WIDE, 0.20), (0.5, NARROW, 0.27)):
            low, high = row.band(share)
            bar = Rectangle((low, 0.5 - half), high - low, 2 * half)
            bar.set(facecolor=NAVY, alpha=alpha, edgecolor="none", zorder=2)
            axes.add_patch(bar)
    axes.plot([row.predicted] * 2, [0.14, 0.86], color=NAVY, linewidth=2.6, solid_capstyle="butt", zorder=5)


def _tolerance(axes: Axes, row: Judged, strip: Strip) -> None:
    """A thin line with a cap at each end that it has; dashed around the predictions for a central one."""
    ends = row.tolerated
    if not any(map(math.isfinite, ends)):
        return
    low, high = max(ends[0], strip.low), min(ends[1], strip.high)
    axes.plot([low, high], [0.5, 0.5], tolerance_line(row), color=INK, linewidth=1.1, zorder=6)
    for end, known in zip((low, high), ends, strict=True):
        if math.isfinite(known) and strip.low <= known <= strip.high:
            axes.plot([end, end], [0.36, 0.64], color=INK, linewidth=1.1, zorder=6)


def _verdict(figure: HouseFigure, x: float, top: float, row: Judged, currency: str) -> None:
    one = row.observed
    bad = not row.inside and one.scored
    verdict = words.verdict(row).lower()
    said_so = verdict if one.scored else f"{words.STATUS[one.status]}, {verdict}"
    colour = SECTOR_TEXT_COLOURS["energy"] if bad else INK if one.scored else MID
    write(figure, x, top - 0.09, said_so, size=10.0, semibold=one.scored, colour=colour, va="top")
    seen = f"seen {said(words.figure(one.value, one.quantity, currency))}"
    told = said(words.foretold(row.predicted, one, currency)) if row.foretold else "nothing"
    write(figure, x, top - 0.28, f"{seen}\nforetold {told}", size=SMALL, colour=MID, va="top", linespacing=1.1)


def strip_for(row: Judged, currency: str) -> Strip:
    """The scale that shows the band of nine in ten, what was seen, its tolerance and the naive forecast."""
    one = row.observed
    marks = [one.value, *row.tolerated]
    if one.naive is not None and one.scored:
        marks.append(one.naive.value)
    if row.foretold:
        marks += [row.predicted] if one.quantity.chance else [*row.band(0.9), row.predicted]
    marks = [mark for mark in marks if math.isfinite(mark)]
    low, high = min(marks), max(marks)
    is_log = low > 0.0 and high > LOG_FROM * low
    top = high * (1.3 if is_log else 1.06) if high > 0.0 else 1.0
    time = words.unit_of(one.value or top)
    unit = {"time": time, "share": 0.01}.get(one.quantity.kind, 1.0)
    bottom = low / 1.3 if is_log else 0.0
    found = log_ticks(bottom / unit, top / unit, MOST_TICKS) if is_log else linear_ticks(top / unit, MOST_TICKS)
    ticks = tuple(unit * place for place in found)
    labels = tuple(tick_label(place, one.quantity.kind, time, currency) for place in ticks)
    return Strip(bottom, top, is_log, ticks, labels)


def tick_label(value: float, kind: QuantityKind, time: float, currency: str) -> str:
    """With its unit; a time in that of so many hours."""
    match kind:
        case "share":
            return f"{plain(round(100.0 * value, 6))}%"
        case "time":
            return f"{plain(value / time)} {words.UNITS[time]}"
        case "money":
            return tick(value, currency) if value else "0"
        case "count":
            return tick(value)
