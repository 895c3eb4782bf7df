"""What has been worked out of a table, so that the next metric need not do it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pandas as pd

Columns = pd.Series | pd.DataFrame
Result = TypeVar("Result")


class Kept:
    """Results of work on columns of tables. Whoever changes a table in place gets them worked out anew."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], tuple[tuple[Any, ...], Any]] = {}

    def once(self, table: object, name: str, seen: Sequence[Columns], work: Callable[[], Result]) -> Result:
        """What some work, known by its name, makes of the columns of a table that it looks at."""
        key = id(table), name
        before, found = self._known.get(key, ((), None))
        if len(before) != len(seen) or not all(was.equals(now) for was, now in zip(before, seen, strict=True)):
            found = work()
            self._known[key] = tuple(columns.copy() for columns in seen), found
        result: Result = found
        return result
