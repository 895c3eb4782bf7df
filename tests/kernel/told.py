"""What the event model says of some futures of every stratum. It is the definition, and knows nothing of the kernel."""

from __future__ import annotations

import numpy as np

from simulator.chance.arms import Arms
from simulator.chance.driver import Driver
from simulator.chance.future import Future, Stratum
from simulator.chance.strata import futures
from simulator.model.replication import Outcome, simulate

SEED = 11


def drawn(driver: Driver, each: int) -> list[Future]:
    """`each` futures of every stratum that the world has."""
    arms = Arms([driver])
    strata = list(Stratum) if arms.ceiling() > 0.0 else [Stratum.NONE, Stratum.CRUDE]
    return [own for s in strata for (own,) in futures(arms, SEED, s, np.arange(each, dtype=np.int64) * 3 + int(s))]


def told(driver: Driver, each: int) -> list[Outcome]:
    """What comes of these futures, with their logs."""
    return [simulate(driver, SEED, future, keep_log=True) for future in drawn(driver, each)]
