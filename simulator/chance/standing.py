"""What an order, or an intruder, can still do: the products of a channel, their paths, and who is left on each.

The attacker sees the controls and who has left, and then picks: on each product the path with the largest
success x share still reachable (V44), or a quantal response over paths.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.rules.signing import signing_success
from simulator.scenario.schema import PathChoice
from simulator.scenario.vendors import Signing
from simulator.scenario.words import PATHS
from simulator.world.world import World

Floats = NDArray[np.float64]
_CODE = PATHS.index("code_release")


@dataclass(frozen=True, eq=False)
class Switch:
    """A vendor's new controls: from a date on, success on each path of each product (P, paths) has this factor."""

    mitigation: int
    vendor: int
    factor: Floats


@dataclass(frozen=True, eq=False)
class Standing:
    """Success (P, paths) on each path of each product, today and fully reachable; 0 where there is no such path."""

    products: tuple[int, ...]
    success: Floats
    choice: PathChoice
    switches: tuple[Switch, ...] = ()

    @property
    def today(self) -> float:
        """Success of the best product at full reach and before any new control."""
        everyone = np.ones(len(PATHS))
        return float(self.best(everyone, self.success).max(initial=0.0))

    def factors(self, on: Callable[[Switch], NDArray[np.bool_]], shape: tuple[int, ...]) -> Floats:
        """Success (..., P, paths) where `on` tells for each switch at which of `shape` it is on."""
        left = np.broadcast_to(self.success, (*shape, *self.success.shape))
        for switch in self.switches:
            left = np.where(on(switch)[..., None, None], left * switch.factor, left)
        return left

    def weights(self, reachable: Floats, success: Floats) -> Floats:
        """Probability (..., P, paths) of choosing each path; all 0 for a product that nobody can be reached through."""
        worth = success * reachable[..., None, :]
        some = worth > 0.0
        if self.choice.rule == "best":
            best = np.zeros(worth.shape)
            np.put_along_axis(best, worth.argmax(axis=-1)[..., None], 1.0, axis=-1)
            return best * some.any(axis=-1, keepdims=True)
        precision = self.choice.precision.value if self.choice.precision else 10.0
        raw = np.where(some, np.exp(precision * (worth - worth.max(axis=-1, keepdims=True))), 0.0)
        total = raw.sum(axis=-1, keepdims=True)
        found: Floats = np.divide(raw, total, out=np.zeros_like(raw), where=total > 0.0)
        return found

    def best(self, reachable: Floats, success: Floats) -> Floats:
        """Success (..., P) of each product on the path chosen after seeing who is left and what guards it."""
        found: Floats = (self.weights(reachable, success) * success).sum(axis=-1)
        return found

    def worth(self, reachable: Floats, success: Floats) -> Floats:
        """Success x share reachable (...) of the best product: what stakes multiply, relative to `today`."""
        each = (self.weights(reachable, success) * success * reachable[..., None, :]).sum(axis=-1)
        found: Floats = each.max(axis=-1, initial=0.0)
        return found


def order_standing(world: World, vendors: tuple[int, ...], products: tuple[int, ...]) -> Standing:
    """Of an order to vendors: base success, controls and signing on each path."""
    success = np.array([world.products.path_success[p] for p in products]).reshape(len(products), len(PATHS))
    return Standing(products, success, world.scenario.path_choice, _switches(world, vendors, products, signed=True))


def intrusion_standing(world: World, vendor: int, paths: tuple[int, ...]) -> Standing:
    """Of an intruder in a vendor's build: what its controls let through on the paths an intruder can use."""
    products = world.products_of(vendor)
    allowed = np.array([k in paths for k in range(len(PATHS))])
    left = np.array([world.products.control_left[p] for p in products]).reshape(len(products), len(PATHS))
    success = np.where(allowed, left, 0.0)
    switches = _switches(world, (vendor,), products, signed=False)
    return Standing(products, success, world.scenario.path_choice, switches)


def _switches(
    world: World, vendors: tuple[int, ...], products: tuple[int, ...], signed: bool
) -> tuple[Switch, ...]:
    """New controls multiply; a new quorum takes the place of the old one. Only an order meets a quorum."""
    found = []
    for m, one in enumerate(world.mitigations):
        for v in vendors if one.of_vendors else ():
            if v not in one.vendors:
                continue
            factor = np.ones((len(products), len(PATHS)))
            spec = world.scenario.vendors[world.vendors[v]]
            for name in one.effect.controls:
                if name not in spec.controls:
                    efficacy = world.scenario.controls[name].efficacy
                    factor *= [1.0 - (e.value if (e := efficacy.get(path)) else 0.0) for path in PATHS]
            if signed and one.effect.signing is not None:
                before = _quorum(spec.signing) if spec.signing is not None else 1.0
                factor[:, _CODE] *= _quorum(one.effect.signing) / before if before > 0.0 else 1.0
            mine = np.array([p in one.products and world.products.vendor[p] == v for p in products])
            factor[~mine] = 1.0
            if (factor != 1.0).any():
                found.append(Switch(m, v, factor))
    return tuple(found)


def _quorum(s: Signing) -> float:
    return signing_success(
        s.quorum,
        s.insiders,
        s.outsiders,
        s.insider_complies.value,
        s.outsider_signs_blind.value,
        s.common_cause.value,
    )
