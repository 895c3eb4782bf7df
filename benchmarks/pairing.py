"""Fair comparison on a machine that others use too: everything compared is run in turn, round after round.

A ratio is taken within a round, where both sides met the same conditions, and its median and range over the rounds
are told. Times are processor seconds, which waiting for a processor does not lengthen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Spread:
    """A figure of several rounds."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(median(values), min(values), max(values))

    def __str__(self) -> str:
        return f"{short(self.middle)} ({short(self.low)} to {short(self.high)})"


def interleaved(works: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """What each work returned, by round. Each runs once before anything counts; who goes first changes every round."""
    for work in works.values():
        work()
    names = list(works)
    found: dict[str, list[float]] = {name: [] for name in names}
    for n in range(rounds):
        shift = n % len(names)
        for name in names[shift:] + names[:shift]:
            found[name].append(works[name]())
    return found


def ratio(found: Mapping[str, Sequence[float]], above: str, below: str) -> Spread:
    """Of two works, round by round."""
    return Spread.of([a / b for a, b in zip(found[above], found[below], strict=True)])


def processor_seconds(work: Callable[[], T]) -> tuple[float, T]:
    """Processor seconds of this process, all its threads together, and what the work returned."""
    start = time.process_time()
    done = work()
    return time.process_time() - start, done


def short(value: float) -> str:
    """Three significant digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
