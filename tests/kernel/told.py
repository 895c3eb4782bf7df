"""What the event model says of some futures of every stratum. It is the definition, and knows nothing of the kernel.

Where supply links form a circle, the model may never come to an end: an outage that nothing feeds any more runs round
the circle for ever, behind it what has restarted, before it what has not run dry yet; or, where a restart takes no
time, it goes round at one instant. Such futures are left out, for no compiled code could be stopped on the way.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from unittest.mock import patch

import numpy as np

from simulator.chance.arms import Arms
from simulator.chance.driver import Driver
from simulator.chance.future import Future, Stratum
from simulator.chance.strata import futures
from simulator.model.clock import Clock
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome, simulate

SEED = 11
MOST_EVENTS = 20_000
"""More than any future of these scenarios has that comes to an end."""


class EndlessError(Exception):
    """A future that goes on for ever."""


class _Watched(Clock):
    """Stops a future that goes on for ever."""

    def record(self, kind: Kind, who: int, parent: int, detail: float | int | str | None = None) -> int:
        if self.count > MOST_EVENTS:
            raise EndlessError
        return super().record(kind, who, parent, detail)


def stopped_when_endless() -> AbstractContextManager[object]:
    """While it lasts, the model raises EndlessError for a future that goes on for ever."""
    return patch("simulator.model.replication.Clock", _Watched)


def drawn(driver: Driver, each: int) -> list[Future]:
    """`each` futures of every stratum that the world has."""
    arms = Arms([driver])
    strata = list(Stratum) if arms.ceiling() > 0.0 else [Stratum.NONE, Stratum.CRUDE]
    return [own for s in strata for (own,) in futures(arms, SEED, s, np.arange(each, dtype=np.int64) * 3 + int(s))]


def told(driver: Driver, each: int) -> list[Outcome]:
    """What comes of these futures, with their logs; of those that come to an end."""
    found = []
    with stopped_when_endless():
        for future in drawn(driver, each):
            try:
                found.append(simulate(driver, SEED, future, keep_log=True))
            except EndlessError:
                continue
    return found
