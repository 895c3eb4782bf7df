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
from simulator.rules.total import total

Floats = NDArray[np.float64]
ROUNDING = 1e-9
"""More than sums over a path can lose."""
_COARSE = 12
"""Equal parts of the horizon on which several arms share an envelope, beside the changes of regime."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Edges (R, S + 1) of segments on which every rate is constant, and the state of each theatre on them (R, S)."""

    edges: Floats
    state: States

    @classmethod
    def of(cls, times: list[Floats], paths: tuple[Paths, ...], horizon_h: float) -> Grid:
        """The grid of all these times (R, any)."""
        edges = edges_of(times, horizon_h)
        return cls(edges, tuple(states_at(edges[:, :-1], p.times, p.states) for p in paths))


@dataclass(frozen=True, eq=False)
class Course:
    """One kind of arm on R driver paths: its dates, its failures, and its rates on a grid of its own."""

    dates: DateTables
    grid: Grid
    refused: dict[int, Refused]
    """Per decided channel."""
    rates: dict[int, Floats]
    """Per decided channel (R, S): successes per hour."""

    @property
    def edges(self) -> Floats:
        """(R, S + 1)"""
        return self.grid.edges


@dataclass(frozen=True, eq=False)
class Batch:
    """Driver paths of R (replication, attempt) pairs, for A arms of K kinds."""

    draw: Keyed
    paths: tuple[Paths, ...]
    courses: tuple[Course, ...]
    """Per kind."""
    grid: Grid
    """Of the envelope."""
    envelope: dict[int, Floats]
    """Per decided channel (R, S): at least the rate of success of every arm; exactly that of a single kind."""
    hazard: Floats
    """(R,) integral of the envelopes, and of the rates of all other channels."""

    @property
    def edges(self) -> Floats:
        """(R, S + 1)"""
        return self.grid.edges


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
        self.highest_rate = [np.zeros(len(chain.initial)) for chain in self.base.chains]
        """Per theatre and state: a bound on the successes per hour of all channels in any arm."""
        self.highest = [0.0] * len(self.base.chains)
        """Per theatre: the same whatever the state of each channel."""
        for k, channel in enumerate(self.base.channels):
            top = np.max([d.ceiling(k) for d in self.kinds], axis=0)
            self.highest_rate[channel.theatre] += top
            self.highest[channel.theatre] += float(top.max(initial=0.0))

    def sample(self, seed: int, replications: NDArray[np.int64], attempts: NDArray[np.int64]) -> Batch:
        """Driver paths for each (replication, attempt) pair; equal keys give equal paths in any batch."""
        draw = Keyed(seed, replications, attempts)
        paths = self.base.paths(draw)
        return self._batch(draw, paths, self._dates(draw, paths), dated=True)

    def parts(self, draw: Keyed, paths: tuple[Paths, ...]) -> list[tuple[NDArray[np.int64], Batch]]:
        """As `sample`, given its regime paths, but in two batches of the rows told with them.

        Where nothing dated changes a rate, which is most often, a far coarser grid will do.
        """
        dates = self._dates(draw, paths)
        dated = np.zeros(len(draw.replications), dtype=bool)
        for driver, own in zip(self.kinds, dates, strict=True):
            dated |= driver.dated(own)
        found = []
        for fine in (False, True):
            rows = np.flatnonzero(dated == fine)
            if len(rows):
                some = tuple(p.only(rows) for p in paths)
                found.append((rows, self._batch(draw.only(rows), some, [own.only(rows) for own in dates], fine)))
        return found

    def _dates(self, draw: Keyed, paths: tuple[Paths, ...]) -> list[DateTables]:
        return [d.calendar.draw(draw, paths) for d in self.kinds]

    def _batch(self, draw: Keyed, paths: tuple[Paths, ...], dates: list[DateTables], dated: bool) -> Batch:
        """Grids, failures and rates; `dated` if a rate may change besides a change of regime."""
        base, rows = self.base, len(draw.replications)
        horizon = base.world.horizon_h
        common = [np.zeros((rows, 0)), *(p.times for p in paths)]
        if len(self.kinds) > 1:
            common.append(np.broadcast_to(np.linspace(0.0, horizon, _COARSE + 1), (rows, _COARSE + 1)))
        coarse = Grid.of(common, paths, horizon)
        grids = [coarse] * len(self.kinds)
        if dated:
            turns = [d.turns(own) for d, own in zip(self.kinds, dates, strict=True)]
            grids = [Grid.of([*common, *own], paths, horizon) for own in turns]
            coarse = grids[0] if len(grids) == 1 else coarse
        tries = [self._tries(d, grid, own) for d, grid, own in zip(self.kinds, grids, dates, strict=True)]
        within = [Refinement(coarse.edges, grid.edges) for grid in grids] if len(grids) > 1 else []
        edges = [grid.edges for grid in grids]
        failed: dict[int, tuple[Refused, ...]] = {
            k: refusals(draw, base.channels[k], coarse.edges, edges, within, [own[k] for own in tries])
            for k in self.decided
        }
        courses = tuple(
            self._course(n, paths, dates[n], grids[n], tries[n], {k: own[n] for k, own in failed.items()})
            for n in range(len(self.kinds))
        )
        grid, envelope = courses[0].grid, courses[0].rates
        if len(courses) > 1:
            within = [Refinement(coarse.edges, c.edges) for c in courses]
            grid = coarse
            envelope = {
                k: np.max([w.largest(c.rates[k]) for w, c in zip(within, courses, strict=True)], axis=0)
                for k in self.decided
            }
        return Batch(draw, paths, courses, grid, envelope, self._integrated(grid, envelope))

    def hazard_of(self, batch: Batch, kind: int) -> Floats:
        """Integrated hazard of success (R,) in arms of one kind."""
        course = batch.courses[kind]
        return self._integrated(course.grid, course.rates)

    def _integrated(self, grid: Grid, rates: dict[int, Floats]) -> Floats:
        hazard = np.zeros(len(grid.edges))
        for rate in rates.values():
            hazard += integral(grid.edges, rate)
        for t, plain in enumerate(self.plain_rate):
            if plain.any():
                hazard += integral(grid.edges, plain[grid.state[t]])
        return hazard

    def bound(self, paths: tuple[Paths, ...]) -> Floats:
        """A bound (R,) on the integrated hazard of success, from the regimes alone."""
        horizon = self.base.world.horizon_h
        most = np.zeros(len(paths[0].times))
        for path, rate in zip(paths, self.highest_rate, strict=True):
            until = np.minimum(path.times, horizon)
            ends = np.concatenate([until[:, 1:], np.full((len(until), 1), horizon)], axis=1)
            most += (rate[path.states] * (ends - until)).sum(axis=1)
        return most * (1.0 + ROUNDING)

    def ceiling(self) -> float:
        """A bound on the integrated hazard of success over every path."""
        return total(self.highest) * self.base.world.horizon_h

    def exact(self) -> bool:
        """Does the base's matrix exponential give P(at least one success)?"""
        return len(self.kinds) == 1 and self.base.exact()

    def _tries(self, driver: Driver, grid: Grid, dates: DateTables) -> dict[int, Trying]:
        middle = 0.5 * (grid.edges[:, :-1] + grid.edges[:, 1:])
        found = {}
        for k in self.decided:
            channel = driver.channels[k]
            obeyed = np.zeros(middle.shape)
            if channel.compliance is not None:
                obeyed = channel.compliance[grid.state[channel.theatre]]
            found[k] = Trying(*driver.attempt_rate(k, middle, grid.state, dates), obeyed)
        return found

    def _course(
        self,
        kind: int,
        paths: tuple[Paths, ...],
        dates: DateTables,
        grid: Grid,
        tries: dict[int, Trying],
        refused: dict[int, Refused],
    ) -> Course:
        """Rates of success after the failures, on a grid with their times in it."""
        driver = self.kinds[kind]
        ends = [t for r in refused.values() for t in (r.burnt, r.moved) if np.isfinite(t).any()]
        if ends:
            grid = Grid.of([grid.edges[:, 1:-1], *(t[:, None] for t in ends)], paths, driver.world.horizon_h)
            tries = self._tries(driver, grid, dates)
        start, rates = grid.edges[:, :-1], {}
        for k, trying in tries.items():
            coercion = driver.channels[k].coercion
            after = coercion.refusal.hazard_after_move.value if coercion is not None else 1.0
            rate = trying.rate * trying.success
            rate = np.where(start >= refused[k].moved[:, None], rate * after, rate)
            rates[k] = np.where(start >= refused[k].burnt[:, None], 0.0, rate)
        return Course(dates, grid, refused, rates)
