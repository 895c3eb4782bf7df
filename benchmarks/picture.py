"""The plot of how time grows, in the house style."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from matplotlib.axes import Axes

from benchmarks.pairing import short
from benchmarks.scaling import Curve, Growth
from simulator.charts.lettering import family
from simulator.charts.style import (
    LABEL_SIZE,
    MID,
    NAVY,
    PAPER,
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
KINDS = ({"C++", "kernel"}, {"textbook", "model"})
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
    """Of two engines of a kind, which run close, the slower has its name above its line and the other below."""
    for kind in KINDS:
        present = sorted(kind & curves.keys(), key=lambda name: curves[name].seconds[0])
        for name, above in zip(present, (False, True), strict=False):
            curve = curves[name]
            k = len(curve.at) - 1 if above else (len(curve.at) - 1) // 3
            axes.annotate(
                NAMES[name],
                (curve.at[k], curve.seconds[k]),
                xytext=(-9, 3) if above else (8, -13),
                textcoords="offset points",
                ha="right" if above else "left",
                fontsize=LABEL_SIZE,
                fontfamily=family(),
                color=TEXT[name],
                parse_math=False,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6},
            )


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
