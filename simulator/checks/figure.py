"""One figure that was checked: what was expected, what came out, and whether the two agree."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.risk.estimate import Estimate

Z = 3.29
"""Two-sided: a right estimate misses by so many standard errors once in a thousand."""
SURE = 1e-6
"""Relative difference allowed to a simulated figure, however small its standard error."""


@dataclass(frozen=True)
class Figure:
    """A figure of a case, expected and found.

    `se` is 0 for what is calculated. A figure may miss by `allowed`, or by `Z` standard errors if that is more (a
    standard error may be nothing but rounding), and its standard error may not be above `most_se`.
    """

    name: str
    expected: float
    got: float
    se: float = 0.0
    allowed: float = 0.0
    most_se: float = math.inf

    @property
    def error(self) -> float:
        """Found less expected."""
        return self.got - self.expected

    @property
    def z(self) -> float:
        """The error in standard errors; nan for a figure without sampling error."""
        return self.error / self.se if self.se > 0.0 else math.nan

    @property
    def strain(self) -> float:
        """Share of what it may miss by that it does miss by: above 1 it fails; inf for a figure not to be judged."""
        if not math.isfinite(self.got) or not self.se <= self.most_se:
            return math.inf
        if self.error == 0.0:
            return 0.0
        limit = max(self.allowed, Z * self.se)
        return abs(self.error) / limit if limit > 0.0 else math.inf

    @property
    def fault(self) -> str:
        """What is wrong, in words; "" for a figure that passes."""
        if not math.isfinite(self.got):
            return f"{self.got} is no figure"
        if math.isnan(self.se):
            return "there is no standard error to judge by"
        if self.se > self.most_se:
            return f"standard error {self.se:.2g} is above {self.most_se:.2g}: too few replications to judge"
        if abs(self.error) <= max(self.allowed, Z * self.se):
            return ""
        if self.se > 0.0:
            return f"off by {abs(self.z):.1f} standard errors"
        return f"off by {abs(self.error):.2g}, allowed {self.allowed:.2g}"

    @property
    def passed(self) -> bool:
        return not self.fault


def calculated(name: str, expected: float, got: float, *, relative: float = SURE, absolute: float = 0.0) -> Figure:
    """A figure that analytic code must meet within a relative or an absolute tolerance, whichever is wider."""
    return Figure(name, expected, got, allowed=max(relative * abs(expected), absolute))


def simulated(name: str, expected: float, found: Estimate, *, most_se: float = 0.02) -> Figure:
    """A figure estimated by simulation. `most_se` is the largest standard error as a share of the expected figure."""
    return Figure(name, expected, found.value, found.se, allowed=SURE * abs(expected), most_se=most_se * abs(expected))
