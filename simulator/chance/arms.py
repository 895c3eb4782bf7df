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
from simulator.chance.segments import Refinement, edges_of, integral, states_at

Floats = NDArray[np.float64]
_COARSE = 12
"""Equal parts of the horizon on which several arms share an envelope, beside the changes of regime."""


@dataclass(frozen=True, eq=False)
class Course:
    """One kind of arm on R driver paths: its dates, its failures, and its rates on a grid of its own."""

    dates: DateTables
    edges: Floats
    """(R, S + 1) edges of a grid on which every rate is constant."""
    refused: dict[int, Refused]
    """Per decided channel."""
    rates: dict[int, Floats]
    """Per decided channel (R, S): successes per hour."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Driver paths of R (replication, attempt) pairs, for A arms of K kinds."""

    replications: NDArray[np.int64]
    attempts: NDArray[np.int64]
    paths: tuple[Paths, ...]
    courses: tuple[Course, ...]
    """Per kind."""
    edges: Floats
    """(R, S + 1) edges of the grid of the envelope."""
    envelope: dict[int, Floats]
    """Per decided channel (R, S): at least the rate of success of every arm; exactly that of a single kind."""
    state: States
    hazard: Floats
    """(R,) integral of the envelopes, and of the rates of all other channels."""


class Arms:
    """Drivers of worlds that share chains and channels. The first is the base.

    Arms whose rates cannot differ are of one kind. Channels are *decided* where orders can be refused or
    something dated changes them; all others hang on the regime alone.
    """

    def __init__(self, drivers: Sequence[Driver]) -> None:
        """Raises ValueError for worlds that differ in more than what is done about the risk."""
        self.drivers = tuple(drivers)
        self.base = self.drivers[0]
        for other in self.drivers[1:]:
            same = [c.name for c in self.base.channels] == [c.name for c in other.channels]
            if not same or self.base.world.theatres != other.world.theatres:
                raise ValueError("arms of one comparison need the same theatres and the same channels")
        signatures = [driver.signature() for driver in self.drivers]
        distinct = list(dict.fromkeys(signatures))
        self.kind = tuple(distinct.index(s) for s in signatures)
        """Per arm."""
        self.kinds = tuple(self.drivers[signatures.index(s)] for s in distinct)
        """A driver of each kind."""
        self.decided = tuple(
            k
            for k, channel in enumerate(self.base.channels)
            if channel.coercion is not None or any(d.changes(k) for d in self.kinds)
        )
        self.plain_rate = [np.zeros(len(chain.initial)) for chain in self.base.chains]
        """Per theatre and state: successes per hour of all channels that are not decided."""
        for k, channel in enumerate(self.base.channels):
            if k not in self.decided:
                self.plain_rate[channel.theatre] += channel.success_rate

    def sample(self, seed: int, replications: NDArray[np.int64], attempts: NDArray[np.int64]) -> Batch:
        """Driver paths for each (replication, attempt) pair; equal keys give equal paths in any batch."""
        base, rows = self.base, len(replications)
        horizon = base.world.horizon_h
        draw = Keyed(seed, replications, attempts)
        paths = base.paths(seed, replications, attempts)
        common = [np.zeros((rows, 0)), *(p.times for p in paths)]
        if len(self.kinds) > 1:
            common.append(np.broadcast_to(np.linspace(0.0, horizon, _COARSE + 1), (rows, _COARSE + 1)))
        dates = [d.calendar.draw(draw, paths) for d in self.kinds]
        grids = [edges_of([*common, *d.turns(own)], horizon) for d, own in zip(self.kinds, dates, strict=True)]
        coarse = grids[0] if len(self.kinds) == 1 else edges_of(common, horizon)
        tries = [self._tries(d, edges, paths, own) for d, edges, own in zip(self.kinds, grids, dates, strict=True)]
        within = [Refinement(coarse, grid) for grid in grids] if len(self.kinds) > 1 else []
        failed: dict[int, tuple[Refused, ...]] = {
            k: refusals(draw, base.channels[k], coarse, grids, within, [own[k] for own in tries]) for k in self.decided
        }
        courses = tuple(
            self._course(n, paths, dates[n], grids[n], tries[n], {k: own[n] for k, own in failed.items()})
            for n in range(len(self.kinds))
        )
        edges, envelope = courses[0].edges, courses[0].rates
        if len(courses) > 1:
            within = [Refinement(coarse, c.edges) for c in courses]
            edges = coarse
            envelope = {
                k: np.max([grid.largest(c.rates[k]) for grid, c in zip(within, courses, strict=True)], axis=0)
                for k in self.decided
            }
        state = _states(paths, edges)
        hazard = self._integrated(paths, edges, envelope)
        return Batch(replications, attempts, paths, courses, edges, envelope, state, hazard)

    def hazard_of(self, batch: Batch, kind: int) -> Floats:
        """Integrated hazard of success (R,) in arms of one kind."""
        course = batch.courses[kind]
        return self._integrated(batch.paths, course.edges, course.rates)

    def _integrated(self, paths: tuple[Paths, ...], edges: Floats, rates: dict[int, Floats]) -> Floats:
        hazard = np.zeros(len(edges))
        for rate in rates.values():
            hazard += integral(edges, rate)
        state = _states(paths, edges)
        for t, plain in enumerate(self.plain_rate):
            if plain.any():
                hazard += integral(edges, plain[state[t]])
        return hazard

    def ceiling(self) -> float:
        """A bound on the integrated hazard of success over every path."""
        per_theatre = [0.0] * len(self.base.chains)
        for k, channel in enumerate(self.base.channels):
            top = np.max([d.ceiling(k) for d in self.kinds], axis=0)
            per_theatre[channel.theatre] += float(top.max(initial=0.0))
        return float(sum(per_theatre) * self.base.world.horizon_h)

    def exact(self) -> bool:
        """Does the base's matrix exponential give P(at least one success)?"""
        return len(self.kinds) == 1 and self.base.exact()

    def _tries(self, driver: Driver, edges: Floats, paths: tuple[Paths, ...], dates: DateTables) -> dict[int, Trying]:
        middle = 0.5 * (edges[:, :-1] + edges[:, 1:])
        state = _states(paths, edges)
        found = {}
        for k in self.decided:
            channel = driver.channels[k]
            obeyed = np.zeros(middle.shape)
            if channel.compliance is not None:
                obeyed = channel.compliance[state[channel.theatre]]
            found[k] = Trying(*driver.attempt_rate(k, middle, state, dates), obeyed)
        return found

    def _course(
        self,
        kind: int,
        paths: tuple[Paths, ...],
        dates: DateTables,
        edges: Floats,
        tries: dict[int, Trying],
        refused: dict[int, Refused],
    ) -> Course:
        """Rates of success after the failures, on a grid with their times in it."""
        driver = self.kinds[kind]
        ends = [t for r in refused.values() for t in (r.burnt, r.moved) if np.isfinite(t).any()]
        if ends:
            edges = edges_of([edges[:, 1:-1], *(t[:, None] for t in ends)], driver.world.horizon_h)
            tries = self._tries(driver, edges, paths, dates)
        start, rates = edges[:, :-1], {}
        for k, trying in tries.items():
            coercion = driver.channels[k].coercion
            after = coercion.refusal.hazard_after_move.value if coercion is not None else 1.0
            rate = trying.rate * trying.success
            rate = np.where(start >= refused[k].moved[:, None], rate * after, rate)
            rates[k] = np.where(start >= refused[k].burnt[:, None], 0.0, rate)
        return Course(dates, edges, refused, rates)


def _states(paths: tuple[Paths, ...], edges: Floats) -> States:
    return tuple(states_at(edges[:, :-1], p.times, p.states) for p in paths)
