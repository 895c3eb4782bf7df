"""Dates of government acts and mitigations in many driver paths at once, known before any event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.chance.elementary import exponential_time
from simulator.chance.entities import Entities, joint
from simulator.chance.keyed import Keyed, Rows, quantiles
from simulator.chance.keys import Purpose
from simulator.chance.regimes import Chain, Paths
from simulator.rules.quantile import Law
from simulator.scenario.government import Instrument
from simulator.scenario.mitigations import Mitigation
from simulator.scenario.words import REGIMES, Regime
from simulator.world.world import World

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DateTables:
    """Hours (R, ...) at which what is dated begins; inf if it never does, or waits for a disclosure."""

    instruments: Floats
    notice_ends: Floats
    falls: dict[int, Floats]
    """Per instrument that has them, times (R, levels) at which the vendors' reach falls a step."""
    sanctions: Floats
    mitigations: Floats
    vendors: dict[tuple[int, int], Floats]
    """Per (mitigation, vendor), when it works there."""

    def only(self, rows: Rows) -> DateTables:
        """The same for some of the paths."""
        return DateTables(
            instruments=self.instruments[rows],
            notice_ends=self.notice_ends[rows],
            falls={k: times[rows] for k, times in self.falls.items()},
            sanctions=self.sanctions[rows],
            mitigations=self.mitigations[rows],
            vendors={pair: hours[rows] for pair, hours in self.vendors.items()},
        )


class Calendar:
    """Draws the dates of one world."""

    def __init__(self, world: World, entities: Entities, chains: tuple[Chain, ...]) -> None:
        self.world = world
        self.entities = entities
        self.chains = chains

    def draw(self, draw: Keyed, paths: tuple[Paths, ...]) -> DateTables:
        """All dates of R driver paths."""
        rows = len(draw.replications)
        acts = range(len(self.world.scenario.instruments))
        instruments = _table([self._announced(draw, paths, k) for k in acts], rows)
        starts = _table([self._start(paths, one.mitigation, instruments) for one in self.world.mitigations], rows)
        notice_ends = np.full(instruments.shape, np.inf)
        falls = {}
        for k, instrument in enumerate(self.world.scenario.instruments):
            notice_ends[:, k] = self._notice_over(draw, k, instrument, instruments[:, k])
            if instrument.falls is not None:
                falls[k] = self._falls(draw, k, instrument, notice_ends[:, k])
        return DateTables(
            instruments=instruments,
            notice_ends=notice_ends,
            falls=falls,
            sanctions=self._sanctions(draw, paths, rows),
            mitigations=starts,
            vendors={
                (m, v): self._at_vendor(draw, m, v, one.mitigation, starts[:, m])
                for m, one in enumerate(self.world.mitigations)
                if one.of_vendors
                for v in one.vendors
            },
        )

    def _announced(self, draw: Keyed, paths: tuple[Paths, ...], k: int) -> Floats:
        scenario = self.world.scenario
        instrument = scenario.instruments[k]
        rows = len(draw.replications)
        scripted = {g.name: g.at for g in scenario.given.instruments} if scenario.given else {}
        if instrument.name in scripted:
            return np.full(rows, scripted[instrument.name])
        trigger = instrument.trigger
        if trigger.at is not None:
            start = np.full(rows, trigger.at)
        elif trigger.theatre is not None and trigger.regime is not None:
            start = self._reached(paths, trigger.theatre, trigger.regime)
        else:
            return np.full(rows, np.inf)
        if trigger.delay is not None:
            start = _later(start, trigger.delay.value, draw, Purpose.INSTRUMENT_DELAY, self.entities.instruments[k], 0)
        return start

    def _notice_over(self, draw: Keyed, k: int, instrument: Instrument, announced: Floats) -> Floats:
        if instrument.notice is None:
            return announced
        law, key = instrument.notice.value, self.entities.instruments[k]
        return _later(announced, law, draw, Purpose.INSTRUMENT_DELAY, key, 1)

    def _falls(self, draw: Keyed, k: int, instrument: Instrument, since: Floats) -> Floats:
        assert instrument.falls is not None
        levels, every = instrument.falls.levels, instrument.falls.every.value
        falls, dated = np.full((len(since), levels), np.inf), np.isfinite(since)
        if dated.any():
            own, key = draw.only(dated), self.entities.instruments[k]
            waits = [every * exponential_time(own.uniform(Purpose.REACH_FALLS, key, n)) for n in range(levels)]
            falls[dated] = since[dated, None] + np.cumsum(np.stack(waits, axis=1), axis=1)
        return falls

    def _start(self, paths: tuple[Paths, ...], mitigation: Mitigation, instruments: Floats) -> Floats:
        starts, rows = mitigation.starts, len(instruments)
        if starts.at is not None:
            return np.full(rows, starts.at)
        if starts.theatre is not None and starts.regime is not None:
            return self._reached(paths, starts.theatre, starts.regime)
        if starts.warning is not None:
            names = [i.name for i in self.world.scenario.instruments]
            warned: Floats = instruments[:, names.index(starts.warning)]
            return warned
        return np.full(rows, np.inf)

    def _at_vendor(self, draw: Keyed, m: int, v: int, mitigation: Mitigation, start: Floats) -> Floats:
        key = joint(self.entities.vendors[v], self.entities.mitigations[m])
        if mitigation.rollout is not None:
            start = _later(start, mitigation.rollout.value, draw, Purpose.COMPLY_DELAY, key, 0)
        if mitigation.comply is not None:
            start = np.where(draw.uniform(Purpose.COMPLY, key, 0) < mitigation.comply.value, start, np.inf)
        return start

    def _sanctions(self, draw: Keyed, paths: tuple[Paths, ...], rows: int) -> Floats:
        sanctions = self.world.scenario.sanctions
        if sanctions is None:
            return np.full(rows, np.inf)
        t = self.world.theatres.index(sanctions.theatre)
        start = self._reached(paths, sanctions.theatre, sanctions.regime)
        imposed = draw.uniform(Purpose.EXIT_DELAY, self.entities.theatres[t], 0) < sanctions.probability.value
        start = np.where(imposed, start, np.inf)
        return _later(start, sanctions.delay.value, draw, Purpose.EXIT_DELAY, self.entities.theatres[t], 1)

    def _reached(self, paths: tuple[Paths, ...], theatre: str, regime: Regime) -> Floats:
        t = self.world.theatres.index(theatre)
        return first_entry(paths[t], self.chains[t], REGIMES.index(regime))


def _later(start: Floats, law: Law, draw: Keyed, purpose: Purpose, entity: int, occurrence: int) -> Floats:
    """A delay after each start (R,), drawn where there is one."""
    later, dated = start.copy(), np.isfinite(start)
    if dated.any():
        later[dated] += quantiles(law, draw.only(dated).uniform(purpose, entity, occurrence))
    return later


def _table(columns: list[Floats], rows: int) -> Floats:
    return np.stack(columns, axis=1) if columns else np.zeros((rows, 0))


def first_entry(paths: Paths, chain: Chain, regime: int) -> Floats:
    """Time of the first visit to a regime, inf if there is none."""
    inside = (chain.regime[paths.states] == regime) & np.isfinite(paths.times)
    entered: Floats = np.where(inside, paths.times, np.inf).min(axis=1)
    return entered
