"""A driver by itself: the one arm of a plain run."""

import numpy as np
from numpy.typing import NDArray

from simulator.chance import strata
from simulator.chance.arms import Arms, Batch
from simulator.chance.driver import Driver
from simulator.chance.future import Future, Stratum
from simulator.chance.strata import StratumProbability


def futures(driver: Driver, seed: int, stratum: Stratum, replications: NDArray[np.int64]) -> list[Future]:
    return [future for (future,) in strata.futures(Arms([driver]), seed, stratum, replications)]


def probability(driver: Driver, seed: int) -> StratumProbability:
    return strata.probability(Arms([driver]), seed)


def ceiling(driver: Driver) -> float:
    return Arms([driver]).ceiling()


def sample(driver: Driver, seed: int, replications: NDArray[np.int64], attempts: NDArray[np.int64]) -> Batch:
    return Arms([driver]).sample(seed, replications, attempts)
