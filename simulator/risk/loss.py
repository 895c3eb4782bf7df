"""Annual losses: the year loss table as a weighted sample, and its mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.risk.arrays import Booleans, Floats, Rows, Values, combined
from simulator.risk.estimate import Estimate, mean_of
from simulator.risk.numbering import Numbering
from simulator.risk.protocol import ResultTables
from simulator.risk.sample import Sample, SampleRows, WeightedSample
from simulator.risk.sample_in_parts import sample_of
from simulator.risk.sampling import Sampling, SamplingInParts, design_of, per_replication, sampling
from simulator.risk.words import length_of_time
from simulator.scenario.errors import InputError
from simulator.scenario.words import MEASURES, PAYERS, SECTORS, Measure

MEASURE_COLUMNS: Mapping[Measure, tuple[str, ...]] = {
    "customer_hours": tuple(f"customer_hours_{s}" for s in SECTORS),
    "person_hours": tuple(f"person_hours_{s}" for s in SECTORS),
    "cost": tuple(f"cost_{p}" for p in PAYERS),
    "abstract": ("abstract",),
}
"""Columns of the event loss table that add up to each measure."""


@dataclass(frozen=True)
class AnnualLosses:
    """Losses of all years of all replications; years without a loss are kept as mass, not as rows."""

    measure: Measure
    years: tuple[int, ...]
    """Years pooled (0-based)."""
    sample: Sample
    """One row per year with a loss; its mass is weight / years pooled."""
    note: str

    @property
    def in_memory(self) -> WeightedSample:
        """The sample of a run in memory, row by row."""
        assert isinstance(self.sample, WeightedSample), "the rows of a run that stays on the disk are not held"
        return self.sample

    @property
    def zero_weight(self) -> float:
        """Probability of a year without a loss."""
        return max(0.0, 1.0 - self.sample.mass_of_rows)


def checked_measure(measure: str) -> Measure:
    """The measure, or InputError naming those there are."""
    if measure not in MEASURES:
        raise InputError(f"measure is {measure!r}; allowed: {', '.join(MEASURES)}")
    return measure


def event_losses(events: pd.DataFrame, measure: str, rows: Rows | Booleans | slice = slice(None)) -> Floats:
    """Loss of rows of an event loss table (of all, if none are named), over all sectors or payers."""
    first, *others = MEASURE_COLUMNS[checked_measure(measure)]
    total = np.array(events[first].to_numpy()[rows], dtype=np.float64)
    for column in others:
        total += events[column].to_numpy()[rows]
    return total


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
    column = f"{known}_max" if largest else known
    design = design_of(tables)

    def rows(part: ResultTables, numbers: Numbering) -> SampleRows:
        own = part.years["year"].to_numpy(dtype=np.int64)
        kept = (own >= years[0]) & (own <= years[-1])
        position = numbers.rows_of(part.years)[kept]
        return SampleRows(position, part.years[column].to_numpy(dtype=np.float64)[kept], 1.0 / len(years))

    sample = sample_of(tables, design, rows, independent=design.single and len(years) == 1)
    return AnnualLosses(known, years, sample, note)


def average_annual_loss(tables: ResultTables, measure: str, *, confidence: float = 0.95) -> Estimate:
    """AAL: mean loss per year of the horizon, by year of origin, without discounting."""
    design = design_of(tables)
    loss = combined(lambda total: total / tables.horizon_years, _horizon_losses(tables, design, measure))
    return mean_of(loss, design, confidence=confidence)


def probability_of_loss(tables: ResultTables, measure: str, *, confidence: float = 0.95) -> Estimate:
    """Probability of any loss within the horizon."""
    design = design_of(tables)
    lost = combined(lambda loss: (loss > 0.0).astype(np.float64), _horizon_losses(tables, design, measure))
    return mean_of(lost, design, confidence=confidence, probability=True)


def horizon_losses(tables: ResultTables, measure: str) -> Floats:
    """Loss of each replication of a run in memory over the whole horizon, in the order of the replications table."""
    return _losses(tables, sampling(tables), checked_measure(measure))


def _horizon_losses(tables: ResultTables, design: Sampling | SamplingInParts, measure: str) -> Values:
    known = checked_measure(measure)
    return per_replication(tables, design, lambda part, numbers: _losses(part, numbers, known))


def _losses(tables: ResultTables, numbers: Numbering, measure: Measure) -> Floats:
    return numbers.total(numbers.rows_of(tables.years), tables.years[measure].to_numpy(dtype=np.float64))
