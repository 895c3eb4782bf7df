"""Tables as Parquet. Equal rows give equal bytes, in however many pieces they come."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import pandas as pd

from simulator.batch.tables import frame

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 2**16
"""Rows of a group: what is held in memory of a table while it is written or read piece by piece."""


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """A table in one go."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path, compression="zstd", row_group_size=ROWS)


class TableFile:
    """A table that is written piece by piece."""

    def __init__(self, path: Path, schema: Mapping[str, str]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.empty = pa.Table.from_pandas(frame([], dict(schema)), preserve_index=False)
        self.writer = pq.ParquetWriter(path, self.empty.schema, compression="zstd")
        self.waiting: list[pa.Table] = []
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._write(self.rows)
        finally:
            self.writer.close()

    def add(self, piece: pa.Table) -> None:
        """More rows; they are written when there are enough for a group."""
        self.waiting.append(piece)
        self.rows += piece.num_rows
        if self.rows >= ROWS:
            self._write(self.rows - self.rows % ROWS)

    def _write(self, rows: int) -> None:
        """The first rows of those that wait."""
        import pyarrow as pa

        whole = pa.concat_tables([self.empty, *self.waiting])
        for start in range(0, rows, ROWS):
            self.writer.write_table(whole.slice(start, min(ROWS, rows - start)).combine_chunks())
        self.waiting, self.rows = [whole.slice(rows)], self.rows - rows
