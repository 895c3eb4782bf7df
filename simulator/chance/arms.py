"""Several worlds on the same futures: one set of candidates for all, thinned by each (DESIGN section 5).

An arm is a world that differs from the others in what is done about the risk, not in conflict, vendors or
hazards as elicited. A plain run is the case of a single arm, which takes every candidate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.chance.dates import DateTables
from simulator.chance.driver import Driver, States
from simulator.chance.keyed import Keyed
from simulator.chance.refusals import Refused, Trying, refusals
from simulator.chance.regimes import Paths
from simulator.chance.segments import edges_of, integral, states_at

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Batch:
    """Driver paths of R (replication, attempt) pairs, for A arms."""

    replications: NDArray[np.int64]
    attempts: NDArray[np.int64]
    paths: tuple[Paths, ...]
    edges: Floats
    """(R, S + 1) edges of a grid on which every rate is constant."""
    state: States
    dates: tuple[DateTables, ...]
    """Per arm."""
    refused: tuple[dict[int, Refused], ...]
    """Per arm and coercion channel."""
    rates: dict[int, tuple[Floats, ...]]
    """Per channel that can be refused or changed, and per arm (R, S): successes per hour; one entry if all agree."""
    hazard: Floats
    """(R,) integral of the largest rate of success of any arm, over all channels."""


class Arms:
    """Drivers of worlds that share chains and channels. The first is the base."""

    def __init__(self, drivers: Sequence[Driver]) -> None:
        """Raises ValueError for worlds that differ in more than what is done about the risk."""
        self.drivers = tuple(drivers)
        self.base = self.drivers[0]
        for other in self.drivers[1:]:
            same = [c.name for c in self.base.channels] == [c.name for c in other.channels]
            if not same or self.base.world.theatres != other.world.theatres:
                raise ValueError("arms of one comparison need the same theatres and the same channels")
        self.alike = tuple(
            all(not d.changes(k) for d in self.drivers) for k in range(len(self.base.channels))
        )
        """Per channel: is its rate the same in every arm, because nothing dated changes it in any?"""
        channels = zip(self.alike, self.base.channels, strict=True)
        self.plain = tuple(alike and c.coercion is None for alike, c in channels)
        """Per channel: does its rate hang on the regime alone?"""
        self.plain_rate = [np.zeros(len(chain.initial)) for chain in self.base.chains]
        for channel, plain in zip(self.base.channels, self.plain, strict=True):
            if plain:
                self.plain_rate[channel.theatre] += channel.success_rate
        """Per theatre and state: successes per hour of all plain channels."""

    def sample(self, seed: int, replications: NDArray[np.int64], attempts: NDArray[np.int64]) -> Batch:
        """Driver paths for each (replication, attempt) pair; equal keys give equal paths in any batch."""
        base, rows = self.base, len(replications)
        draw = Keyed(seed, replications, attempts)
        paths = base.paths(seed, replications, attempts)
        dates = tuple(d.calendar.draw(draw, paths) for d in self.drivers)
        horizon = base.world.horizon_h
        turns = [t for d, own in zip(self.drivers, dates, strict=True) for t in d.turns(own)]
        edges = edges_of([np.zeros((rows, 0)), *(p.times for p in paths), *turns], horizon)
        state = tuple(states_at(edges[:, :-1], p.times, p.states) for p in paths)
        decided = [k for k, plain in enumerate(self.plain) if not plain]
        tries = {k: self._tries(k, edges, state, dates) for k in decided}
        failed = {k: refusals(draw, base.channels[k], edges, tries[k]) for k in decided}
        ends = [t for own in failed.values() for r in own for t in (r.burnt, r.moved) if np.isfinite(t).any()]
        if ends:
            edges = edges_of([edges[:, 1:-1], *(t[:, None] for t in ends)], horizon)
            state = tuple(states_at(edges[:, :-1], p.times, p.states) for p in paths)
            tries = {k: self._tries(k, edges, state, dates) for k in decided}
        rates = {k: self._after_refusals(k, tries[k], failed[k], edges) for k in decided}
        hazard = np.zeros(rows)
        for own in rates.values():
            hazard += integral(edges, own[0] if len(own) == 1 else np.max(own, axis=0))
        for t, plain in enumerate(self.plain_rate):
            if plain.any():
                hazard += integral(edges, plain[state[t]])
        per_arm = tuple(
            {k: own[a if len(own) > 1 else 0] for k, own in failed.items()} for a in range(len(self.drivers))
        )
        return Batch(replications, attempts, paths, edges, state, dates, per_arm, rates, hazard)

    def ceiling(self) -> float:
        """A bound on the integrated hazard of success over every path."""
        per_theatre = [0.0] * len(self.base.chains)
        for k, channel in enumerate(self.base.channels):
            top = np.max([d.ceiling(k) for d in self.drivers], axis=0)
            per_theatre[channel.theatre] += float(top.max(initial=0.0))
        return float(sum(per_theatre) * self.base.world.horizon_h)

    def exact(self) -> bool:
        """Does the base's matrix exponential give P(at least one success)?"""
        return all(self.alike) and self.base.exact()

    def _tries(self, k: int, edges: Floats, state: States, dates: tuple[DateTables, ...]) -> list[Trying]:
        middle = 0.5 * (edges[:, :-1] + edges[:, 1:])
        channel = self.base.channels[k]
        obeyed = np.zeros(middle.shape)
        if channel.compliance is not None:
            obeyed = channel.compliance[state[channel.theatre]]
        arms = list(zip(self.drivers, dates, strict=True))
        return [
            Trying(*driver.attempt_rate(k, middle, state, own), obeyed)
            for driver, own in (arms[:1] if self.alike[k] else arms)
        ]

    def _after_refusals(
        self, k: int, tries: Sequence[Trying], failed: Sequence[Refused], edges: Floats
    ) -> tuple[Floats, ...]:
        coercion = self.base.channels[k].coercion
        start, after = edges[:, :-1], coercion.refusal.hazard_after_move.value if coercion is not None else 1.0
        found = []
        for trying, refused in zip(tries, failed, strict=True):
            rate = trying.rate * trying.success
            rate = np.where(start >= refused.moved[:, None], rate * after, rate)
            found.append(np.where(start >= refused.burnt[:, None], 0.0, rate))
        return tuple(found)
