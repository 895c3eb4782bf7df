"""Successes placed on a driver path: forced once in the stratum of at least one, free otherwise."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from simulator.chance.channels import Channel
from simulator.chance.driver import Batch, Driver
from simulator.chance.future import Answer, Attempt, Future, RegimePath, Stratum
from simulator.chance.keys import Draws, Purpose, stable_hash

_FIRST = stable_hash("first success")
_CLOCK = {
    "coerced_update": Purpose.COERCION_CLOCK,
    "outside_intrusion": Purpose.INTRUSION_CLOCK,
    "access_release": Purpose.ACCESS_CLOCK,
}


def future_of(driver: Driver, batch: Batch, row: int, seed: int, stratum: Stratum) -> Future:
    """The future of one row of a batch: first success forced, none, or free (crude), by its stratum."""
    draws = Draws(seed, int(batch.replications[row]), int(batch.attempts[row]))
    edges = batch.edges[row].tolist()
    rates = batch.rates_of(driver.channels, row)
    placed: list[tuple[float, int, int]] = []
    if stratum is not Stratum.NONE:
        placed = _place(driver.channels, draws, edges, rates, stratum is Stratum.AT_LEAST_ONE)
    used = {k: time for time, k, _ in placed if driver.channels[k].once}
    attempts = [_succeeded(driver, batch, row, draws, edges, *s) for s in placed]
    for k, refused in batch.refused.items():
        for number, (times, answers) in enumerate(zip(refused.times, refused.answers, strict=True)):
            time = float(times[row])
            if time < min(used.get(k, math.inf), driver.world.horizon_h):
                attempts.append(Attempt(time, k, number, Answer(int(answers[row])), 1.0))
    return Future(
        replication=int(batch.replications[row]),
        stratum=stratum,
        attempt=int(batch.attempts[row]),
        regimes=tuple(_regime_path(p.times[row].tolist(), p.states[row].tolist()) for p in batch.paths),
        attempts=tuple(sorted(attempts, key=lambda a: (a.time_h, a.channel, a.occurrence))),
        instruments_h=tuple(batch.instruments[row].tolist()),
        sanctions_h=float(batch.sanctions[row]),
        hazards=tuple(_integral_until(edges, r, used.get(k, math.inf)) for k, r in enumerate(rates)),
    )


def _place(
    channels: Sequence[Channel],
    draws: Draws,
    edges: list[float],
    rates: list[list[float]],
    forced: bool,
) -> list[tuple[float, int, int]]:
    """(time, channel, occurrence) of every success."""
    placed: list[tuple[float, int, int]] = []
    since, first = 0.0, -1
    if forced:
        since, first = _first_success(draws, edges, rates)
        placed.append((since, first, 0))
    for k, channel in enumerate(channels):
        if k == first and channel.once:
            continue
        time, occurrence = since, int(k == first)
        while True:
            u = draws.uniform(_CLOCK[channel.kind], channel.key, occurrence)
            time = _crossing(edges, rates[k], time, -math.log1p(-u))
            if math.isinf(time):
                break
            placed.append((time, k, occurrence))
            occurrence += 1
            if channel.once:
                break
    return placed


def _first_success(draws: Draws, edges: list[float], rates: list[list[float]]) -> tuple[float, int]:
    """The first success given that there is one: truncated in the total hazard, shared out by rate."""
    total = [math.fsum(column) for column in zip(*rates, strict=True)]
    whole = math.fsum(r * (b - a) for r, a, b in zip(total, edges[:-1], edges[1:], strict=True))
    u = draws.uniform(Purpose.FIRST_SUCCESS, _FIRST)
    time = _crossing(edges, total, 0.0, -math.log1p(u * math.expm1(-whole)))
    if math.isinf(time):  # rounding at the very end of the last segment
        time = math.nextafter(edges[-1], 0.0)
    segment = min(bisect_right(edges, time) - 1, len(total) - 1)
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


def _succeeded(
    driver: Driver,
    batch: Batch,
    row: int,
    draws: Draws,
    edges: list[float],
    time: float,
    k: int,
    occurrence: int,
) -> Attempt:
    """A success carries a mark below its channel's success probability at that moment."""
    channel = driver.channels[k]
    works = float(channel.success[_state(driver, batch, row, edges, k, time)])
    mark = draws.uniform(Purpose.COERCION_MARK, channel.key, 2 * occurrence) * works
    return Attempt(time, k, occurrence, Answer.SUCCEEDED, mark)


def _state(driver: Driver, batch: Batch, row: int, edges: list[float], k: int, time: float) -> int:
    segment = min(bisect_right(edges, time) - 1, len(edges) - 2)
    return int(batch.state[driver.channels[k].theatre][row, segment])


def _regime_path(times: list[float], states: list[int]) -> RegimePath:
    kept = [(t, s) for t, s in zip(times, states, strict=True) if math.isfinite(t)]
    return RegimePath(tuple(t for t, _ in kept), tuple(s for _, s in kept))
