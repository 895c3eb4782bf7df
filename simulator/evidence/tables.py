"""The CSV files that ship with the package, and the error for a name that is not in them."""

import csv
import json
from collections.abc import Iterable
from importlib.resources import files

MOST_NAMED = 12
"""Names that an error lists before it gives their number."""


class UnknownEvidence(LookupError):
    """A name that no evidence table holds."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        from difflib import get_close_matches

        names = list(known)
        near = get_close_matches(name, names, n=1, cutoff=0.5)
        more = f", ... ({len(names)} in all)" if len(names) > MOST_NAMED else ""
        allowed = ", ".join(names[:MOST_NAMED]) + more
        hint = f'. Did you mean "{near[0]}"?' if near else ""
        super().__init__(f"the evidence holds no {what} {quoted(name)}; allowed: {allowed}{hint}")


def quoted(name: str) -> str:
    """A name between double quotes, on one line whatever it holds."""
    return json.dumps(name[:60], ensure_ascii=not name.isprintable())


def read_rows(file_name: str) -> list[dict[str, str]]:
    """Rows of one shipped CSV file, each a mapping from column to text."""
    text = files("simulator.evidence").joinpath(file_name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def number_or_none(text: str) -> float | None:
    """A number, or None where the table leaves the cell empty."""
    return float(text) if text else None
