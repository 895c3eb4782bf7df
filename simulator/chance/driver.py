"""The driver: regimes, refused attempts and government dates of many replications at once, without any event.

Before the first successful malicious compromise nothing in the event model changes a malicious hazard
(DESIGN section 5), so all this can be drawn first, and P(at least one success) follows exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.chance.channels import Channel, build_channels
from simulator.chance.entities import Entities
from simulator.chance.exposure import RemovalCurve, dated, instrument_curve, reach_of, sanctions_curve, targeted
from simulator.chance.future import Answer
from simulator.chance.husbandry import UseRates, use_rates
from simulator.chance.keys import Purpose, splitmix64
from simulator.chance.philox import uniforms
from simulator.chance.regimes import Chain, Paths, sample_paths
from simulator.chance.segments import crossing, edges_of, integral, rate_at, states_at
from simulator.chance.theatres import chain_of, given_paths, link_order
from simulator.rules.quantile import Law
from simulator.scenario.conflict import Refusal
from simulator.scenario.words import REGIMES
from simulator.world.world import World

Floats = NDArray[np.float64]
_REFUSAL_ROUNDS = 64
"""Refusals of one channel in one replication beyond which the scenario is at fault."""


@dataclass(frozen=True)
class Refused:
    """Failed attempts of one channel, in rounds: times (R,) and answers (R,), inf where there was none."""

    times: tuple[Floats, ...]
    answers: tuple[NDArray[np.int64], ...]
    burnt: Floats
    """When the channel ended by a failure, (R,); inf if it did not."""
    moved: Floats
    """When the firm moved away, (R,); inf if it did not."""


@dataclass(frozen=True)
class Batch:
    """Driver paths of R (replication, attempt) pairs."""

    replications: NDArray[np.int64]
    attempts: NDArray[np.int64]
    paths: tuple[Paths, ...]
    instruments: Floats
    """(R, instruments) announcement times; inf if never or only on disclosure."""
    sanctions: Floats
    refused: dict[int, Refused]
    """Per coercion channel."""
    edges: Floats
    """(R, S + 1) edges of a grid on which every rate is constant."""
    state: tuple[NDArray[np.int64], ...]
    """Per theatre (R, S): expanded state on the grid."""
    decided: dict[int, Floats]
    """Per coercion channel (R, S): rate of successes, zero once the channel is burnt."""
    hazard: Floats
    """(R,) integral of all success rates."""

    def rates_of(self, channels: tuple[Channel, ...], row: int) -> list[list[float]]:
        """Success rate of every channel on the grid of one row."""
        return [
            self.decided[k][row].tolist()
            if k in self.decided
            else channel.success_rate[self.state[channel.theatre][row]].tolist()
            for k, channel in enumerate(channels)
        ]


class Driver:
    """The driver of one world. Building it solves the coercion problem and takes milliseconds."""

    def __init__(self, world: World, entities: Entities) -> None:
        self.world = world
        self.entities = entities
        self.chains: tuple[Chain, ...] = tuple(chain_of(world.scenario.theatres[name]) for name in world.theatres)
        self.channels: tuple[Channel, ...] = build_channels(world, self.chains)
        self.given = given_paths(world, self.chains)
        self.order = link_order(world)
        self.curves = tuple(instrument_curve(world, i) for i in world.scenario.instruments)
        self.use: tuple[UseRates | None, ...] = tuple(
            use_rates(world, c, self.chains[c.theatre]) if self._answers_to_exposure(c) else None for c in self.channels
        )
        self.coercions = tuple(k for k, c in enumerate(self.channels) if c.coercion is not None)
        self.plain_rate = tuple(
            sum(
                (c.success_rate for c in self.channels if c.theatre == t and c.coercion is None),
                np.zeros(len(chain.initial)),
            )
            for t, chain in enumerate(self.chains)
        )
        """Per theatre and state: rate of successes of all channels that nobody decides on."""

    def sample(self, seed: int, replications: NDArray[np.int64], attempts: NDArray[np.int64]) -> Batch:
        """Driver paths for each (replication, attempt) pair; equal keys give equal paths in any batch."""
        rows = len(replications)
        draw = Keyed(seed, replications, attempts)
        paths = self._paths(seed, replications, attempts)
        instruments = self._instrument_dates(draw, paths, rows)
        sanctions = self._sanctions_date(draw, paths, rows)
        edges = edges_of(
            [np.zeros((rows, 0)), *(p.times for p in paths), *self._exposure_times(instruments, sanctions)],
            self.world.horizon_h,
        )
        state = tuple(states_at(edges[:, :-1], p.times, p.states) for p in paths)
        dates = (instruments, sanctions)
        rates = {k: self._attempt_rate(k, edges, state, *dates) for k in self.coercions}
        refused = {
            k: self._refusals(draw, self.channels[k], edges, rate, state[self.channels[k].theatre])
            for k, rate in rates.items()
        }
        turns = [t for r in refused.values() for t in (r.burnt, r.moved) if np.isfinite(t).any()]
        if turns:
            edges = edges_of([edges[:, 1:-1], *(t[:, None] for t in turns)], self.world.horizon_h)
            state = tuple(states_at(edges[:, :-1], p.times, p.states) for p in paths)
            rates = {k: self._attempt_rate(k, edges, state, *dates) for k in self.coercions}
        decided = {k: self._success_rate(self.channels[k], rates[k], edges, state, refused[k]) for k in self.coercions}
        hazard = sum((integral(edges, rate) for rate in decided.values()), np.zeros(rows))
        for t, plain in enumerate(self.plain_rate):
            if plain.any():
                hazard += integral(edges, plain[state[t]])
        return Batch(replications, attempts, paths, instruments, sanctions, refused, edges, state, decided, hazard)

    def ceiling(self) -> float:
        """A bound on the integrated hazard of success over every path."""
        per_theatre = [0.0] * len(self.chains)
        for k, channel in enumerate(self.channels):
            table = self.use[k]
            top = np.maximum(channel.hazard, table.highest if table is not None else 0.0)
            per_theatre[channel.theatre] += float((top * channel.success).max(initial=0.0))
        return float(sum(per_theatre) * self.world.horizon_h)

    def exact(self) -> bool:
        """Is P(at least one success) a matrix exponential? Finite independent chains, nothing dated."""
        refusing = [0] * len(self.chains)
        for channel in self.channels:
            refusing[channel.theatre] += channel.refusable
        return (
            not any(t.linked_to for t in self.world.scenario.theatres.values())
            and all(table is None for table in self.use)
            and not self.given
            and all(n <= 1 for n in refusing)
        )

    def _answers_to_exposure(self, channel: Channel) -> bool:
        """Do instruments or sanctions change what this channel's home state can still reach?"""
        if channel.coercion is None:
            return False
        scenario = self.world.scenario
        home = scenario.theatres[self.world.theatres[channel.theatre]].home_state
        if scenario.sanctions and scenario.theatres[scenario.sanctions.theatre].home_state == home:
            return True
        return any(
            set(targeted(self.world, i)) & set(channel.vendors) for i in scenario.instruments if dated(self.world, i)
        )

    def _paths(self, seed: int, replications: NDArray[np.int64], attempts: NDArray[np.int64]) -> tuple[Paths, ...]:
        done: dict[int, Paths] = {}
        for t in self.order:
            if t in self.given:
                done[t] = self.given[t].repeat(len(replications))
                continue
            theatre = self.world.scenario.theatres[self.world.theatres[t]]
            leader = None
            if theatre.linked_to is not None:
                other = self.world.theatres.index(theatre.linked_to.theatre)
                table = {r: m.value for r, m in theatre.linked_to.multiplier.items()}
                factor = np.array([table.get(name, 1.0) for name in REGIMES])
                leader = (done[other], self.chains[other].regime, factor)
            done[t] = sample_paths(
                self.chains[t],
                seed,
                replications,
                attempts,
                self.entities.theatres[t],
                self.world.horizon_h,
                leader,
            )
        return tuple(done[t] for t in range(len(self.chains)))

    def _instrument_dates(self, draw: Keyed, paths: tuple[Paths, ...], rows: int) -> Floats:
        scenario = self.world.scenario
        dates = np.full((rows, len(scenario.instruments)), np.inf)
        scripted = {g.name: g.at for g in scenario.given.instruments} if scenario.given else {}
        for k, instrument in enumerate(scenario.instruments):
            if instrument.name in scripted:
                dates[:, k] = scripted[instrument.name]
                continue
            trigger = instrument.trigger
            if trigger.at is not None:
                start = np.full(rows, trigger.at)
            elif trigger.theatre is not None and trigger.regime is not None:
                t = self.world.theatres.index(trigger.theatre)
                start = first_entry(paths[t], self.chains[t], REGIMES.index(trigger.regime))
            else:
                continue
            if trigger.delay is not None:
                u = draw.uniform(Purpose.INSTRUMENT_DELAY, self.entities.instruments[k], 0)
                start = start + quantiles(trigger.delay.value, u)
            dates[:, k] = start
        return dates

    def _sanctions_date(self, draw: Keyed, paths: tuple[Paths, ...], rows: int) -> Floats:
        sanctions = self.world.scenario.sanctions
        if sanctions is None:
            return np.full(rows, np.inf)
        t = self.world.theatres.index(sanctions.theatre)
        start = first_entry(paths[t], self.chains[t], REGIMES.index(sanctions.regime))
        imposed = draw.uniform(Purpose.EXIT_DELAY, self.entities.theatres[t], 0) < sanctions.probability.value
        delay = quantiles(sanctions.delay.value, draw.uniform(Purpose.EXIT_DELAY, self.entities.theatres[t], 1))
        return np.where(imposed, start + delay, np.inf)

    def _exposure_times(self, instruments: Floats, sanctions: Floats) -> list[Floats]:
        """Grid points of every removal curve that some channel answers to."""
        if all(table is None for table in self.use):
            return []
        rules = self.world.scenario.instruments
        known = [k for k, i in enumerate(rules) if dated(self.world, i)]
        times = [instruments[:, k, None] + self.curves[k].turns[None, :] for k in known]
        times += [instruments[:, k, None] for k in known]
        if self.world.scenario.sanctions is not None:
            times += [sanctions[:, None] + sanctions_curve(self.world).turns[None, :], sanctions[:, None]]
        return times

    def _attempt_rate(
        self,
        k: int,
        edges: Floats,
        state: tuple[NDArray[np.int64], ...],
        instruments: Floats,
        sanctions: Floats,
    ) -> Floats:
        channel = self.channels[k]
        here = state[channel.theatre]
        rate: Floats = channel.hazard[here]
        table = self.use[k]
        if table is None:
            return rate
        drains = self._curves_on(channel, instruments, sanctions)
        if not drains:
            return rate
        drained = np.min([date for _, date in drains], axis=0) < self.world.horizon_h
        middle = 0.5 * (edges[drained, :-1] + edges[drained, 1:])
        base = np.ones(middle.shape)
        announced = np.zeros(middle.shape, dtype=bool)
        for curve, date in drains:
            since = middle - date[drained, None]
            base *= curve.at(since)
            announced |= (since >= 0.0) & curve.public
        rate[drained] = table.at(here[drained], base, announced)
        return rate

    def _curves_on(self, channel: Channel, instruments: Floats, sanctions: Floats) -> list[tuple[RemovalCurve, Floats]]:
        """Curves that drain this channel's stock. A partial aim counts with its share of the stock's reach."""
        scenario, world = self.world.scenario, self.world
        stock = reach_of(world, channel.vendors)
        found = []
        for k, instrument in enumerate(scenario.instruments):
            hit = reach_of(world, (v for v in targeted(world, instrument) if v in channel.vendors))
            if hit > 0.0 and dated(world, instrument):
                found.append((self.curves[k].diluted(hit / stock), instruments[:, k]))
        if scenario.sanctions is not None:
            home = scenario.theatres[scenario.sanctions.theatre].home_state
            if all(self.world.vendor_home[v] == home for v in channel.vendors):
                found.append((sanctions_curve(self.world), sanctions))
        return found

    def _refusals(
        self, draw: Keyed, channel: Channel, edges: Floats, rate: Floats, state: NDArray[np.int64]
    ) -> Refused:
        """Failed attempts, until one burns the channel. They do not depend on the successes (thinning)."""
        rows = len(edges)
        burnt, moved = np.full(rows, np.inf), np.full(rows, np.inf)
        failing = rate * (1.0 - channel.success[state])
        if channel.coercion is None or not failing.any():
            return Refused((), (), burnt, moved)
        refusal = channel.coercion.refusal
        since, alive = np.zeros(rows), np.ones(rows, dtype=bool)
        times, answers = [], []
        for k in range(_REFUSAL_ROUNDS):
            level = -np.log1p(-draw.uniform(Purpose.COERCION_REFUSAL, channel.key, 2 * k))
            left = np.where(np.isfinite(moved), max(refusal.hazard_after_move.value, 1e-300), 1.0)
            when = np.where(alive, crossing(edges, failing, since, level / left), np.inf)
            if not np.isfinite(when).any():
                break
            answer = self._answer(channel, refusal, draw, k, edges, state, when)
            ends = (answer == Answer.PUBLICISED) | (answer == Answer.LEFT_MARKET)
            ends |= (answer == Answer.FAILED) & channel.coercion.failed_use_burns
            happened = np.isfinite(when)
            burnt = np.where(happened & ends, when, burnt)
            moved = np.where(happened & (answer == Answer.MOVED_AWAY) & np.isinf(moved), when, moved)
            alive &= happened & ~ends
            since = np.where(happened, when, since)
            times.append(when)
            answers.append(answer)
        else:
            raise RuntimeError(f"{channel.name}: more than {_REFUSAL_ROUNDS} refused attempts in one replication")
        return Refused(tuple(times), tuple(answers), burnt, moved)

    def _answer(
        self,
        channel: Channel,
        refusal: Refusal,
        draw: Keyed,
        k: int,
        edges: Floats,
        state: NDArray[np.int64],
        when: Floats,
    ) -> NDArray[np.int64]:
        """Given that an attempt did not succeed: obeyed but blocked, or refused in one of four ways."""
        assert channel.compliance is not None
        at = np.where(np.isfinite(when), when, 0.0)
        works = rate_at(edges, channel.success[state], at)
        obeyed = rate_at(edges, channel.compliance[state], at)
        blocked = np.divide(obeyed - works, 1.0 - works, out=np.zeros_like(works), where=works < 1.0)
        u = draw.uniform(Purpose.COERCION_REFUSAL, channel.key, 2 * k + 1)
        v = np.divide(u - blocked, 1.0 - blocked, out=np.zeros_like(u), where=blocked < 1.0)
        shares = np.cumsum([refusal.resist.value, refusal.publicise.value, refusal.leave.value])
        refused = Answer.RESISTED + (v[:, None] >= shares[None, :]).sum(axis=1)
        return np.where(u < blocked, int(Answer.FAILED), refused).astype(np.int64)

    def _success_rate(
        self,
        channel: Channel,
        attempts: Floats,
        edges: Floats,
        state: tuple[NDArray[np.int64], ...],
        refused: Refused,
    ) -> Floats:
        rate = attempts * channel.success[state[channel.theatre]]
        start = edges[:, :-1]
        if channel.coercion is not None:
            after = channel.coercion.refusal.hazard_after_move.value
            rate = np.where(start >= refused.moved[:, None], rate * after, rate)
        return np.where(start >= refused.burnt[:, None], 0.0, rate)


@dataclass(frozen=True)
class Keyed:
    """Draws of many (replication, attempt) pairs at one key."""

    seed: int
    replications: NDArray[np.int64]
    attempts: NDArray[np.int64]

    def uniform(self, purpose: Purpose, entity: int, occurrence: int) -> Floats:
        salts = np.array([splitmix64(int(a)) if a else 0 for a in np.unique(self.attempts)], dtype=np.uint64)
        salt = salts[np.searchsorted(np.unique(self.attempts), self.attempts)]
        return uniforms(self.seed, self.replications, purpose, np.uint64(entity) ^ salt, occurrence)


def quantiles(law: Law, u: Floats) -> Floats:
    """A law's quantiles at many uniforms, each by the same scalar arithmetic as in the event model."""
    return np.array([law.quantile(x) for x in u.tolist()])


def first_entry(paths: Paths, chain: Chain, regime: int) -> Floats:
    """Time of the first visit to a regime, inf if there is none."""
    inside = (chain.regime[paths.states] == regime) & np.isfinite(paths.times)
    entered: Floats = np.where(inside, paths.times, np.inf).min(axis=1)
    return entered
