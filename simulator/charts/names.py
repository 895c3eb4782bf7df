"""Names in the columns of a table, and axes in inches for its marks."""

from __future__ import annotations

from matplotlib.axes import Axes

from simulator.charts.lettering import in_lines, width
from simulator.charts.style import LABEL_SIZE, HouseFigure, write, write_middle

SMALL_SIZE = 9.0
LEAST_NAME_WIDTH = 0.6


def name_lines(text: str, inches: float, semibold: bool = False, size: float = LABEL_SIZE) -> tuple[list[str], float]:
    """A name on one line, or on two in smaller type; the lines and their size."""
    if width(text, size, semibold) <= inches:
        return [text], size
    return in_lines(text, 2, inches, SMALL_SIZE, semibold), SMALL_SIZE


def column_width(names: list[str], most: float, semibold: bool = False) -> float:
    """Inches for a column of names: what the longest takes, but no more than `most`."""
    return max(LEAST_NAME_WIDTH, *(min(width(name, LABEL_SIZE, semibold), most) for name in names))


def write_name(
    figure: HouseFigure,
    x: float,
    y: float,
    name: str,
    inches: float,
    colour: str,
    semibold: bool = False,
    size: float = LABEL_SIZE,
) -> None:
    lines, size = name_lines(name, inches, semibold, size)
    if len(lines) == 1:
        write_middle(figure, x, y, lines[0], size=size, colour=colour, semibold=semibold)
        return
    text = "\n".join(lines)
    write(figure, x, y, text, size=size, colour=colour, semibold=semibold, va="center", linespacing=1.0)


def inch_axes(figure: HouseFigure) -> Axes:
    """Invisible axes over the whole page, in inches."""
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, figure.get_figwidth())
    axes.set_ylim(0, figure.get_figheight())
    return axes
