"""The memory of one thread: the tables of a world, those of a replication under way, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np

from simulator.chance.columns import FutureColumns
from simulator.kernel.layout import FUTURES, TABLES
from simulator.kernel.linker import linked
from simulator.kernel.register import copied, table

_SMALL = 256
_MOST_VISITS = 2**30
_STATEFUL = (
    *("organisations", "dependencies", "links", "products", "vendors", "pools", "theatres", "instruments"),
    *("mitigations", "bearings", "plants", "rules"),
)
"""Tables of a world that hold state too, of which every thread needs its own."""


class Memory:
    """Tables by name, and their addresses where the kernel looks for them. Tables that run out grow."""

    def __init__(self, world: Mapping[str, np.ndarray], keep_log: bool = False, ask: bool = False) -> None:
        """`world` is not changed. With `ask` what is asked of mitigations in force is noted, if there are none too."""
        self.tables = {name: copied(name, rows) if name in _STATEFUL else rows for name, rows in world.items()}
        rules = self.tables["rules"][0]
        rules["keep_log"] = keep_log
        rules["bearings"] = rules["bearings"] or ask
        for name in TABLES:
            if name not in self.tables:
                self.tables[name] = table(name, self._first_size(name))
        self.addresses = np.zeros(2 * len(TABLES), dtype=np.int64)
        self.columns: FutureColumns | None = None
        for name in TABLES:
            self._point_to(name)
        linked("everything_fresh")(self.address)

    @property
    def address(self) -> int:
        return int(self.addresses.ctypes.data)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.tables[name]

    def look_at(self, columns: FutureColumns) -> None:
        """The futures to be played next, and room for what each comes to."""
        self.columns = columns  # kept alive while the kernel holds its address
        self.put("futures", pointed_to(columns))
        self.put("results", table("results", len(columns)))
        run = self.tables["run"]
        if run["visit"][0] > _MOST_VISITS:  # rows say at which visit they were met, in 32 bits
            run["visit"] = 0
            for name in ("reached", "fed", "in_loop"):
                self.tables["organisations"][name] = 0
        run["all_losses"] = run["all_curves"] = run["all_targets"] = 0

    def put(self, name: str, rows: np.ndarray) -> None:
        """A copy of other rows in place of a table."""
        self.tables[name] = copied(name, rows)
        self._point_to(name)

    def grow(self) -> None:
        """Twice the rows for the table that was full."""
        name = list(TABLES)[int(self.tables["run"]["full"][0])]
        old = self.tables[name]
        rows = 2 * len(old)
        new = table(name, rows)
        if name in ("losses", "loss_targets", "curves"):
            new[: len(old)] = old
        self.put(name, new)
        if name == "marks":
            self.put("used_marks", table("used_marks", rows))
        if name == "events":
            self.put("turns", table("turns", rows))

    def _first_size(self, name: str) -> int:
        o, d, n = (len(self.tables[t]) for t in ("organisations", "dependencies", "links"))
        pools = max(len(self.tables["pools"]), 1)
        sizes = {
            "futures": 1,
            "run": 1,
            "touched_organisations": o,
            "touched_dependencies": d,
            "touched_links": n,
            "reached": o,
            "fed": o,
            "queued": 2 * o + _SMALL,
            "uniforms": o,
            "ticked": o // 64 + 1,
            "frames": n + 1,
            "marks": 4 * _SMALL,
            "used_marks": 4 * _SMALL,
            "waiting": pools * (_SMALL + 1),
            "ends": pools * (_SMALL + 1),
            "ranked": 2 * _SMALL,
        }
        return sizes.get(name, _SMALL + 1)

    def _point_to(self, name: str) -> None:
        rows, place = self.tables[name], 2 * list(TABLES).index(name)
        self.addresses[place], self.addresses[place + 1] = rows.ctypes.data, len(rows)


def pointed_to(columns: FutureColumns) -> np.ndarray:
    """The row of addresses of a block's futures. The columns must outlive it."""
    row = np.zeros(1, dtype=FUTURES)
    for name in {field.name for field in fields(columns)}.intersection(FUTURES.names or ()):
        row[name] = getattr(columns, name).ctypes.data
    row["rows"], row["theatres"] = len(columns), columns.regime_from.shape[1] - 1
    row["kinds_of_instruments"] = columns.instruments.shape[1]
    row["kinds_of_mitigations"] = columns.mitigations.shape[1]
    row["dates_of_vendors"] = columns.vendors.shape[1]
    return row
