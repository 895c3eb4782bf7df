"""The predictive distribution: which parameters are true (outer draws), and for each which future happens (inner)."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.batch.faults import RunFault
from simulator.batch.processes import checked_workers, end_at_once, finished, pool_of
from simulator.batch.workers import make_driver
from simulator.chance.arms import Arms
from simulator.chance.future import Stratum
from simulator.chance.ignorance import drawn_scenario
from simulator.chance.strata import futures
from simulator.checks.hindcast.card import Card
from simulator.checks.hindcast.past import Past
from simulator.checks.hindcast.quantities import Ask, Those, measured, those
from simulator.model.replication import simulate
from simulator.scenario.errors import InputError
from simulator.scenario.gather import made_anew
from simulator.scenario.portfolio import Register
from simulator.scenario.schema import Scenario

Floats = NDArray[np.float64]

OUTER = 200
"""Draws of what nobody knows, for each card."""
INNER = 2
"""Futures for each of them: the outer draws are what costs precision, so two will do."""
GRID = 101
"""Points of a curve over time."""
BEYOND = 1.15
"""A curve is drawn this far beyond its last observed point."""
_CHUNK = 5
"""Outer draws to a piece of work."""


@dataclass(frozen=True)
class Curve:
    """A share over time in every future: `hours` (n,) and `sample` (futures, n)."""

    ask: Ask
    hours: Floats
    sample: Floats


@dataclass(frozen=True)
class Forecast:
    """What the simulator foretells of a card. `sample`: (futures, quantities), nan where a quantity is undefined."""

    card: Card
    seed: int
    outer: int
    sample: Floats
    curves: tuple[Curve, ...]

    @property
    def futures(self) -> int:
        return len(self.sample)


class _Piece(NamedTuple):
    """Some outer draws of one card."""

    card: int
    outer: range
    inner: int
    seed: int


def forecasts(
    cards: Sequence[Card],
    *,
    outer: int = OUTER,
    inner: int = INNER,
    seed: int = 1,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Forecast, ...]:
    """The predictive distribution of every card, in their order. `progress(done, all)` counts futures.

    Equal arguments but `workers` give equal figures to the last bit. A KeyboardInterrupt ends it. Raises
    InputError for numbers that will not do and for a scenario of which a draw is refused.
    """
    for name, number in (("outer draws", outer), ("inner futures", inner)):
        if number < 1:
            raise InputError(f"the number of {name} is {number}; allowed: 1 or more")
    checked_workers(workers)
    if not 0 <= seed < 2**63:
        raise InputError(f"the seed is {seed}; allowed: a whole number from 0 to {2**63 - 1}")
    pieces = [
        _Piece(c, range(first, min(first + _CHUNK, outer)), inner, seed)
        for first in range(0, outer, _CHUNK)
        for c in range(len(cards))
    ]
    done = 0
    found: dict[tuple[int, int], Floats] = {}
    with closing(_worked(cards, pieces, workers)) as finished:
        for piece, rows in finished:
            found[piece.card, piece.outer.start] = rows
            done += len(rows)
            if progress is not None:
                progress(done, outer * inner * len(cards))
    return tuple(
        _gathered(card, seed, outer, np.concatenate([found[c, first] for first in range(0, outer, _CHUNK)]))
        for c, card in enumerate(cards)
    )


def _gathered(card: Card, seed: int, outer: int, rows: Floats) -> Forecast:
    """The columns of a card's futures, told apart into quantities and curves."""
    own = len(card.observed)
    curves = []
    for number, ask in enumerate(card.curves()):
        start = own + number * GRID
        curves.append(Curve(ask, curve_hours(card, ask), rows[:, start : start + GRID]))
    return Forecast(card, seed, outer, rows[:, :own], tuple(curves))


def curve_hours(card: Card, ask: Ask) -> Floats:
    """Times at which a curve is known: from nought to beyond its last observed point, denser at the start."""
    last = max(one.ask.at_h for one in card.observed if ask.follows(one.ask))
    hours: Floats = BEYOND * last * np.linspace(0.0, 1.0, GRID) ** 2
    return hours


def _asks(card: Card) -> list[Ask]:
    """What every future of a card is asked: its quantities, then its curves point by point."""
    points = [
        Ask(curve.quantity, curve.since, hour, curve.among)
        for curve in card.curves()
        for hour in curve_hours(card, curve).tolist()
    ]
    return [*(one.ask for one in card.observed), *points]


def _futures_of(card: Card, piece: _Piece) -> Floats:
    """Rows of the futures of some outer draws: a pure function of its arguments."""
    asks = _asks(card)
    rows = []
    whom: dict[tuple[str, ...], Those] = {}
    for outer in piece.outer:
        scenario = _drawn(card.loaded.scenario, piece.seed, outer)
        driver = make_driver(scenario, _register(card, scenario, outer))
        if not whom:
            whom = {among: those(driver.world, among, card.each) for among in {ask.among for ask in asks}}
        numbers = np.arange(outer * piece.inner, (outer + 1) * piece.inner, dtype=np.int64)
        for (future,) in futures(Arms([driver]), piece.seed, Stratum.CRUDE, numbers):
            past = Past(driver.world, simulate(driver, piece.seed, future, keep_log=True))
            rows.append([measured(past, whom[ask.among], ask) for ask in asks])
    return np.array(rows)


def _register(card: Card, scenario: Scenario, outer: int) -> Register:
    """The portfolio of an outer draw: which firms ran the product is not known either, unless files say so."""
    section = scenario.portfolio.generate
    made = made_anew(scenario, section.seed + outer) if section is not None else None
    return made if made is not None else card.loaded.register


def _drawn(scenario: Scenario, seed: int, outer: int) -> Scenario:
    """As it may truly be. Teams and what keeps them busy stay as stated: drawn apart they may not fit each other."""
    return drawn_scenario(scenario, seed, outer, ranges=True).model_copy(update={"pools": scenario.pools})


def _worked(
    cards: Sequence[Card], pieces: Sequence[_Piece], workers: int
) -> Generator[tuple[_Piece, Floats], None, None]:
    """Pieces in the order in which they are done."""
    if workers == 1:
        for piece in pieces:
            yield piece, _futures_of(cards[piece.card], piece)
        return
    pool = pool_of(workers, _start, tuple(cards))
    try:
        yield from finished(pool, _work, pieces)
    except BrokenProcessPool:
        raise RunFault("a worker process died, perhaps for lack of memory; try fewer workers") from None
    finally:
        end_at_once(pool)


_cards: tuple[Card, ...] = ()
"""The cards of a worker process."""


def _start(cards: tuple[Card, ...]) -> None:
    global _cards
    _cards = cards
    gc.freeze()


def _work(piece: _Piece) -> Floats:
    return _futures_of(_cards[piece.card], piece)
