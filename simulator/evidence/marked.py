"""YAML of the package read with the line of every entry, so that a fault in a file can be told with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import yaml

Value = str | float | bool | dict[str, "Marked"] | list["Marked"] | None


class FaultyEvidence(ValueError):
    """A file of evidence breaks a rule of its schema. The message says where, what is given and what is allowed."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A value of a file: text, a number, yes or no, a mapping or a list, each with the line (from 1) it begins on."""

    value: Value
    file: str
    line: int

    def wrong(self, message: str) -> FaultyEvidence:
        """The fault of this value, with its place."""
        return FaultyEvidence(f"{self.file}, line {self.line}: {message}")

    def entries(self) -> dict[str, Marked]:
        """The entries of a mapping. Raises FaultyEvidence."""
        if not isinstance(self.value, dict):
            raise self.wrong("this is no mapping; allowed: a mapping")
        return self.value

    def fields(self, needed: set[str], optional: set[str]) -> dict[str, Marked]:
        """The entries of a mapping, all of them known and all that are needed there. Raises FaultyEvidence."""
        found = self.entries()
        for key, entry in found.items():
            if key not in needed | optional:
                raise entry.wrong(f'"{key}" is not known here; allowed: {", ".join(sorted(needed | optional))}')
        missing = needed - found.keys()
        if missing:
            raise self.wrong(f"missing: {', '.join(sorted(missing))}")
        return found

    def items(self) -> list[Marked]:
        """The entries of a list. Raises FaultyEvidence."""
        if not isinstance(self.value, list):
            raise self.wrong("this is no list; allowed: a list")
        return self.value

    def text(self) -> str:
        """Some text. Raises FaultyEvidence."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong(f"{self.value!r} is no text; allowed: text, in quotes where it looks like a number")
        return self.value.strip()

    def number(self) -> float:
        """A finite number. Raises FaultyEvidence."""
        if isinstance(self.value, bool) or not isinstance(self.value, float) or abs(self.value) == float("inf"):
            raise self.wrong(f"{self.value!r} is no number; allowed: a finite number")
        return self.value

    def truth(self) -> bool:
        """True or false. Raises FaultyEvidence."""
        if not isinstance(self.value, bool):
            raise self.wrong(f"{self.value!r} is neither true nor false")
        return self.value

    def one_of(self, choices: tuple[str, ...]) -> str:
        """Text that is one of the choices. Raises FaultyEvidence."""
        text = self.text()
        if text not in choices:
            raise self.wrong(f'"{text}" is not known here; allowed: {", ".join(choices)}')
        return text


def read_marked(text: str, file: str) -> Marked:
    """The document of a YAML text; `file` is what faults call it. Raises FaultyEvidence."""
    import yaml

    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise FaultyEvidence(f"{file}: not YAML: {' '.join(str(error).split())}") from None
    if node is None:
        raise FaultyEvidence(f"{file}: empty; allowed: one record")
    return _marked(node, file)


def _marked(node: yaml.Node, file: str) -> Marked:
    import yaml

    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return Marked(dict(_entries(node, file)), file, line)
    if isinstance(node, yaml.SequenceNode):
        return Marked([_marked(child, file) for child in node.value], file, line)
    kind, said = node.tag.rsplit(":", 1)[-1], node.value
    if kind in ("int", "float"):
        return Marked(float(yaml.safe_load(said)), file, line)
    if kind == "bool":
        return Marked(said.lower() == "true", file, line)
    return Marked(None if kind == "null" else said, file, line)


def _entries(node: yaml.MappingNode, file: str) -> Iterator[tuple[str, Marked]]:
    seen = set()
    for key, child in node.value:
        if key.value in seen:
            raise FaultyEvidence(f'{file}, line {key.start_mark.line + 1}: "{key.value}" stands here a second time')
        seen.add(key.value)
        yield key.value, _marked(child, file)
