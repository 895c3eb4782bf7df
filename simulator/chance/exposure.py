"""What instruments and sanctions leave exposed, as the home state sees it: the expected share still reachable.

The state weighs its absolute reach, customers outside the portfolio included, so it answers to the expected
removal curve and not to the luck of single operators; queues for integrators are left out of its estimate.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.rules.quantile import Law
from simulator.scenario.government import Instrument
from simulator.world.world import World

Floats = NDArray[np.float64]
GRID = 16
"""Points of time at which a removal curve is evaluated."""
_POINTS = 64
"""Quantile points per law when two delays are added."""


@dataclass(frozen=True)
class RemovalCurve:
    """Expected share of a home state's reach that is left, by hours since the announcement."""

    hours: Floats
    left: Floats
    public: bool
    """Does the state know? A private warning leaves its plans alone until customers are gone."""

    def at(self, since: Floats) -> Floats:
        """Share left `since` hours after the announcement (1 before it)."""
        return np.where(since < 0.0, 1.0, np.interp(since, self.hours, self.left))

    def diluted(self, share: float) -> RemovalCurve:
        """The same curve when only `share` of the stock is aimed at."""
        return RemovalCurve(self.hours, 1.0 - share * (1.0 - self.left), self.public)


def instrument_curve(world: World, instrument: Instrument) -> RemovalCurve:
    """Curve of one instrument: the bound and complying share of its home state's reach goes away."""
    removal = world.scenario.removal
    delays = [instrument.comply_delay.value]
    if removal is not None:
        delays.append(_scaled(removal.time.value, removal.overrun.value))
    share = instrument.comply.value * bound_share(world, instrument)
    return _curve(delays, share, instrument.kind != "private_warning")


def sanctions_curve(world: World) -> RemovalCurve:
    """Curve after updates stop: every customer replaces in its own time."""
    sanctions = world.scenario.sanctions
    assert sanctions is not None
    return _curve([sanctions.replacement.value], 1.0, True)


def targeted(world: World, instrument: Instrument) -> tuple[int, ...]:
    """Vendors an instrument names, by name or by home state."""
    return tuple(
        v
        for v, name in enumerate(world.vendors)
        if name in instrument.vendors or world.vendor_home[v] == instrument.home_state
    )


def is_bound(world: World, instrument: Instrument, organisation: int) -> bool:
    """Does the instrument bind, or reach, this organisation?"""
    o = world.organisations
    return {
        "all": True,
        "critical_infrastructure": o.critical[organisation],
        "government": o.government[organisation],
        "briefed": o.briefed[organisation],
    }[instrument.bound]


def reach_of(world: World, vendors: Iterable[int]) -> float:
    """Customers these vendors reach together. An organisation that runs products of two counts once.

    So a vendor split in two reaches what it reached before.
    """
    stock = tuple(vendors)
    customers = world.organisations.customers
    return _outside(world, stock) + math.fsum(customers[i] for i in _users(world, stock))


def bound_share(world: World, instrument: Instrument) -> float:
    """Share of the targeted vendors' reach that the instrument binds; outside reach only if it binds all."""
    vendors = targeted(world, instrument)
    total = reach_of(world, vendors)
    if total == 0.0:
        return 0.0
    outside = _outside(world, vendors) if instrument.bound == "all" else 0.0
    customers = world.organisations.customers
    users = [i for i in _users(world, vendors) if is_bound(world, instrument, i)]
    return (outside + math.fsum(customers[i] for i in users)) / total


def _outside(world: World, vendors: tuple[int, ...]) -> float:
    return math.fsum(world.scenario.vendors[world.vendors[v]].reach_outside.value for v in vendors)


def _users(world: World, vendors: tuple[int, ...]) -> set[int]:
    d = world.dependencies
    return {d.organisation[k] for v in vendors for p in world.products_of(v) for k in d.of_product[p]}


def _curve(delays: list[Law], share: float, public: bool) -> RemovalCurve:
    points = (np.arange(_POINTS) + 0.5) / _POINTS
    gone = np.zeros(1)
    for law in delays:
        gone = np.add.outer(gone, [law.quantile(float(u)) for u in points]).ravel()
    gone.sort()
    hours = np.quantile(gone, np.linspace(0.0, 1.0, GRID))
    left = 1.0 - share * np.linspace(0.0, 1.0, GRID)
    keep = np.concatenate([[True], np.diff(hours) > 0.0])
    return RemovalCurve(hours[keep], left[keep], public)


def _scaled(law: Law, factor: float) -> Law:
    points = (np.arange(_POINTS) + 0.5) / _POINTS
    return Law.empirical([factor * law.quantile(float(u)) for u in points])
