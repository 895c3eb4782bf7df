"""Real sizes of operators, from which portfolios draw sizes of their own.

Each table of `size_tables.csv` splits one population of operators into classes. A class of one
operator is a known company: resample and disturb such sizes, never copy them into a portfolio.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from simulator.evidence.tables import UnknownEvidence, number_or_none, read_rows


@dataclass(frozen=True, slots=True)
class SizeClass:
    """Operators of one size class.

    `low` and `high` bound the size of one operator (None = not known); `mean` is the mean size and
    `total` the sum over the `count` operators, all in `unit` (people, customers, properties or
    connections). `source` is the id of a row of `parameters.csv`.
    """

    table: str
    name: str
    low: float | None
    high: float | None
    count: int
    mean: float
    total: float
    unit: str
    source: str


@cache
def size_tables() -> Mapping[str, tuple[SizeClass, ...]]:
    """Every table of sizes by name, its classes in the order of the file."""
    tables: dict[str, list[SizeClass]] = {}
    for row in read_rows("size_tables.csv"):
        tables.setdefault(row["table"], []).append(_size_class_from(row))
    return MappingProxyType({name: tuple(classes) for name, classes in tables.items()})


def size_table(name: str) -> tuple[SizeClass, ...]:
    """The classes of one table, or UnknownEvidence naming the nearest tables."""
    known = size_tables()
    if name not in known:
        raise UnknownEvidence("size table", name, known)
    return known[name]


def _size_class_from(row: dict[str, str]) -> SizeClass:
    return SizeClass(
        table=row["table"],
        name=row["class"],
        low=number_or_none(row["low"]),
        high=number_or_none(row["high"]),
        count=int(row["count"]),
        mean=float(row["mean"]),
        total=float(row["total"]),
        unit=row["unit"],
        source=row["source"],
    )
