"""What instruments, sanctions and mitigations leave exposed, as the home state sees it.

The state weighs its absolute reach, customers outside the portfolio included, so it answers to the expected
share still reachable on each path and not to the luck of single operators; queues for integrators are left out
of its estimate.
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
from simulator.world.mitigations import InForce, in_audience
from simulator.world.world import World

Floats = NDArray[np.float64]
GRID = 16
"""Points of time at which a removal curve is evaluated."""
_POINTS = 64
"""Quantile points per law when two delays are added."""
UPDATES = np.array([path in ("code_release", "content_update") for path in PATHS])
"""Paths that end when updates stop."""
EVERY_PATH = (True,) * len(PATHS)


@dataclass(frozen=True)
class Drain:
    """Expected share of a stock's reach that is left, by hours since it began, on the paths it closes."""

    hours: Floats
    left: Floats
    public: bool
    """Does the state know? A private warning leaves its plans alone until customers are gone."""
    paths: tuple[bool, ...] = EVERY_PATH
    bound: float = 0.0
    """Share of the reach for which updates stop, once they do."""
    aimed_at: float = 1.0
    """Share of the stock that all this is about."""

    def at(self, since: Floats, stopped: NDArray[np.bool_]) -> Floats:
        """Share left on each path (..., paths) `since` hours after the beginning (...); 1 before it.

        Where updates have `stopped` (...), those bound who still run the product are out of their reach.
        """
        left = np.interp(since, self.hours, self.left)
        open_ = np.where(np.array(self.paths), left[..., None], 1.0)
        running = np.maximum(left - (1.0 - self.bound), 0.0)
        open_ = np.where(stopped[..., None] & UPDATES, open_ - running[..., None], open_)
        whole: Floats = 1.0 - self.aimed_at * (1.0 - open_)
        return np.where((since < 0.0)[..., None], 1.0, whole)

    def diluted(self, share: float) -> Drain:
        """The same when only `share` of the stock is aimed at."""
        return replace(self, aimed_at=self.aimed_at * share)


def instrument_drain(world: World, instrument: Instrument) -> Drain:
    """The bound and complying share of the targeted reach goes away; when a ban's notice ends, updates stop."""
    removal = world.scenario.removal
    delays = [instrument.comply_delay.value]
    if removal is not None:
        delays.append(_scaled(removal.time.value, removal.overrun.value))
    bound = bound_share(world, instrument)
    drain = _drain(delays, instrument.comply.value * bound, instrument.kind != "private_warning")
    return replace(drain, bound=bound) if instrument.kind == "ban" else drain


def sanctions_drain(world: World) -> Drain:
    """Updates stop, and every customer replaces in its own time."""
    sanctions = world.scenario.sanctions
    assert sanctions is not None
    return replace(_drain([sanctions.replacement.value], 1.0, True), bound=1.0)


def mitigation_drain(world: World, one: InForce, stock: tuple[int, ...]) -> Drain | None:
    """What operators shut, or take out, in the share of the stock's reach that is theirs; None if nothing.

    Taking a product out counts where it is the last of the stock that the operator runs.
    """
    effect = one.effect
    if effect.replace is None and not effect.close_paths:
        return None
    d, customers = world.dependencies, world.organisations.customers
    in_scope = set(one.dependencies if effect.replace is None else one.taken_out)
    of_stock = [k for v in stock for p in world.products_of(v) for k in d.of_product[p] if d.in_use[k]]
    staying = {d.organisation[k] for k in of_stock if k not in in_scope}
    leaving = {d.organisation[k] for k in of_stock} - staying
    total = reach_of(world, stock)
    share = math.fsum(customers[i] for i in sorted(leaving)) / total if total > 0.0 else 0.0
    comply = one.mitigation.comply.value if one.mitigation.comply is not None else 1.0
    delays = [one.mitigation.rollout.value] if one.mitigation.rollout is not None else [Law.fixed(0.0)]
    removal = world.scenario.removal
    if effect.replace is not None and not effect.replace.planned and removal is not None:
        delays.append(_scaled(removal.time.value, removal.overrun.value))
    paths = EVERY_PATH if effect.replace is not None else tuple(path in effect.close_paths for path in PATHS)
    return replace(_drain(delays, share * comply, public=False), paths=paths) if share > 0.0 else None


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


def reach_of(world: World, vendors: Iterable[int]) -> float:
    """Customers these vendors reach together. An organisation that runs products of two counts once.

    So a vendor split in two reaches what it reached before.
    """
    stock = tuple(vendors)
    users = sorted({i for v in stock for i in world.users(v)})
    return _outside(world, stock) + math.fsum(world.organisations.customers[i] for i in users)


def bound_share(world: World, instrument: Instrument) -> float:
    """Share of the targeted vendors' reach that the instrument binds; outside reach only if it binds all."""
    vendors = targeted(world, instrument)
    total = reach_of(world, vendors)
    if total == 0.0:
        return 0.0
    outside = _outside(world, vendors) if instrument.bound == "all" else 0.0
    o, d = world.organisations, world.dependencies
    users = {
        d.organisation[k]
        for v in vendors
        for p in world.products_of(v)
        for k in d.of_product[p]
        if d.in_use[k]
        and HOST_GROUPS[d.host_group[k]] in instrument.host_groups
        and in_audience(o, d.organisation[k], instrument.bound)
    }
    return (outside + math.fsum(o.customers[i] for i in sorted(users))) / total


def _outside(world: World, vendors: tuple[int, ...]) -> float:
    return math.fsum(world.scenario.vendors[world.vendors[v]].reach_outside.value for v in vendors)


def _drain(delays: list[Law], share: float, public: bool) -> Drain:
    points = (np.arange(_POINTS) + 0.5) / _POINTS
    gone = np.zeros(1)
    for law in delays:
        gone = np.add.outer(gone, [law.quantile(float(u)) for u in points]).ravel()
    gone.sort()
    hours = np.quantile(gone, np.linspace(0.0, 1.0, GRID))
    left = 1.0 - share * np.linspace(0.0, 1.0, GRID)
    apart = np.diff(hours) > 0.0
    keep = np.append(True, apart) | np.append(apart, True)  # of customers gone at one moment: before and after
    return Drain(hours[keep], left[keep], public)


def _scaled(law: Law, factor: float) -> Law:
    points = (np.arange(_POINTS) + 0.5) / _POINTS
    return Law.empirical([factor * law.quantile(float(u)) for u in points])
