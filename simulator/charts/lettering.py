"""Type: the two faces that ship with the package, how wide a text runs, and where it breaks."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

FONTS = Path(__file__).parent / "fonts"
REGULAR = ("Source Sans Pro", "DejaVu Sans")
SEMIBOLD = ("Source Sans Pro Semibold", "DejaVu Sans")
"""Families, the first one ours; Matplotlib's own DejaVu Sans stands in for letters ours lacks."""

POINTS_PER_INCH = 72.0
LEAST_SIZE = 8.5
"""No text on a chart is smaller (points)."""


@lru_cache(maxsize=1)
def load_fonts() -> None:
    """Make the two faces known to Matplotlib, once."""
    for face in ("Regular", "Semibold"):
        font_manager.fontManager.addfont(FONTS / f"SourceSansPro-{face}.ttf")


def family(semibold: bool = False) -> tuple[str, str]:
    return SEMIBOLD if semibold else REGULAR


@lru_cache(maxsize=4096)
def width(text: str, size: float, semibold: bool = False) -> float:
    """How far a line of text runs, in inches. `size` in points."""
    load_fonts()
    properties = FontProperties(family=list(family(semibold)), size=size)
    points, _, _ = TextToPath().get_text_width_height_descent(text, properties, ismath=False)
    return float(points) / POINTS_PER_INCH


def wrapped(text: str, inches: float, size: float, semibold: bool = False) -> list[str]:
    """The text in lines no wider than `inches`; a word that is wider itself is broken.

    A no-break space holds a number and its unit on one line.
    """
    lines: list[str] = []
    line = ""
    for word in re.split("[ \t\r\n]+", text.strip()):
        for piece in broken(word, inches, size, semibold):
            longer = f"{line} {piece}" if line else piece
            if line and width(longer, size, semibold) > inches:
                lines.append(line)
                line = piece
            else:
                line = longer
    return [*lines, line] if line else lines


def balanced(text: str, inches: float, size: float, semibold: bool = False) -> list[str]:
    """As few lines as `wrapped`, but of like length, so that no word is left alone."""
    lines = wrapped(text, inches, size, semibold)
    narrower = inches
    while len(lines) > 1:
        narrower -= 0.1
        tighter = wrapped(text, narrower, size, semibold)
        if len(tighter) > len(lines) or narrower < inches / 2:
            break
        lines = tighter
    return lines


def broken(word: str, inches: float, size: float, semibold: bool = False) -> list[str]:
    """The word in pieces that fit; one piece for nearly every word."""
    if width(word, size, semibold) <= inches:
        return [word]
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, size, semibold) > inches:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def shortened(text: str, inches: float, size: float, semibold: bool = False) -> str:
    """The text, cut with an ellipsis where it would run wider than `inches`."""
    if width(text, size, semibold) <= inches:
        return text
    kept = text
    while kept and width(kept + "…", size, semibold) > inches:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def in_lines(text: str, most: int, inches: float, size: float, semibold: bool = False) -> list[str]:
    """The text in at most `most` lines; what does not fit is cut with an ellipsis."""
    lines = wrapped(text, inches, size, semibold)
    if len(lines) <= most:
        return balanced(text, inches, size, semibold)
    return [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), inches, size, semibold)]
