"""What a ban does to the chance of use, by horizon and by whether the state saves its asset, from the driver alone.

A long notice announced in war can make a state that saves its asset use it or lose it (methods 1.2, V39).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.chance.arms import Arms, Batch
from simulator.chance.driver import Driver
from simulator.chance.entities import Entities
from simulator.chance.exposure import targeted
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.errors import InputError
from simulator.scenario.load import LoadedScenario
from simulator.scenario.schema import Scenario
from simulator.world.world import World, build

Floats = NDArray[np.float64]

HORIZONS_YEARS = (2.0, 10.0)
SAVES = (0.0, 0.5, 1.0)
"""Does the state save its asset for war: not at all, half, fully."""
PATHS = 8_192
_CHUNK = 2_048


@dataclass(frozen=True)
class Outlook:
    """Use of the stocks that a ban is about, within a horizon. Means over driver paths."""

    chance: float
    """P(at least one use that works)."""
    hit: float
    """Expected share of today's customers still within reach at the use (V39)."""
    hit_se: float


@dataclass(frozen=True)
class BanOutlook:
    """Without and with one ban, over one horizon, for one attitude of the state, on the same driver paths."""

    mitigation: str
    horizon_years: float
    saves: float
    without: Outlook
    with_ban: Outlook
    difference_se: float
    """Standard error of the difference in `hit`, paired by path."""


def ban_outlooks(
    base: LoadedScenario, banned: LoadedScenario, mitigation: str, seed: int = 1, paths: int = PATHS
) -> Iterator[BanOutlook]:
    """Each horizon and each attitude in turn; those whose hazards no stakes can explain are left out.

    The share is of all whom the banned vendors reach today, customers outside the portfolio included, and of those
    within reach at a use: how many install it before it is found is for the event model. Queues for integrators
    are left out.
    """
    for years in HORIZONS_YEARS:
        for saves in SAVES:
            try:
                drivers = [_driver(loaded, years, saves) for loaded in (base, banned)]
            except InputError:  # a state that saves its asset would wait longer than the stated hazards say
                continue
            stocks = _stocks(drivers[1], mitigation)
            (chance, hit), (banned_chance, banned_hit) = (_uses(driver, stocks, seed, paths) for driver in drivers)
            yield BanOutlook(
                mitigation,
                years,
                saves,
                Outlook(float(chance.mean()), float(hit.mean()), _se(hit)),
                Outlook(float(banned_chance.mean()), float(banned_hit.mean()), _se(banned_hit)),
                _se(banned_hit - hit),
            )


def with_attitude(scenario: Scenario, horizon_years: float, saves: float) -> Scenario:
    """The scenario over another horizon, with every home state saving its asset to this degree."""
    theatres = {
        name: theatre
        if theatre.coercion is None
        else theatre.model_copy(
            update={
                "coercion": theatre.coercion.model_copy(
                    update={"saves_for_war": type(theatre.coercion.saves_for_war)(saves, assumption="a declared axis")}
                )
            }
        )
        for name, theatre in scenario.theatres.items()
    }
    return scenario.model_copy(update={"horizon": horizon_years * HOURS_PER_YEAR, "theatres": theatres})


def _driver(loaded: LoadedScenario, horizon_years: float, saves: float) -> Driver:
    world = build(with_attitude(loaded.scenario, horizon_years, saves), loaded.register)
    return Driver(world, Entities.of(world))


def _stocks(driver: Driver, mitigation: str) -> Sequence[int]:
    """Channels of coercion whose stock the ban is about."""
    world: World = driver.world
    act = world.scenario.mitigations[mitigation].does.instrument
    assert act is not None
    aimed = set(targeted(world, act))
    return [k for k, c in enumerate(driver.channels) if c.coercion is not None and aimed & set(c.vendors)]


def _uses(driver: Driver, stocks: Sequence[int], seed: int, paths: int) -> tuple[Floats, Floats]:
    """Per path (paths,): P(at least one use that works), and the mean share of customers that first uses hit."""
    chances, hits = [], []
    for first in range(0, paths, _CHUNK):
        numbers = np.arange(first, min(first + _CHUNK, paths), dtype=np.int64)
        batch = Arms([driver]).sample(seed, numbers, np.zeros(len(numbers), dtype=np.int64))
        hazard, hit = np.zeros(len(numbers)), np.zeros(len(numbers))
        for k in stocks:
            mass = batch.envelope[k] * np.diff(batch.edges, axis=1)
            before = np.cumsum(mass, axis=1) - mass
            hazard += mass.sum(axis=1)
            hit += (np.exp(-before) * -np.expm1(-mass) * _share_in_reach(driver, k, batch)).sum(axis=1)
        chances.append(-np.expm1(-hazard))
        hits.append(hit / max(len(stocks), 1))
    return np.concatenate(chances), np.concatenate(hits)


def _share_in_reach(driver: Driver, k: int, batch: Batch) -> Floats:
    """Share of today's customers that a use on each segment (R, S) would reach, on the path chosen."""
    standing = driver.channels[k].standing
    assert standing is not None
    middle = 0.5 * (batch.edges[:, :-1] + batch.edges[:, 1:])
    dates = batch.courses[0].dates
    exposure = driver.exposure(k, middle, dates)
    works, worth = standing.left(exposure.reachable, driver.switched(k, middle, dates))
    return np.divide(worth, works, out=np.zeros_like(worth), where=works > 0.0)


def _se(sample: Floats) -> float:
    return float(sample.std(ddof=1) / np.sqrt(len(sample)))
