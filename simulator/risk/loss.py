"""Annual losses: the year loss table as a weighted sample, and its mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from simulator.risk.estimate import Estimate, mean_of
from simulator.risk.protocol import ResultTables
from simulator.risk.quantile import WeightedSample, weighted_sample
from simulator.risk.sampling import Floats, Integers, Sampling, sampling
from simulator.risk.words import length_of_time
from simulator.scenario.errors import InputError
from simulator.scenario.words import Measure

MEASURES: tuple[Measure, ...] = get_args(Measure)


@dataclass(frozen=True)
class AnnualLosses:
    """Losses of all years of all replications; years without a loss are kept as mass, not as rows."""

    measure: Measure
    years: tuple[int, ...]
    """Years pooled (0-based)."""
    sample: WeightedSample
    """One row per year with a loss, by falling loss; its mass is weight / years pooled."""
    note: str

    @property
    def design(self) -> Sampling:
        return self.sample.design

    @property
    def replication(self) -> Integers:
        return self.design.replication[self.sample.position]

    @property
    def loss(self) -> Floats:
        return self.sample.value

    @property
    def weight(self) -> Floats:
        return self.sample.mass

    @property
    def zero_weight(self) -> float:
        """Probability of a year without a loss."""
        return max(0.0, 1.0 - float(self.sample.cumulative[-1]))


def checked_measure(measure: str) -> Measure:
    """The measure, or InputError naming those there are."""
    if measure not in MEASURES:
        raise InputError(f"measure is {measure!r}; allowed: {', '.join(MEASURES)}")
    return measure


def whole_years(horizon_years: float) -> tuple[int, str]:
    """Years that can be pooled and a note where the horizon is not a whole number of years.

    A part year at the end is left out of annual probabilities (not of averages); a horizon under a year is
    one period of its own length. Raises ValueError for a horizon that is not positive.
    """
    if not horizon_years > 0.0:
        raise ValueError(f"the horizon is {horizon_years} years; it must be above zero")
    whole = int(horizon_years + 1e-6)
    if whole == 0:
        return 1, f"a period is the horizon of {length_of_time(horizon_years)}"
    if horizon_years - whole > 1e-6:
        return whole, f"the part year after year {whole} is left out"
    return whole, ""


def annual_losses(
    tables: ResultTables, measure: str, largest: bool = False, *, year: int | None = None
) -> AnnualLosses:
    """Annual losses of a measure: totals of each year, or with `largest` the largest single event of each.

    All whole years of the horizon are pooled, or `year` (0-based) alone is taken. Raises InputError for an
    unknown measure or a year outside the horizon.
    """
    known = checked_measure(measure)
    count, note = whole_years(tables.horizon_years)
    if year is not None and not 0 <= year < count:
        raise InputError(f"year is {year}; the horizon has the years 0 to {count - 1}")
    years = tuple(range(count)) if year is None else (year,)
    design = sampling(tables)
    own = tables.years["year"].to_numpy(dtype=np.int64)
    kept = (own >= years[0]) & (own <= years[-1])
    loss = tables.years[f"{known}_max" if largest else known].to_numpy(dtype=np.float64)[kept]
    position = design.position(tables.years["replication"].to_numpy()[kept])
    sample = weighted_sample(
        design,
        position,
        loss,
        unit=1.0 / len(years),
        independent=design.single and len(years) == 1,
    )
    return AnnualLosses(known, years, sample, note)


def average_annual_loss(tables: ResultTables, measure: str, *, confidence: float = 0.95) -> Estimate:
    """AAL: mean loss per year of the horizon, by year of origin, without discounting."""
    return mean_of(horizon_losses(tables, measure) / tables.horizon_years, sampling(tables), confidence=confidence)


def probability_of_loss(tables: ResultTables, measure: str, *, confidence: float = 0.95) -> Estimate:
    """Probability of any loss within the horizon."""
    loss = horizon_losses(tables, measure)
    return mean_of((loss > 0.0).astype(np.float64), sampling(tables), confidence=confidence, probability=True)


def horizon_losses(tables: ResultTables, measure: str) -> Floats:
    """Loss of each replication over the whole horizon, in the order of the replications table."""
    known = checked_measure(measure)
    design = sampling(tables)
    position = design.position(tables.years["replication"].to_numpy())
    return design.total(position, tables.years[known].to_numpy(dtype=np.float64))
