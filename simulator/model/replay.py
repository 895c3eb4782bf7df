"""One simulated future again, with its event log, from the key it was drawn with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.chance.arms import Arms
from simulator.chance.driver import Driver
from simulator.chance.entities import Entities
from simulator.chance.future import Stratum
from simulator.chance.strata import futures
from simulator.model.replication import Outcome, simulate
from simulator.scenario.errors import InputError
from simulator.scenario.load import LoadedScenario
from simulator.world.world import World, build


@dataclass(frozen=True)
class Replay:
    """A replication with its event log, and what its story needs to name things."""

    outcome: Outcome
    world: World
    driver: Driver


def replay(loaded: LoadedScenario, replication: int, seed: int = 1, stratum: Stratum | None = None) -> Replay:
    """Simulate one replication of a scenario again and keep its event log.

    In a stratified run even numbers have no successful malicious compromise and odd ones have at least one,
    and that is what is taken without `stratum`; give `Stratum.CRUDE` for a number of a crude run.
    Raises InputError for a number that no run of this scenario has.
    """
    if replication < 0:
        raise InputError(f"the simulated future is number {replication}; allowed: 0 or more")
    own = Stratum(replication % 2) if stratum is None else stratum
    world = build(loaded.scenario, loaded.register)
    driver = Driver(world, Entities.of(world))
    arms = Arms([driver])
    if own is Stratum.AT_LEAST_ONE and arms.ceiling() == 0.0:
        raise InputError(
            f"there is no simulated future number {replication}: odd numbers have a malicious compromise, "
            "and nothing in this scenario can bring one about; allowed: an even number"
        )
    future = futures(arms, seed, own, np.array([replication], dtype=np.int64))[0][0]
    return Replay(simulate(driver, seed, future, keep_log=True), world, driver)
