"""Pages that commands write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simulator.scenario.errors import InputError


def check_place(html: Path) -> None:
    """Raises InputError where a page cannot be written, before there is anything to lose."""
    if html.is_dir():
        raise InputError(f"{html} is a folder; give --html a file")
    if not html.absolute().parent.is_dir():
        raise InputError(f"{html} cannot be written: {html.parent} is no folder; give --html a file in one")


def save_page(html: Path, page: Callable[[], str]) -> None:
    """Write a page, all or nothing. Raises InputError."""
    from simulator.batch.store import reason

    temporary = html.with_name(f".{html.name}.tmp")
    try:
        temporary.write_text(page(), encoding="utf-8")
        temporary.replace(html)
    except OSError as fault:
        raise InputError(f"{html} cannot be written ({reason(fault)}); give --html another file") from None
