"""Faults that code can see: text off the page, on other text or too small, colours alike in grey."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection
from matplotlib.colors import to_rgb, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from simulator.charts.lettering import LEAST_SIZE
from simulator.charts.style import HEADLINE_GID, HEADLINE_LINES

GREY_GAP = 12.0
"""Least difference of lightness (CIE L*, 0 to 100) between colours that stand for different things."""
COLOURFUL = 0.08
"""Colours whose channels differ by less are ink and grey: furniture, not data."""
SLACK = 1.0
"""Pixels by which boxes may stick out, for rounding."""


def lint(figure: Figure) -> list[str]:
    """The faults found, one sentence each; none for a sound chart. Draws the figure."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    wide, high = canvas.get_width_height()
    placed = [(text, text.get_window_extent(renderer)) for text in drawn_texts(figure)]
    return [
        *(fault for text, box in placed for fault in faults_of_text(text, box, wide, high)),
        *overlaps(placed),
        *colours_alike_in_grey(figure),
    ]


def faults_of_text(text: Text, box: Bbox, wide: float, high: float) -> Iterator[str]:
    said = repr(text.get_text())
    if box.x0 < -SLACK or box.y0 < -SLACK or box.x1 > wide + SLACK or box.y1 > high + SLACK:
        yield f"off the page: {said}"
    if float(text.get_fontsize()) < LEAST_SIZE:
        yield f"smaller than {LEAST_SIZE} pt: {said}"
    if text.get_gid() == HEADLINE_GID and len(text.get_text().splitlines()) > HEADLINE_LINES:
        yield f"headline of more than {HEADLINE_LINES} lines: {said}"


def overlaps(placed: list[tuple[Text, Bbox]]) -> Iterator[str]:
    """Texts whose boxes meet; a line's box is taller than its letters, hence more slack in height."""
    for (first, a), (second, b) in combinations(placed, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        up = min(a.y1, b.y1) - max(a.y0, b.y0)
        if across > 2 * SLACK and up > 3 * SLACK:
            yield f"overlap: {first.get_text()!r} and {second.get_text()!r}"


def drawn_texts(figure: Figure) -> list[Text]:
    """Texts that appear: not the hidden, the empty, the transparent, or ticks outside the view."""
    hidden: set[Text] = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not axes.axison or not low - 1e-9 <= tick.get_loc() <= high + 1e-9:
                    hidden.update((tick.label1, tick.label2))
            if not axes.axison:
                hidden.update((axis.label, axis.offsetText))
    found = figure.findobj(Text)
    return [
        text
        for text in found
        if isinstance(text, Text)
        and text not in hidden
        and text.get_visible()
        and text.get_text().strip()
        and text.get_alpha() != 0
    ]


def colours_alike_in_grey(figure: Figure) -> Iterator[str]:
    for first, second in combinations(sorted(data_colours(figure)), 2):
        gap = abs(lightness(first) - lightness(second))
        if gap < GREY_GAP:
            yield f"alike in grey: {first} and {second} differ by {gap:.0f} in lightness, not {GREY_GAP:.0f}"


def data_colours(figure: Figure) -> set[str]:
    """Opaque colours of marks inside axes. Bands are transparent and stand with their own line."""
    found: set[str] = set()
    for axes in figure.axes:
        for artist in (*axes.lines, *axes.collections, *axes.patches):
            if artist.get_visible() and (artist.get_alpha() is None or artist.get_alpha() == 1):
                found.update(colour for colour in colours_of(artist) if is_colourful(colour))
    return found


def colours_of(artist: Artist) -> Iterator[str]:
    if isinstance(artist, Line2D):
        if artist.get_linestyle() != "None":
            yield hexed(artist.get_color())
        if artist.get_marker() not in ("None", "", None):
            yield hexed(artist.get_markerfacecolor())
    elif isinstance(artist, Collection):
        yield from (hexed(colour) for colour in to_rgba_array(artist.get_facecolor()) if colour[3] == 1)
    elif isinstance(artist, Patch) and artist.get_fill():
        yield hexed(artist.get_facecolor())


def hexed(colour: Any) -> str:
    red, green, blue = (round(255 * part) for part in to_rgb(colour))
    return f"#{red:02X}{green:02X}{blue:02X}"


def is_colourful(colour: str) -> bool:
    channels = to_rgb(colour)
    return max(channels) - min(channels) > COLOURFUL


def lightness(colour: str) -> float:
    """CIE L* of an sRGB colour, from 0 (black) to 100 (white); IEC 61966-2-1 and CIE 15."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * luminance ** (1 / 3) - 16 if luminance > 216 / 24389 else luminance * 24389 / 27
