"""Failed attempts of one channel in many driver paths at once, for several arms that share candidates.

Candidates come at the largest rate of failure of any arm, each with one mark; an arm takes a candidate if the
mark is below its own share of that rate. They do not depend on the successes (thinning of a Poisson process).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.chance.channels import Channel
from simulator.chance.elementary import exponential_time
from simulator.chance.future import Answer
from simulator.chance.keyed import Keyed
from simulator.chance.keys import Purpose
from simulator.chance.segments import Refinement, crossing, rate_at

Floats = NDArray[np.float64]
_MOST = 64
"""Candidates of one channel in one replication beyond which the scenario is at fault."""


@dataclass(frozen=True, eq=False)
class Refused:
    """Failed attempts of one channel in one arm: per candidate, times (R,), inf where not taken, and answers (R,)."""

    times: tuple[Floats, ...]
    answers: tuple[NDArray[np.int64], ...]
    burnt: Floats
    """When the channel ended by a failure, (R,); inf if it did not."""
    moved: Floats
    """When the firm moved away, (R,); inf if it did not."""


@dataclass(frozen=True, eq=False)
class Trying:
    """Rate of attempts and probability of success of one arm, and P(the firm obeys): all (R, S)."""

    rate: Floats
    success: Floats
    obeyed: Floats


def refusals(
    draw: Keyed,
    channel: Channel,
    edges: Floats,
    grids: Sequence[Floats],
    within: Sequence[Refinement],
    arms: Sequence[Trying],
) -> tuple[Refused, ...]:
    """Failed attempts of each arm, until one burns its channel. Raises RuntimeError for endless refusal.

    Each arm has its own grid, which refines (see `within`) the one (R, T + 1) with these `edges`; a single arm's is
    the same.
    """
    coercion = channel.coercion
    failing = [arm.rate * (1.0 - arm.success) for arm in arms]
    envelope = failing[0]
    if len(arms) > 1:
        envelope = np.max([grid.largest(own) for grid, own in zip(within, failing, strict=True)], axis=0)
    books = [_Book(len(edges)) for _ in arms]
    if coercion is None or not envelope.any():
        return tuple(book.closed() for book in books)
    slower = coercion.refusal.hazard_after_move.value
    since, going = np.zeros(len(edges)), envelope.any(axis=1)
    for k in range(_MOST):
        going &= np.any([book.alive for book in books], axis=0)
        rows = np.flatnonzero(going)
        level = exponential_time(draw.only(rows).uniform(Purpose.COERCION_REFUSAL, channel.key, 2 * k))
        when = crossing(edges[rows], envelope[rows], since[rows], level)
        happens = np.isfinite(when)
        going[rows] = happens
        rows, at = rows[happens], when[happens]
        if not len(rows):
            return tuple(book.closed() for book in books)
        since[rows] = at
        own_draw = draw.only(rows)
        mark = own_draw.uniform(Purpose.REFUSAL_MARK, channel.key, k) * rate_at(edges[rows], envelope[rows], at)
        u = own_draw.uniform(Purpose.COERCION_REFUSAL, channel.key, 2 * k + 1)
        for arm, grid, fails, book in zip(arms, grids, failing, books, strict=True):
            own = rate_at(grid[rows], fails[rows], at) * np.where(np.isfinite(book.moved[rows]), slower, 1.0)
            taken = book.alive[rows] & (mark < own)
            works, obeyed = (rate_at(grid[rows], share[rows], at) for share in (arm.success, arm.obeyed))
            answer = _answer(channel, u, works, obeyed)
            book.note(rows[taken], at[taken], answer[taken], coercion.failed_use_burns)
    raise RuntimeError(f"{channel.name}: more than {_MOST} refused attempts in one replication")


def _answer(channel: Channel, u: Floats, works: Floats, obeyed: Floats) -> NDArray[np.int64]:
    """Given that an attempt did not succeed: obeyed but blocked, or refused in one of four ways."""
    assert channel.coercion is not None
    refusal = channel.coercion.refusal
    blocked = np.divide(obeyed - works, 1.0 - works, out=np.zeros_like(works), where=works < 1.0)
    v = np.divide(u - blocked, 1.0 - blocked, out=np.zeros_like(u), where=blocked < 1.0)
    shares = np.cumsum([refusal.resist.value, refusal.publicise.value, refusal.leave.value])
    refused = Answer.RESISTED + (v[:, None] >= shares[None, :]).sum(axis=1)
    return np.where(u < blocked, int(Answer.FAILED), refused).astype(np.int64)


class _Book:
    """What one arm makes of the candidates."""

    def __init__(self, rows: int) -> None:
        self.alive = np.ones(rows, dtype=bool)
        self.burnt = np.full(rows, np.inf)
        self.moved = np.full(rows, np.inf)
        self.times: list[Floats] = []
        self.answers: list[NDArray[np.int64]] = []

    def note(self, rows: NDArray[np.int64], when: Floats, answer: NDArray[np.int64], failure_burns: bool) -> None:
        """A candidate at `when` on those of the rows on which the arm takes it."""
        ends = (answer == Answer.PUBLICISED) | (answer == Answer.LEFT_MARKET)
        ends |= (answer == Answer.FAILED) & failure_burns
        self.burnt[rows[ends]] = when[ends]
        moves = (answer == Answer.MOVED_AWAY) & np.isinf(self.moved[rows])
        self.moved[rows[moves]] = when[moves]
        self.alive[rows[ends]] = False
        times, answers = np.full(len(self.alive), np.inf), np.zeros(len(self.alive), dtype=np.int64)
        times[rows], answers[rows] = when, answer
        self.times.append(times)
        self.answers.append(answers)

    def closed(self) -> Refused:
        return Refused(tuple(self.times), tuple(self.answers), self.burnt, self.moved)
