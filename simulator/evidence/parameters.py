"""Figures read in published sources or derived from them, one row of `parameters.csv` each.

Grades: A = measured, a primary source or several linked quantities, read in the source;
B = published, read in a secondary source, or our arithmetic on a large data set;
C = our arithmetic on a few cases, or one anecdote;
D = from memory, not confirmed, or a judgement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal, cast

from simulator.evidence.tables import UnknownEvidence, number_or_none, read_rows

Grade = Literal["A", "B", "C", "D"]
Kind = Literal["published", "derived", "judgement", "memory"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure with its range, unit and source.

    `low` and `high` bound the value as far as the source tells (the note says which kind of range it
    is); None = no range known. A unit of "1" is a pure number. `url` holds one or more addresses
    parted by a space, or nothing where the figure has no public page. `year` is the year or the
    span of years that the figure describes.
    """

    id: str
    value: float
    low: float | None
    high: float | None
    unit: str
    year: str
    jurisdiction: str
    source: str
    url: str
    grade: Grade
    confirmed: bool
    kind: Kind
    note: str


@cache
def all_parameters() -> Mapping[str, Parameter]:
    """Every figure by id, in the order of the ids."""
    return MappingProxyType({row["id"]: _parameter_from(row) for row in read_rows("parameters.csv")})


def parameter(parameter_id: str) -> Parameter:
    """The figure of that id, or UnknownEvidence naming the nearest ids."""
    known = all_parameters()
    if parameter_id not in known:
        raise UnknownEvidence("parameter", parameter_id, known)
    return known[parameter_id]


def _parameter_from(row: dict[str, str]) -> Parameter:
    return Parameter(
        id=row["id"],
        value=float(row["value"]),
        low=number_or_none(row["low"]),
        high=number_or_none(row["high"]),
        unit=row["unit"],
        year=row["year"],
        jurisdiction=row["jurisdiction"],
        source=row["source"],
        url=row["url"],
        grade=cast(Grade, row["grade"]),
        confirmed=row["confirmed"] == "yes",
        kind=cast(Kind, row["kind"]),
        note=row["note"],
    )
