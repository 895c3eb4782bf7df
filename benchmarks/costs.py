"""What one replication costs in SimPy, and how losses spread: by stratum, for figures of any sampling plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.pairing import processor_seconds
from simulator.batch.plan import Design, replication_number
from simulator.chance import strata
from simulator.chance.arms import Arms
from simulator.chance.columns import FutureColumns
from simulator.chance.future import Stratum
from simulator.model.replication import simulate

Floats = NDArray[np.float64]
DRAWN = 10
"""Futures drawn for each that is played."""


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
    """Measured on `count` replications of each stratum to play, and on many more to draw, which costs far less."""
    draw, play = [], []
    for stratum in plan.strata:
        seconds, columns = _drawn(arms, seed, stratum, DRAWN * count)
        draw.append(seconds / len(columns))
        play.append(processor_seconds(partial(_played, arms, seed, columns, count))[0] / count)
    seconds, columns = _drawn(arms, seed, Stratum.CRUDE, DRAWN * count)
    return Costs(np.array(draw), np.array(play), seconds / len(columns))


def _drawn(arms: Arms, seed: int, stratum: Stratum, count: int) -> tuple[float, FutureColumns]:
    numbers = np.array([replication_number(stratum, i) for i in range(count)])
    strata.drawn(arms, seed, stratum, numbers[:1])  # warm
    seconds, (columns, *_) = processor_seconds(lambda: strata.drawn(arms, seed, stratum, numbers))
    return seconds, columns


def _played(arms: Arms, seed: int, columns: FutureColumns, count: int) -> None:
    for i in range(count):
        simulate(arms.base, seed, columns.row(i))


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
