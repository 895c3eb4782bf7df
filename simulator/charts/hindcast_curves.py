"""Shares over time: predicted bands, and the points that were seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from simulator.charts.hindcast_marks import NARROW, WIDE, said, seen_mark, tolerance_line
from simulator.charts.lettering import in_lines, width
from simulator.charts.numbers import plain
from simulator.charts.placing import Room
from simulator.charts.scales import linear_ticks
from simulator.charts.style import (
    INK,
    LABEL_SIZE,
    MID,
    NAVY,
    SECTOR_TEXT_COLOURS,
    TICK_SIZE,
    Box,
    HouseFigure,
    draw_axes,
    set_ticks,
    write,
)
from simulator.checks.hindcast import words
from simulator.checks.hindcast.forecast import Curve
from simulator.checks.hindcast.tolerance import quantiles
from simulator.checks.hindcast.verdict import Judged
from simulator.rules.clock import HOURS_PER_DAY

Floats = NDArray[np.float64]

PANEL_HEIGHT = 3.1
ABOVE, BELOW, LEFT, BETWEEN, RIGHT = 0.52, 0.50, 0.48, 0.40, 0.15
UNEVEN = 0.12
"""With a point earlier than this share of the last one, time runs as its square root."""
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
TITLES = {
    "restored_share": "Restored, of those struck",
    "clean_share": "Clean again, of those who carried it",
    "gone_share": "Left, of those who ran the product",
    "installed_share": "Took it, of those who run the product",
}


def draw_curves(figure: HouseFigure, box: Box, curves: Sequence[Curve], points: Sequence[Judged]) -> None:
    """A panel for each curve, side by side."""
    wide = (box.width - LEFT - RIGHT - BETWEEN * (len(curves) - 1)) / len(curves)
    for place, curve in enumerate(curves):
        x0 = box.x0 + LEFT + place * (wide + BETWEEN)
        plot = Box(x0, box.y0 + BELOW, x0 + wide, box.y1 - ABOVE)
        own = [row for row in points if curve.ask.follows(row.observed.ask)]
        _panel(figure, plot, curve, own, first=place == 0, top=box.y1)


def _panel(figure: HouseFigure, plot: Box, curve: Curve, points: Sequence[Judged], *, first: bool, top: float) -> None:
    axes = draw_axes(figure, plot)
    last = float(curve.hours[-1])
    days = last > 2.0 * HOURS_PER_DAY
    unit = HOURS_PER_DAY if days else 1.0
    uneven = min(row.observed.ask.at_h for row in points) < UNEVEN * max(row.observed.ask.at_h for row in points)
    if uneven:
        axes.set_xscale("function", functions=(_root, _square))
    axes.set_xlim(0.0, last / unit)
    axes.set_ylim(0.0, 1.04)
    _time_ticks(axes, last / unit, uneven)
    shares = [0.0, 0.25, 0.5, 0.75, 1.0]
    set_ticks(axes, "y", shares, [f"{share:.0%}" for share in shares] if first else [""] * 5)
    low, first_q, middle, third_q, high = quantiles(curve.sample, LEVELS)
    time = curve.hours / unit
    axes.fill_between(time, low, high, color=NAVY, alpha=WIDE, linewidth=0)
    axes.fill_between(time, first_q, third_q, color=NAVY, alpha=NARROW, linewidth=0)
    axes.plot(time, middle, color=NAVY, linewidth=1.6)
    room = Room(figure, axes, Box(plot.x0 + 0.04, plot.y0 + 0.05, plot.x1, plot.y1))
    room.keep_clear(time, low, high)
    for row in points:
        _point(axes, row, unit)
        at = row.observed.ask.at_h / unit
        ends = _ends(row)
        room.keep_clear([at - 1e-6, at + 1e-6], [ends[0]] * 2, [ends[1]] * 2)
    for row in points:
        one = row.observed
        missed = "" if row.inside else f", {words.verdict(row).lower()}"
        text = f"{said(words.share(one.value))}, {words.STATUS[one.status]}{missed}"
        room.label(one.ask.at_h / unit, one.value, [text], SECTOR_TEXT_COLOURS["energy"])
    _titles(figure, plot, curve, days, uneven, top)


def _point(axes: Axes, row: Judged, unit: float) -> None:
    one = row.observed
    at = one.ask.at_h / unit
    low, high = _ends(row)
    axes.plot([at, at], [low, high], tolerance_line(row), color=INK, linewidth=1.1)
    axes.plot([at, at], [low, high], "_", color=INK, markersize=7.0, markeredgewidth=1.1, clip_on=False)
    seen_mark(axes, at, one.value, held_out=one.scored)


def _ends(row: Judged) -> tuple[float, float]:
    """The tolerance within the shares there are."""
    low, high = row.tolerated
    return max(low, 0.0), min(high, 1.0)


def _titles(figure: HouseFigure, plot: Box, curve: Curve, days: bool, uneven: bool, top: float) -> None:
    title = TITLES[curve.ask.quantity]
    if curve.ask.among:
        title += f": {', '.join(curve.ask.among)}"
    lines = in_lines(title, 2, plot.width, LABEL_SIZE, semibold=True)
    write(figure, plot.x0, top - 0.04, "\n".join(lines), semibold=True, colour=INK, va="top", linespacing=1.05)
    since = words.SINCE[curve.ask.since]
    axis = f"{'Days' if days else 'Hours'} {since}"
    if uneven and width(f"{axis}; square-root scale", TICK_SIZE) <= plot.width:
        axis += "; square-root scale"
    write(figure, (plot.x0 + plot.x1) / 2, plot.y0 - BELOW + 0.05, axis, size=TICK_SIZE, colour=MID, ha="center")


def _time_ticks(axes: Axes, last: float, uneven: bool) -> None:
    if not uneven:
        places = linear_ticks(last, 6)
    else:
        steps = [0.0, 0.25, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0]
        places = [place for place in steps if place <= last]
    set_ticks(axes, "x", places, [plain(place) for place in places])


def _root(time: Floats) -> Floats:
    roots: Floats = np.sqrt(np.maximum(time, 0.0))
    return roots


def _square(root: Floats) -> Floats:
    squares: Floats = np.square(root)
    return squares
