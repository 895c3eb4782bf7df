"""A value axis for amounts of either sign: even where they are of like size, else logarithmic on both sides of zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from matplotlib.axes import Axes

from simulator.charts.lettering import width
from simulator.charts.numbers import tick
from simulator.charts.scales import round_down, round_up
from simulator.charts.style import INK, TICK_SIZE, set_ticks

EVEN_UP_TO = 15.0
"""Largest over smallest amount that an even axis shows well."""
EVEN_SHARE = 0.391
"""Length of the even stretch to each side, in Matplotlib's `linscale`; so the scale has no kink at its ends: (10/9)
s = 1/ln 10."""
STEPS = 6


@dataclass(frozen=True, slots=True)
class Scale:
    """Ends of the axis, its ticks, and up to where it is even to both sides of zero (infinite: everywhere)."""

    low: float
    high: float
    even: float
    ticks: tuple[float, ...]

    @property
    def is_log(self) -> bool:
        return math.isfinite(self.even)

    def explained(self, unit: str) -> str:
        """How to read the axis, in words."""
        if not self.is_log:
            return "even scale"
        return f"log scale, but even where thick ({tick(-self.even, unit)} to {tick(self.even, unit)})"


def scale_for(marks: Sequence[float], ends: Sequence[float]) -> Scale:
    """The scale for these marks, which shall part, and ends of intervals, which need only fit. All finite."""
    everything = [*marks, *ends, 0.0]
    bottom, top = min(everything), max(everything)
    reach = max(top, -bottom)
    sizes = [abs(mark) for mark in marks if mark]
    if not sizes or reach <= EVEN_UP_TO * min(sizes):
        return even_scale(bottom, top)
    # Half of the marks lie at least a power of ten outside the even stretch; smaller amounts stand next to zero, so
    # that the intervals of the amounts that matter stay visible.
    even = max(power_below(min(sizes)), power_below(median(sizes)) / 10)
    places = [even * 10**n for n in range(1 + round(math.log10(power_below(reach) / even)) + 1)]
    below, above = -limit(-bottom, even), limit(top, even)
    ticks = [*(-place for place in reversed(places) if -place >= below), 0.0, *(p for p in places if p <= above)]
    return Scale(below, above, even, tuple(ticks))


def even_scale(bottom: float, top: float) -> Scale:
    if top == bottom:
        return Scale(-1.0, 1.0, math.inf, (0.0,))
    step = round_up((top - bottom) / STEPS)
    first, last = math.floor(bottom / step * (1 - 1e-9)), math.ceil(top / step * (1 - 1e-9))
    return Scale(first * step, last * step, math.inf, tuple(step * n for n in range(first, last + 1)))


def limit(size: float, even: float) -> float:
    """Where the axis ends on one side: a round number beyond the largest amount there, or just beyond zero."""
    return round_up(1.15 * size) if size > even / 10 else even / 2


def power_below(size: float) -> float:
    return float(f"1e{math.floor(math.log10(round_down(size)) + 1e-9)}")


def apply(axes: Axes, scale: Scale, unit: str, inches: float) -> None:
    """Sets limits and ticks; labels only as many ticks as have room, zero and the largest first."""
    if scale.is_log:
        axes.set_xscale("symlog", linthresh=scale.even, linscale=EVEN_SHARE)
    axes.set_xlim(scale.low, scale.high)
    start, end = axes.transData.transform([(scale.low, 0.0), (scale.high, 0.0)])[:, 0]
    placed = {
        place: (axes.transData.transform((place, 0.0))[0] - start) / (end - start) * inches for place in scale.ticks
    }
    kept: list[float] = []
    for place in sorted(scale.ticks, key=lambda place: (place != 0, -abs(place))):
        half = width(tick(place, unit), TICK_SIZE) / 2
        apart = (abs(placed[place] - placed[k]) - half - width(tick(k, unit), TICK_SIZE) / 2 for k in kept)
        if all(gap > 0.1 for gap in apart):
            kept.append(place)
    labels = {place: tick(place, unit) if place else "0" for place in kept}
    set_ticks(axes, "x", scale.ticks, [labels.get(place, "") for place in scale.ticks])
    if scale.is_log:
        stretch = max(scale.low, -scale.even), min(scale.high, scale.even)
        axes.plot(stretch, [axes.get_ylim()[0]] * 2, color=INK, linewidth=3.0, solid_capstyle="butt", clip_on=False)
