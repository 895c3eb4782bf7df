"""Words on screen."""

from __future__ import annotations

import re

MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^&])")
NO_BREAK, JOINER = "\N{NO-BREAK SPACE}", "\N{WORD JOINER}"
SIGN = re.compile(r"(\N{MINUS SIGN}|\\\+)(?=[^\s\d]?\d|\\\$)")
"""Before an amount, as it is written on screen."""
INDENT = "\N{EM SPACE}"


def on_screen(text: str) -> str:
    """A sentence of the model as the page shows it: plain words, no sign read as formatting, no amount without its
    sign at the end of a line.

    Streamlit reads text as Markdown with formulas, so "$3 to $5" would come out as mathematics.
    """
    plain = text.replace("replications", "simulated futures").replace("replication", "simulated future")
    body = plain.lstrip(" ")
    return INDENT * ((len(plain) - len(body)) // 2) + SIGN.sub(rf"\1{JOINER}", MARKS.sub(r"\\\1", body))


def in_one_line(text: str) -> str:
    """As `on_screen`, for a narrow cell."""
    return on_screen(text).replace(" ", NO_BREAK)


def counted(futures: int) -> str:
    """`1 simulated future`, `2,000 simulated futures`."""
    return f"{futures:,} simulated future" + ("" if futures == 1 else "s")


def time_left(seconds: float) -> str:
    """`about 40 seconds left`, rounded so that it does not flicker."""
    if seconds < 3.0:
        return "nearly done"
    if seconds < 90.0:
        return f"about {max(round(seconds / 5.0) * 5, 5)} seconds left"
    return f"about {round(seconds / 60.0)} minutes left"
