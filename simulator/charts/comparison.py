"""What each mitigation gains against what it costs: a list of dots with their intervals, each beside its cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from simulator import __version__
from simulator.charts.arms import About, Arm, Estimate, Verdict, headline, horizon, ranked, read_arms
from simulator.charts.exceedance import NOT_COVERED
from simulator.charts.lettering import shortened, width
from simulator.charts.money_axis import Scale, apply, scale_for
from simulator.charts.names import SMALL_SIZE, column_width, inch_axes, name_lines, write_name
from simulator.charts.numbers import checked_unit, short, signed
from simulator.charts.style import (
    GRID,
    HEADLINE_SIZE,
    INK,
    MID,
    NAVY,
    PAPER,
    RUST,
    SECTOR_TEXT_COLOURS,
    SHADE,
    SOFT,
    TICK_SIZE,
    Box,
    Footer,
    HouseFigure,
    draw_axes,
    draw_rule,
    page,
    write,
    write_middle,
)


@dataclass(frozen=True, slots=True)
class Look:
    """A verdict's mark, and the colours of the mark and of its word."""

    marker: str
    size: float
    colour: str
    words: str


LOOKS: dict[Verdict, Look] = {
    "pays": Look("o", 6.4, NAVY, NAVY),
    "unclear": Look("D", 5.6, RUST, SECTOR_TEXT_COLOURS["energy"]),
    "does not pay": Look("X", 6.8, SOFT, MID),
}

TITLE_WIDTH, TITLE_SIZE = 2.4, 10.0
NET_WIDTH, MARK_WIDTH, VERDICT_WIDTH, GRADE_WIDTH = 0.68, 0.26, 0.86, 0.42
GUTTER = 0.14
ROW_HEIGHT, NAME_STEP, GAP = 0.265, 0.125, 0.10
BLOCK_HEIGHT = 0.30
KEY, AXIS = 0.26, 0.46
BETWEEN = 0.10
"""Inches between blocks."""
TITLE_IN_HEADLINE = 3.4
"""Inches that a title may take in the headline."""
WORSE = "makes rare bad years worse"


@dataclass(frozen=True, slots=True)
class Block:
    """Arms under one heading."""

    heading: str
    arms: list[Arm]


def comparison_chart(arms: pd.DataFrame, about: About, *, footer: Footer | None = None) -> HouseFigure:
    """Benefit with its 95 % interval against cost, a row per arm; right of its cost mark an arm pays.

    `arms` and `about` are as `simulator.charts.arms` describes them, amounts as present values over the horizon in
    `about["currency"]`. What pays comes first, and within a verdict the largest net benefit; sets stand apart from
    single mitigations. The axis is logarithmic on both sides of zero where amounts differ by more than 15 times, and
    says so. `footer` replaces the one made from `about`. Raises `InputError` for a frame that lacks a column or holds
    a figure out of bounds.
    """
    unit = checked_unit(about["currency"])
    rows = ranked(read_arms(arms))
    said = headline(rows, about, lambda title: shortened(title, TITLE_IN_HEADLINE, HEADLINE_SIZE, semibold=True))
    subtitle = explained(about)
    foot = (footer or footer_of(about)).foot(*cautions(rows))
    alt = described(rows, about, subtitle, footer or footer_of(about))
    blocks = in_blocks(rows)
    tall = sum(map(block_height, blocks)) + BETWEEN * (len(blocks) - 1)
    figure, body = page(said, subtitle, foot, alt, KEY + tall + AXIS if rows else 0.5)
    if rows:
        draw_list(figure, body, blocks, tall, unit)
    return figure


def footer_of(about: About) -> Footer:
    return Footer(__version__, about["name"], about["replications"], about["horizon_years"], about["seed"])


def explained(about: About) -> str:
    """The subtitle: what is drawn."""
    years = horizon(about["horizon_years"])
    return f"Benefit (loss avoided) against cost, to society as a whole, present values over {years}."


def cautions(rows: Sequence[Arm]) -> list[str]:
    """What the picture does not show."""
    if not rows:
        return []
    said = [f"intervals show only the error of a finite number of simulated futures, not {NOT_COVERED}"]
    if sum(not arm.together for arm in rows) > 1:
        said.append("Benefits overlap: figures of single mitigations must not be added up.")
    if any(not arm["benefit"].has_range for arm in rows):
        said.append("A mark without a line has no known interval.")
    if any(arm.grade for arm in rows):
        said.append("Evidence: A measured to D judgement.")
    return said


def described(rows: Sequence[Arm], about: About, subtitle: str, footer: Footer) -> str:
    """The chart in words, for those who cannot see it: every arm with its figures."""
    unit = about["currency"]
    parts = [f"{headline(rows, about)}.", subtitle, "List of marks with 95% intervals, what pays first."]
    for arm in rows:
        benefit, net = (arm[name].told(lambda x: short(x, unit)) for name in ("benefit", "net"))
        text = f"{arm.title}: {arm.verdict}; benefit {benefit}, cost {cost_told(arm['cost'], unit)}, net {net}"
        text += f"; evidence {arm.grade}" if arm.grade else ""
        text += f"; a set of {len(arm.members)} in force together" if arm.together else ""
        parts.append(f"{text}; {WORSE}." if arm.tail_worse else f"{text}.")
    parts += [f"Scenario: {about['title']}.", footer.source()]
    return " ".join(parts)


def cost_told(cost: Estimate, unit: str) -> str:
    """A cost that is certain, or not known to be doubtful, stands without interval."""
    if cost.has_range and cost.low < cost.high:
        return cost.told(lambda x: short(x, unit))
    return short(cost.value, unit)


def in_blocks(rows: Sequence[Arm]) -> list[Block]:
    singles = [arm for arm in rows if not arm.together]
    sets = [arm for arm in rows if arm.together]
    if not sets:
        return [Block("Mitigation", singles)] if singles else []
    blocks = [Block("One at a time", singles), Block("Several in force together", sets)]
    return [block for block in blocks if block.arms]


def row_height(arm: Arm) -> float:
    lines = len(name_lines(arm.title, TITLE_WIDTH, size=TITLE_SIZE)[0]) + arm.tail_worse
    return ROW_HEIGHT + NAME_STEP * (lines - 1)


def block_height(block: Block) -> float:
    verdicts = len({arm.verdict for arm in block.arms})
    return BLOCK_HEIGHT + sum(map(row_height, block.arms)) + GAP * verdicts


def draw_list(figure: HouseFigure, body: Box, blocks: list[Block], tall: float, unit: str) -> None:
    rows = [arm for block in blocks for arm in block.arms]
    graded = any(arm.grade for arm in rows)
    left = column_width([*(arm.title for arm in rows), WORSE], TITLE_WIDTH) + GUTTER
    right = NET_WIDTH + MARK_WIDTH + VERDICT_WIDTH + (GRADE_WIDTH if graded else 0.0)
    plot = Box(body.x0 + left, body.y0 + AXIS, body.x1 - right, body.y0 + AXIS + tall)
    under = inch_axes(figure)
    axes = money_axes(figure, plot, rows, unit)
    over = inch_axes(figure)
    draw_key(figure, over, body, rows[0].verdict)
    y = plot.y1
    for number, block in enumerate(blocks):
        y -= BETWEEN * (number > 0)
        draw_headings(figure, plot, body, y - BLOCK_HEIGHT / 2, block.heading, graded)
        y -= BLOCK_HEIGHT
        draw_grid(axes, y - block_height(block) + BLOCK_HEIGHT, y)
        for place, arm in enumerate(block.arms):
            if place == 0 or arm.verdict != block.arms[place - 1].verdict:
                draw_rule(figure, body.x0, body.x1, y - GAP / 2, SOFT if place == 0 else GRID, 0.7)
                y -= GAP
            box = Box(plot.x0, y - row_height(arm), plot.x1, y)
            draw_row(figure, under, axes, over, box, arm, unit, body)
            y = box.y0


def draw_headings(figure: HouseFigure, plot: Box, body: Box, y: float, heading: str, graded: bool) -> None:
    write_middle(figure, body.x0, y, heading, semibold=True)
    x = plot.x1 + NET_WIDTH
    write_middle(figure, x, y, "Net", size=TICK_SIZE, colour=MID, ha="right")
    write_middle(figure, x + MARK_WIDTH, y, "Verdict", size=TICK_SIZE, colour=MID)
    if graded:
        write_middle(figure, body.x1, y, "Evidence", size=TICK_SIZE, colour=MID, ha="right")


def draw_grid(axes: Axes, bottom: float, top: float) -> None:
    """The lines of the ticks, and zero in ink, through one block."""
    for place in axes.get_xticks():
        colour, points = (INK, 1.1) if place == 0 else (GRID, 0.8)
        axes.plot([place] * 2, [bottom, top], color=colour, linewidth=points, zorder=1.5 if place == 0 else 1.0)


def money_axes(figure: HouseFigure, plot: Box, rows: Sequence[Arm], unit: str) -> Axes:
    """The value axis below, zero marked; heights on it are inches of the page."""
    marks = [arm[name].value for arm in rows for name in ("benefit", "cost")]
    bounds = [end for arm in rows for name in ("benefit", "cost") for end in (arm[name].low, arm[name].high)]
    scale = scale_for(marks, [end for end in bounds if math.isfinite(end)])
    axes = draw_axes(figure, plot)
    axes.grid(visible=False)
    axes.set_ylim(plot.y0, plot.y1)
    apply(axes, scale, unit, plot.width)
    axes.set_yticks([])
    draw_axis_title(figure, plot, scale, unit)
    return axes


def draw_axis_title(figure: HouseFigure, plot: Box, scale: Scale, unit: str) -> None:
    text = f"Benefit and cost; {scale.explained(unit)}"
    middle = (plot.x0 + plot.x1) / 2
    write(figure, middle, plot.y0 - AXIS + 0.04, text, size=TICK_SIZE, colour=MID, ha="center")


def draw_key(figure: HouseFigure, over: Axes, body: Box, verdict: Verdict) -> None:
    """What the marks are, on one line above the list, in the look of the first verdict."""
    y = body.y1 - KEY / 2
    x = body.x0
    over.plot([x + 0.04] * 2, [y - 0.085, y + 0.085], color=INK, linewidth=2.6, solid_capstyle="butt")
    x = after(figure, x + 0.13, y, "cost")
    swatch = Rectangle((x, y - 0.085), 0.3, 0.17)
    swatch.set(facecolor=SHADE, edgecolor="none")
    over.add_patch(swatch)
    x = after(figure, x + 0.38, y, "a benefit here is less than the cost")
    look = LOOKS[verdict]
    over.plot([x, x + 0.5], [y, y], color=look.colour, linewidth=2.0, solid_capstyle="butt")
    draw_mark(over, x + 0.25, y, verdict)
    after(figure, x + 0.58, y, "benefit with 95% interval")


def after(figure: HouseFigure, x: float, y: float, text: str) -> float:
    """Writes the text; where the next mark may stand."""
    write_middle(figure, x, y, text, size=TICK_SIZE, colour=MID)
    return x + width(text, TICK_SIZE) + 0.3


def draw_mark(axes: Axes, x: float, y: float, verdict: Verdict) -> None:
    look = LOOKS[verdict]
    (mark,) = axes.plot([x], [y], look.marker, color=look.colour, markersize=look.size, clip_on=False, zorder=6)
    mark.set(markeredgecolor=PAPER, markeredgewidth=0.6)


def draw_row(
    figure: HouseFigure, under: Axes, axes: Axes, over: Axes, box: Box, arm: Arm, unit: str, body: Box
) -> None:
    middle, look = (box.y0 + box.y1) / 2, LOOKS[arm.verdict]
    write_title(figure, body.x0, middle, arm)
    draw_cost(axes, box, arm["cost"])
    benefit = arm["benefit"]
    low, high = (end if math.isfinite(end) else benefit.value for end in (benefit.low, benefit.high))
    axes.plot([low, high], [middle] * 2, color=look.colour, linewidth=2.0, solid_capstyle="butt", zorder=5)
    draw_mark(axes, benefit.value, middle, arm.verdict)
    x = box.x1 + NET_WIDTH
    write_middle(figure, x, middle, signed(arm["net"].value, unit), ha="right")
    draw_mark(over, x + MARK_WIDTH / 2, middle, arm.verdict)
    write_middle(figure, x + MARK_WIDTH, middle, arm.verdict, colour=look.words, semibold=arm.verdict == "pays")
    if arm.grade:
        write_middle(figure, body.x1, middle, arm.grade, ha="right")


def draw_cost(axes: Axes, box: Box, cost: Estimate) -> None:
    """Grey up to the cost, a mark at it, and a pale bar over its interval."""
    start = axes.get_xlim()[0]
    ground = Rectangle((start, box.y0), cost.value - start, box.height)
    ground.set(facecolor=SHADE, edgecolor="none", zorder=0.5)
    axes.add_patch(ground)
    middle, half = (box.y0 + box.y1) / 2, 0.095
    if cost.has_range and cost.low < cost.high:
        doubt = Rectangle((cost.low, middle - half), cost.high - cost.low, 2 * half)
        doubt.set(facecolor=SOFT, alpha=0.35, edgecolor="none", zorder=2)
        axes.add_patch(doubt)
    axes.plot([cost.value] * 2, [middle - half, middle + half], color=INK, linewidth=2.6, zorder=4, clip_on=False)


def write_title(figure: HouseFigure, x: float, middle: float, arm: Arm) -> None:
    """The title on one line or two, and below it in rust what must not be missed."""
    shift = NAME_STEP / 2 + 0.01 if arm.tail_worse else 0.0
    write_name(figure, x, middle + shift, arm.title, TITLE_WIDTH, INK, size=TITLE_SIZE)
    if arm.tail_worse:
        lines = len(name_lines(arm.title, TITLE_WIDTH, size=TITLE_SIZE)[0])
        y = middle - NAME_STEP * lines / 2 - 0.01
        write_middle(figure, x, y, WORSE, size=SMALL_SIZE, colour=SECTOR_TEXT_COLOURS["energy"], semibold=True)
