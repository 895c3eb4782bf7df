"""Arrays put aside on the disk while a sample is in use, so that they are made once and take no memory."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from tempfile import TemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = tuple[NDArray[Any], ...]


class Shelf:
    """Groups of arrays by number, in a file without a name that is gone with it."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  # closed with the shelf
        self._places: list[tuple[int, int]] = []
        """Where each group begins, and its number of arrays."""
        weakref.finalize(self, self._file.close)

    def __len__(self) -> int:
        return len(self._places)

    def put(self, arrays: Sequence[NDArray[Any]]) -> None:
        """One more group. Raises OSError where there is no room; what was put before stays."""
        place = self._file.seek(0, 2)
        for array in arrays:
            np.save(self._file, array, allow_pickle=False)
        self._places.append((place, len(arrays)))

    def take(self, number: int) -> Arrays:
        """A group, as it was put."""
        place, count = self._places[number]
        self._file.seek(place)
        return tuple(np.load(self._file, allow_pickle=False) for _ in range(count))
