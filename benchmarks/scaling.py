"""How time grows: with the organisations of a world, and with the number of replications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.core_path import core_path
from benchmarks.engines import Player, events_of, players
from benchmarks.sizes import Sizes
from benchmarks.table import Row, reported

LEFT_OUT = "C++ -O3"
"""Two levels of optimisation would be one line on a plot."""


@dataclass(frozen=True)
class Curve:
    """Processor seconds against something counted."""

    at: tuple[int, ...]
    seconds: tuple[float, ...]
    events: tuple[float, ...]
    """At each point, in as many replications as the seconds are about."""

    @property
    def exponent(self) -> float:
        """Of time against events by least squares on logarithms: 1 is linear."""
        return float(np.polyfit(np.log(self.events), np.log(self.seconds), 1)[0]) if len(self.at) > 1 else 1.0


@dataclass(frozen=True)
class Growth:
    """Curves by engine."""

    by_organisations: dict[str, Curve]
    """Of one replication."""
    by_replications: dict[str, Curve]
    organisations: int
    """Of the world that the replications are of."""


def growth(sizes: Sizes) -> Growth:
    return Growth(_by_organisations(sizes), _by_replications(sizes), sizes.organisations)


def rows(found: Growth) -> list[Row]:
    named = (("organisations", found.by_organisations), ("replications", found.by_replications))
    return [
        reported(f"{engine}: time ~ events ^ a, by {what}", f"a = {curve.exponent:.2f}, {_range(curve.at)} {what}")
        for what, curves in named
        for engine, curve in curves.items()
        if len(curve.at) > 1
    ]


def _by_organisations(sizes: Sizes) -> dict[str, Curve]:
    points: dict[str, list[tuple[int, float, float]]] = {}
    spent: set[str] = set()
    for n in sizes.curve:
        driver = core_path(n)
        each = events_of(driver, sizes.interpreted) / sizes.interpreted
        with players(driver) as found:
            for name in found.keys() - {LEFT_OUT} - spent:
                seconds, count = _at_leisure(found[name], sizes)
                points.setdefault(name, []).append((n, seconds / count, each))
                if seconds > sizes.curve_seconds:
                    spent.add(name)
    return {name: _curve(points[name]) for name in sorted(points)}


def _by_replications(sizes: Sizes) -> dict[str, Curve]:
    driver = core_path(sizes.organisations)
    each = events_of(driver, sizes.interpreted) / sizes.interpreted
    curves = {}
    with players(driver) as found:
        for name in sorted(found.keys() - {LEFT_OUT}):
            found[name](1)  # warm
            points: list[tuple[int, float, float]] = []
            for count in sizes.run_lengths:
                points.append((count, found[name](count), count * each))
                if points[-1][1] > sizes.curve_seconds / 2.0:
                    break
            curves[name] = _curve(points)
    return curves


def _at_leisure(play: Player, sizes: Sizes) -> tuple[float, int]:
    """Seconds of as many replications as take a fair while, and their number."""
    first = play(1)
    count = int(np.clip(sizes.curve_seconds / 4.0 / max(first, 1e-5), 2, sizes.compiled))
    return play(count), count


def _curve(points: Sequence[tuple[int, float, float]]) -> Curve:
    at, seconds, events = zip(*points, strict=True)
    return Curve(at, seconds, events)


def _range(at: Sequence[int]) -> str:
    return f"{at[0]:,} to {at[-1]:,}"
