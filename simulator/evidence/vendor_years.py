"""A register of vendor-years: how long vendors of a home state were in privileged use with those it might strike.

In none of these years was a coerced malicious update publicly proven. The periods and their regimes are published
history; how many vendors, and how much would have become public, are judgements with a range. Left out: firms
owned by a service and products rigged from the start, software that a state prescribes to firms on its own soil,
and orders to a vendor at home about one customer, some of them refused in public.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from simulator.evidence.tables import read_rows

DAYS_PER_YEAR = 365.25
Range = tuple[float, float, float]
"""Low, value, high."""


@dataclass(frozen=True, slots=True)
class VendorYears:
    """One period of one home state against one bloc; `regime` is one of the regimes of a scenario.

    `visibility` is the share of uses that would have become public, as a coerced update and with proof. `card` marks
    what belongs to the hindcast of the years since February 2022.
    """

    home_state: str
    bloc: str
    start: date
    end: date
    regime: str
    vendors: Range
    visibility: Range
    card: bool
    source: str
    url: str
    assumption: str

    @property
    def years(self) -> float:
        """Length of the period."""
        return (self.end - self.start).days / DAYS_PER_YEAR


@cache
def vendor_years() -> tuple[VendorYears, ...]:
    """Every period, by home state and bloc, in the order of time."""
    return tuple(_period_from(row) for row in read_rows("vendor_years.csv"))


def _period_from(row: dict[str, str]) -> VendorYears:
    def ranged(column: str) -> Range:
        return float(row[f"{column}_low"]), float(row[column]), float(row[f"{column}_high"])

    return VendorYears(
        home_state=row["home_state"],
        bloc=row["bloc"],
        start=date.fromisoformat(row["start"]),
        end=date.fromisoformat(row["end"]),
        regime=row["regime"],
        vendors=ranged("vendors"),
        visibility=ranged("visibility"),
        card=row["card"] == "yes",
        source=row["source"],
        url=row["url"],
        assumption=row["assumption"],
    )
