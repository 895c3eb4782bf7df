"""Whose software is where: the share of each sector's customers that a vendor's products reach."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from simulator.charts.lettering import shortened
from simulator.charts.names import column_width, inch_axes, name_lines, write_name
from simulator.charts.numbers import count, percent, percent_digits, short
from simulator.charts.style import (
    HEADLINE_SIZE,
    INK,
    MID,
    NAVY,
    PAPER,
    SOFT,
    TINTS,
    Box,
    Footer,
    HouseFigure,
    draw_rule,
    one_line,
    page,
    write,
    write_middle,
)
from simulator.scenario.errors import InputError, listed, shown
from simulator.scenario.words import SECTORS

BINS = (0.10, 0.25, 0.50, 0.75)
"""Shares at which the tint of a cell grows one step darker."""
MOST_ROWS = 20

HOME_WIDTH, VENDOR_WIDTH = 1.15, 2.15
CELL_WIDTH, GUTTER, NUMBER_WIDTH = 0.72, 0.18, 0.65
ROW_HEIGHT, TALL_ROW_HEIGHT, ROW_GAP, GROUP_GAP = 0.27, 0.36, 0.03, 0.09
HEADING_HEIGHT = 0.34
NAME_IN_HEADLINE = 4.0
"""Inches that a vendor's name may take in the headline."""

CAUTION = (
    "dependence is not outage: many would ride through a failure. Vendors share customers, so reaches must "
    "not be added up."
)


@dataclass(frozen=True, slots=True)
class Row:
    """A vendor, or several pooled, whose figures then are the largest of any one of them."""

    vendor: str
    home: str
    shares: dict[str, float]
    reach: float
    pooled: int = 0


@dataclass(slots=True)
class Group:
    """Vendors at home in one jurisdiction, widest reach first."""

    home: str
    rows: list[Row] = field(default_factory=list)


def reach_chart(reach: pd.DataFrame, *, scenario: str, footer: Footer) -> HouseFigure:
    """A table of vendors and sectors in tints, with a bar for the customers each vendor reaches.

    `reach` has a row per vendor, its label as the index; a column for each sector with the share (0 to 1) of
    the sector's customers at organisations that run the vendor's products; `home`, its jurisdiction; and
    `reach`, the customers it reaches in all. Vendors are grouped by home. Of more than 20, the ones of least
    reach are pooled in the last row. Raises `InputError` where a column is missing or a share is not one.
    """
    rows = read(reach)
    sectors: list[str] = [sector for sector in SECTORS if sector in reach.columns]
    headline = finding(rows, NAME_IN_HEADLINE)
    subtitle = "Share of customers in each sector at organisations that run products of the vendor, %."
    kept, pooled = rows[: MOST_ROWS - 1], rows[MOST_ROWS - 1 :]
    if len(rows) <= MOST_ROWS:
        kept, pooled = rows, []
    if pooled:
        subtitle += " Others: each at most."
    alt = described(finding(rows, np.inf), subtitle, rows, scenario, footer)
    named = f"Vendors were named by {footer.named_by}; any hazard attached to one is the user's assumption."
    groups = grouped(kept)
    if pooled:
        groups.append(Group("", [pool(pooled)]))
    heights = [[row_height(row, group) for row in group.rows] for group in groups]
    table = sum(sum(group) + ROW_GAP * len(group) + GROUP_GAP for group in heights)
    foot = footer.foot(*((CAUTION, named) if rows else ()))
    figure, body = page(headline, subtitle, foot, alt, HEADING_HEIGHT + table if rows else 0.6)
    if rows:
        draw_table(figure, body, groups, heights, sectors)
    return figure


def read(reach: pd.DataFrame) -> list[Row]:
    """The vendors, widest reach first."""
    sectors: list[str] = [sector for sector in SECTORS if sector in reach.columns]
    missing = [name for name in ("home", "reach") if name not in reach.columns]
    if missing or not sectors:
        what = listed(missing) if missing else "of a sector"
        raise InputError(f"table of reach has no column {what}; it needs home, reach and any of {listed(SECTORS)}")
    shares = reach[list(sectors)].to_numpy(dtype=np.float64, na_value=0.0)
    customers = reach["reach"].to_numpy(dtype=np.float64)
    rows = []
    for place, (vendor, home) in enumerate(zip(reach.index, reach["home"], strict=True)):
        row = Row(
            one_line(str(vendor)),
            one_line(str(home)),
            {sector: float(share) for sector, share in zip(sectors, shares[place], strict=True)},
            float(customers[place]),
        )
        wrong = [share for share in row.shares.values() if not 0 <= share <= 1 + 1e-9]
        if wrong:
            raise InputError(f"reach of {shown(row.vendor)} has a share of {wrong[0]:g}; allowed: 0 to 1")
        if not 0 <= row.reach < np.inf:
            raise InputError(f"reach of {shown(row.vendor)} is {row.reach:g} customers; allowed: 0 or more")
        rows.append(row)
    return sorted(rows, key=lambda row: (-row.reach, row.vendor))


def finding(rows: list[Row], name_width: float) -> str:
    """The headline: the vendor of widest reach, its name no wider than `name_width` inches."""
    if not rows:
        return "No vendor has products in this portfolio"
    first = rows[0]
    if first.reach <= 0:
        return "No vendor reaches any customer in this portfolio"
    name = shortened(first.vendor, name_width, HEADLINE_SIZE, semibold=True)
    if len(rows) == 1:
        text = f"{name} reaches {count(first.reach)} customers"
    else:
        text = f"Of {len(rows)} vendors, {name} reaches most customers: {count(first.reach)}"
    sector, share = max(first.shares.items(), key=lambda item: item[1])
    return f"{text}, with {percent(share)} of those of {sector}" if share > 0 else text


def described(headline: str, subtitle: str, rows: list[Row], scenario: str, footer: Footer) -> str:
    """The chart in words, for those who cannot see it: the five vendors of widest reach."""
    parts = [f"{headline}.", subtitle]
    for row in rows[:5]:
        shares = ", ".join(f"{sector} {percent(share)}" for sector, share in row.shares.items())
        parts.append(f"{row.vendor} (home: {row.home}): {shares}; {count(row.reach)} customers in all.")
    parts += [f"Scenario: {scenario}.", footer.source()]
    return " ".join(parts)


def grouped(rows: list[Row]) -> list[Group]:
    """By home, the home of the widest reach first."""
    groups: dict[str, Group] = {}
    for row in rows:
        groups.setdefault(row.home, Group(row.home)).rows.append(row)
    return list(groups.values())


def pool(rows: list[Row]) -> Row:
    """Several vendors as one row. They share customers, so only the largest figure of any one is known."""
    shares = {sector: max(row.shares[sector] for row in rows) for sector in rows[0].shares}
    return Row(f"{len(rows)} others", "", shares, max(row.reach for row in rows), len(rows))


def row_height(row: Row, group: Group) -> float:
    lines, _ = name_lines(row.vendor, VENDOR_WIDTH)
    homes = name_lines(group.home, HOME_WIDTH, semibold=True)[0] if row is group.rows[0] else []
    return TALL_ROW_HEIGHT if max(len(lines), len(homes)) > 1 else ROW_HEIGHT


def draw_table(
    figure: HouseFigure, body: Box, groups: list[Group], heights: list[list[float]], sectors: list[str]
) -> None:
    axes = inch_axes(figure)
    vendors = body.x0 + column_width([group.home for group in groups], HOME_WIDTH, semibold=True) + GUTTER
    names = [row.vendor for group in groups for row in group.rows]
    cells = vendors + column_width(names, VENDOR_WIDTH) + GUTTER
    bars = cells + CELL_WIDTH * len(sectors) + 2 * GUTTER
    most = max(row.reach for group in groups for row in group.rows) or 1.0
    scale = (body.x1 - bars - NUMBER_WIDTH) / most

    heading = body.y1 - 0.18
    write(figure, body.x0, heading, "Home", semibold=True)
    write(figure, vendors, heading, "Vendor", semibold=True)
    for place, sector in enumerate(sectors):
        x = cells + CELL_WIDTH * (place + 0.5)
        write(figure, x, heading, sector.capitalize(), semibold=True, ha="center")
    write(figure, bars, heading, "Customers reached", semibold=True)

    y = body.y1 - HEADING_HEIGHT
    for group, group_heights in zip(groups, heights, strict=True):
        draw_rule(figure, body.x0, body.x1, y + GROUP_GAP / 2, SOFT, 0.5)
        for row, high in zip(group.rows, group_heights, strict=True):
            box = Box(cells, y - high, cells + CELL_WIDTH * len(sectors), y)
            middle = (box.y0 + box.y1) / 2
            if row is group.rows[0]:
                write_name(figure, body.x0, middle, group.home, HOME_WIDTH, INK, semibold=True)
            write_name(figure, vendors, middle, row.vendor, VENDOR_WIDTH, MID if row.pooled else INK)
            draw_cells(figure, axes, box, row)
            bar = Rectangle((bars, box.y0 + 0.05), row.reach * scale, high - 0.10)
            bar.set(facecolor=NAVY, edgecolor="none")
            axes.add_patch(bar)
            text = f"{at_most(row)}{short(row.reach)}"
            write_middle(figure, bars + row.reach * scale + 0.07, middle, text)
            y -= high + ROW_GAP
        y -= GROUP_GAP


def draw_cells(figure: HouseFigure, axes: Axes, box: Box, row: Row) -> None:
    wide = box.width / len(row.shares)
    for place, share in enumerate(row.shares.values()):
        x = box.x0 + place * wide
        step = sum(share >= edge for edge in BINS)
        if share > 0:
            cell = Rectangle((x + 0.015, box.y0), wide - 0.03, box.height)
            cell.set(facecolor=TINTS[step], edgecolor="none")
            axes.add_patch(cell)
        text = f"{at_most(row)}{percent_digits(share)}" if share > 0 else "–"
        colour = PAPER if step >= 3 else INK if share > 0 else SOFT
        write_middle(figure, x + wide / 2, (box.y0 + box.y1) / 2, text, colour=colour, ha="center")


def at_most(row: Row) -> str:
    """Before a figure that is the largest of several vendors."""
    return "≤ " if row.pooled else ""
