"""The CSV files that ship with the package, and the error for a name that is not in them."""

import csv
from collections.abc import Iterable
from importlib.resources import files


class UnknownEvidence(LookupError):
    """A name that no evidence table holds."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        from difflib import get_close_matches

        near = get_close_matches(name, list(known), n=3, cutoff=0.5)
        hint = f"the nearest are {', '.join(near)}" if near else "nothing there has a similar name"
        super().__init__(f"the evidence holds no {what} {name!r}; {hint}")


def read_rows(file_name: str) -> list[dict[str, str]]:
    """Rows of one shipped CSV file, each a mapping from column to text."""
    text = files("simulator.evidence").joinpath(file_name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def number_or_none(text: str) -> float | None:
    """A number, or None where the table leaves the cell empty."""
    return float(text) if text else None
