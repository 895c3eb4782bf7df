"""A table that stays on the disk: columns are read when they are asked for, and forgotten after."""

from __future__ import annotations

from pathlib import Path
from typing import overload

import numpy as np
import pandas as pd


class StoredTable:
    """A Parquet file that gives columns as a DataFrame does. Text comes as categories."""

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        self.path = path
        described = pq.read_metadata(path)
        self.rows = int(described.num_rows)
        schema = pq.read_schema(path)
        self.columns = list(schema.names)
        self._texts = [field.name for field in schema if str(field.type) in ("string", "large_string")]

    def __len__(self) -> int:
        return self.rows

    @overload
    def __getitem__(self, names: str) -> pd.Series: ...

    @overload
    def __getitem__(self, names: list[str]) -> pd.DataFrame: ...

    def __getitem__(self, names: str | list[str]) -> pd.Series | pd.DataFrame:
        if not isinstance(names, str):
            return pd.DataFrame({name: self[name] for name in names})
        return self._text(names) if names in self._texts else self._numbers(names)

    def _text(self, name: str) -> pd.Series:
        """Categories in the order of the alphabet, as text is sorted."""
        import pyarrow.parquet as pq

        table = pq.read_table(self.path, columns=[name], read_dictionary=[name])
        found: pd.Series = table.to_pandas(self_destruct=True, ignore_metadata=True)[name]
        return found.cat.set_categories(sorted(found.cat.categories))

    def _numbers(self, name: str) -> pd.Series:
        """Filled piece by piece, so that the column is in memory once."""
        import pyarrow.parquet as pq

        with pq.ParquetFile(self.path) as file:
            column = np.empty(self.rows, dtype=file.schema_arrow.field(name).type.to_pandas_dtype())
            start = 0
            for piece in file.iter_batches(columns=[name]):
                column[start : start + piece.num_rows] = piece.column(0).to_numpy(zero_copy_only=False)
                start += piece.num_rows
        return pd.Series(column, name=name)
