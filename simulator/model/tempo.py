"""Tempo of a theatre in one replication: how its regimes and surges scale a rate."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.chance.arrivals import Tempo
from simulator.chance.channels import by_regime
from simulator.model.setting import Setting
from simulator.scenario.distribution import Stated
from simulator.scenario.words import Regime


def theatre_tempo(
    setting: Setting, theatre: str | None, table: Mapping[Regime, Stated[float]], default: float
) -> Tempo:
    """Factor of each regime (from `table`, else `default`) times the activity of surge and mobilisation."""
    if theatre is None:
        return Tempo.constant(setting.horizon_h)
    t = setting.world.theatres.index(theatre)
    chain = setting.driver.chains[t]
    factors = by_regime({r: s.value for r, s in table.items()}, default, chain) * chain.activity
    path = setting.future.regimes[t]
    return Tempo(path.times_h, factors[list(path.states)].tolist(), setting.horizon_h)
