"""The house style: colours, the page with its headline, subtitle and foot, axes, and saving.

All places are inches from the lower left corner of the page, so that pages of any height look alike. Nothing
here uses pyplot or changes Matplotlib's global settings, so figures can be drawn in the threads of a server.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import NullLocator

from simulator.charts.lettering import POINTS_PER_INCH, family, in_lines, load_fonts, wrapped
from simulator.risk.words import length_of_time

INK, MID, SOFT, GRID, SHADE, PAPER = "#1A1A1A", "#4A4A4A", "#767676", "#D9DCE0", "#F1F2F4", "#FFFFFF"
NAVY, RUST, TEAL = "#123B66", "#BF4A0A", "#4FA3A5"
SECTOR_COLOURS = {"water": TEAL, "telecom": NAVY, "energy": RUST}
"""Of marks: 24, 47 and 62 in lightness, so they part in grey and under each deficit of colour vision."""
SECTOR_TEXT_COLOURS = {"water": "#24706F", "telecom": NAVY, "energy": "#A03C05"}
"""Of words on white, where the colours of the marks are too pale to read."""
TINTS = ("#EEF2F6", "#BDD0DF", "#86AAC7", "#3B719C", "#123B66")
"""One blue in five steps of lightness, each at least 12 apart."""

PAGE_WIDTH = 8.0
MARGIN = 0.24
PIXELS_PER_INCH = 200
HEADLINE_SIZE, SUBTITLE_SIZE, FOOT_SIZE = 16.0, 11.0, 8.6
LABEL_SIZE, TICK_SIZE = 10.5, 10.0
HEADLINE_LINES, SUBTITLE_LINES = 2, 3
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
HEADLINE_STEP, SUBTITLE_STEP, FOOT_STEP = 0.27, 0.20, 0.148
HALF_CAPITAL = 0.33
"""Half the height of a capital, as a share of the size of type."""
HEADLINE_GID = "headline"


class HouseFigure(Figure):
    """A figure that knows its finding and its description in words."""

    headline: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, in inches from its lower left corner."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Footer:
    """Where the numbers come from, and what to bear in mind. `years`: the horizon of one future."""

    model_version: str
    scenario: str
    replications: int
    years: float
    seed: int
    caveat: str = ""
    named_by: str = "the author of the scenario"
    """Who named the vendors; printed on charts that name any."""

    def source(self) -> str:
        futures = f"{self.replications:,} simulated future" + ("" if self.replications == 1 else "s")
        return (
            f"Source: geocyber {self.model_version}, scenario “{self.scenario}”, "
            f"{futures} × {length_of_time(self.years)}, seed {self.seed}."
        )

    def foot(self, *cautions: str) -> list[str]:
        """The lines below the rule: the source, then the chart's own cautions and the caller's caveat."""
        care = " ".join(text for text in (*cautions, self.caveat) if text)
        return [self.source(), f"Read with care: {care}"] if care else [self.source()]


def page(headline: str, subtitle: str, foot: Sequence[str], alt: str, body_height: float) -> tuple[HouseFigure, Box]:
    """A page with its furniture, and the free room between subtitle and foot, `body_height` inches high."""
    load_fonts()
    heads = in_lines(headline, HEADLINE_LINES, TEXT_WIDTH, HEADLINE_SIZE, semibold=True)
    subs = in_lines(subtitle, SUBTITLE_LINES, TEXT_WIDTH, SUBTITLE_SIZE)
    feet = [line for text in foot for line in wrapped(text, TEXT_WIDTH, FOOT_SIZE)]
    below_heads = 0.22 + HEADLINE_STEP * len(heads) + 0.05
    top = below_heads + SUBTITLE_STEP * len(subs) + 0.16
    rule = 0.17 + FOOT_STEP * len(feet)
    bottom = rule + 0.14
    height = top + body_height + bottom
    figure = HouseFigure(figsize=(PAGE_WIDTH, height), dpi=PIXELS_PER_INCH, facecolor=PAPER)
    figure.headline, figure.alt = one_line(" ".join(heads)), one_line(alt)

    right = PAGE_WIDTH - MARGIN
    draw_rule(figure, MARGIN, right, height - 0.10, INK, 1.4)
    draw_rule(figure, MARGIN, MARGIN + 0.48, height - 0.125, RUST, 4.0)
    draw_rule(figure, MARGIN, right, rule, GRID, 0.8)
    head = write(
        figure,
        MARGIN,
        height - 0.22,
        "\n".join(heads),
        size=HEADLINE_SIZE,
        semibold=True,
        va="top",
        linespacing=1.12,
    )
    head.set_gid(HEADLINE_GID)
    write(
        figure,
        MARGIN,
        height - below_heads,
        "\n".join(subs),
        size=SUBTITLE_SIZE,
        colour=MID,
        va="top",
        linespacing=1.2,
    )
    write(figure, MARGIN, 0.10, "\n".join(feet), size=FOOT_SIZE, colour=MID, va="bottom", linespacing=1.2)
    return figure, Box(MARGIN, bottom, right, height - top)


def one_line(text: str) -> str:
    """The text with single ordinary spaces only."""
    return " ".join(text.split())


def write(
    figure: Figure,
    x: float,
    y: float,
    text: str,
    *,
    size: float = LABEL_SIZE,
    colour: str = INK,
    semibold: bool = False,
    ha: Literal["left", "center", "right"] = "left",
    va: Literal["top", "center", "bottom", "baseline"] = "baseline",
    linespacing: float = 1.15,
) -> Text:
    """Text on the page, place in inches. Dollar signs are dollars, never mathematics."""
    return figure.text(
        x / figure.get_figwidth(),
        y / figure.get_figheight(),
        text,
        fontsize=size,
        color=colour,
        fontfamily=family(semibold),
        ha=ha,
        va=va,
        linespacing=linespacing,
        parse_math=False,
        multialignment=ha,
    )


def write_middle(
    figure: Figure,
    x: float,
    y: float,
    text: str,
    *,
    size: float = LABEL_SIZE,
    colour: str = INK,
    semibold: bool = False,
    ha: Literal["left", "center", "right"] = "left",
) -> Text:
    """One line with its capitals centred on y, so that letters below the line do not lift it."""
    base = y - HALF_CAPITAL * size / POINTS_PER_INCH
    return write(figure, x, base, text, size=size, colour=colour, semibold=semibold, ha=ha)


def draw_rule(
    figure: Figure, x0: float, x1: float, y: float, colour: str, points: float, y1: float | None = None
) -> None:
    """A straight line on the page from (x0, y) to (x1, y1 or y)."""
    wide, high = figure.get_figwidth(), figure.get_figheight()
    ends = [x0 / wide, x1 / wide], [y / high, (y if y1 is None else y1) / high]
    figure.add_artist(Line2D(*ends, color=colour, linewidth=points, solid_capstyle="butt"))


def draw_axes(figure: Figure, box: Box) -> Axes:
    """Bare axes: a line below, no box, a grid on the value axis only."""
    wide, high = figure.get_figwidth(), figure.get_figheight()
    axes = figure.add_axes((box.x0 / wide, box.y0 / high, box.width / wide, box.height / high))
    axes.patch.set_visible(False)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set(color=SOFT, linewidth=0.8)
    axes.grid(visible=False)
    axes.grid(visible=True, axis="y", color=GRID, linewidth=0.8, linestyle="-")
    axes.set_axisbelow(True)
    axes.tick_params(axis="x", which="both", length=4, width=0.8, color=SOFT, pad=4)
    axes.tick_params(axis="y", which="both", length=0, pad=5)
    axes.margins(0)
    return axes


def set_ticks(axes: Axes, which: Literal["x", "y"], places: Sequence[float], labels: Sequence[str]) -> None:
    """These ticks and no others."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    look: dict[str, Any] = {
        "fontsize": TICK_SIZE,
        "color": INK,
        "fontfamily": family(),
        "parse_math": False,
    }
    axis.set_ticks(list(places), list(labels), **look)
    axis.set_minor_locator(NullLocator())


def save(figure: HouseFigure, path: str | Path, *, svg: bool = False) -> list[Path]:
    """Writes `path`.png, `path`.alt.txt and, if asked, `path`.svg; the paths written.

    The PNG has 200 pixels an inch and carries headline and description as its metadata. The SVG holds letters
    as outlines, so it looks the same where the fonts are missing. No file holds a date: equal figures are
    equal bytes.
    """
    stem = Path(path)
    png, words = stem.with_name(f"{stem.name}.png"), stem.with_name(f"{stem.name}.alt.txt")
    about = {"Title": figure.headline, "Description": figure.alt}
    figure.savefig(png, dpi=PIXELS_PER_INCH, metadata={**about, "Software": None})
    words.write_text(f"{figure.alt}\n", encoding="utf-8")
    if not svg:
        return [png, words]
    drawing = stem.with_name(f"{stem.name}.svg")
    with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": stem.name}):
        figure.savefig(drawing, metadata={**about, "Date": None, "Creator": None})
    return [png, words, drawing]
