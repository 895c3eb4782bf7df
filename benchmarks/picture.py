"""The plot of how time grows, in the house style."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Affine2D, Bbox
from numpy.typing import NDArray

from benchmarks.pairing import short
from benchmarks.scaling import Curve, Growth
from simulator.charts.lettering import width
from simulator.charts.style import (
    LABEL_SIZE,
    MID,
    NAVY,
    RUST,
    SOFT,
    TEAL,
    Box,
    HouseFigure,
    draw_axes,
    page,
    save,
    set_ticks,
    write,
)

BODY = 4.0
"""Height of the plots, inches."""
NAMES = {"textbook": "textbook SimPy", "model": "model in SimPy", "kernel": "kernel", "C++": "C++ program"}
LOOKS = {
    "textbook": {"color": RUST, "marker": "s", "linestyle": (0, (1, 1))},
    "model": {"color": TEAL, "marker": "^", "linestyle": (0, (4, 1.5))},
    "kernel": {"color": NAVY, "marker": "o", "linestyle": "-"},
    "C++": {"color": SOFT, "marker": "D", "linestyle": (0, (6, 1, 1, 1))},
}
TEXT = {"textbook": "#A03C05", "model": "#24706F", "kernel": NAVY, "C++": MID}
LABEL_HEIGHT = 0.17
CLEAR = 0.07
"""Inches between a name and any line."""
UNITS = ((1e-6, "µs"), (1e-3, "ms"), (1.0, "s"))


def draw(found: Growth, machine: str) -> HouseFigure:
    """Two panels with one scale: seconds of one replication by organisations, and of a run by replications."""
    lead = "kernel" if "kernel" in found.by_organisations else "C++" if "C++" in found.by_organisations else "model"
    headline = _headline(lead, found.by_organisations[lead])
    figure, box = page(
        headline,
        "Processor time of the core path, draws included; both axes logarithmic",
        [f"Source: geocyber benchmarks, {machine}.", _care(lead)],
        alt=f"{headline} {_alt(found)}",
        body_height=BODY,
    )
    least, most = _bounds(found)
    middle = (box.x0 + box.x1) / 2.0
    low, high = box.y0 + 0.32, box.y1 - 0.38
    panels = (
        ("One replication, by organisations", found.by_organisations, Box(box.x0 + 0.5, low, middle - 0.35, high)),
        (
            f"A run, by replications of {found.organisations:,} organisations",
            found.by_replications,
            Box(middle + 0.5, low, box.x1 - 0.2, high),
        ),
    )
    for title, curves, place in panels:
        write(figure, place.x0 - 0.5, place.y1 + 0.26, title, semibold=True)
        _panel(draw_axes(figure, place), curves, least, most)
    return figure


def saved(found: Growth, machine: str, path: Path) -> HouseFigure:
    """Draw, and write `path`.png and `path`.alt.txt."""
    figure = draw(found, machine)
    path.parent.mkdir(parents=True, exist_ok=True)
    save(figure, path)
    return figure


def _panel(axes: Axes, curves: Mapping[str, Curve], least: float, most: float) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    first = min(c.at[0] for c in curves.values())
    last = max(c.at[-1] for c in curves.values())
    axes.set_xlim(first / 1.25, last * 1.25)
    axes.set_ylim(least, most)
    set_ticks(axes, "y", *_time_ticks(least, most))
    ticks = _count_ticks(first, last)
    set_ticks(axes, "x", ticks, [f"{t:,.0f}" for t in ticks])
    for name, curve in curves.items():
        axes.plot(curve.at, curve.seconds, markersize=4.5, linewidth=1.6, clip_on=False, zorder=3, **LOOKS[name])
    _name_lines(axes, curves)


def _name_lines(axes: Axes, curves: Mapping[str, Curve]) -> None:
    """Each name by a point of its line, above it to the left or below it to the right, where least is in its way."""
    marks = np.concatenate([_inches_along(axes, curve) for curve in curves.values()])
    frame = axes.get_window_extent().frozen().transformed(Affine2D().scale(1.0 / axes.figure.dpi))
    taken: list[Bbox] = []
    for name, curve in sorted(curves.items(), key=lambda item: -item[1].seconds[0]):
        places = [box for x, y in _inches(axes, curve)[::-1] for box in _beside(x, y, width(NAMES[name], LABEL_SIZE))]
        best = min(places, key=lambda box: _in_the_way(box, marks, taken, frame))
        taken.append(best)
        write(axes.figure, best.x0, best.y0 + 0.03, NAMES[name], colour=TEXT[name])


def _beside(x: float, y: float, wide: float) -> list[Bbox]:
    return [
        Bbox.from_bounds(x - 0.1 - wide, y + 0.02, wide, LABEL_HEIGHT),
        Bbox.from_bounds(x + 0.1, y - 0.02 - LABEL_HEIGHT, wide, LABEL_HEIGHT),
    ]


def _in_the_way(box: Bbox, marks: NDArray[np.float64], taken: Sequence[Bbox], frame: Bbox) -> float:
    """Points of lines under the name; worse than any number of them: another name, or the edge of the panel."""
    inside = (marks > box.min - CLEAR) & (marks < box.max + CLEAR)
    outside = box.x0 < frame.x0 or box.y0 < frame.y0 or box.x1 > frame.x1
    return float(inside.all(axis=1).sum()) + 1e3 * (outside + sum(box.overlaps(other) for other in taken))


def _inches(axes: Axes, curve: Curve) -> NDArray[np.float64]:
    found: NDArray[np.float64] = axes.transData.transform(np.column_stack([curve.at, curve.seconds])) / axes.figure.dpi
    return found


def _inches_along(axes: Axes, curve: Curve) -> NDArray[np.float64]:
    """Points close together all along a line."""
    corners = _inches(axes, curve)
    steps = np.linspace(0.0, len(corners) - 1.0, 40 * len(corners))
    return np.column_stack([np.interp(steps, np.arange(len(corners)), corners[:, k]) for k in (0, 1)])


def _headline(name: str, curve: Curve) -> str:
    larger = curve.at[-1] / curve.at[0]
    longer = curve.seconds[-1] / curve.seconds[0]
    return (
        f"The {NAMES[name]} takes {_time(curve.seconds[-1])} for a release among {curve.at[-1]:,} organisations: "
        f"{short(larger)} times the size, {short(longer)} times the time"
    )


def _care(lead: str) -> str:
    extra = "" if lead == "kernel" else " The compiled kernel is not on the plot: Numba was not installed."
    return "Read with care: one machine, shared with other work; lines end where a point would take too long." + extra


def _alt(found: Growth) -> str:
    parts = [
        f"{NAMES[name]}: {_time(c.seconds[0])} at {c.at[0]:,} organisations, {_time(c.seconds[-1])} at {c.at[-1]:,}"
        for name, c in found.by_organisations.items()
    ]
    return "; ".join(parts) + "."


def _bounds(found: Growth) -> tuple[float, float]:
    seconds = [
        s for curves in (found.by_organisations, found.by_replications) for c in curves.values() for s in c.seconds
    ]
    return 10.0 ** math.floor(math.log10(min(seconds))), 10.0 ** math.ceil(math.log10(max(seconds)))


def _time_ticks(least: float, most: float) -> tuple[list[float], list[str]]:
    powers = range(round(math.log10(least)), round(math.log10(most)) + 1)
    ticks = [10.0**p for p in powers]
    return ticks, [_time(t) for t in ticks]


def _count_ticks(first: float, last: float) -> list[float]:
    powers = [10.0**p for p in range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)]
    inside = [p for p in powers if first <= p <= last]
    return sorted({float(first), *inside, float(last)}) if len(inside) < 4 else inside


def _time(seconds: float) -> str:
    """A time in the unit that suits it, two digits."""
    size, unit = max((u for u in UNITS if u[0] <= seconds * (1 + 1e-9)), default=UNITS[0])
    return f"{float(f'{seconds / size:.2g}'):,g} {unit}"
