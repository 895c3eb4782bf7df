"""Published points of curves over time, one row of `points.csv` each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from simulator.evidence.tables import number_or_none, read_rows

Use = Literal["fitted", "counted", "shown"]


@dataclass(frozen=True, slots=True)
class Point:
    """A share of a population that has adopted, come back or left, so many days after the start.

    `use`: the curve is fitted to this point; or it is of another incident and counted in the doubt; or it is
    shown beside the fit only, for it is of another quantity or population. `low` and `high` are the 5 and 95 %
    points of what the share may truly be, `days_low` and `days_high` of the time, where that is the one unsure.
    """

    fit: str
    use: Use
    incident: str
    what: str
    days: float
    share: float
    low: float | None
    high: float | None
    days_low: float | None
    days_high: float | None
    source: str
    url: str
    date: str
    note: str


@cache
def points() -> tuple[Point, ...]:
    """Every point, in the order of the file."""
    return tuple(_point_from(row) for row in read_rows("fits/points.csv"))


def _point_from(row: dict[str, str]) -> Point:
    return Point(
        fit=row["fit"],
        use=cast(Use, row["use"]),
        incident=row["incident"],
        what=row["what"],
        days=float(row["days"]),
        share=float(row["share"]),
        low=number_or_none(row["low"]),
        high=number_or_none(row["high"]),
        days_low=number_or_none(row["days_low"]),
        days_high=number_or_none(row["days_high"]),
        source=row["source"],
        url=row["url"],
        date=row["date"],
        note=row["note"],
    )
