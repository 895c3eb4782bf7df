"""Result tables made by hand or from simple stochastic models with known answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from simulator.scenario.words import MEASURES, PAYERS, SECTORS

EVENT_NUMBERS = (
    "installs",
    "activations",
    "organisations_out",
    *(f"{m}_{s}" for m in ("customer_hours", "person_hours", "interruptions") for s in SECTORS),
    "unsafe_person_hours_water",
    "ens_mwh",
    *(f"cost_{payer}" for payer in PAYERS),
    "abstract",
)
EVENT_WORDS = ("cause", "vendor", "product", "path", "mode", "theatre", "regime")


@dataclass(frozen=True)
class Tables:
    replications: pd.DataFrame
    events: pd.DataFrame
    years: pd.DataFrame
    service: pd.DataFrame
    strata: pd.DataFrame
    horizon_years: float = 1.0
    customers: Mapping[str, float] = field(default_factory=dict)
    people: Mapping[str, float] = field(default_factory=dict)
    currency: str = "EUR"
    crude: bool = False


def strata(sizes: Sequence[int], probabilities: Sequence[float] = (1.0,), se: float = 0.0) -> pd.DataFrame:
    codes = [2] if len(sizes) == 1 else list(range(len(sizes)))
    return pd.DataFrame(
        {"stratum": codes, "probability": probabilities, "probability_se": se, "replications": sizes}
    )


def replications(design: pd.DataFrame, first: int = 0, **columns: ArrayLike) -> pd.DataFrame:
    """A row per replication, stratum after stratum; columns that are not given are zero or nan."""
    stratum = np.repeat(design["stratum"].to_numpy(), design["replications"].to_numpy())
    table = pd.DataFrame({"replication": np.arange(first, first + stratum.size), "stratum": stratum})
    table["successes"] = (stratum == 1).astype(np.int32)
    for sector in SECTORS:
        table[f"peak_people_{sector}"] = 0.0
    for share in (50, 90, 99):
        table[f"restored_{share}_h"] = np.nan
    for name, value in columns.items():
        table[name] = value
    return table


def events(**columns: ArrayLike) -> pd.DataFrame:
    """A row per event; columns that are not given are zero, empty or nan."""
    table = pd.DataFrame(columns) if columns else pd.DataFrame({"replication": np.zeros(0, np.int64)})
    for name in EVENT_WORDS:
        if name not in table:
            table[name] = pd.Series([""] * len(table), dtype=str)
    for name, value in (("count", 1), ("year", 0), ("start_h", 0.0), ("detection_h", np.nan)):
        if name not in table:
            table[name] = value
    for name in EVENT_NUMBERS:
        if name not in table:
            table[name] = 0.0
    return table


def years(
    replication: ArrayLike, year: ArrayLike, loss: ArrayLike, largest: ArrayLike | None = None
) -> pd.DataFrame:
    """The same loss in every measure."""
    table = pd.DataFrame({"replication": replication, "year": year})
    for measure in MEASURES:
        table[measure] = np.asarray(loss, dtype=float)
        table[f"{measure}_max"] = np.asarray(loss if largest is None else largest, dtype=float)
    return table


def service(**columns: ArrayLike) -> pd.DataFrame:
    names = ("replication", "sector", "hour", "people_without")
    return pd.DataFrame(columns) if columns else pd.DataFrame(columns=list(names))


def annual(
    loss: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    design: pd.DataFrame | None = None,
    largest: np.ndarray[tuple[int, int], np.dtype[np.float64]] | None = None,
) -> Tables:
    """Tables from a matrix of losses, replications x years; years without a loss get no row."""
    design = strata([len(loss)]) if design is None else design
    row, year = np.nonzero(loss)
    kept = None if largest is None else largest[row, year]
    return Tables(
        replications=replications(design),
        events=events(),
        years=years(row, year, loss[row, year], kept),
        service=service(),
        strata=design,
        horizon_years=float(loss.shape[1]),
        crude=len(design) == 1,
    )


def compound_poisson(
    rng: np.random.Generator, shape: tuple[int, int], rate: float, sizes: ArrayLike, chances: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Totals and largest values of Poisson(rate) events per cell with discrete sizes."""
    count = rng.poisson(rate, shape)
    size = rng.choice(np.asarray(sizes, dtype=float), p=chances, size=int(count.sum()))
    cell = np.repeat(np.arange(count.size), count.ravel())
    total = np.bincount(cell, weights=size, minlength=count.size).reshape(shape)
    largest = np.zeros(count.size)
    np.maximum.at(largest, cell, size)
    return total, largest.reshape(shape)
