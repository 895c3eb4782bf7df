"""Channels: the ways in which malicious compromises begin, each a hazard on one theatre's states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.chance.keys import stable_hash
from simulator.chance.regimes import Chain
from simulator.rules.paths import best_success, logit_success
from simulator.scenario.conflict import Coercion, Theatre
from simulator.scenario.schema import PathChoice
from simulator.scenario.words import PATHS, REGIMES, Regime
from simulator.world.world import World

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Channel:
    """Attempts come at `hazard` per hour (by expanded state); each succeeds with probability `success`."""

    name: str
    key: int
    kind: Literal["coerced_update", "outside_intrusion", "access_release"]
    theatre: int
    hazard: Floats
    success: Floats
    once: bool
    vendors: tuple[int, ...] = ()
    compliance: Floats | None = None
    """Coercion only: P(the firm or its staff obey), by expanded state."""
    coercion: Coercion | None = None

    @property
    def success_rate(self) -> Floats:
        """Successes per hour by expanded state, at full exposure."""
        return self.hazard * self.success

    @property
    def refusable(self) -> bool:
        """Can an order fail anywhere it may be given?"""
        return self.coercion is not None and bool((self.success[self.hazard > 0.0] < 1.0).any())


def by_regime(table: Mapping[Regime, float], default: float, chain: Chain) -> Floats:
    """A value per expanded state from a value per regime."""
    per_regime = np.array([table.get(name, default) for name in REGIMES])
    values: Floats = per_regime[chain.regime]
    return values


def product_success(world: World, product: int) -> float:
    """P(an obeyed order works on this product): the attacker picks the path after seeing the controls."""
    return chosen_success(world.products.path_success[product], world.scenario.path_choice)


def chosen_success(success: tuple[float, ...], choice: PathChoice) -> float:
    """Success of the best path, or the logit mean over the paths there are (V44)."""
    if choice.rule == "best":
        return best_success(success)
    present = [p for p in success if p > 0.0]
    return logit_success(present, choice.precision.value) if present else 0.0


def build_channels(world: World, chains: tuple[Chain, ...]) -> tuple[Channel, ...]:
    """All channels of a world, in the order of their names."""
    channels: list[Channel] = []
    for t, name in enumerate(world.theatres):
        theatre = world.scenario.theatres[name]
        channels += _coercion(world, t, name, theatre, chains[t])
        channels += _access(t, name, theatre, chains[t])
    channels += _intrusion(world, chains)
    return tuple(sorted(channels, key=lambda c: c.name))


def _coercion(world: World, t: int, name: str, theatre: Theatre, chain: Chain) -> list[Channel]:
    c = theatre.coercion
    if c is None:
        return []
    state = world.scenario.jurisdictions[theatre.home_state]
    obey = by_regime({r: s.value for r, s in c.compliance.items()}, 0.0, chain)
    obey = obey * state.legal_reach.value * (1.0 - state.resistance.value)
    hazard = by_regime({r: s.value for r, s in c.hazard.items()}, 0.0, chain)
    vendors = tuple(v for v in world.vendors_of(theatre.home_state) if world.products_of(v))
    stocks = [vendors] if c.campaign == "all_at_once" else [(v,) for v in vendors]
    channels = []
    for stock in stocks:
        best = max((product_success(world, p) for v in stock for p in world.products_of(v)), default=0.0)
        label = "all" if c.campaign == "all_at_once" else world.vendors[stock[0]]
        channel = f"coercion/{name}/{label}"
        channels.append(
            Channel(
                name=channel,
                key=stable_hash(channel),
                kind="coerced_update",
                theatre=t,
                hazard=hazard if stock else np.zeros_like(hazard),
                success=obey * best,
                once=True,
                vendors=stock,
                compliance=obey,
                coercion=c,
            )
        )
    return channels


def _access(t: int, name: str, theatre: Theatre, chain: Chain) -> list[Channel]:
    stock = theatre.access_stock
    if stock is None:
        return []
    hazard = by_regime({r: s.value for r, s in stock.release.items()}, 0.0, chain)
    channel = f"access/{name}"
    return [
        Channel(
            name=channel,
            key=stable_hash(channel),
            kind="access_release",
            theatre=t,
            hazard=hazard,
            success=np.ones_like(hazard),
            once=True,
        )
    ]


def _intrusion(world: World, chains: tuple[Chain, ...]) -> list[Channel]:
    intrusion = world.scenario.intrusion
    if intrusion is None:
        return []
    t = world.theatres.index(intrusion.theatre)
    chain = chains[t]
    multiplier = by_regime({r: s.value for r, s in intrusion.multiplier.items()}, 1.0, chain) * chain.activity
    names = intrusion.vendors if intrusion.vendors is not None else world.vendors
    channels = []
    for vendor in sorted(names):
        v = world.vendors.index(vendor)
        left = [
            chosen_success(
                tuple(world.products.control_left[p][PATHS.index(path)] for path in intrusion.paths),
                world.scenario.path_choice,
            )
            for p in world.products_of(v)
        ]
        channel = f"intrusion/{vendor}"
        channels.append(
            Channel(
                name=channel,
                key=stable_hash(channel),
                kind="outside_intrusion",
                theatre=t,
                hazard=intrusion.rate.value * multiplier,
                success=np.full(len(multiplier), max(left, default=0.0)),
                once=False,
                vendors=(v,),
            )
        )
    return channels
