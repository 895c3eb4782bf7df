"""Where a label can stand: the free place nearest its mark, clear of bands, lines and other labels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from simulator.charts.lettering import width
from simulator.charts.style import LABEL_SIZE, PIXELS_PER_INCH, SOFT, Box, HouseFigure, draw_rule, write

Floats = NDArray[np.float64]

LINE_HEIGHT = 0.175
"""Inches that a line of label takes at the usual size."""
STEP = 0.05
"""Inches between the places tried."""
GAP = 0.07
"""Least inches between a label and what it must not touch."""
LEADER_FROM = 0.25
"""Labels further than this from their mark (inches) get a line to it."""
FAR = 1.0
"""Inches from its mark beyond which a label had better stand on a pale band."""
SIDES = 5
"""Points across a label at which it is compared with a band."""


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A band on the page, from `low` to `high` (inches) at each `x`; a line is a band without height.

    A pale one may be written on where the nearest room beside it is far from the mark.
    """

    x: Floats
    low: Floats
    high: Floats
    pale: bool = False


@dataclass(slots=True)
class Room:
    """The room for labels in axes whose limits are final."""

    figure: HouseFigure
    axes: Axes
    inside: Box
    ribbons: list[Ribbon] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)

    def on_page(self, x: Iterable[float], y: Iterable[float]) -> tuple[Floats, Floats]:
        """Data coordinates as inches on the page."""
        pixels = self.axes.transData.transform(np.column_stack([list(x), list(y)]))
        inches = pixels / PIXELS_PER_INCH
        return inches[:, 0], inches[:, 1]

    def keep_clear(self, x: Iterable[float], low: Iterable[float], high: Iterable[float], pale: bool = False) -> None:
        """No label shall stand on this band (data coordinates, x rising), or only at need if it is `pale`."""
        places = list(x)
        across, bottom = self.on_page(places, low)
        _, top = self.on_page(places, high)
        self.ribbons.append(Ribbon(across, bottom, top, pale))

    def label(
        self,
        x: float,
        y: float,
        lines: list[str],
        colour: str,
        *,
        semibold: bool = False,
        leader: bool = True,
    ) -> bool:
        """Writes the lines near the point (data coordinates); False, and nothing, where no place is free."""
        (px,), (py,) = self.on_page([x], [y])
        wide = max(width(line, LABEL_SIZE, semibold) for line in lines)
        spot = self._nearest(float(px), float(py), wide, LINE_HEIGHT * len(lines))
        if spot is None:
            return False
        self.taken.append(spot)
        # Set towards the mark, so that the ends of the lines next to it are even.
        side = "right" if spot.x1 <= px else "left" if spot.x0 >= px else "center"
        place = {"right": spot.x1, "left": spot.x0, "center": (spot.x0 + spot.x1) / 2}[side]
        middle = (spot.y0 + spot.y1) / 2
        write(
            self.figure,
            place,
            middle,
            "\n".join(lines),
            colour=colour,
            semibold=semibold,
            ha=side,  # type: ignore[arg-type]
            va="center",
            linespacing=1.05,
        )
        if leader:
            self._leader(float(px), float(py), spot)
        return True

    def _leader(self, px: float, py: float, spot: Box) -> None:
        """A thin line from label to mark where they stand apart."""
        x, y = min(max(px, spot.x0), spot.x1), min(max(py, spot.y0), spot.y1)
        apart = float(np.hypot(x - px, y - py))
        if apart > LEADER_FROM:
            near = 0.09 / apart  # stop short of the dot
            draw_rule(self.figure, x, px + near * (x - px), y, SOFT, 0.8, y1=py + near * (y - py))

    def _nearest(self, px: float, py: float, wide: float, high: float) -> Box | None:
        lefts = np.arange(self.inside.x0, self.inside.x1 - wide + 1e-9, STEP)
        bottoms = np.arange(self.inside.y0, self.inside.y1 - high + 1e-9, STEP)
        x, y = (grid.ravel() for grid in np.meshgrid(lefts, bottoms))
        if not x.size:
            return None
        across = np.maximum(np.maximum(x - px, px - (x + wide)), 0)
        up = np.maximum(np.maximum(y - py, py - (y + high)), 0)
        distance = np.hypot(across, up)
        free = distance > 0.11
        for box in self.taken:
            left_or_right = (x > box.x1 + GAP) | (x + wide < box.x0 - GAP)
            free &= left_or_right | (y > box.y1 + GAP) | (y + high < box.y0 - GAP)
        for ribbon in self.ribbons:
            if not ribbon.pale:
                free &= self._clear_of(ribbon, x, y, wide, high)
        beside = free.copy()
        for ribbon in self.ribbons:
            beside &= self._clear_of(ribbon, x, y, wide, high)
        if (beside & (distance < FAR)).any():
            free = beside
        if not free.any():
            return None
        # Above and to the left reads best on a rising curve; a little distance is worth it.
        cost = distance + 0.06 * (x + wide > px) + 0.10 * (y < py)
        best = int(np.argmin(np.where(free, cost, np.inf)))
        return Box(float(x[best]), float(y[best]), float(x[best]) + wide, float(y[best]) + high)

    @staticmethod
    def _clear_of(ribbon: Ribbon, x: Floats, y: Floats, wide: float, high: float) -> NDArray[np.bool_]:
        clear = np.ones(x.shape, dtype=bool)
        for share in np.linspace(0, 1, SIDES):
            at = x + share * wide
            low = np.interp(at, ribbon.x, ribbon.low)
            top = np.interp(at, ribbon.x, ribbon.high)
            beyond = (at < ribbon.x[0] - GAP) | (at > ribbon.x[-1] + GAP)
            clear &= beyond | (y > top + GAP) | (y + high < low - GAP)
        return clear
