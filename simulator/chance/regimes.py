"""Conflict regimes of one theatre: a Markov chain on phases, exact laws of it, and keyed sample paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.chance import loops
from simulator.chance.elementary import exponential_time
from simulator.chance.keyed import Keyed, Rows
from simulator.chance.keys import Purpose
from simulator.chance.phases import (
    SURGE,
    Mobilisation,
    Sojourn,
    State,
    Surge,
    activity_of,
    checked_rates,
    label_of,
    shape_of,
    states_of,
)
from simulator.chance.philox import key_words
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.errors import InputError

__all__ = [
    "Chain",
    "Mobilisation",
    "Paths",
    "Sojourn",
    "Surge",
    "expand",
    "expected_time",
    "occupancy",
    "sample_paths",
    "survival",
]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
MOST_JUMPS = 2**20
_ROOM = 16
"""Jumps for which a compiled loop is given room at first."""


@dataclass(frozen=True, eq=False)
class Chain:
    """A continuous-time Markov chain on n expanded states of one theatre.

    generator (n, n) per hour; initial (n,) probabilities; regime (n,) index into the names of regimes;
    activity (n,) multiplier; labels n; escalation (n, n) tells which transitions begin a move to a regime
    later in the list; entry (regimes, n) is the law of the state on entering each regime.
    """

    generator: Floats
    initial: Floats
    regime: Integers
    activity: Floats
    labels: tuple[str, ...]
    escalation: NDArray[np.bool_]
    entry: Floats


@dataclass(frozen=True, eq=False)
class Paths:
    """Sampled paths: jump `times` (R, J) in hours, first 0, +inf after the end; `states` (R, J)."""

    times: Floats
    states: Integers

    def only(self, rows: Rows) -> Paths:
        """The paths of some of the rows."""
        return Paths(self.times[rows], self.states[rows])


Leader = tuple[Paths, Integers, Floats]
"""A theatre whose regime multiplies the escalation rates of another: its paths, its map (n,) from states to
regimes, and the multipliers (regimes,)."""


def expand(
    regimes: Sequence[str],
    rates_per_year: ArrayLike,
    start: str,
    sojourn: Mapping[str, Sojourn] | None = None,
    surge: Mapping[str, Surge] | None = None,
    mobilisation: Sequence[Mobilisation] = (),
) -> Chain:
    """The chain of a theatre.

    `rates_per_year` (regimes, regimes) holds rates from row to column; the diagonal is ignored. The start
    regime begins its sojourn at time 0 with any surge over. The entry rate into a mobilisation is
    rate / (1 - stands_down), and standing down resumes the interrupted sojourn, so the time spent in a
    regime outside mobilisations keeps its law. Raises InputError.
    """
    sojourn, surge = sojourn or {}, surge or {}
    rates = checked_rates(regimes, rates_per_year, start, sojourn, surge, mobilisation)
    shapes = [shape_of(sojourn.get(name, Sojourn()), rates[r].sum()) for r, name in enumerate(regimes)]
    states = states_of(regimes, rates, shapes, surge, mobilisation)
    place = {state: i for i, state in enumerate(states)}
    entry = np.zeros((len(regimes), len(states)))
    initial = np.zeros(len(states))
    for r, name in enumerate(regimes):
        for phase, share in enumerate(shapes[r].start):
            entry[r, place[State(r, phase, SURGE if name in surge else "")]] = share
            if name == start:
                initial[place[State(r, phase)]] = share
    ways_in = {m.before: m for m in mobilisation}

    generator = np.zeros((len(states), len(states)))
    escalation = np.zeros(generator.shape, dtype=bool)
    for i, (r, phase, mode) in enumerate(states):
        if mode in ways_in:
            way = ways_in[mode]
            generator[i] = (1.0 - way.stands_down) / way.mean_h * entry[list(regimes).index(mode)]
            generator[i, place[State(r, phase)]] += way.stands_down / way.mean_h
            continue
        if mode == SURGE:
            generator[i, place[State(r, phase)]] += 1.0 / surge[regimes[r]].mean_h
        if shapes[r].forward[phase] > 0.0:
            generator[i, place[State(r, phase + 1, mode)]] += shapes[r].forward[phase]
        for d, rate in enumerate(rates[r] * shapes[r].leaving[phase]):
            onward = rate * entry[d]
            if rate > 0.0 and regimes[d] in ways_in:
                onward = np.zeros(len(states))
                onward[place[State(r, phase, regimes[d])]] = rate / (1.0 - ways_in[regimes[d]].stands_down)
            generator[i] += onward
            escalation[i] |= (onward > 0.0) & (d > r)
    np.fill_diagonal(generator, -generator.sum(axis=1))
    return Chain(
        generator=generator,
        initial=initial,
        regime=np.array([s.regime for s in states], dtype=np.int64),
        activity=np.array([activity_of(s, regimes, surge, ways_in) for s in states]),
        labels=tuple(label_of(s, regimes, len(shapes[s.regime].start)) for s in states),
        escalation=escalation,
        entry=entry,
    )


def occupancy(chain: Chain, t_h: float) -> Floats:
    """Probability of each expanded state at time t (hours): (n,)."""
    from scipy.linalg import expm

    law: Floats = chain.initial @ expm(chain.generator * t_h)
    return law


def expected_time(chain: Chain, t_h: float, killing_per_hour: ArrayLike = 0.0) -> Floats:
    """Expected hours in each expanded state up to time t, or up to a killing at the given rates: (n,).

    Times the killing rates it is the probability of being killed in each state.
    """
    killing = np.diag(np.broadcast_to(np.asarray(killing_per_hour, float), len(chain.initial)))
    return time_spent(chain.initial, chain.generator - killing, t_h)


def time_spent(start: Floats, generator: Floats, t_h: float) -> Floats:
    """Hours in each state (n,) up to time t, from weights `start` (n,); the generator (n, n) may lose weight.

    Source: Van Loan 1978, integral of a matrix exponential by a block exponential.
    """
    from scipy.linalg import expm

    n = len(start)
    block = np.zeros((2 * n, 2 * n))
    block[:n, :n] = generator
    block[:n, n:] = np.eye(n)
    spent: Floats = start @ expm(block * t_h)[:n, n:]
    return spent


def survival(chain: Chain, killing_per_hour: ArrayLike, t_h: float) -> float:
    """P(no event by time t) for events at rate killing_per_hour (n,): p0 expm((Q - diag(k)) t) 1."""
    from scipy.linalg import expm

    killing = np.broadcast_to(np.asarray(killing_per_hour, float), len(chain.initial))
    return float((chain.initial @ expm((chain.generator - np.diag(killing)) * t_h)).sum())


def sample_paths(
    chain: Chain,
    draw: Keyed,
    entity_hash: int,
    horizon_h: float,
    driver: Leader | None = None,
) -> Paths:
    """Paths up to the horizon, one per replication and attempt of `draw` (R,).

    Each jump has an exponential clock (REGIME_HOLD) run down by the exit rate, and a destination
    (REGIME_NEXT), with its number as occurrence, number 0 of REGIME_NEXT being the initial state; so a
    path depends on nothing but its key. With a driver (sampled for the same replications and attempts)
    the exit rate follows the driver's regime exactly. Raises InputError beyond 2**20 jumps.
    """
    if "fill_paths" in loops.compiled:
        return _compiled_paths(chain, draw, entity_hash, horizon_h, driver)
    size = len(draw.replications)
    clock = _Clock(chain, driver, size)
    rows = np.arange(size)
    now, state = np.zeros(size), _initial(chain, draw, entity_hash)
    times, states = [now.copy()], [state.copy()]
    for jump in range(1, MOST_JUMPS + 1):
        wait = exponential_time(draw.uniform(Purpose.REGIME_HOLD, entity_hash, jump))
        rung = clock.ring(rows, state[rows], now[rows], wait, horizon_h)
        going = rung < horizon_h
        rows, draw = rows[going], draw.only(going)
        if not len(rows):
            return Paths(np.stack(times, axis=1), np.stack(states, axis=1))
        now[rows] = rung[going]
        reach = clock.reach(rows, state[rows])
        state[rows] = _chosen(reach, draw.uniform(Purpose.REGIME_NEXT, entity_hash, jump))
        times.append(np.full(size, np.inf))
        times[-1][rows] = now[rows]
        states.append(state.copy())
    raise InputError(_too_many(horizon_h))


def _compiled_paths(chain: Chain, draw: Keyed, entity_hash: int, horizon_h: float, driver: Leader | None) -> Paths:
    """The same paths in a compiled loop."""
    first, size = _initial(chain, draw, entity_hash), len(draw.replications)
    leader = driver[0] if driver is not None else Paths(np.zeros((size, 1)), np.zeros((size, 1), dtype=np.int64))
    key, number = np.uint64(entity_hash) ^ draw.salt, draw.replications.astype(np.uint64)
    purposes = np.array([Purpose.REGIME_HOLD << 24, Purpose.REGIME_NEXT << 24], dtype=np.uint64)
    given = (_reach(chain, driver), leader.times, leader.states, key, number, key_words(draw.seed), purposes, horizon_h)
    columns, needed = 0, min(_ROOM, MOST_JUMPS + 1)
    while needed > columns:
        if columns > MOST_JUMPS:
            raise InputError(_too_many(horizon_h))
        columns = min(max(4 * columns, needed), MOST_JUMPS + 1)
        times, states = np.empty((size, columns)), np.empty((size, columns), dtype=np.int64)
        states[:, 0] = first
        needed = loops.run("fill_paths", *given, times, states)
    return Paths(times[:, :needed].copy(), states[:, :needed].copy())


def _too_many(horizon_h: float) -> str:
    return (
        f"a regime path makes more than {MOST_JUMPS} jumps in {horizon_h / HOURS_PER_YEAR:g} years: "
        "the rates between regimes, surges or mobilisations are too high"
    )


def _initial(chain: Chain, draw: Keyed, entity_hash: int) -> Integers:
    """The state at time 0 (R,); one that is certain needs no draw."""
    size, possible = len(draw.replications), np.flatnonzero(chain.initial)
    if len(possible) == 1:
        return np.full(size, possible[0])
    reach = np.broadcast_to(np.cumsum(chain.initial), (size, len(chain.initial)))
    return _chosen(reach, draw.uniform(Purpose.REGIME_NEXT, entity_hash, 0))


def _reach(chain: Chain, driver: Leader | None) -> Floats:
    """Rates (m, n, n) out of each state, added up over states, by the state of the theatre that drives (m of them)."""
    leaving = np.where(np.eye(len(chain.initial), dtype=bool), 0.0, chain.generator)
    if driver is None:
        return np.cumsum(leaving, axis=1)[None]
    _, regime, multipliers = driver
    factor = np.where(chain.escalation, multipliers[regime][:, None, None], 1.0)
    return np.asarray(np.cumsum(factor * leaving, axis=2))


class _Clock:
    """Exit rates of each replication's state, under the regime its driver is in."""

    def __init__(self, chain: Chain, driver: Leader | None, size: int) -> None:
        self.rates = _reach(chain, driver)
        self.driver = driver
        self.segment = np.zeros(size, dtype=np.int64)

    def reach(self, rows: Integers, state: Integers) -> Floats:
        """Rates (rows, n) out of each row's state at its present segment of the driver, added up over states."""
        if self.driver is None:
            alone: Floats = self.rates[0, state]
            return alone
        return self.rates[self.driver[0].states[rows, self.segment[rows]], state]

    def ring(self, rows: Integers, state: Integers, now: Floats, left: Floats, horizon_h: float) -> Floats:
        """Times at which the integral of the exit rate from `now` reaches `left`; +inf if never."""
        if self.driver is None:
            with np.errstate(divide="ignore"):
                sole: Floats = now + left / self.rates[0, state, -1]
            return sole
        rung = np.full(len(rows), np.inf)
        open_ = np.arange(len(rows))
        while len(open_):
            row = rows[open_]
            rate = self.reach(row, state[open_])[:, -1]
            end = self._segment_end(row, self.driver[0].times)
            with np.errstate(divide="ignore"):
                due = now[open_] + left[open_] / rate
            done = due < end
            rung[open_[done]] = due[done]
            on = ~done & (end < horizon_h)
            left[open_[on]] -= rate[on] * (end[on] - now[open_[on]])
            now[open_[on]] = end[on]
            self.segment[row[on]] += 1
            open_ = open_[on]
        return rung

    def _segment_end(self, rows: Integers, times: Floats) -> Floats:
        after = self.segment[rows] + 1
        last = times.shape[1] - 1
        return np.where(after <= last, times[rows, np.minimum(after, last)], np.inf)


def _chosen(reach: Floats, u: Floats) -> Integers:
    """Index drawn in each row with probability proportional to its weights, given added up."""
    chosen: Integers = (reach <= (u * reach[:, -1])[:, None]).sum(axis=1)
    return chosen
