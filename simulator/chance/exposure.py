"""What instruments and sanctions leave exposed, as the home state sees it: the expected share still reachable.

The state weighs its absolute reach, customers outside the portfolio included, so it answers to the expected
removal curve and not to the luck of single operators; queues for integrators are left out of its estimate.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.rules.quantile import Law
from simulator.scenario.government import Instrument
from simulator.scenario.words import HOST_GROUPS, PATHS
from simulator.world.world import World

Floats = NDArray[np.float64]
GRID = 16
"""Points of time at which a removal curve is evaluated."""
_POINTS = 64
"""Quantile points per law when two delays are added."""
_UPDATES = frozenset({PATHS.index("code_release"), PATHS.index("content_update")})


@dataclass(frozen=True)
class RemovalCurve:
    """Expected share of a home state's reach that is left, by hours since the announcement."""

    hours: Floats
    left: Floats
    public: bool
    """Does the state know? A private warning leaves its plans alone until customers are gone."""
    stops_h: float = math.inf
    """When updates stop for those bound who still run the product."""
    bound: float = 0.0
    """Share of the reach for which they stop."""
    still_open: float = 1.0
    """Success of the best path but updates, relative to that of the best of all."""
    aimed_at: float = 1.0
    """Share of the stock that all this is about."""

    @property
    def turns(self) -> Floats:
        """Hours at which the curve bends or steps."""
        return np.append(self.hours, self.stops_h) if math.isfinite(self.stops_h) else self.hours

    def at(self, since: Floats) -> Floats:
        """Share left `since` hours after the announcement (1 before it)."""
        left = np.interp(since, self.hours, self.left)
        running = np.maximum(left - (1.0 - self.bound), 0.0)
        left = np.where(since >= self.stops_h, left - (1.0 - self.still_open) * running, left)
        return np.where(since < 0.0, 1.0, 1.0 - self.aimed_at * (1.0 - left))

    def diluted(self, share: float) -> RemovalCurve:
        """The same curve when only `share` of the stock is aimed at."""
        return replace(self, aimed_at=self.aimed_at * share)


def instrument_curve(world: World, instrument: Instrument) -> RemovalCurve:
    """Curve of one instrument: the bound and complying share of its home state's reach goes away.

    When a ban's notice ends, updates stop for those who stayed.
    """
    removal = world.scenario.removal
    delays = [instrument.comply_delay.value]
    if removal is not None:
        delays.append(_scaled(removal.time.value, removal.overrun.value))
    bound = bound_share(world, instrument)
    curve = _curve(delays, instrument.comply.value * bound, instrument.kind != "private_warning")
    if instrument.kind != "ban":
        return curve
    notice = instrument.notice.value if instrument.notice is not None else 0.0
    return replace(curve, stops_h=notice, bound=bound, still_open=_still_open(world, targeted(world, instrument)))


def sanctions_curve(world: World) -> RemovalCurve:
    """Curve after updates stop: every customer replaces in its own time."""
    sanctions = world.scenario.sanctions
    assert sanctions is not None
    vendors = world.vendors_of(world.scenario.theatres[sanctions.theatre].home_state)
    curve = _curve([sanctions.replacement.value], 1.0, True)
    return replace(curve, stops_h=0.0, bound=1.0, still_open=_still_open(world, vendors))


def _still_open(world: World, vendors: tuple[int, ...]) -> float:
    """What is left to an attacker whose updates reach nobody, relative to his best path today."""
    success = [world.products.path_success[p] for v in vendors for p in world.products_of(v)]
    best = max((p for paths in success for p in paths), default=0.0)
    rest = max((p for paths in success for k, p in enumerate(paths) if k not in _UPDATES), default=0.0)
    return rest / best if best > 0.0 else 1.0


def targeted(world: World, instrument: Instrument) -> tuple[int, ...]:
    """Vendors an instrument names, by name or by home state."""
    return tuple(
        v
        for v, name in enumerate(world.vendors)
        if name in instrument.vendors or world.vendor_home[v] == instrument.home_state
    )


def dated(world: World, instrument: Instrument) -> bool:
    """Is its date known before any event? What waits for a disclosure is not."""
    given = world.scenario.given
    scripted = given is not None and any(g.name == instrument.name for g in given.instruments)
    return scripted or not instrument.trigger.disclosure


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
    d = world.dependencies
    groups = instrument.host_groups
    users = {
        d.organisation[k]
        for v in vendors
        for p in world.products_of(v)
        for k in d.of_product[p]
        if HOST_GROUPS[d.host_group[k]] in groups and is_bound(world, instrument, d.organisation[k])
    }
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
    apart = np.diff(hours) > 0.0
    keep = np.append(True, apart) | np.append(apart, True)  # of customers gone at one moment: before and after
    return RemovalCurve(hours[keep], left[keep], public)


def _scaled(law: Law, factor: float) -> Law:
    points = (np.arange(_POINTS) + 0.5) / _POINTS
    return Law.empirical([factor * law.quantile(float(u)) for u in points])
