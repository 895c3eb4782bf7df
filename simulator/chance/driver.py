"""The driver of one world: chains, channels, dates, and the rates of attempts on a grid of time.

Before the first successful malicious compromise nothing in the event model changes a malicious hazard
(DESIGN section 5), so all this can be drawn first, and P(at least one success) follows exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.chance.channels import Channel, build_channels
from simulator.chance.coercion import Stage
from simulator.chance.dates import Calendar, DateTables
from simulator.chance.departures import departures
from simulator.chance.entities import Entities
from simulator.chance.exposure import (
    Drain,
    dated,
    instrument_drain,
    reach_of,
    sanctions_drain,
    targeted,
)
from simulator.chance.husbandry import UseRates, use_rates
from simulator.chance.keyed import Keyed
from simulator.chance.regimes import Chain, Paths, sample_paths
from simulator.chance.theatres import chain_of, given_paths, link_order
from simulator.scenario.words import PATHS, REGIMES
from simulator.world.world import World

Floats = NDArray[np.float64]
States = tuple[NDArray[np.int64], ...]
"""Per theatre (R, S): expanded state on the grid."""


@dataclass(frozen=True, eq=False)
class Draining:
    """What drains the stock of one channel, and which dates say when."""

    drain: Drain
    instrument: int = -1
    falls: bool = False
    """Falls in drawn steps instead of along the expected curve."""

    def begins(self, dates: DateTables) -> Floats:
        """(R,)"""
        if self.instrument >= 0:
            begun: Floats = dates.instruments[:, self.instrument]
            return begun
        return dates.sanctions

    def in_force(self, dates: DateTables) -> Floats:
        """When its notice is over, or at once (R,)."""
        return dates.notice_ends[:, self.instrument] if self.instrument >= 0 else self.begins(dates)

    def turns(self, dates: DateTables) -> Floats:
        """Times (R, any) between which the rate is taken as constant."""
        ends = np.stack([self.begins(dates), self.in_force(dates)], axis=1)
        bends = dates.falls[self.instrument] if self.falls else ends[:, :1] + self.drain.hours[None, :]
        return np.concatenate([ends, bends], axis=1)


@dataclass(frozen=True, eq=False)
class Exposure:
    """Share of a channel's reach left on each path (..., paths), and what the state knows: a Stage (...)."""

    reachable: Floats
    stage: NDArray[np.int64]


class Driver:
    """The driver of one world. Building it solves the coercion problem and takes milliseconds."""

    def __init__(self, world: World, entities: Entities) -> None:
        self.world = world
        self.entities = entities
        self.chains: tuple[Chain, ...] = tuple(chain_of(world.scenario.theatres[name]) for name in world.theatres)
        self.channels: tuple[Channel, ...] = build_channels(world, self.chains)
        self.calendar = Calendar(world, entities, self.chains)
        self.given = given_paths(world, self.chains)
        self.order = link_order(world)
        self.drains = tuple(tuple(self._drains(c)) for c in self.channels)
        self.departures = tuple(departures(world, c.vendors) if c.coercion is not None else None for c in self.channels)
        self.use: tuple[UseRates | None, ...] = tuple(
            use_rates(world, c, self.chains[c.theatre], self._ladder(k)) if self._answers(k) else None
            for k, c in enumerate(self.channels)
        )

    def paths(self, draw: Keyed) -> tuple[Paths, ...]:
        """Regime paths of each (replication, attempt) pair; equal keys give equal paths in any batch."""
        done: dict[int, Paths] = {}
        for t in self.order:
            if t in self.given:
                done[t] = self.given[t].repeat(len(draw.replications))
                continue
            theatre = self.world.scenario.theatres[self.world.theatres[t]]
            leader = None
            if theatre.linked_to is not None:
                other = self.world.theatres.index(theatre.linked_to.theatre)
                table = {r: m.value for r, m in theatre.linked_to.multiplier.items()}
                factor = np.array([table.get(name, 1.0) for name in REGIMES])
                leader = (done[other], self.chains[other].regime, factor)
            done[t] = sample_paths(self.chains[t], draw, self.entities.theatres[t], self.world.horizon_h, leader)
        return tuple(done[t] for t in range(len(self.chains)))

    def turns(self, dates: DateTables) -> list[Floats]:
        """Times (R, any) at which some rate may change besides a change of regime."""
        own = [d.turns(dates) for drains in self.drains for d in drains]
        own += [gone.turns(dates.mitigations) for gone in self.departures if gone is not None]
        switches = {(s.mitigation, s.vendor) for c in self.channels if c.standing for s in c.standing.switches}
        return own + [dates.vendors[pair][:, None] for pair in sorted(switches)]

    def signature(self) -> tuple[object, ...]:
        """What sets its rates apart from those of other arms of the same comparison: equal ones, equal rates."""
        mitigations = self.world.mitigations
        return tuple(
            (
                tuple(self._named(d) for d in drains),
                tuple(mitigations[m].name for m in (gone.curves if gone is not None else ())),
                tuple((mitigations[s.mitigation].name, s.vendor) for s in (c.standing.switches if c.standing else ())),
            )
            for c, drains, gone in zip(self.channels, self.drains, self.departures, strict=True)
        )

    def _named(self, d: Draining) -> str:
        return f"instrument {self.world.scenario.instruments[d.instrument].name}" if d.instrument >= 0 else "sanctions"

    def changes(self, k: int) -> bool:
        """Does anything dated change the rate of a channel?"""
        standing = self.channels[k].standing
        return self.use[k] is not None or (standing is not None and bool(standing.switches))

    def attempt_rate(self, k: int, times: Floats, state: States, dates: DateTables) -> tuple[Floats, Floats]:
        """Attempts per hour and the probability that one succeeds, both (R, S), at `times` (R, S)."""
        channel, here = self.channels[k], state[self.channels[k].theatre]
        rate: Floats = channel.hazard[here]
        success: Floats = channel.success[here]
        if not self.changes(k):
            return rate, success
        rows = self._changed(k, dates)
        if not rows.any():
            return rate, success
        some, at, here = dates.only(rows), times[rows], here[rows]
        assert channel.standing is not None
        exposure = self.exposure(k, at, some)
        works, worth = channel.standing.left(exposure.reachable, self.switched(k, at, some))
        table = self.use[k]
        if table is None:
            success[rows] = works
            return rate, success
        assert channel.compliance is not None
        rate[rows] = table.at(here, worth / max(channel.standing.today, 1e-300), exposure.stage)
        success[rows] = channel.compliance[here] * works
        return rate, success

    def dated(self, dates: DateTables) -> NDArray[np.bool_]:
        """Paths (R,) on which something dated changes a rate before the horizon."""
        changed = np.zeros(len(dates.sanctions), dtype=bool)
        for k in range(len(self.channels)):
            if self.changes(k):
                changed |= self._changed(k, dates)
        return changed

    def _changed(self, k: int, dates: DateTables) -> NDArray[np.bool_]:
        """Paths (R,) on which something dated changes the channel before the horizon."""
        standing = self.channels[k].standing
        begins = [d.begins(dates) for d in self.drains[k]]
        gone = self.departures[k]
        begins += [dates.mitigations[:, m] for m in (gone.curves if gone is not None else ())]
        begins += [dates.vendors[s.mitigation, s.vendor] for s in (standing.switches if standing else ())]
        changed: NDArray[np.bool_] = np.min(begins, axis=0) < self.world.horizon_h
        return changed

    def exposure(self, k: int, times: Floats, dates: DateTables) -> Exposure:
        """Who is left on each path at `times` (R, any), and what the home state knows of it."""
        reachable = np.ones((*times.shape, len(PATHS)))
        stage = np.full(times.shape, int(Stage.NONE))
        for d in self.drains[k]:
            begun = times >= d.begins(dates)[:, None]
            in_force = times >= d.in_force(dates)[:, None]
            if d.falls:
                reachable *= _fallen(d, dates, times)[..., None]
                known = np.where(in_force, int(Stage.DRAINING), int(Stage.ANNOUNCED))
            else:
                with np.errstate(invalid="ignore"):
                    since = np.where(begun, times - d.begins(dates)[:, None], -1.0)
                reachable *= d.drain.at(since, in_force)
                known = np.full(times.shape, int(Stage.DRAINING))
            stage = np.where(begun & d.drain.public, np.maximum(stage, known), stage)
        gone = self.departures[k]
        if gone is not None:
            reachable = reachable * gone.left(times, dates.mitigations)
        return Exposure(reachable, stage)

    def options(self, k: int, times: Floats, dates: DateTables) -> Floats:
        """Probability (R, P, paths) that a channel's attempt at `times` (R,) goes by this path and succeeds."""
        standing, at = self.channels[k].standing, times[:, None]
        assert standing is not None
        reachable = self.exposure(k, at, dates).reachable[:, 0]
        return standing.options(reachable, [on[:, 0] for on in self.switched(k, at, dates)])

    def ceiling(self, k: int) -> Floats:
        """A bound on a channel's rate of success in each state, over every path."""
        channel, table = self.channels[k], self.use[k]
        most = 1.0
        for s in channel.standing.switches if channel.standing is not None else ():
            most *= max(float(s.factor.max(initial=0.0)), 1.0)
        top = channel.hazard if table is None else np.maximum(channel.hazard, table.highest(most))
        bound: Floats = top * np.minimum(channel.success * most, 1.0)
        return bound

    def exact(self) -> bool:
        """Is P(at least one success) a matrix exponential? Finite independent chains, nothing dated."""
        refusing = [0] * len(self.chains)
        for channel in self.channels:
            refusing[channel.theatre] += channel.refusable
        return (
            not any(t.linked_to for t in self.world.scenario.theatres.values())
            and not any(self.changes(k) for k in range(len(self.channels)))
            and not self.given
            and all(n <= 1 for n in refusing)
        )

    def switched(self, k: int, times: Floats, dates: DateTables) -> list[NDArray[np.bool_]]:
        """For each switch of a channel, where (R, S) it is on."""
        standing = self.channels[k].standing
        switches = standing.switches if standing is not None else ()
        return [times >= dates.vendors[s.mitigation, s.vendor][:, None] for s in switches]

    def _answers(self, k: int) -> bool:
        """Does something change what this channel's home state can still reach, or do?"""
        channel = self.channels[k]
        if channel.coercion is None or channel.standing is None:
            return False
        return bool(self.drains[k]) or self.departures[k] is not None or bool(channel.standing.switches)

    def _ladder(self, k: int) -> tuple[float, float, int] | None:
        """Rates (per hour) of notice and of a step, and the levels, where the reach falls in drawn steps."""
        for d in self.drains[k]:
            if d.falls:
                instrument = self.world.scenario.instruments[d.instrument]
                assert instrument.falls is not None
                notice = instrument.notice.value.mean() if instrument.notice is not None else 0.0
                return 1.0 / max(notice, 1e-6), 1.0 / instrument.falls.every.value, instrument.falls.levels
        return None

    def _drains(self, channel: Channel) -> Iterator[Draining]:
        """What drains this channel's stock. A partial aim counts with its share of the stock's reach."""
        if channel.coercion is None:
            return
        scenario, world = self.world.scenario, self.world
        stock = reach_of(world, channel.vendors)
        for i, instrument in enumerate(scenario.instruments):
            hit = reach_of(world, (v for v in targeted(world, instrument) if v in channel.vendors))
            if hit > 0.0 and dated(world, instrument):
                aimed = instrument_drain(world, instrument).diluted(hit / stock)
                yield Draining(aimed, instrument=i, falls=instrument.falls is not None)
        sanctions = scenario.sanctions
        if sanctions is not None and channel.vendors:
            home = scenario.theatres[sanctions.theatre].home_state
            if all(world.vendor_home[v] == home for v in channel.vendors):
                yield Draining(sanctions_drain(world))


def _fallen(d: Draining, dates: DateTables, times: Floats) -> Floats:
    """Share (R, S) of the stock's reach left after the drawn steps."""
    falls = dates.falls[d.instrument]
    steps = (falls[:, None, :] <= times[..., None]).sum(axis=-1)
    left: Floats = 1.0 - d.drain.aimed_at * steps / falls.shape[1]
    return left
