"""Channels: the ways in which malicious compromises begin, each a hazard on one theatre's states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.chance.keys import stable_hash
from simulator.chance.regimes import Chain
from simulator.chance.standing import Standing, intrusion_standing, order_standing
from simulator.scenario.conflict import Coercion, Theatre
from simulator.scenario.words import PATHS, REGIMES, Regime
from simulator.world.world import World

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Channel:
    """Attempts come at `hazard` per hour (by expanded state); each succeeds with probability `success`, today."""

    name: str
    key: int
    kind: Literal["coerced_update", "outside_intrusion", "access_release"]
    theatre: int
    hazard: Floats
    success: Floats
    once: bool
    vendors: tuple[int, ...] = ()
    standing: Standing | None = None
    """What can be done through which product; None for footholds, which need none."""
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
        products = tuple(sorted(p for v in stock for p in world.products_of(v)))  # whoever ships what
        standing = order_standing(world, stock, products)
        label = "all" if c.campaign == "all_at_once" else world.vendors[stock[0]]
        channel = f"coercion/{name}/{label}"
        channels.append(
            Channel(
                name=channel,
                key=stable_hash(channel),
                kind="coerced_update",
                theatre=t,
                hazard=hazard if stock else np.zeros_like(hazard),
                success=obey * standing.today,
                once=True,
                vendors=stock,
                standing=standing,
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
    paths = tuple(PATHS.index(path) for path in intrusion.paths)
    channels = []
    for vendor in sorted(names):
        v = world.vendors.index(vendor)
        standing = intrusion_standing(world, v, paths)
        channel = f"intrusion/{vendor}"
        channels.append(
            Channel(
                name=channel,
                key=stable_hash(channel),
                kind="outside_intrusion",
                theatre=t,
                hazard=intrusion.rate.value * multiplier,
                success=np.full(len(multiplier), standing.today),
                once=False,
                vendors=(v,),
                standing=standing,
            )
        )
    return channels
