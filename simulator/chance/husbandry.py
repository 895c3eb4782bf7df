"""Rates of coerced use when instruments or sanctions drain what a home state can still reach (DESIGN 4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.chance.channels import Channel, by_regime
from simulator.chance.coercion import Decision, HazardTable, Stage, calibrate, hazard_table
from simulator.chance.exposure import bound_share, dated, targeted
from simulator.chance.regimes import Chain
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.distribution import Stated
from simulator.scenario.words import Regime
from simulator.world.world import World

Floats = NDArray[np.float64]
_LEVELS = 10


@dataclass(frozen=True)
class UseRates:
    """Hazard of use by expanded state, base (success x share reachable, relative to today) and stage."""

    table: HazardTable

    def at(self, state: NDArray[np.int64], base: Floats, stage: NDArray[np.int64]) -> Floats:
        """Rates (R, S)."""
        return self.table.use_rate(stage, state, base)

    def highest(self, most: float) -> Floats:
        """Largest rate in each state over all stages and bases up to `most`."""
        states = np.arange(len(self.table.decision.stakes))
        bases = [*self.table.bases, most]
        return np.asarray(np.max([self.table.use_rate(stage, states, b) for stage in Stage for b in bases], axis=0))


def use_rates(world: World, channel: Channel, chain: Chain, ladder: tuple[float, float, int] | None = None) -> UseRates:
    """Calibrate stakes to the elicited hazards at full base, then solve for all bases (V39).

    `ladder` holds the rates of notice and of a step, and the number of steps, where the reach falls in drawn
    steps; elsewhere a state that knows treats what is left as draining as fast as the fastest cause of it.
    """
    coercion = channel.coercion
    assert coercion is not None
    occasions = _values(coercion.occasions, chain)
    burn_cost = _values(coercion.burn_cost, chain)
    espionage = _values(coercion.espionage_value, chain) / HOURS_PER_YEAR
    discount, unused_loss = coercion.discount.value, coercion.unused_loss.value
    stakes = calibrate(
        channel.hazard,
        occasions,
        burn_cost,
        espionage,
        discount,
        unused_loss,
        chain.generator,
        coercion.saves_for_war.value,
    )
    decision = Decision(occasions, stakes, burn_cost, espionage, discount, unused_loss, chain.generator)
    if ladder is None:
        whole = mean_drain_h(world, channel)
        ladder = (_LEVELS / whole, _LEVELS / whole, _LEVELS) if whole is not None else (0.0, 0.0, _LEVELS)
    notice, step, levels = ladder
    bases = np.linspace(0.0, 1.0, levels + 1)
    return UseRates(hazard_table(decision, coercion.saves_for_war.value, notice, step, bases))


def mean_drain_h(world: World, channel: Channel) -> float | None:
    """Hours in which the whole stock would drain, by the fastest instrument or sanction on it; None without any."""
    scenario = world.scenario
    removal = scenario.removal
    extra = removal.time.value.mean() * removal.overrun.value if removal is not None else 0.0
    times = []
    for instrument in scenario.instruments:
        if dated(world, instrument) and set(targeted(world, instrument)) & set(channel.vendors):
            share = max(instrument.comply.value * bound_share(world, instrument), 0.01)
            taking_out = 0.0 if instrument.kind == "emergency_order" else extra
            times.append((instrument.comply_delay.value.mean() + taking_out) / share)
    home = scenario.theatres[world.theatres[channel.theatre]].home_state
    sanctions = scenario.sanctions
    if sanctions is not None and scenario.theatres[sanctions.theatre].home_state == home:
        times.append(sanctions.replacement.value.mean())
    return max(min(times), 1.0) if times else None


def _values(table: Mapping[Regime, Stated[float]], chain: Chain) -> Floats:
    return by_regime({regime: stated.value for regime, stated in table.items()}, 0.0, chain)
