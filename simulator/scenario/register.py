"""Registers: long lists in CSV (organisations, dependencies, links) read into typed rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from simulator.scenario.errors import InputError, InputErrors, did_you_mean, listed, printable, shown
from simulator.scenario.names import checked_name
from simulator.scenario.quantity import WANTED, Dimension, Money, MoneyPer, PlainDimension, parse

Kind = Literal["text", "name", "share", "count", "number", "quantity", "choice", "boolean"]

MAX_ROWS = 10_000_000
BYTES_A_ROW = 2_000
"""Memory of one organisation from reading to the first result."""
MAX_PROBLEMS = 100
MAX_TEXT = 2_000
TRUE = ("true", "yes", "1")
FALSE = ("false", "no", "0")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a register.

    `default` stands in for a missing column and an empty cell of a column that is not required. `dimension`
    is for quantities; with a `unit` a bare number is read in that unit ("h"), without one it is refused.
    `allowed` lists the choices, or the names that a name may be. `unique` refuses the same cell twice.
    """

    name: str
    kind: Kind
    required: bool = True
    default: object = None
    allowed: Sequence[str] | None = None
    minimum: float | None = None
    maximum: float | None = None
    description: str = ""
    dimension: Dimension = "time"
    unit: str = ""
    unique: bool = False


def read_register(path: Path, columns: Sequence[Column], what: str) -> list[dict[str, object]]:
    """One dict per row with every column of `columns`, typed; `what` is what the rows are ("organisations").

    Cells: text, name and choice -> str, share and number -> float, count -> int, boolean -> bool, quantity ->
    float in the model's unit, or Money. UTF-8; comma or semicolon between cells. Raises InputErrors with all
    that is wrong, a line each: `organisations.csv, row 7, column customers: "12k" is not a whole number; ...`
    Row 1 is the header, as a spreadsheet counts.
    """
    name = printable(path.name)
    _check_memory(path, name, what)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            first = stream.readline()
            separator = ";" if _outside_quotes(first, ";") > _outside_quotes(first, ",") else ","
            stream.seek(0)
            return _Reading(name, columns, what).rows(csv.reader(stream, delimiter=separator, strict=True))
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 ({error.reason}); allowed: a CSV file saved as UTF-8") from None
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}") from None


def _outside_quotes(line: str, sign: str) -> int:
    return sum(part.count(sign) for part in line.split('"')[::2])


def _check_memory(path: Path, name: str, what: str) -> None:
    """Refuses a file with more rows than the limit or the memory of this machine, before reading it."""
    try:
        if not path.is_file():
            state = "is a folder" if path.is_dir() else "does not exist"
            raise InputError(f"{name} {state}; allowed: a CSV file of {what}")
        with path.open("rb") as stream:
            chunks = iter(lambda: stream.read(1 << 20), b"")
            rows = 0
            for chunk in chunks:
                if b"\0" in chunk:
                    raise InputError(f"{name} is not text; allowed: a CSV file of {what} in UTF-8")
                rows += chunk.count(b"\n")
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}") from None
    needed = rows * BYTES_A_ROW
    free = int(psutil.virtual_memory().available)
    if rows > MAX_ROWS or needed > free:
        limit = f"up to {MAX_ROWS}" if rows > MAX_ROWS else f"what fits in the {_gigabytes(free)} free here"
        said = f"{name} has about {rows} {what}, which need {_gigabytes(needed)} of memory"
        raise InputError(f"{said}; allowed: {limit}")


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"


class _Reading:
    """One pass over a file, collecting what is wrong."""

    def __init__(self, name: str, columns: Sequence[Column], what: str) -> None:
        self.name = name
        self.columns = columns
        self.what = what
        self.problems: list[str] = []
        self.first_row: dict[str, dict[object, int]] = {c.name: {} for c in columns if c.unique}

    def rows(self, lines: Iterator[list[str]]) -> list[dict[str, object]]:
        """The typed rows. Raises InputErrors."""
        header = [cell.strip() for cell in self._next(lines, 1) or ()]
        self._check_header(header)
        self._stop_if(bool(self.problems))
        places = [(column, header.index(column.name)) for column in self.columns if column.name in header]
        absent = {column.name: column.default for column in self.columns if column.name not in header}
        readers = {column.name: _reader(column) for column in self.columns}
        found: list[dict[str, object]] = []
        number = 1
        while (cells := self._next(lines, number := number + 1)) is not None:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                self._add(f"row {number}: has {len(cells)} cells; allowed: {len(header)}, as in the header")
                continue
            row = dict(absent)
            for column, place in places:
                row[column.name] = self._cell(column, readers[column.name], cells[place], number)
            found.append(row)
        self._stop_if(bool(self.problems))
        if not found:
            raise InputError(f"{self.name} has no rows; allowed: at least one of {self.what}")
        return found

    def _next(self, lines: Iterator[list[str]], number: int) -> list[str] | None:
        try:
            return next(lines, None)
        except csv.Error as error:
            self._add(f"row {number}: not valid CSV: {error}")
            raise InputErrors(self.problems) from None

    def _check_header(self, header: list[str]) -> None:
        known = [column.name for column in self.columns]
        for place, name in enumerate(header, start=1):
            if name in header[: place - 1]:
                self._add(f"column {printable(name)} is there twice; allowed: each column once")
            elif name not in known:
                hint = did_you_mean(name, known)
                said = f"column {printable(name)}" if name else f"column number {place}, without a name,"
                self._add(f"{said} is not known; allowed: {listed(known, 40)}" + (hint and f". {hint}"))
        for column in self.columns:
            if column.required and column.name not in header:
                about = f" ({column.description})" if column.description else ""
                self._add(f"column {column.name}{about} is missing; found: {listed(header) or 'no header'}")

    def _cell(self, column: Column, read: Callable[[str], object], cell: str, row: int) -> object:
        text = cell.strip()
        try:
            if not text:
                if column.required:
                    raise InputError("an empty cell; allowed: " + _allowed(column))
                return column.default
            value = read(text)
        except InputError as error:
            self._add(f"row {row}, column {column.name}: {error}")
            return None
        if column.unique:
            first = self.first_row[column.name].setdefault(value, row)
            if first != row:
                self._add(f"row {row}, column {column.name}: {shown(value)} is already in row {first}")
        return value

    def _add(self, problem: str) -> None:
        self.problems.append(f"{self.name}, {problem}")
        self._stop_if(len(self.problems) >= MAX_PROBLEMS)

    def _stop_if(self, condition: bool) -> None:
        if condition:
            enough = ["... and perhaps more problems"] if len(self.problems) >= MAX_PROBLEMS else []
            raise InputErrors([*self.problems, *enough])


def _reader(column: Column) -> Callable[[str], object]:
    """What turns a cell of this column into its value. The reader raises InputError."""
    if column.kind == "text":
        return _text
    if column.kind == "name":
        return _name_reader(column)
    if column.kind == "choice":
        return _choice_reader(tuple(column.allowed or ()))
    if column.kind == "boolean":
        return _boolean
    if column.kind == "count":
        return lambda text: _within(_whole(text, column), text, column)
    if column.kind == "quantity":
        return lambda text: _within(_quantity(text, column), text, column)
    dimension: PlainDimension = "share" if column.kind == "share" else "number"
    return lambda text: _within(parse(text, dimension), text, column)


def _text(text: str) -> str:
    if len(text) > MAX_TEXT or not text.replace("\n", " ").replace("\t", " ").isprintable():
        raise InputError(f"{shown(text)} is not plain text; allowed: up to {MAX_TEXT} printable characters")
    return text


def _name_reader(column: Column) -> Callable[[str], object]:
    if column.allowed is None:
        return checked_name
    among = _choice_reader(tuple(column.allowed))
    return lambda text: among(checked_name(text))


def _choice_reader(allowed: tuple[str, ...]) -> Callable[[str], str]:
    known = frozenset(allowed)

    def read(text: str) -> str:
        if text not in known:
            hint = did_you_mean(text, allowed)
            said = f"{shown(text)} is not known; allowed: {listed(allowed)}"
            raise InputError(said + (hint and f". {hint}"))
        return text

    return read


def _boolean(text: str) -> bool:
    lowered = text.lower()
    if lowered not in TRUE + FALSE:
        raise InputError(f"{shown(text)} is neither true nor false; allowed: {listed(TRUE)}, {listed(FALSE)}")
    return lowered in TRUE


def _whole(text: str, column: Column) -> int:
    if text.isascii() and text.isdigit() and len(text) < 16:
        return int(text)  # nearly every cell; the rest may say "12 thousand"
    try:
        number = parse(text, "count")
    except InputError:
        number = -1.0
    if number < 0.0 or number != int(number) or number > 2.0**53:
        raise InputError(f"{shown(text)} is not a whole number; allowed: {_allowed(column)}")
    return int(number)


def _quantity(text: str, column: Column) -> float | Money | MoneyPer:
    bare = column.unit and text[-1:].isdigit()
    return parse(f"{text} {column.unit}" if bare else text, column.dimension)


def _within(value: float | Money | MoneyPer, text: str, column: Column) -> float | Money | MoneyPer:
    size = value if isinstance(value, (int, float)) else value.amount
    low, high = column.minimum, column.maximum
    if (low is not None and size < low) or (high is not None and size > high):
        raise InputError(f"{shown(text)} is out of range; allowed: {_allowed(column)}")
    return value


def _allowed(column: Column) -> str:
    """In words: `0 or more`, `a share from 0 to 1`, `water, telecom, energy`."""
    if column.allowed is not None:
        return listed(column.allowed)
    low, high = column.minimum, column.maximum
    if column.kind == "count" and low is None:
        low = 0
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    if low is not None or high is not None:
        return f"{low:g} or more" if high is None else f"{high:g} or less"
    return {
        "share": "a share from 0 to 1",
        "boolean": "true or false",
        "number": "a number",
        "quantity": f"{WANTED[column.dimension][0]}, for example {WANTED[column.dimension][1]}",
    }.get(column.kind, f"a {column.kind}")
