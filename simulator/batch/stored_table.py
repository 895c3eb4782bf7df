"""A table that stays on the disk: columns are read when they are asked for, and forgotten after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


@dataclass(frozen=True)
class StoredTable:
    """Consecutive rows of a Parquet file, which give columns as a DataFrame does. Text comes as categories."""

    path: Path
    about: pq.FileMetaData
    starts: NDArray[np.int64]
    """First row of each group of rows, and the number of all."""
    first: int
    end: int
    """Row after the last."""

    @classmethod
    def of(cls, path: Path) -> StoredTable:
        """All rows of a file."""
        import pyarrow.parquet as pq

        about = pq.read_metadata(path)
        sizes = [about.row_group(group).num_rows for group in range(about.num_row_groups)]
        return cls(path, about, np.cumsum([0, *sizes]), 0, int(about.num_rows))

    def rows(self, first: int, end: int) -> StoredTable:
        """Its rows from `first` on, up to but without `end`."""
        return replace(self, first=self.first + first, end=self.first + end)

    @property
    def columns(self) -> list[str]:
        return list(self.about.schema.names)

    def __len__(self) -> int:
        return self.end - self.first

    @overload
    def __getitem__(self, names: str) -> pd.Series: ...

    @overload
    def __getitem__(self, names: list[str]) -> pd.DataFrame: ...

    def __getitem__(self, names: str | list[str]) -> pd.Series | pd.DataFrame:
        if not isinstance(names, str):
            return pd.DataFrame({name: self[name] for name in names})
        kind = self.about.schema.to_arrow_schema().field(names).type
        return self._text(names) if str(kind) in ("string", "large_string") else self._numbers(names, kind)

    def _text(self, name: str) -> pd.Series:
        """Categories in the order of the alphabet, as text is sorted."""
        with self._file(read_dictionary=[name]) as file:
            groups = self._groups()
            table = file.read_row_groups(list(groups), columns=[name], use_threads=False)
        if groups:
            table = table.slice(self.first - int(self.starts[groups[0]]), len(self))
        found: pd.Series = table.to_pandas(self_destruct=True, ignore_metadata=True)[name]
        return found.cat.set_categories(sorted(found.cat.categories))

    def _numbers(self, name: str, kind: pa.DataType) -> pd.Series:
        """Filled group by group, so that the column is in memory once."""
        column = np.empty(len(self), dtype=kind.to_pandas_dtype())
        with self._file() as file:
            for group in self._groups():
                start, end = self.starts[group : group + 2]
                read = file.read_row_group(group, columns=[name], use_threads=False).column(0).to_numpy()
                own = read[max(self.first - start, 0) : min(self.end, end) - start]
                at = max(start - self.first, 0)
                column[at : at + own.size] = own
        return pd.Series(column, name=name)

    def _groups(self) -> range:
        """Groups with any of its rows."""
        if not len(self):
            return range(0)
        first, last = np.searchsorted(self.starts, (self.first, self.end - 1), side="right") - 1
        return range(int(first), int(last) + 1)

    def _file(self, read_dictionary: Sequence[str] = ()) -> pq.ParquetFile:
        import pyarrow.parquet as pq

        return pq.ParquetFile(self.path, metadata=self.about, read_dictionary=list(read_dictionary))
