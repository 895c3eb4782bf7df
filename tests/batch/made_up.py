"""Losses from a known law in place of a simulation, and runs of them that stop at a precision."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
from scipy.stats import norm

from simulator.batch.asked import Asked
from simulator.batch.block import Done
from simulator.batch.gathering import Gathering
from simulator.batch.plan import Block, Design, Planner
from simulator.batch.rounds import run_rounds
from simulator.batch.tables import Tables, year_table
from simulator.chance.future import Stratum
from simulator.risk.estimate import Estimate
from simulator.risk.loss import MEASURE_COLUMNS
from simulator.world.world import World

P = 0.05
"""Probability of a compromise."""


class MadeUp:
    """Losses from a known law in place of a simulation: no loss or a small one, and lognormal after a compromise."""

    small, chance_of_small = 3.0, 0.3
    median = 40.0
    """After a compromise; sigma 0.55 gives a spread of 0.6 of the mean, as V17 has."""

    def __init__(self, rng: np.random.Generator, chance_of_loss: float = 1.0, sigma: float = 0.55) -> None:
        self.rng = rng
        self.sigma = sigma
        self.chance_of_loss = chance_of_loss

    def mean(self) -> float:
        return (1.0 - P) * self.chance_of_small * self.small + P * self.median * math.exp(0.5 * self.sigma**2)

    def value_at_risk(self, period: float) -> float:
        """Exceeded once in `period` years, which have to be more than 1 / P."""
        return float(self.median * np.exp(self.sigma * norm.isf(1.0 / period / P)))

    def tail_value_at_risk(self, period: float) -> float:
        """Mean of the worst of `period` years, which have to be more than 1 / P."""
        above = norm.isf(1.0 / period / P)
        return float(period * P * self.median * np.exp(0.5 * self.sigma**2) * norm.cdf(self.sigma - above))

    def truth(self, metric: str) -> float:
        """What the metric is an estimate of: AAL, or VaR or TVaR 1-in-200."""
        return {
            "AAL": self.mean,
            "VaR 1-in-200": partial(self.value_at_risk, 200.0),
            "TVaR 1-in-200": partial(self.tail_value_at_risk, 200.0),
        }[metric]()

    def run(self, blocks: list[Block]) -> Iterator[tuple[Block, Done]]:
        for block in blocks:
            yield block, Done(self.tables(block))

    def tables(self, block: Block) -> Tables:
        n = len(block.replications)
        if block.stratum is Stratum.AT_LEAST_ONE:
            loss = self.median * self.rng.lognormal(0.0, self.sigma, n)
        else:
            loss = self.small * (self.rng.random(n) < self.chance_of_small)
        loss *= self.rng.random(n) < self.chance_of_loss
        number = np.array(block.replications)
        lost = loss > 0.0
        events = dict.fromkeys((c for columns in MEASURE_COLUMNS.values() for c in columns), np.zeros(lost.sum()))
        events |= {"replication": number[lost], "customer_hours_water": loss[lost]}
        table = pd.DataFrame(events).assign(cause="crime", year=0)
        successes = int(block.stratum is Stratum.AT_LEAST_ONE)
        return Tables(
            replications=pd.DataFrame({"replication": number, "stratum": int(block.stratum), "successes": successes}),
            events=table,
            years=year_table(table),
            service=pd.DataFrame(),
        )


def sequential(
    world: World, crew: MadeUp, precision: float, most: int = 1_000_000, metric: str | None = None
) -> tuple[Estimate, int]:
    """Estimate and number of rounds of a run that stops at a precision. V17's world: one year, customer-hours."""
    plan = Design((Stratum.NONE, Stratum.AT_LEAST_ONE), (1.0 - P, P), 0.0, "made up")
    asked = Asked(precision=precision, most=most, metric=metric)
    gathering = Gathering(plan, world, asked, None, None)
    planner = Planner(plan, 2**14)  # for speed
    run_rounds(planner, crew, gathering)  # type: ignore[arg-type]
    return asked.goal.estimate(gathering.sample(), gathering.measure), planner.rounds  # type: ignore[arg-type]
