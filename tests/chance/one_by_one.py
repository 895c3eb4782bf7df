"""Futures of a single arm put together row by row in plain scalars: the definition that blocks are held against."""

from __future__ import annotations

import math
from bisect import bisect_right

import numpy as np

from simulator.chance.arms import Arms
from simulator.chance.channels import Channel
from simulator.chance.driver import Driver
from simulator.chance.entities import joint
from simulator.chance.future import Answer, Attempt, Dates, Future, RegimePath, Stratum
from simulator.chance.keys import Draws, Purpose, stable_hash
from simulator.rules.total import total

FIRST = stable_hash("first success")
CLOCK = {
    "coerced_update": Purpose.COERCION_CLOCK,
    "outside_intrusion": Purpose.INTRUSION_CLOCK,
    "access_release": Purpose.ACCESS_CLOCK,
}
MOST_TRIES = 20_000


def future(driver: Driver, seed: int, stratum: Stratum, replication: int) -> Future | None:
    """None if no driver path of the stratum is found soon."""
    arms = Arms([driver])
    for attempt in range(1 if stratum is Stratum.CRUDE else MOST_TRIES):
        draws = Draws(seed, replication, attempt)
        row = Row(arms, draws)
        chance = {
            Stratum.CRUDE: 1.0,
            Stratum.NONE: math.exp(-row.hazard),
            Stratum.AT_LEAST_ONE: -math.expm1(-row.hazard) / -math.expm1(-max(arms.ceiling(), 1e-300)),
        }[stratum]
        if stratum is Stratum.CRUDE or draws.uniform(Purpose.STRATUM_ACCEPT, stable_hash("stratum")) < chance:
            return row.future(stratum)
    return None


class Row:
    """One driver path: its grid, and the rate of success of each channel on it."""

    def __init__(self, arms: Arms, draws: Draws) -> None:
        self.driver, self.draws = arms.base, draws
        self.channels = arms.base.channels
        self.batch = arms.sample(draws.seed, np.array([draws.replication]), np.array([draws.attempt]))
        self.hazard = float(self.batch.hazard[0])
        self.edges: list[float] = self.batch.edges[0].tolist()
        self.rates: list[list[float]] = [
            self.batch.envelope[k][0].tolist()
            if k in self.batch.envelope
            else channel.success_rate[self.batch.grid.state[channel.theatre][0]].tolist()
            for k, channel in enumerate(self.channels)
        ]

    def future(self, stratum: Stratum) -> Future:
        successes = [] if stratum is Stratum.NONE else self.successes(stratum is Stratum.AT_LEAST_ONE)
        used = {k: t for t, k, _ in successes if self.channels[k].once}
        attempts = [self.succeeded(*s) for s in successes] + self.failed(used)
        return Future(
            replication=self.draws.replication,
            stratum=stratum,
            attempt=self.draws.attempt,
            regimes=tuple(regime_path(p.times[0].tolist(), p.states[0].tolist()) for p in self.batch.paths),
            attempts=tuple(sorted(attempts, key=lambda x: (x.time_h, x.channel, x.occurrence))),
            dates=self.dates(),
            hazards=tuple(self.integral(k, used.get(k, math.inf)) for k in range(len(self.channels))),
        )

    def successes(self, forced: bool) -> list[tuple[float, int, int]]:
        """Times, channels, occurrences."""
        found: list[tuple[float, int, int]] = []
        since, first = 0.0, -1
        if forced:
            since, first = self.first()
            found.append((since, first, 0))
        for k, channel in enumerate(self.channels):
            time, occurrence, used = since, int(k == first), k == first
            while not (channel.once and used):
                u = self.draws.uniform(CLOCK[channel.kind], channel.key, occurrence)
                time = crossing(self.edges, self.rates[k], time, -math.log1p(-u))
                if math.isinf(time):
                    break
                found.append((time, k, occurrence))
                occurrence, used = occurrence + 1, True
        return found

    def first(self) -> tuple[float, int]:
        whole = [total(column) for column in zip(*self.rates, strict=True)]
        mass = total(r * (b - a) for r, a, b in zip(whole, self.edges[:-1], self.edges[1:], strict=True))
        u = self.draws.uniform(Purpose.FIRST_SUCCESS, FIRST)
        time = crossing(self.edges, whole, 0.0, -math.log1p(u * math.expm1(-mass)))
        here = min(bisect_right(self.edges, time) - 1, len(self.edges) - 2)
        mark = self.draws.uniform(Purpose.FIRST_CHANNEL, FIRST) * whole[here]
        reach = [total(rate[here] for rate in self.rates[: k + 1]) for k in range(len(self.rates))]
        return time, next(k for k, below in enumerate(reach) if mark < below)

    def integral(self, k: int, until: float) -> float:
        pieces = zip(self.rates[k], self.edges[:-1], self.edges[1:], strict=True)
        return total(r * (min(end, until) - start) for r, start, end in pieces if start < until)

    def failed(self, used: dict[int, float]) -> list[Attempt]:
        found = []
        for k, refused in self.batch.courses[0].refused.items():
            until = min(used.get(k, math.inf), self.driver.world.horizon_h)
            for number, (times, answers) in enumerate(zip(refused.times, refused.answers, strict=True)):
                if float(times[0]) < until:
                    found.append(Attempt(float(times[0]), k, number, Answer(int(answers[0]))))
        return found

    def succeeded(self, time: float, k: int, occurrence: int) -> Attempt:
        channel = self.channels[k]
        targets: list[tuple[int, int]] = []
        if channel.standing is not None:
            likely = self.driver.options(k, np.array([time]), self.batch.courses[0].dates)[0].tolist()
            each = [total(by) for by in likely]
            choose = self.obedient if channel.coercion is not None else self.intruded
            for n in choose(channel, occurrence, each):
                product = channel.standing.products[n]
                targets.append((product, self.path(channel, product, occurrence, likely[n])))
        return Attempt(time, k, occurrence, Answer.SUCCEEDED, tuple(targets))

    def obedient(self, channel: Channel, occurrence: int, success: list[float]) -> list[int]:
        mark = self.draws.uniform(Purpose.COERCION_MARK, channel.key, 2 * occurrence) * max(success)
        return [n for n, s in enumerate(success) if mark < s]

    def intruded(self, channel: Channel, occurrence: int, success: list[float]) -> list[int]:
        best = [n for n, s in enumerate(success) if s == max(success) > 0.0]
        u = self.draws.uniform(Purpose.INTRUSION_PATH, channel.key, occurrence)
        return [best[int(u * len(best))]] if best else []

    def path(self, channel: Channel, product: int, occurrence: int, likely: list[float]) -> int:
        whole, below = total(likely), 0.0
        if max(likely) == whole:
            return likely.index(whole)
        key = joint(self.driver.entities.products[product], channel.key)
        u = self.draws.uniform(Purpose.INTRUSION_PATH, key, occurrence) * whole
        for path, weight in enumerate(likely):
            below += weight
            if u < below:
                return path
        raise AssertionError("a share of the whole lies below the whole")

    def dates(self) -> Dates:
        tables, world = self.batch.courses[0].dates, self.driver.world
        return Dates(
            instruments=tuple(tables.instruments[0].tolist()),
            notice_ends=tuple(tables.notice_ends[0].tolist()),
            sanctions=float(tables.sanctions[0]),
            mitigations=tuple(tables.mitigations[0].tolist()),
            vendors=tuple(
                tuple(float(tables.vendors[m, v][0]) for v in one.vendors) if one.of_vendors else ()
                for m, one in enumerate(world.mitigations)
            ),
        )


def crossing(edges: list[float], rate: list[float], since: float, level: float) -> float:
    """First time after `since` at which the integral of the rate reaches `level`; inf if never."""
    for r, start, end in zip(rate, edges[:-1], edges[1:], strict=True):
        lower = max(start, since)
        if end <= lower or r == 0.0:
            continue
        mass = r * (end - lower)
        if mass >= level:
            return min(lower + level / r, end)
        level -= mass
    return math.inf


def regime_path(times: list[float], states: list[int]) -> RegimePath:
    kept = [(t, s) for t, s in zip(times, states, strict=True) if math.isfinite(t)]
    return RegimePath(tuple(t for t, _ in kept), tuple(s for _, s in kept))
