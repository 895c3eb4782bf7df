"""What one replication costs in SimPy, and how losses spread: by stratum, for figures of any sampling plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.pairing import processor_seconds
from simulator.batch.plan import Design, replication_number
from simulator.chance import strata
from simulator.chance.arms import Arms
from simulator.chance.future import Future, Stratum
from simulator.model.replication import simulate

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Costs:
    """Processor seconds per replication of each stratum of a plan, and of plain sampling."""

    draw: Floats
    """To draw a future, by stratum."""
    play: Floats
    """To play it in SimPy, by stratum."""
    draw_crude: float

    @property
    def stratified(self) -> Floats:
        return self.draw + self.play

    def crude(self, probability: Floats) -> float:
        """One replication of plain sampling: what it plays is of each stratum as often as chance has it."""
        return self.draw_crude + float(probability @ self.play)


def costs(arms: Arms, plan: Design, seed: int, count: int) -> Costs:
    """Measured on `count` replications of each stratum."""
    draw, play = [], []
    for stratum in plan.strata:
        seconds, futures = _drawn(arms, seed, stratum, count)
        draw.append(seconds / count)
        play.append(processor_seconds(lambda: [simulate(arms.base, seed, f) for f in futures])[0] / count)  # noqa: B023
    seconds, _ = _drawn(arms, seed, Stratum.CRUDE, count)
    return Costs(np.array(draw), np.array(play), seconds / count)


def _drawn(arms: Arms, seed: int, stratum: Stratum, count: int) -> tuple[float, list[Future]]:
    numbers = np.array([replication_number(stratum, i) for i in range(count)])
    seconds, found = processor_seconds(lambda: strata.futures(arms, seed, stratum, numbers))
    return seconds, [own for own, *_ in found]


@dataclass(frozen=True)
class Spreads:
    """Of one value per replication: probability, mean and standard deviation of each stratum."""

    probability: Floats
    mean: Floats
    deviation: Floats

    @property
    def value(self) -> float:
        return float(self.probability @ self.mean)

    @property
    def crude_variance(self) -> float:
        """Variance of one replication of plain sampling: within the strata and between them."""
        return float(self.probability @ (self.deviation**2 + self.mean**2)) - self.value**2

    def variance(self, share: Floats) -> float:
        """Times the number of replications, with these shares of them in each stratum."""
        return float(np.sum((self.probability * self.deviation) ** 2 / share))

    def least_time(self, cost: Floats) -> float:
        """Variance times processor time under the best of all allocations (Neyman, with costs)."""
        return float(np.sum(self.probability * self.deviation * np.sqrt(cost))) ** 2
