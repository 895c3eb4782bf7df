"""Lists that rows of the kernel's tables point into: laws, numbers, rows of other tables, letters of names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from simulator.kernel.layout import LAW, NOTHING, TABLES
from simulator.rules.quantile import EMPIRICAL, Law
from simulator.scenario.distribution import Stated


class Register:
    """Everything of variable length, gathered while a world is written down."""

    def __init__(self) -> None:
        self._laws: list[tuple[float, float, float, int, int, int]] = []
        self._known: dict[Law, int] = {}
        self._numbers: list[float] = []
        self._rows: list[int] = []
        self._letters = bytearray()

    def law(self, law: Law | None) -> int:
        """Row of a law, -1 for none."""
        if law is None:
            return NOTHING
        if law not in self._known:
            first, end = self.numbers([*law.points, *law.cumulative]) if law.kind == EMPIRICAL else (0, 0)
            self._known[law] = len(self._laws)
            self._laws.append((law.a, law.b, law.c, law.kind, first, end))
        return self._known[law]

    def stated(self, law: Stated[Law] | None) -> int:
        """Row of a law that a scenario states, -1 for none."""
        return self.law(law.value if law is not None else None)

    def numbers(self, values: Iterable[float]) -> tuple[int, int]:
        """Where numbers begin and end."""
        first = len(self._numbers)
        self._numbers.extend(float(v) for v in values)
        return first, len(self._numbers)

    def rows(self, values: Iterable[int]) -> tuple[int, int]:
        """Where a list of rows begins and ends."""
        first = len(self._rows)
        self._rows.extend(int(v) for v in values)
        return first, len(self._rows)

    def name(self, text: str) -> tuple[int, int]:
        """Where the letters of a name begin and end."""
        first = len(self._letters)
        self._letters.extend(text.encode("utf-8"))
        return first, len(self._letters)

    def tables(self) -> dict[str, np.ndarray]:
        """The lists as tables."""
        laws = np.zeros(len(self._laws), dtype=LAW)
        for n, (a, b, c, kind, first, end) in enumerate(self._laws):
            laws[n] = (a, b, c, kind, first, end)
        return {
            "laws": laws,
            "numbers": np.array(self._numbers, dtype=TABLES["numbers"]),
            "rows": np.array(self._rows, dtype=TABLES["rows"]),
            "letters": np.frombuffer(bytes(self._letters), dtype=TABLES["letters"]).copy(),
        }


def table(name: str, rows: int) -> np.ndarray:
    """A table of zeros, and before it the spare row -1."""
    return np.zeros(rows + 1, dtype=TABLES[name])[1:]


def copied(name: str, rows: np.ndarray) -> np.ndarray:
    """A table of one's own."""
    own = table(name, len(rows))
    own[:] = rows
    return own


def fill(rows: np.ndarray, **columns: Any) -> np.ndarray:
    """Columns of a table, each given whole. (first, end) pairs go to two: `first_link` has its `end_link` and so on."""
    for name, values in columns.items() if len(rows) else ():
        end = name.replace("first", "end", 1) if name.startswith("first") else f"end_{name}"
        if end in (rows.dtype.names or ()):
            pairs = list(values)
            rows[name], rows[end] = [first for first, _ in pairs], [last for _, last in pairs]
        else:
            rows[name] = values
    return rows
