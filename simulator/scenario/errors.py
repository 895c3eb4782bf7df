"""What a person did wrong, in one clear sentence: file, line or field, what was given, what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

SHOWN_CHARACTERS = 60
SHOWN_CHOICES = 20

FieldPath = tuple[str | int, ...]
"""Where a value stands in a document: keys of mappings and indices of lists, from the top."""


class InputError(ValueError):
    """Something a person wrote, typed or uploaded cannot be used. The message is one plain sentence."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place.

    `given` reads after "is" (`"Ruritannia"`, `missing`); where the hint alone says all, `given` is "".
    A check inside a model may leave file and line empty: `validate_document` fills them in.
    """

    path: FieldPath
    given: str
    allowed: str = ""
    hint: str = ""
    file: str = ""
    line: int | None = None

    def sentence(self) -> str:
        """`uk.yaml, line 12: vendors.orion.home is "Rurtania"; allowed: Ruritania, Sylvania. Did you ...?`"""
        place = self.file
        if self.line is not None:
            place = f"{place}, line {self.line}" if place else f"line {self.line}"
        field = dotted(self.path)
        if not self.given:
            return ": ".join(part for part in (place, field, self.hint) if part)
        said = f"{field or 'the document'} is {self.given}"
        if self.allowed:
            said += f"; {'needed' if self.given == 'missing' else 'allowed'}: {self.allowed}"
        if self.hint:
            said += f". {self.hint}"
        return f"{place}: {said}" if place else said

    def at(self, file: str, line: int | None, path: FieldPath) -> Problem:
        """The same problem, placed in a file."""
        return replace(self, file=file, line=line, path=path)


class InputErrors(InputError):
    """Several problems found in one go; `str()` gives one a line."""

    def __init__(self, complaints: Iterable[str | Problem]) -> None:
        self.complaints: tuple[str | Problem, ...] = tuple(complaints)
        self.messages: tuple[str, ...] = tuple(c.sentence() if isinstance(c, Problem) else c for c in self.complaints)
        super().__init__("\n".join(self.messages))


def dotted(path: FieldPath) -> str:
    """`vendors.orion.paths[2]`; the number counts from 1, as people do."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{printable(part)}" if text else printable(part)
    return text


def shown(value: object) -> str:
    """A value as it reads in a sentence, shortened to 60 characters; never a page of nested data."""
    if value is None:
        return "an empty value"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"a mapping with the keys {listed(list(value), 5)}" if value else "an empty mapping"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, str):
        return f'"{printable(value)}"'
    return printable(f"{value:g}" if isinstance(value, float) else str(value))


def printable(text: str) -> str:
    """The text on one line, without control characters, shortened to 60 characters."""
    head = text[: SHOWN_CHARACTERS + 1]
    clean = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in head)
    return clean if len(clean) <= SHOWN_CHARACTERS else clean[: SHOWN_CHARACTERS - 3] + "..."


def listed(choices: Iterable[object], most: int = SHOWN_CHOICES) -> str:
    """`a, b, c`; a long list ends in `... (41 in all)`."""
    names = [printable(str(choice)) for choice in choices]
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])}, ... ({len(names)} in all)"


def did_you_mean(given: object, choices: Sequence[str]) -> str:
    """`Did you mean "Ruritania"?` for the nearest choice, or "" where none is near."""
    if not isinstance(given, str) or not 0 < len(given) <= 200:
        return ""
    by_lower = {choice.lower(): choice for choice in choices[:5000]}
    near = difflib.get_close_matches(given.lower(), by_lower, n=1, cutoff=0.6)
    return f'Did you mean "{printable(by_lower[near[0]])}"?' if near else ""
