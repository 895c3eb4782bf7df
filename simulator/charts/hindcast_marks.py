"""What the marks of a hindcast look like: bands, medians, what was seen and how far a forecast may be off."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from simulator.charts.lettering import width
from simulator.charts.names import inch_axes
from simulator.charts.style import INK, MID, NAVY, PAPER, RUST, SOFT, TICK_SIZE, Box, HouseFigure, write_middle
from simulator.checks.hindcast import words
from simulator.checks.hindcast.verdict import Judged

SEEN_SIZE = 8.5
WIDE, NARROW = 0.22, 0.45
"""Opacity of the bands of nine in ten and of half."""


def said(text: str) -> str:
    """As charts write a percentage."""
    return text.replace(" %", "%")


def told(row: Judged, currency: str) -> str:
    """`median 56% (half 55 to 58%, nine in ten 52 to 61%)`; a chance as such."""
    if not row.foretold:
        return "no figure in most futures"
    middle = said(words.foretold(row.predicted, row.observed, currency))
    if row.observed.quantity.chance:
        return f"foretold in {middle} of futures"
    half, most = (said(words.band(row, share, currency)) for share in (0.5, 0.9))
    return f"median {middle} (half {half}, nine in ten {most})"


def seen_mark(axes: Axes, x: float, y: float, *, held_out: bool) -> None:
    """A dot, solid where it is held out and hollow where it is not."""
    (mark,) = axes.plot([x], [y], "o", color=RUST, markersize=SEEN_SIZE, clip_on=False, zorder=8)
    if held_out:
        mark.set(markeredgecolor=PAPER, markeredgewidth=0.8)
    else:
        mark.set(markerfacecolor=PAPER, markeredgecolor=RUST, markeredgewidth=2.0)


def tolerance_line(row: Judged) -> str:
    """How the line of a tolerance is drawn: dashed where it is a band of the predictions."""
    return "--" if row.observed.tolerance.kind == "central" else "-"


def draw_key(figure: HouseFigure, body: Box, y: float) -> None:
    """What the marks are, on one line."""
    axes = inch_axes(figure)
    x = body.x0
    for share, alpha, wide in ((0.9, WIDE, 0.42), (0.5, NARROW, 0.22)):
        del share
        swatch = Rectangle((x + 0.21 - wide / 2, y - 0.07), wide, 0.14)
        swatch.set(facecolor=NAVY, alpha=alpha, edgecolor="none")
        axes.add_patch(swatch)
    axes.plot([x + 0.21] * 2, [y - 0.09, y + 0.09], color=NAVY, linewidth=2.4, solid_capstyle="butt")
    x = _after(figure, x + 0.50, y, "median, half, nine in ten of futures")
    seen_mark(axes, x + 0.06, y, held_out=True)
    x = _after(figure, x + 0.19, y, "seen, held out")
    seen_mark(axes, x + 0.06, y, held_out=False)
    x = _after(figure, x + 0.19, y, "seen, fitted or implied")
    axes.plot([x, x + 0.3], [y, y], color=INK, linewidth=1.1)
    for end in (x, x + 0.3):
        axes.plot([end] * 2, [y - 0.05, y + 0.05], color=INK, linewidth=1.1)
    x = _after(figure, x + 0.38, y, "tolerance")
    axes.plot([x + 0.05], [y], "x", color=SOFT, markersize=5.5, markeredgewidth=1.6)
    _after(figure, x + 0.16, y, "naive")


def _after(figure: HouseFigure, x: float, y: float, text: str) -> float:
    write_middle(figure, x, y, text, size=TICK_SIZE, colour=MID)
    return x + width(text, TICK_SIZE) + 0.20
