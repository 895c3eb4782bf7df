"""Names of organisations, vendors and the like: they key every draw, fill tables and stand on charts."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator

from simulator.scenario.errors import InputError, shown

MAX_NAME = 80
FORBIDDEN = "/\\<>"
FORMULA_STARTS = ("=", "+", "-", "@")


def checked_name(text: str) -> str:
    """The name in Unicode's composed form (NFC), without spaces around it.

    Raises InputError unless it has 1 to 80 printable characters, none of them / \\ < >, and starts with no
    sign that a spreadsheet takes for a formula.
    """
    name = unicodedata.normalize("NFC", text.strip())
    fault = _fault(name)
    if fault:
        signs, starts = " ".join(FORBIDDEN), " ".join(FORMULA_STARTS)
        raise InputError(
            f"{shown(text)} {fault}; allowed: 1 to {MAX_NAME} printable characters without {signs}, "
            f"the first none of {starts}"
        )
    return name


def _fault(name: str) -> str:
    if not name:
        return "is an empty name"
    if len(name) > MAX_NAME:
        return f"is a name of {len(name)} characters"
    if not name.isprintable():
        return "is a name with a control or invisible character"
    if any(sign in name for sign in FORBIDDEN) or name in (".", ".."):
        return "is a name that can be taken for a path or for markup"
    if name.startswith(FORMULA_STARTS):
        return "is a name that a spreadsheet takes for a formula"
    return ""


Name = Annotated[str, AfterValidator(checked_name)]
"""A field or a key that holds a name."""
