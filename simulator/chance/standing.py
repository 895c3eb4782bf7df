"""What an order, or an intruder, can still do: the products of a channel, their paths, and who is left on each.

The attacker sees the controls and who has left, and then picks: on each product the path with the largest
success x share still reachable (V44), or a quantal response over paths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.chance.elementary import exp
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
        return float(self.left(np.ones(len(PATHS)), ())[0])

    def left(self, reachable: Floats, on: Sequence[NDArray[np.bool_]]) -> tuple[Floats, Floats]:
        """Success (...) of the best product, and success x share reachable of the best: what stakes multiply.

        `reachable` is the share left on each path (..., paths); `on` tells for each switch where (...) it is on.
        Nobody left on any path is no success.
        """
        shape = reachable.shape[:-1]
        works, worth = np.zeros(shape), np.zeros(shape)
        for row in range(len(self.products)):
            own = [(j, self._success(row, j, on)) for j in np.flatnonzero(self.success[row]).tolist()]
            each = [success * reachable[..., j] for j, success in own]
            product_works, product_worth = self._chosen([success for _, success in own], each, shape)
            works, worth = np.maximum(works, product_works), np.maximum(worth, product_worth)
        return works, worth

    def options(self, reachable: Floats, on: Sequence[NDArray[np.bool_]]) -> Floats:
        """Probability (..., P, paths) that an attempt goes by this path and succeeds; `reachable` is (..., paths)."""
        found = np.zeros((*reachable.shape[:-1], *self.success.shape))
        for row in range(len(self.products)):
            paths = np.flatnonzero(self.success[row]).tolist()
            success = [self._success(row, j, on) for j in paths]
            each = [s * reachable[..., j] for j, s in zip(paths, success, strict=True)]
            for j, s, chosen in zip(paths, success, self._weights(each), strict=True):
                found[..., row, j] = s * chosen
        return found

    def by_path(self, on: Sequence[NDArray[np.bool_]]) -> Floats:
        """Success (paths,) of the best product on each path, whichever path would be chosen."""
        rows, paths = self.success.shape
        return np.array([max((float(self._success(p, j, on)) for p in range(rows)), default=0.0) for j in range(paths)])

    def _success(self, row: int, path: int, on: Sequence[NDArray[np.bool_]]) -> Floats | float:
        left: Floats | float = float(self.success[row, path])
        for switch, where in zip(self.switches, on, strict=False):
            if switch.factor[row, path] != 1.0:
                left = left * np.where(where, switch.factor[row, path], 1.0)
        return left

    def _chosen(
        self, success: list[Floats | float], worth: list[Floats], shape: tuple[int, ...]
    ) -> tuple[Floats, Floats]:
        """Success, and success x share reachable, of one product on the path or paths chosen."""
        works, best = np.zeros(shape), np.zeros(shape)
        if self.choice.rule == "best":
            for s, w in zip(success, worth, strict=True):
                works = np.where(w > best, s, works)
                best = np.maximum(w, best)
            return works, best
        for s, w, chosen in zip(success, worth, self._weights(worth), strict=True):
            works, best = works + chosen * s, best + chosen * w
        return works, best

    def _weights(self, worth: list[Floats]) -> list[Floats]:
        """Probability of each path of one product: all for the best, or a quantal response."""
        if not worth:
            return []
        top = np.max(worth, axis=0)
        if self.choice.rule == "best":
            first = np.argmax(worth, axis=0)
            return [((first == k) & (top > 0.0)).astype(np.float64) for k in range(len(worth))]
        raw = [np.where(w > 0.0, exp(self.choice.precision.value * (w - top)), 0.0) for w in worth]
        total = np.sum(raw, axis=0)
        return [np.divide(r, total, out=np.zeros_like(r), where=total > 0.0) for r in raw]


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


def _switches(world: World, vendors: tuple[int, ...], products: tuple[int, ...], signed: bool) -> tuple[Switch, ...]:
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
