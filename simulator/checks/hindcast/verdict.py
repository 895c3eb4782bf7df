"""What a forecast is worth: bands, where the observation falls in them, and its score against a naive one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulator.checks.hindcast.card import Observed
from simulator.checks.hindcast.forecast import Forecast
from simulator.checks.hindcast.tolerance import central, quantiles

Floats = NDArray[np.float64]

BANDS = (0.5, 0.9)
"""Central shares of the predictions that are printed as bands."""
FEWEST = 40
"""With fewer futures the ends of the wide band are single futures."""
CONFIDENCE = 0.95
"""Of the interval that sampling leaves to the median."""
ENOUGH = 0.5
"""A quantity that has a figure in a smaller share of futures is not foretold: it counts as outside."""


@dataclass(frozen=True)
class Judged:
    """One observed quantity and its predictive sample, of which nan are futures where it is not defined."""

    observed: Observed
    sample: Floats
    each: int = 1
    """Futures of one draw of ignorance. They go together, so that an interval counts them as one."""

    @cached_property
    def known(self) -> Floats:
        """The predictions in rising order, those without a figure left out."""
        return np.sort(self.sample[~np.isnan(self.sample)])

    @property
    def defined(self) -> float:
        """Share of futures in which there is a figure at all."""
        return len(self.known) / len(self.sample)

    @property
    def foretold(self) -> bool:
        """Is there a figure in enough futures?"""
        return self.defined >= ENOUGH

    @property
    def predicted(self) -> float:
        """The median; for a chance, the share of futures in which it comes true. nan without any figure."""
        if not len(self.known):
            return math.nan
        return float(self.known.mean() if self.observed.quantity.chance else self.quantile(0.5))

    def quantile(self, level: float) -> float:
        """Of the predictions, by the inverse of their distribution: always one of them. nan without any figure."""
        if not len(self.known):
            return math.nan
        return float(quantiles(self.known, [level])[0])

    def band(self, share: float) -> tuple[float, float]:
        """The central `share` of the predictions."""
        low, high = central(share)
        return self.quantile(low), self.quantile(high)

    def covered(self, share: float) -> bool:
        """Does the observation lie in the central band? Never of what is not foretold."""
        low, high = self.band(share)
        return self.foretold and low <= self.observed.value <= high

    @property
    def percentile(self) -> float:
        """Share of the predictions below the observation; of those equal to it, half."""
        if not len(self.known):
            return math.nan
        below = np.count_nonzero(self.known < self.observed.value)
        equal = np.count_nonzero(self.known == self.observed.value)
        return float((below + 0.5 * equal) / len(self.known))

    @property
    def inside(self) -> bool:
        """Inside the tolerance, as `Tolerance.holds` has it; never of what is not foretold."""
        return self.foretold and self.observed.tolerance.holds(self.predicted, self.observed.value, self.known)

    @property
    def interval(self) -> tuple[float, float]:
        """What 95 % confidence leaves to `predicted`: of a median between two predictions, of a chance from 0 to 1.

        Open (inf) on a side where there are too few draws for any such end.
        """
        return chance_interval(self.predicted, self._draws) if self.observed.quantity.chance else self._between(0.5)

    @property
    def unsure(self) -> bool:
        """Would the verdict be another within what sampling leaves open?"""
        if not self.foretold:
            return False
        tolerance, seen = self.observed.tolerance, self.observed.value
        if tolerance.kind == "central":
            (outer_low, inner_low), (inner_high, outer_high) = map(self._between, central(tolerance.share))
            return (outer_low <= seen <= outer_high) != (inner_low <= seen <= inner_high)
        low, high = self.interval
        crossed = any(low < end < high for end in (tolerance.low, tolerance.high))
        return crossed or any((tolerance.low <= end <= tolerance.high) != self.inside for end in (low, high))

    @property
    def _draws(self) -> int:
        return len(self.known) // self.each

    def _between(self, level: float) -> tuple[float, float]:
        low, high = rank_interval(self._draws, level)
        first = float(self.known[self.each * (low - 1)]) if low else -math.inf
        last = float(self.known[self.each * high - 1]) if high else math.inf
        return first, last

    @property
    def tolerated(self) -> tuple[float, float]:
        """Ends of the tolerance; of a central one, of the band that has to hold what was seen. inf where it is open."""
        tolerance = self.observed.tolerance
        if tolerance.kind != "central":
            return tolerance.low, tolerance.high
        return self.band(tolerance.share) if self.foretold else (-math.inf, math.inf)

    @property
    def mass(self) -> float:
        """Share of the predictions within the tolerance."""
        return self.observed.tolerance.mass(self.known) if len(self.known) else math.nan

    @cached_property
    def crps(self) -> float:
        """Score of the whole distribution, in the unit of the quantity; the lower the better. See `crps`."""
        return crps(self.known, self.observed.value)

    @property
    def naive_error(self) -> float:
        """The same score of the naive forecast: how far it is off, as it is a single figure; of a chance, a sample of
        noughts and ones, the square of that (Brier). nan without one.
        """
        naive = self.observed.naive
        if naive is None:
            return math.nan
        off = abs(naive.value - self.observed.value)
        return off**2 if self.observed.quantity.chance else off

    @property
    def skill(self) -> float:
        """One less the ratio of the two scores: 1 is perfect, 0 as good as the naive one, below 0 worse.

        nan where the naive forecast is exact, which nothing can beat, and of what is not foretold.
        """
        if not self.foretold or not self.naive_error > 0.0 or not math.isfinite(self.crps):
            return math.nan
        return 1.0 - self.crps / self.naive_error

    @property
    def better(self) -> bool:
        """Is the forecast better than the naive one?"""
        return self.foretold and self.crps < self.naive_error

    @property
    def reason(self) -> str:
        """Why it is outside, where the card says so and it is."""
        return "" if self.inside else self.observed.fails_because


def judged(forecast: Forecast) -> tuple[Judged, ...]:
    """Every observed quantity of a card, in its order."""
    each = forecast.futures // forecast.outer
    return tuple(Judged(one, forecast.sample[:, k], each) for k, one in enumerate(forecast.card.observed))


@dataclass(frozen=True)
class Summary:
    """What the held-out quantities say together; all others are left out."""

    held_out: int
    inside: int
    unsure: int
    """Whose verdict sampling leaves open; they are counted by the median like all others."""
    better: int
    """Better than the naive forecast."""
    skills: Sequence[float]
    """Those that have one."""
    covered: Sequence[int]
    """Observations inside each of `BANDS`; a chance has no bands."""
    banded: int
    """Quantities that have them."""
    unexplained: int
    """Outside without a reason in the card."""

    @property
    def mean_skill(self) -> float:
        return float(np.mean(self.skills)) if self.skills else math.nan

    @property
    def median_skill(self) -> float:
        return float(np.median(self.skills)) if self.skills else math.nan


def summary(rows: Iterable[Judged]) -> Summary:
    """Of the held-out quantities among these."""
    scored = [row for row in rows if row.observed.scored]
    banded = [row for row in scored if not row.observed.quantity.chance]
    return Summary(
        held_out=len(scored),
        inside=sum(row.inside for row in scored),
        unsure=sum(row.unsure for row in scored),
        better=sum(row.better for row in scored),
        skills=[row.skill for row in scored if not math.isnan(row.skill)],
        covered=[sum(row.covered(share) for row in banded) for share in BANDS],
        banded=len(banded),
        unexplained=sum(not row.inside and not row.observed.fails_because for row in scored),
    )


def rank_interval(draws: int, level: float) -> tuple[int, int]:
    """Ranks, from 1, of the draws between which the quantile lies with 95 % confidence; 0 for an end there is not.

    As many draws lie below a quantile as a binomial number of them (Conover 1999, section 3.2).
    """
    from scipy.stats import binom

    below = binom(draws, level)
    low = int(below.ppf((1.0 - CONFIDENCE) / 2.0))
    high = int(below.ppf((1.0 + CONFIDENCE) / 2.0)) + 1
    return low, high if high <= draws else 0


def chance_interval(share: float, draws: int) -> tuple[float, float]:
    """Ends of the 95 % interval of a chance that came true in so large a share of draws (Clopper & Pearson 1934)."""
    from scipy.stats import beta

    came, tail = share * draws, (1.0 - CONFIDENCE) / 2.0
    low = float(beta.ppf(tail, came, draws - came + 1.0)) if came > 0.0 else 0.0
    high = float(beta.ppf(1.0 - tail, came + 1.0, draws - came)) if came < draws else 1.0
    return low, high


def crps(sample: Floats, observed: float) -> float:
    """Continuous ranked probability score of a sample in rising order against an observation.

    E|X - y| - E|X - X'| / 2 over the empirical distribution (Gneiting & Raftery 2007, eq. 20): in the unit of the
    quantity, and the absolute error where the sample is a single figure. nan of nothing, inf of a sample with inf.
    """
    n = len(sample)
    if n == 0:
        return math.nan
    if not np.isfinite(sample).all():
        return math.inf
    ranks = np.arange(1, n + 1)
    spread = 2.0 * float(np.dot(2 * ranks - n - 1, sample)) / n**2
    return float(np.abs(sample - observed).mean()) - spread / 2.0
