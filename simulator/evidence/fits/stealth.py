"""Time from the release of a stealthy poisoned update to its discovery: a lognormal over known cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from simulator.evidence.fits.doubt import factor_law
from simulator.evidence.tables import number_or_none, read_rows
from simulator.rules.quantile import Z95, Law

DEFAULT = "detection.stealth.finder"
"""The parameter of a scenario that carries the fit."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case of `stealth_cases.csv`; days from release to discovery, with the range of the published dates."""

    case: str
    product: str
    days: float
    low: float | None
    high: float | None
    source: str
    url: str
    date: str
    note: str


@dataclass(frozen=True, slots=True)
class StealthFit:
    """`law` in days: lognormal with the mean and standard deviation (n - 1) of the logarithms of n cases."""

    cases: tuple[Case, ...]
    law: Law

    @property
    def median_band(self) -> tuple[float, float]:
        """5 and 95 % points of the median, in days: Student's t with n - 1 degrees of freedom."""
        off = self._student(0.95) * self.law.b / math.sqrt(len(self.cases))
        return self.law.a * math.exp(-off), self.law.a * math.exp(off)

    @property
    def predictive_band(self) -> tuple[float, float]:
        """5 and 95 % points of the next case, in days, the median and the spread both unsure."""
        off = self._student(0.95) * self._next_spread()
        return self.law.a * math.exp(-off), self.law.a * math.exp(off)

    @property
    def doubt(self) -> Law:
        """The law of a factor on the times that makes chance and doubt together as wide as the predictive law.

        With chance lognormal of spread sigma and the factor lognormal of spread s, the two have the 90 % band of
        the predictive law where Z95 sqrt(sigma^2 + s^2) is the half-width of that band in the logarithm.
        """
        spread = self._student(0.95) * self._next_spread() / Z95
        factor = math.sqrt(spread**2 - self.law.b**2)
        return factor_law(math.exp(-Z95 * factor), math.exp(Z95 * factor))

    def level(self, days: float) -> float:
        """P(the next case is found within `days`), the median and the spread both unsure."""
        from scipy.stats import t

        return float(t.cdf(math.log(days / self.law.a) / self._next_spread(), len(self.cases) - 1))

    def without(self, case: str) -> StealthFit:
        """The fit to the other cases. Raises KeyError for a case that is not in it."""
        rest = [one for one in self.cases if one.case != case]
        if len(rest) == len(self.cases):
            raise KeyError(case)
        return fitted_to(rest)

    def _next_spread(self) -> float:
        return self.law.b * math.sqrt(1.0 + 1.0 / len(self.cases))

    def _student(self, level: float) -> float:
        from scipy.stats import t

        return float(t.ppf(level, len(self.cases) - 1))


@cache
def cases() -> tuple[Case, ...]:
    """Every case, in the order of the file."""
    return tuple(
        Case(
            case=row["case"],
            product=row["product"],
            days=float(row["days"]),
            low=number_or_none(row["low"]),
            high=number_or_none(row["high"]),
            source=row["source"],
            url=row["url"],
            date=row["date"],
            note=row["note"],
        )
        for row in read_rows("fits/stealth_cases.csv")
    )


def stealth_fit() -> StealthFit:
    """The fit to all cases."""
    return fitted_to(cases())


def fitted_to(found: Sequence[Case]) -> StealthFit:
    """The fit to these cases. Raises ValueError for fewer than three."""
    if len(found) < 3:
        raise ValueError(f"the spread of detection times needs three cases or more, not {len(found)}")
    logs = [math.log(one.days) for one in found]
    mean = math.fsum(logs) / len(logs)
    spread = math.sqrt(math.fsum((log - mean) ** 2 for log in logs) / (len(logs) - 1))
    return StealthFit(tuple(found), Law.lognormal(math.exp(mean), spread))
