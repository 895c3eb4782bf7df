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
    return pd.DataFrame({"stratum": codes, "probability": probabilities, "probability_se": se, "replications": sizes})


def replications(design: pd.DataFrame, first: int = 0, **columns: ArrayLike) -> pd.DataFrame:
    """A row per replication, stratum after stratum; columns that are not given are zero or nan."""
    stratum = np.repeat(design["stratum"].to_numpy(), design["replications"].to_numpy())
    table: dict[str, ArrayLike] = {
        "replication": np.arange(first, first + stratum.size),
        "stratum": stratum,
        "successes": (stratum == 1).astype(np.int32),
    }
    table |= {f"peak_people_{sector}": np.zeros(stratum.size) for sector in SECTORS}
    table |= {f"restored_{share}_h": np.full(stratum.size, np.nan) for share in (50, 90, 99)}
    return pd.DataFrame(table | columns)


def events(**columns: ArrayLike) -> pd.DataFrame:
    """A row per event; columns that are not given are zero, empty or nan."""
    size = len(np.asarray(columns["replication"])) if columns else 0
    table: dict[str, ArrayLike] = {"replication": np.zeros(size, np.int64), "count": np.ones(size)}
    table |= {name: pd.Series([""] * size, dtype=str) for name in EVENT_WORDS}
    table |= {
        "year": np.zeros(size, np.int64),
        "start_h": np.zeros(size),
        "detection_h": np.full(size, np.nan),
    }
    table |= {name: np.zeros(size) for name in EVENT_NUMBERS}
    return pd.DataFrame(table | columns)


NO_EVENTS = events()


def years(replication: ArrayLike, year: ArrayLike, loss: ArrayLike, largest: ArrayLike | None = None) -> pd.DataFrame:
    """The same loss in every measure."""
    total = np.asarray(loss, dtype=float)
    top = total if largest is None else np.asarray(largest, dtype=float)
    table = {"replication": replication, "year": year}
    table |= dict.fromkeys(MEASURES, total)
    table |= {f"{measure}_max": top for measure in MEASURES}
    return pd.DataFrame(table)


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
        events=NO_EVENTS,
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
