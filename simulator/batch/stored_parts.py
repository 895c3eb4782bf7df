"""Parts of a run whose tables stay on the disk: so many replications each, with all rows that belong to them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import partial
from typing import cast

import numpy as np

from simulator.batch.stored_table import StoredTable
from simulator.risk.arrays import pieces
from simulator.risk.numbering import Numbering, numbering
from simulator.risk.protocol import ResultTables, SomeReplications

OF_REPLICATIONS = ("events", "years", "service")
"""Tables whose rows come in the order of the replications they belong to."""


def parts_of(run: ResultTables) -> Iterator[SomeReplications]:
    """The parts of a run with stored tables."""
    stored = {name: cast(StoredTable, getattr(run, name)) for name in ("replications", *OF_REPLICATIONS)}
    replications = [stored["replications"].rows(piece.start, piece.stop) for piece in pieces(len(run.replications))]
    ends = {name: [0, *_ends(replications, stored[name])] for name in OF_REPLICATIONS}
    for k, own in enumerate(replications):
        tables = {name: stored[name].rows(*rows[k : k + 2]) for name, rows in ends.items()}
        yield SomeReplications(
            replications=own,  # type: ignore[arg-type]  # they give columns as a DataFrame does
            **tables,  # type: ignore[arg-type]
            strata=run.strata,
            horizon_years=run.horizon_years,
            customers=run.customers,
            people=run.people,
            currency=run.currency,
            crude=run.crude,
        )


def _ends(parts: list[StoredTable], table: StoredTable) -> Iterator[int]:
    """Row of a table after the last that belongs to each part."""
    end = 0
    for part in parts[:-1]:
        end = bisect_left(range(len(table)), True, lo=end, key=partial(_is_beyond, table, _numbers(part)))
        yield end
    yield len(table)


def _numbers(part: StoredTable) -> Numbering:
    return numbering(part["replication"].to_numpy(dtype=np.int64))


def _is_beyond(table: StoredTable, known: Numbering, row: int) -> bool:
    return not known.has(int(table.rows(row, row + 1)["replication"].iloc[0]))
