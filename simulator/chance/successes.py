"""Successes placed on driver paths: forced once in the stratum of at least one, free otherwise.

Candidates come at the largest rate of any arm. Each has one mark, and an arm takes it if the mark is below the
arm's own share of that rate; a single arm takes all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.chance.arms import ROUNDING, Arms, Batch
from simulator.chance.elementary import expm1, exponential_time, log1p
from simulator.chance.keys import Purpose, stable_hash
from simulator.chance.segments import crossing, integral, segment_at

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_FIRST = stable_hash("first success")
_CLOCK = {
    "coerced_update": Purpose.COERCION_CLOCK,
    "outside_intrusion": Purpose.INTRUSION_CLOCK,
    "access_release": Purpose.ACCESS_CLOCK,
}


@dataclass(frozen=True, eq=False)
class Candidates:
    """N successes in at least one arm, if none used the channel before."""

    row: Integers
    channel: Integers
    occurrence: Integers
    time: Floats
    taken: NDArray[np.bool_]
    """(N, kinds) by each kind of arm."""

    def of(self, chosen: NDArray[np.bool_]) -> Candidates:
        """Some of them."""
        return Candidates(
            self.row[chosen], self.channel[chosen], self.occurrence[chosen], self.time[chosen], self.taken[chosen]
        )

    @classmethod
    def joined(cls, parts: list[Candidates], kinds: int) -> Candidates:
        """One after another."""
        if not parts:
            none = np.zeros(0, dtype=np.int64)
            return cls(none, none, none, np.zeros(0), np.zeros((0, kinds), dtype=bool))
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in cls.__dataclass_fields__))


class Placing:
    """Rates of success of every channel in every row of a batch, and the candidates they bring."""

    def __init__(self, arms: Arms, batch: Batch) -> None:
        self.arms, self.batch = arms, batch
        self.channels = arms.base.channels
        self.edges = batch.grid.edges
        rows, segments = len(self.edges), self.edges.shape[1] - 1
        self.rates: Floats = np.empty((len(self.channels), rows, segments))
        """(C, R, S)"""
        for k, channel in enumerate(self.channels):
            decided = batch.envelope.get(k)
            plain = channel.success_rate[batch.grid.state[channel.theatre]] if decided is None else decided
            self.rates[k] = plain
        self.whole = integral(self.edges, self.rates)
        """(C, R) until the horizon."""
        self.once = np.array([c.once for c in self.channels], dtype=bool)
        self.keys = np.array([c.key for c in self.channels], dtype=np.uint64)

    def candidates(self, forced: bool) -> Candidates:
        """Every candidate until the horizon; of a channel used once, until every kind has used it."""
        rows, kinds = len(self.edges), len(self.arms.kinds)
        found: list[Candidates] = []
        since, first = np.zeros(rows), np.full(rows, -1)
        used = np.zeros((rows, kinds), dtype=bool)
        """By each kind of arm, of the channel of the first success."""
        if forced:
            since, first = self.first_success()
            every, none = np.arange(rows), np.zeros(rows, dtype=np.int64)
            used = self._taken(every, first, none, since)
            found.append(Candidates(every, first, none, since, used))
        for clock in sorted({_CLOCK[c.kind] for c in self.channels}):
            own = np.array([k for k, c in enumerate(self.channels) if _CLOCK[c.kind] == clock])
            found += self._onward(clock, own, since, first, used)
        return Candidates.joined(found, kinds)

    def _onward(
        self, clock: Purpose, channels: Integers, since: Floats, first: Integers, used: NDArray[np.bool_]
    ) -> list[Candidates]:
        """Candidates of some channels after `since` (R,) and after the first success, which `used` its channel."""
        found = []
        channel, row = np.repeat(channels, len(since)), np.tile(np.arange(len(since)), len(channels))
        time, again = since[row], channel == first[row]
        occurrence, gone = again.astype(np.int64), used[row] & (again & self.once[channel])[:, None]
        going = np.flatnonzero(~gone.all(axis=1))
        while len(going):
            k, r = channel[going], row[going]
            u = self.batch.draw.only(r).uniform(clock, self.keys[k], occurrence[going])
            within = -np.log1p(-u) <= self.whole[k, r] * (1.0 + ROUNDING)
            going, k, r = going[within], k[within], r[within]
            time[going] = crossing(self.edges[r], self.rates[k, r], time[going], exponential_time(u[within]))
            going = going[np.isfinite(time[going])]
            k, r = channel[going], row[going]
            taken = self._taken(r, k, occurrence[going], time[going]) & ~gone[going]
            found.append(Candidates(r, k, occurrence[going], time[going], taken))
            gone[going] |= taken & self.once[k, None]
            occurrence[going] += 1
            going = going[~gone[going].all(axis=1)]
        return found

    def _taken(self, row: Integers, channel: Integers, occurrence: Integers, time: Floats) -> NDArray[np.bool_]:
        """Which kinds of arm (N, kinds) have these successes."""
        taken = np.ones((len(row), len(self.arms.kinds)), dtype=bool)
        for k in self.arms.decided if taken.shape[1] > 1 else ():
            here = np.flatnonzero(channel == k)
            r, at = row[here], time[here]
            mark = self.batch.draw.only(r).uniform(Purpose.SUCCESS_MARK, self.keys[k], occurrence[here])
            mark = mark * self.rates[k, r, segment_at(self.edges[r], at)]
            for n, course in enumerate(self.batch.courses):
                taken[here, n] = mark < course.rates[k][r, segment_at(course.edges[r], at)]
        return taken

    def first_success(self) -> tuple[Floats, Integers]:
        """The first success given that there is one: truncated in the total hazard, shared out by rate."""
        draw, edges, rows = self.batch.draw, self.edges, np.arange(len(self.edges))
        reach = np.cumsum(self.rates, axis=0)
        whole = reach[-1]
        u = draw.uniform(Purpose.FIRST_SUCCESS, _FIRST, 0)
        level = -log1p(u * expm1(-integral(edges, whole)))
        time = crossing(edges, whole, np.zeros(len(rows)), level)
        time = np.minimum(time, np.nextafter(edges[:, -1], 0.0))  # rounding at the very end of the last segment
        segment = segment_at(edges, time)
        while (late := whole[rows, segment] == 0.0).any():  # rounding carried the time to the end of its segment
            time[late] = np.nextafter(edges[rows[late], segment[late]], 0.0)
            segment[late] -= 1
        here = reach[:, rows, segment]
        mark = draw.uniform(Purpose.FIRST_CHANNEL, _FIRST, 0) * here[-1]
        below = mark < here
        last = len(here) - 1 - (self.rates[::-1, rows, segment] > 0.0).argmax(axis=0)
        return time, np.where(below.any(axis=0), below.argmax(axis=0), last)

    def hazards(self, kind: int, used: Floats) -> Floats:
        """Integrated hazard (R, C) of each channel in one kind of arm, up to its use (R, C)."""
        found = np.array(self.whole.T, order="C")
        course = self.batch.courses[kind]
        for k in course.rates if course.grid is not self.batch.grid else ():
            found[:, k] = integral(course.edges, course.rates[k])
        for k in np.flatnonzero(np.isfinite(used).any(axis=0)).tolist():
            rows = np.flatnonzero(np.isfinite(used[:, k]))
            edges, rate = self.edges, self.rates[k]
            if k in course.rates:
                edges, rate = course.edges, course.rates[k]
            found[rows, k] = integral(edges[rows], rate[rows], used[rows, k])
        return found
