"""Successes placed on a driver path: forced once in the stratum of at least one, free otherwise.

Candidates come at the largest rate of any arm. Each has one mark, and an arm takes it if the mark is below the
arm's own share of that rate; a single arm takes all.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

from simulator.chance.arms import Arms, Batch, Course
from simulator.chance.channels import Channel
from simulator.chance.driver import Driver
from simulator.chance.entities import joint
from simulator.chance.future import Answer, Attempt, Dates, Future, RegimePath, Stratum
from simulator.chance.keyed import Keyed
from simulator.chance.keys import Draws, Purpose, stable_hash
from simulator.chance.regimes import Paths

_FIRST = stable_hash("first success")
_CLOCK = {
    "coerced_update": Purpose.COERCION_CLOCK,
    "outside_intrusion": Purpose.INTRUSION_CLOCK,
    "access_release": Purpose.ACCESS_CLOCK,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A success in at least one arm, if none used the channel before."""

    time_h: float
    channel: int
    occurrence: int
    taken_by: tuple[bool, ...]
    """Per kind of arm."""


def futures_of(arms: Arms, batch: Batch, row: int, seed: int, stratum: Stratum) -> tuple[Future, ...]:
    """The future of one row of a batch in each arm: first candidate forced, none, or free, by its stratum."""
    draws = Draws(seed, int(batch.replications[row]), int(batch.attempts[row]))
    placing = _Placing(arms, batch, row, draws)
    candidates = [] if stratum is Stratum.NONE else placing.candidates(stratum is Stratum.AT_LEAST_ONE)
    regimes = tuple(_regime_path(p.times[row].tolist(), p.states[row].tolist()) for p in batch.paths)
    parts = [_part(arms.kinds[n], batch, n, row, draws, placing, candidates) for n in range(len(arms.kinds))]
    return tuple(
        Future(
            replication=draws.replication,
            stratum=stratum,
            attempt=draws.attempt,
            regimes=regimes,
            attempts=parts[kind].attempts,
            dates=_dates(arms, a, batch, row, draws),
            hazards=parts[kind].hazards,
        )
        for a, kind in enumerate(arms.kind)
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """What arms of one kind share."""

    attempts: tuple[Attempt, ...]
    hazards: tuple[float, ...]


def _part(
    driver: Driver, batch: Batch, kind: int, row: int, draws: Draws, placing: _Placing, candidates: list[Candidate]
) -> _Part:
    course = batch.courses[kind]
    own = [c for c in candidates if c.taken_by[kind]]
    used = {c.channel: c.time_h for c in own if driver.channels[c.channel].once}
    attempts = [_succeeded(driver, course, row, draws, c) for c in own]
    attempts += _failed(driver, course, row, used)
    hazards = tuple(
        _integral_until(placing.own_edges[kind], placing.own[k][kind], used.get(k, math.inf))
        if k in course.rates
        else _integral_until(placing.edges, placing.rates[k], used.get(k, math.inf))
        for k in range(len(driver.channels))
    )
    return _Part(tuple(sorted(attempts, key=lambda x: (x.time_h, x.channel, x.occurrence))), hazards)


def _dates(arms: Arms, arm: int, batch: Batch, row: int, draws: Draws) -> Dates:
    """Dates of one arm on one path: those of its kind's driver, or its own of the same keys."""
    driver, kind = arms.drivers[arm], arms.kind[arm]
    if driver is arms.kinds[kind]:
        return batch.courses[kind].dates.of(row, driver.world)
    here = slice(row, row + 1)
    keyed = Keyed(draws.seed, batch.replications[here], batch.attempts[here])
    paths = tuple(Paths(p.times[here], p.states[here]) for p in batch.paths)
    return driver.calendar.draw(keyed, paths).of(0, driver.world)


class _Placing:
    """Rates of one row, and the candidates they bring."""

    def __init__(self, arms: Arms, batch: Batch, row: int, draws: Draws) -> None:
        self.channels = arms.base.channels
        self.draws = draws
        self.kinds = len(arms.kinds)
        self.edges: list[float] = batch.edges[row].tolist()
        self.own_edges: list[list[float]] = [course.edges[row].tolist() for course in batch.courses]
        self.own: dict[int, list[list[float]]] = {
            k: [course.rates[k][row].tolist() for course in batch.courses] for k in arms.decided
        }
        """Per decided channel and kind, on the kind's own grid."""
        self.rates: list[list[float]] = [
            batch.envelope[k][row].tolist()
            if k in batch.envelope
            else channel.success_rate[batch.state[channel.theatre][row]].tolist()
            for k, channel in enumerate(self.channels)
        ]

    def candidates(self, forced: bool) -> list[Candidate]:
        """Every candidate until the horizon; of a channel used once, until every kind has used it."""
        found: list[Candidate] = []
        since, first = 0.0, -1
        if forced:
            since, first = _first_success(self.draws, self.edges, self.rates)
            found.append(Candidate(since, first, 0, self._taken(first, since, 0)))
        for k, channel in enumerate(self.channels):
            used = list(found[0].taken_by) if k == first else [False] * self.kinds
            time, occurrence = since, int(k == first)
            while not (channel.once and all(used)):
                u = self.draws.uniform(_CLOCK[channel.kind], channel.key, occurrence)
                time = _crossing(self.edges, self.rates[k], time, -math.log1p(-u))
                if math.isinf(time):
                    break
                taken = self._taken(k, time, occurrence)
                if channel.once:
                    taken = tuple(t and not before for t, before in zip(taken, used, strict=True))
                    used = [t or before for t, before in zip(taken, used, strict=True)]
                found.append(Candidate(time, k, occurrence, taken))
                occurrence += 1
        return found

    def _taken(self, k: int, time: float, occurrence: int) -> tuple[bool, ...]:
        """Which kinds of arm have this success."""
        if self.kinds == 1 or k not in self.own:
            return (True,) * self.kinds
        top = self.rates[k][_segment(self.edges, time)]
        mark = self.draws.uniform(Purpose.SUCCESS_MARK, self.channels[k].key, occurrence) * top
        grids = zip(self.own_edges, self.own[k], strict=True)
        return tuple(mark < rates[_segment(edges, time)] for edges, rates in grids)


def _first_success(draws: Draws, edges: list[float], rates: list[list[float]]) -> tuple[float, int]:
    """The first success given that there is one: truncated in the total hazard, shared out by rate."""
    total = [math.fsum(column) for column in zip(*rates, strict=True)]
    whole = math.fsum(r * (b - a) for r, a, b in zip(total, edges[:-1], edges[1:], strict=True))
    u = draws.uniform(Purpose.FIRST_SUCCESS, _FIRST)
    time = _crossing(edges, total, 0.0, -math.log1p(u * math.expm1(-whole)))
    if math.isinf(time):  # rounding at the very end of the last segment
        time = math.nextafter(edges[-1], 0.0)
    segment = _segment(edges, time)
    while total[segment] == 0.0:  # rounding carried the time to the end of its segment
        time = math.nextafter(edges[segment], 0.0)
        segment -= 1
    mark = draws.uniform(Purpose.FIRST_CHANNEL, _FIRST) * total[segment]
    below = 0.0
    for k, rate in enumerate(rates):
        below += rate[segment]
        if mark < below:
            return time, k
    return time, max(k for k, rate in enumerate(rates) if rate[segment] > 0.0)


def _segment(edges: list[float], time: float) -> int:
    return min(bisect_right(edges, time) - 1, len(edges) - 2)


def _crossing(edges: list[float], rate: list[float], since: float, level: float) -> float:
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


def _integral_until(edges: list[float], rate: list[float], until: float) -> float:
    """Integral of a rate up to a time."""
    pieces = zip(rate, edges[:-1], edges[1:], strict=True)
    return math.fsum(r * (min(end, until) - start) for r, start, end in pieces if start < until)


def _failed(driver: Driver, course: Course, row: int, used: dict[int, float]) -> list[Attempt]:
    """Failed attempts up to the use of their channel."""
    found = []
    for k, refused in course.refused.items():
        until = min(used.get(k, math.inf), driver.world.horizon_h)
        for number, (times, answers) in enumerate(zip(refused.times, refused.answers, strict=True)):
            if float(times[row]) < until:
                found.append(Attempt(float(times[row]), k, number, Answer(int(answers[row]))))
    return found


def _succeeded(driver: Driver, course: Course, row: int, draws: Draws, c: Candidate) -> Attempt:
    """A success with what it gives into hostile hands."""
    channel = driver.channels[c.channel]
    targets: tuple[tuple[int, int], ...] = ()
    if channel.standing is not None:
        likely = driver.options(c.channel, c.time_h, row, course.dates)
        each = likely.sum(axis=1).tolist()
        if channel.coercion is not None:
            chosen = _obedient(draws, channel, c.occurrence, each)
        else:
            chosen = _intruded(draws, channel, c.occurrence, each)
        given_way = [(channel.standing.products[n], likely[n].tolist()) for n in chosen]
        targets = tuple((p, _path(draws, driver, channel, p, c.occurrence, by)) for p, by in given_way)
    return Attempt(c.time_h, c.channel, c.occurrence, Answer.SUCCEEDED, targets)


def _obedient(draws: Draws, channel: Channel, occurrence: int, success: list[float]) -> list[int]:
    """Products that give way: those whose success exceeds the campaign's one mark, below that of the best."""
    mark = draws.uniform(Purpose.COERCION_MARK, channel.key, 2 * occurrence) * max(success)
    return [n for n, s in enumerate(success) if mark < s]


def _intruded(draws: Draws, channel: Channel, occurrence: int, success: list[float]) -> list[int]:
    """An intruder in the build uses one of the vendor's least guarded products."""
    best = [n for n, s in enumerate(success) if s == max(success) > 0.0]
    u = draws.uniform(Purpose.INTRUSION_PATH, channel.key, occurrence)
    return [best[int(u * len(best))]] if best else []


def _path(draws: Draws, driver: Driver, channel: Channel, product: int, occurrence: int, likely: list[float]) -> int:
    """The path this attempt, known to work, went by: in proportion to choice x success."""
    total, below = sum(likely), 0.0
    if max(likely) == total:
        return likely.index(total)
    key = joint(driver.entities.products[product], channel.key)
    u = draws.uniform(Purpose.INTRUSION_PATH, key, occurrence) * total
    for path, weight in enumerate(likely):
        below += weight
        if u < below:
            return path
    return max(path for path, weight in enumerate(likely) if weight > 0.0)


def _regime_path(times: list[float], states: list[int]) -> RegimePath:
    kept = [(t, s) for t, s in zip(times, states, strict=True) if math.isfinite(t)]
    return RegimePath(tuple(t for t, _ in kept), tuple(s for _, s in kept))
