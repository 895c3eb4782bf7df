"""Operators who, by mitigations of their own, can no longer be reached on a path: what they do composes per operator.

An operator is out of reach on a path once every product of the stock that it runs on that path is taken out or shut
there. Mitigations work at an operator independently of each other (each has a lot and a delay of its own), so the
share out of reach is a sum over sets of mitigations of products of their curves.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from simulator.chance.exposure import reach_of, removal_delay
from simulator.rules.quantile import Law
from simulator.scenario.words import PATHS
from simulator.world.mitigations import InForce
from simulator.world.world import World

Floats = NDArray[np.float64]
_POINTS = 64
_GRID = 16


@dataclass(frozen=True, eq=False)
class Departures:
    """Out of reach on each path: the sum over `terms` of share (paths,) x product of the curves of its mitigations."""

    curves: dict[int, tuple[Floats, Floats]]
    """Per mitigation, hours since its start and the probability that it works at an operator by then."""
    terms: tuple[tuple[tuple[int, ...], Floats], ...]

    def left(self, times: Floats, starts: Floats) -> Floats:
        """Share of the stock's reach left (R, S, paths) at `times` (R, S), with `starts` (R, mitigations)."""
        working = {m: self._working(m, times, starts[:, m]) for m in self.curves}
        left = np.ones((*times.shape, len(PATHS)))
        for mitigations, share in self.terms:
            part = np.ones(times.shape)
            for m in mitigations:
                part = part * working[m]
            left -= part[..., None] * share
        return np.clip(left, 0.0, 1.0)

    def turns(self, starts: Floats) -> Floats:
        """Times (R, any) at which a curve begins, bends or steps."""
        return np.concatenate([starts[:, m, None] + hours[None, :] for m, (hours, _) in self.curves.items()], axis=1)

    def _working(self, m: int, times: Floats, start: Floats) -> Floats:
        hours, share = self.curves[m]
        begun = times >= start[:, None]
        since = np.where(begun, times - np.where(np.isfinite(start), start, 0.0)[:, None], -1.0)
        return np.where(begun, np.interp(since, hours, share), 0.0)


def departures(world: World, stock: tuple[int, ...]) -> Departures | None:
    """What mitigations in force take out of the reach of a stock of vendors; None if nothing."""
    acting = {
        m: one
        for m, one in enumerate(world.mitigations)
        if (one.effect.replace is not None or one.effect.close_paths) and not one.mitigation.starts.disclosure
    }
    d, total = world.dependencies, reach_of(world, stock)
    rows: dict[int, list[int]] = defaultdict(list)
    for v in stock:
        for p in world.products_of(v):
            for k in d.of_product[p]:
                if d.in_use[k]:
                    rows[d.organisation[k]].append(k)
    sums: dict[tuple[int, ...], Floats] = defaultdict(lambda: np.zeros(len(PATHS)))
    for i, own in sorted(rows.items()):
        meant = [m for m, one in acting.items() if set(own) & set(one.dependencies)]
        for j in range(len(PATHS)):
            open_rows = [k for k in own if world.products.adoption[d.product[k]][j] is not None]
            for mitigations, coefficient in _expansion(world, meant, open_rows, j).items():
                sums[mitigations][j] += coefficient * world.organisations.customers[i] / total
    terms = tuple((ms, share) for ms, share in sorted(sums.items()) if share.any())
    used = sorted({m for ms, _ in terms for m in ms})
    return Departures({m: _curve(world, acting[m]) for m in used}, terms) if terms else None


def _expansion(world: World, meant: list[int], rows: list[int], path: int) -> dict[tuple[int, ...], float]:
    """P(out of reach) as a sum of coefficient x product of P(works), by sets of mitigations (inclusion-exclusion)."""
    if not rows:
        return {}
    sets = [s for size in range(len(meant) + 1) for s in combinations(meant, size)]
    closed = {s: float(all(any(_closes(world, m, k, path) for m in s) for k in rows)) for s in sets}
    found = {}
    for s in sets:
        subsets = (t for size in range(len(s) + 1) for t in combinations(s, size))
        coefficient = sum((-1.0) ** (len(s) - len(t)) * closed[t] for t in subsets)
        if coefficient != 0.0:
            found[s] = coefficient
    return found


def _closes(world: World, m: int, dependency: int, path: int) -> bool:
    """Does a mitigation, once it works, leave nothing of this dependency in reach on this path?"""
    one = world.mitigations[m]
    if dependency not in one.dependencies:
        return False
    product = world.products.names[world.dependencies.product[dependency]]
    replaced = one.effect.replace is not None and product in one.effect.replace.by
    return replaced or PATHS[path] in one.effect.close_paths


def _curve(world: World, one: InForce) -> tuple[Floats, Floats]:
    """Hours since the start, and the probability that it works at an operator by then."""
    delays = [one.mitigation.rollout.value if one.mitigation.rollout is not None else Law.fixed(0.0)]
    if one.effect.replace is not None and not one.effect.replace.planned:
        delays += removal_delay(world)
    comply = one.mitigation.comply.value if one.mitigation.comply is not None else 1.0
    points = (np.arange(_POINTS) + 0.5) / _POINTS
    hours = np.zeros(1)
    for law in delays:
        hours = np.add.outer(hours, [law.quantile(float(u)) for u in points]).ravel()
    grid = np.linspace(0.0, 1.0, _GRID)
    at = np.quantile(hours, grid)
    keep = np.append(np.diff(at) > 0.0, True)  # of several points at one moment, the last
    return at[keep], comply * grid[keep]
