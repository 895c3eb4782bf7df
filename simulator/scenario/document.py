"""A scenario file as plain data that remembers where each value was written."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from simulator.scenario.errors import FieldPath, InputError, did_you_mean, dotted, printable, shown
from simulator.scenario.yaml_text import Entry, check_size, read_yaml

MAX_BYTES = 5_000_000
MAX_EXTENDS = 10


class Document:
    """Plain data (`.data`: dict, list, str, int, float, bool, None) with a file and a line for each path."""

    def __init__(self, root: Entry, sources: tuple[Path, ...], names: tuple[str, ...]) -> None:
        self.sources = sources
        """Every file read, the one asked for first; empty for a document typed in."""
        self.names = names
        """What those files are called in messages."""
        self._root = root
        self.data: dict[str, Any] = root.plain()

    def line(self, path: FieldPath) -> int | None:
        """The line (from 1) of a path, or of its nearest ancestor that was written down."""
        return self._nearest(path).line

    def file(self, path: FieldPath) -> str:
        """The name, as shown to people, of the file that a path came from."""
        return self.names[self._nearest(path).file]

    @cached_property
    def files(self) -> dict[FieldPath, Path]:
        """The file of every path; of use because of `extends`. Empty for a document typed in."""
        found: dict[FieldPath, Path] = {}
        waiting: list[tuple[FieldPath, Entry]] = [((), self._root)]
        while waiting and self.sources:
            path, entry = waiting.pop()
            found[path] = self.sources[entry.file]
            waiting.extend(((*path, key), child) for key, child in entry.children())
        return found

    def with_sections(self, other: Document, sections: Mapping[str, str]) -> Document:
        """This document with sections of another merged in name by name, where the other wins.

        `sections`: the key of a mapping in the other document, and its key here.
        """
        assert isinstance(self._root.value, dict)
        merged = dict(self._root.value)
        for theirs, ours in sections.items():
            added = other._root.child(theirs)
            if added is not None and isinstance(added.value, dict):
                own = merged[ours].value if ours in merged else {}
                moved = _moved(added, len(self.names), {})
                assert isinstance(own, dict)
                assert isinstance(moved.value, dict)
                merged[ours] = Entry(own | moved.value, moved.file, moved.line)
        root = Entry(merged, self._root.file, self._root.line)
        check_size(root, self.names[0])
        return Document(root, self.sources + other.sources, self.names + other.names)

    def section(self, key: str, defaults: Mapping[str, str], bases: Mapping[str, Path]) -> Document:
        """The mapping under a key as a document of its own; paths in it start below the key.

        It may extend a file beside this one, or a base by its name. `defaults`: a key it may leave out, and the
        key of this document that then stands in. Raises InputError as `read_document` does.
        """
        assert isinstance(self._root.value, dict)
        inner = self._root.value[key]
        assert isinstance(inner.value, dict)
        reading = _Reading(self.sources[0], self.names[0])
        root = reading.section(inner, self.sources, self.names, bases)
        assert isinstance(root.value, dict)
        own = {ours: self._root.value[theirs] for ours, theirs in defaults.items() if ours not in inner.value}
        whole = Entry(root.value | own, root.file, root.line)
        check_size(whole, self.names[0])
        return Document(whole, tuple(reading.sources), tuple(reading.names))

    def _nearest(self, path: FieldPath) -> Entry:
        entry = self._root
        for part in path:
            child = entry.child(part)
            if child is None:
                break
            entry = child
        return entry


def read_document(path: Path, name: str = "") -> Document:
    """A YAML file, with the files it extends merged in (mappings deeply, the child wins; lists replaced).

    `name` is what messages call the file; left out, its file name.
    Raises InputError in one sentence: unreadable, too large, not text, not YAML, a duplicate key, a cycle.
    """
    return _Reading(Path(path), name).document()


def document_from_text(text: str, name: str = "scenario") -> Document:
    """A document typed in by a person, without a file: it may not extend another. Raises InputError."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise InputError(f"{name} is too large; allowed: up to {MAX_BYTES // 1_000_000} MB")
    root = read_yaml(text, name, file=0)
    if root.child("extends") is not None:
        raise InputError(f"{name}, line {root.line_of('extends')}: extends needs a file to start from")
    return Document(root, (), (name,))


class _Reading:
    """One walk up the chain of `extends`, from the file asked for to the one that extends nothing."""

    def __init__(self, first: Path, name: str) -> None:
        self.first = first
        self.first_name = printable(name or first.name)
        self.sources: list[Path] = []
        self.names: list[str] = []
        self.seen: list[Path] = []
        self.bases: Mapping[str, Path] = {}
        """What may be extended by name."""

    def section(self, root: Entry, sources: Sequence[Path], names: Sequence[str], bases: Mapping[str, Path]) -> Entry:
        """A part of a document that was read from `sources`, with what it extends merged in."""
        self.sources, self.names, self.bases = list(sources), list(names), bases
        return self._extended(root, self.first, self.first_name)

    def document(self) -> Document:
        root = self._with_parents(self.first, said_by="")
        check_size(root, self.names[0])
        return Document(root, tuple(self.sources), tuple(self.names))

    def _with_parents(self, path: Path, said_by: str) -> Entry:
        name = self._name(path)
        self._enter(path, said_by)
        text = read_text(path, name, said_by)
        root = read_yaml(text, name, file=len(self.sources))
        self.sources.append(path)
        self.names.append(name)
        return self._extended(root, path, name)

    def _extended(self, root: Entry, path: Path, name: str) -> Entry:
        wanted = root.child("extends")
        if wanted is None:
            return root
        said_by = f"{name}, line {root.line_of('extends')}: "
        base = path.parent / _relative(wanted.value, said_by)
        if wanted.value in self.bases and not base.exists():
            base = self.bases[str(wanted.value)]
        parent = self._with_parents(base, said_by)
        return _merged(parent, root.without("extends"), (), name)

    def _name(self, path: Path) -> str:
        if path == self.first:
            return self.first_name
        try:
            return printable(os.path.relpath(path, self.first.parent))
        except ValueError:  # another drive
            return printable(path.name)

    def _enter(self, path: Path, said_by: str) -> None:
        try:
            real = path.resolve()
        except (OSError, RuntimeError, ValueError) as error:
            reason = printable(str(error))
            raise InputError(f"{said_by}{printable(path.name)} cannot be read: {reason}") from None
        if real in self.seen:
            chain = " -> ".join(printable(seen.name) for seen in (*self.seen[self.seen.index(real) :], real))
            raise InputError(f"{said_by}extends goes in a circle: {chain}")
        if len(self.seen) > MAX_EXTENDS:
            raise InputError(f"{said_by}extends is {len(self.seen)} files deep; allowed: up to {MAX_EXTENDS}")
        self.seen.append(real)


def read_text(path: Path, name: str, said_by: str = "") -> str:
    """The text of a UTF-8 file, with or without a byte-order mark, of at most 5 MB. Raises InputError."""
    try:
        if path.is_dir():
            raise InputError(f"{said_by}{name} is a folder; allowed: a file")
        if not path.is_file():
            state = "is not a plain file" if path.exists() else "does not exist"
            raise InputError(f"{said_by}{name} {state}; allowed: a readable file")
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"{said_by}{name} cannot be read: {printable(reason)}") from None
    if len(content) > MAX_BYTES:
        raise InputError(f"{said_by}{name} is too large; allowed: up to {MAX_BYTES // 1_000_000} MB")
    if b"\0" in content:
        raise InputError(f"{said_by}{name} is not text; allowed: a text file in UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{said_by}{name}, line {line}: not UTF-8; allowed: text saved as UTF-8") from None


def _relative(wanted: object, said_by: str) -> str:
    if not isinstance(wanted, str) or not wanted.strip() or not wanted.isprintable():
        raise InputError(f"{said_by}extends is {shown(wanted)}; allowed: the name of another file")
    if Path(wanted).is_absolute() or wanted[1:2] == ":" or wanted.startswith(("/", "\\")):
        raise InputError(f"{said_by}extends is {shown(wanted)}; allowed: a path relative to this file")
    return wanted


def _moved(entry: Entry, by: int, done: dict[int, Entry]) -> Entry:
    """The same entry with its files counted from `by`; what aliases share stays shared."""
    if id(entry) not in done:
        value = entry.value
        if isinstance(value, dict):
            value = {key: _moved(child, by, done) for key, child in value.items()}
        elif isinstance(value, list):
            value = [_moved(child, by, done) for child in value]
        done[id(entry)] = Entry(value, entry.file + by, entry.line)
    return done[id(entry)]


def _merged(parent: Entry, child: Entry, path: FieldPath, name: str) -> Entry:
    """The child over the parent: mappings key by key, anything else replaced, null removes."""
    if not (isinstance(parent.value, dict) and isinstance(child.value, dict)):
        return child
    merged = dict(parent.value)
    for key, entry in child.value.items():
        if entry.value is not None:
            merged[key] = _merged(merged[key], entry, (*path, key), name) if key in merged else entry
        elif key in merged:
            del merged[key]
        else:
            hint = did_you_mean(key, list(parent.value))
            raise InputError(
                f"{name}, line {entry.line}: {dotted((*path, key))} is removed here, but the extended file "
                f"does not have it" + (hint and f". {hint}")
            )
    return Entry(merged, child.file, child.line)
