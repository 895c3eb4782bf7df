"""YAML text to values with lines, without the surprises of YAML 1.1.

Only `true` and `false` are booleans; `1_000`, `12:30`, `007` and dates stay text; a number as a key is text.
Built on the parser's events, so nesting is cut off and aliases are counted before anything is expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import yaml

from simulator.scenario.errors import InputError, printable, shown

MAX_DEPTH = 50
MAX_NODES = 200_000
MAX_NUMBER = 40

Value: TypeAlias = "dict[str, Entry] | list[Entry] | str | int | float | bool | None"

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_TEXT_TAGS = ("!", "tag:yaml.org,2002:str")


class Entry:
    """A value with the file (an index) and the line it was written on; a key's line for a mapping's value."""

    __slots__ = ("depth", "file", "line", "size", "value")

    def __init__(self, value: Value, file: int, line: int) -> None:
        self.value = value
        self.file = file
        self.line = line
        self.size: int = 1 + sum(child.size for _, child in self.children())
        self.depth: int = 1 + max((child.depth for _, child in self.children()), default=0)

    def children(self) -> Iterator[tuple[str | int, Entry]]:
        """Keys and entries of a mapping, or indices and entries of a list."""
        if isinstance(self.value, dict):
            yield from self.value.items()
        elif isinstance(self.value, list):
            yield from enumerate(self.value)

    def child(self, part: str | int) -> Entry | None:
        """The entry under a key or an index, or None."""
        if isinstance(self.value, dict):
            return self.value.get(str(part))
        if isinstance(self.value, list) and isinstance(part, int) and 0 <= part < len(self.value):
            return self.value[part]
        return None

    def line_of(self, key: str) -> int:
        """The line of a key, or of the mapping where it has no such key."""
        child = self.child(key)
        return self.line if child is None else child.line

    def without(self, key: str) -> Entry:
        """The same mapping with one key left out."""
        assert isinstance(self.value, dict)
        return Entry({k: v for k, v in self.value.items() if k != key}, self.file, self.line)

    def plain(self) -> Any:
        """The value as plain dicts, lists and scalars, with nothing shared."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value


def read_yaml(text: str, name: str, file: int) -> Entry:
    """The mapping that a YAML text holds; `name` is the file's name for messages. Raises InputError."""
    unprintable = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if unprintable is not None:
        line = text.count("\n", 0, unprintable.start()) + 1
        raise InputError(f"{name}, line {line}: has the character {unprintable[0]!r}; allowed: plain text")
    builder = _Builder(text, name, file)
    try:
        root = builder.document()
    except yaml.MarkedYAMLError as error:
        raise InputError(_syntax_sentence(error, text, name)) from None
    if root is None or root.value is None:
        raise InputError(f"{name} is empty; allowed: a scenario, which starts with lines such as name: ...")
    if not isinstance(root.value, dict):
        raise InputError(f"{name} is {shown(root.plain())} at the top; allowed: a mapping of keys to values")
    return root


def check_size(root: Entry, name: str) -> None:
    """Raises InputError where a document made of several files holds too many values."""
    if root.size > MAX_NODES:
        raise InputError(_too_many(name))


def _too_many(place: str) -> str:
    return (
        f"{place}: more than {MAX_NODES} values once aliases are written out; "
        "allowed: fewer, with long lists in a CSV register"
    )


def _syntax_sentence(error: yaml.MarkedYAMLError, text: str, name: str) -> str:
    mark = error.problem_mark or error.context_mark
    problem = " ".join(part for part in (error.problem, error.context) if part)
    if mark is None:
        return f"{name}: not valid YAML: {printable(problem)}"
    lines = text.splitlines()
    here = lines[mark.line] if mark.line < len(lines) else ""
    hint = ". Indent with spaces, not tabs" if "\t" in here[: len(here) - len(here.lstrip())] else ""
    return f"{name}, line {mark.line + 1}, column {mark.column + 1}: not valid YAML: {problem}{hint}"


class _Builder:
    """Turns the parser's events into entries."""

    def __init__(self, text: str, name: str, file: int) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.events: Iterator[Any] = yaml.parse(text, Loader=loader)
        self.name = name
        self.file = file
        self.path: list[str | int] = []
        self.anchors: dict[str, Entry] = {}
        self.total = 0

    def document(self) -> Entry | None:
        """The only document of the text, or None where there is none."""
        root: Entry | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise self._refuse(event, 'a second document starts here ("---")', "one document a file")
                root = self._node(next(self.events))
        return root

    def _node(self, event: Any, key_line: int | None = None) -> Entry:
        line = event.start_mark.line + 1 if key_line is None else key_line
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, line)
        self._count(event, 1)
        if len(self.path) >= MAX_DEPTH:
            raise self._refuse(event, f"nested deeper than {MAX_DEPTH}", f"up to {MAX_DEPTH} levels")
        value: Value
        if isinstance(event, yaml.MappingStartEvent):
            self._check_tag(event, ("tag:yaml.org,2002:map",))
            value = self._mapping()
        elif isinstance(event, yaml.SequenceStartEvent):
            self._check_tag(event, ("tag:yaml.org,2002:seq",))
            value = self._sequence()
        else:
            value = self._scalar(event)
        entry = Entry(value, self.file, line)
        if event.anchor is not None:
            self.anchors[event.anchor] = entry
        return entry

    def _alias(self, event: Any, line: int) -> Entry:
        entry = self.anchors.get(event.anchor)
        if entry is None:
            raise self._refuse(event, f"*{printable(event.anchor)} is not written above", "an earlier &name")
        self._count(event, entry.size)
        if len(self.path) + entry.depth > MAX_DEPTH:
            raise self._refuse(event, f"nested deeper than {MAX_DEPTH}", f"up to {MAX_DEPTH} levels")
        return Entry(entry.value, self.file, line)

    def _count(self, event: Any, nodes: int) -> None:
        self.total += nodes
        if self.total > MAX_NODES:
            raise InputError(_too_many(f"{self.name}, line {event.start_mark.line + 1}"))

    def _sequence(self) -> list[Entry]:
        items: list[Entry] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            self.path.append(len(items))
            items.append(self._node(event))
            self.path.pop()
        return items

    def _mapping(self) -> dict[str, Entry]:
        items: dict[str, Entry] = {}
        inherited: dict[str, Entry] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event)
            line = event.start_mark.line + 1
            if key in lines:
                twice = f'the key "{printable(key)}" is written twice (first on line {lines[key]})'
                raise self._refuse(event, twice, "each key once")
            lines[key] = line
            self.path.append(key)
            entry = self._node(next(self.events), line)
            self.path.pop()
            if key == "<<" and event.implicit[0]:
                inherited = self._inherited(entry, event)
            else:
                items[key] = entry
        return {**inherited, **items}

    def _inherited(self, entry: Entry, event: Any) -> dict[str, Entry]:
        """What a merge key brings in: one mapping, or several of which the first wins."""
        merged: dict[str, Entry] = {}
        for part in reversed(entry.value if isinstance(entry.value, list) else [entry]):
            if not isinstance(part.value, dict):
                raise self._refuse(event, f'"<<" is {shown(part.plain())}', "one mapping, or a list of them")
            merged.update(part.value)
        return merged

    def _key(self, event: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._refuse(event, "a key is not a plain word", "text as a key")
        self._count(event, 1)
        value = self._scalar(event)
        if value is None or isinstance(value, bool):
            raise self._refuse(event, f"a key is {shown(value)}", "text as a key, in quotes if need be")
        return str(event.value)

    def _scalar(self, event: Any) -> str | int | float | bool | None:
        self._check_tag(event, _TEXT_TAGS)
        text = str(event.value)
        plain = event.implicit[0] and event.tag is None
        return _resolved(text) if plain else text

    def _check_tag(self, event: Any, allowed: tuple[str, ...]) -> None:
        if event.tag is not None and event.tag not in allowed:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self._refuse(event, f'the tag "{printable(tag)}" is not known', "no tags")

    def _refuse(self, event: Any, given: str, allowed: str) -> InputError:
        return InputError(f"{self.name}, line {event.start_mark.line + 1}: {given}; allowed: {allowed}")


def _resolved(text: str) -> str | int | float | bool | None:
    """What a plain word stands for: null, true, false, a decimal number, or itself."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= MAX_NUMBER and _INTEGER.fullmatch(text):
        return int(text)
    if len(text) <= MAX_NUMBER and _FLOAT.fullmatch(text):
        return float(text)
    if (infinite := _INFINITE.fullmatch(text)) is not None:
        return float(f"{infinite[1]}inf")
    return float("nan") if text in (".nan", ".NaN", ".NAN") else text
