"""What the kernel logged, noted and lost, in the words of the model."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import cast

import numpy as np

from simulator.chance.driver import Driver
from simulator.chance.future import Answer
from simulator.kernel.codes import BEARINGS, INSTRUMENT_KINDS, MODES, ROUTES
from simulator.kernel.layout import NOTHING
from simulator.kernel.memory import Memory
from simulator.kernel.portfolio import first_bearings
from simulator.model.clock import Entry
from simulator.model.kinds import Kind
from simulator.model.replication import Noted
from simulator.model.service import NUISANCE
from simulator.scenario.words import PATHS
from simulator.world.mitigations import Bearing

_OUTPUTS = frozenset({Kind.SERVICE_DOWN, Kind.SERVICE_UP, Kind.MANUAL_FALLS, Kind.GRID})
"""Kinds whose detail is a share."""
_ROWS = frozenset({Kind.INSTALL, Kind.FOOTHOLD, Kind.ACTIVATION, Kind.PROXY})
"""Kinds whose detail is a row of a table."""


def event_log(driver: Driver, memory: Memory) -> tuple[Entry, ...]:
    """The event log of the replication that a memory has just played."""
    words = _words(driver)
    rows = memory["log"][: int(memory["run"]["count"][0])]
    columns = (rows[name].tolist() for name in ("time", "kind", "who", "parent", "detail", "what"))
    found = []
    for time, number, who, parent, share, what in zip(*columns, strict=True):
        kind = Kind(number)
        detail: float | int | str | None = None
        if kind in _OUTPUTS:
            detail = share
        elif kind in _ROWS:
            detail = what
        elif kind in words:
            detail = words[kind](who, what)
        found.append(Entry(time, kind, who, parent, detail))
    return tuple(found)


def _words(driver: Driver) -> dict[Kind, Callable[[int, int], str | None]]:
    world = driver.world
    sides = sorted(world.scenario.hacktivists)
    return {
        Kind.REGIME: lambda who, what: driver.chains[who].labels[what],
        Kind.ATTEMPT: lambda who, what: Answer(what).name.lower(),
        Kind.RELEASE: lambda who, what: path_words(what),
        Kind.INSTRUMENT: lambda who, what: world.scenario.instruments[who].kind,
        Kind.HACKTIVISTS: lambda who, what: sides[what],
        Kind.OUTAGE: lambda who, what: ROUTES[what],
        Kind.BUFFER_FULL: lambda who, what: "delivery",
        Kind.REPAIR_STARTS: lambda who, what: "own team" if what >= 0 else None,
    }


def path_words(paths: int) -> str:
    """Names of a set of paths, given as bits."""
    return " + ".join(sorted(path for n, path in enumerate(PATHS) if paths >> n & 1))


class Notes:
    """Reads what the replication that a memory has just played noted."""

    def __init__(self, driver: Driver) -> None:
        edges = pairwise(first_bearings(driver.world))
        self.questions = [
            (cast(Bearing, what), row)
            for what, (first, end) in zip(BEARINGS, edges, strict=True)
            for row in range(end - first)
        ]
        self.vendor = driver.world.products.vendor
        self.instruments = [one.name for one in driver.world.scenario.instruments]

    def read(self, memory: Memory) -> Noted:
        """What was asked is there if mitigations are in force, or the memory was told to ask."""
        asked, known = np.flatnonzero(memory["bearings"]["asked"]), np.flatnonzero(memory["vendors"]["in_the_news"])
        return Noted(
            asked=frozenset([self.questions[n] for n in asked.tolist()]),
            disclosures=self._disclosures(memory),
            in_the_news=frozenset(known.tolist()),
            announced=self._announced(memory),
        )

    def _disclosures(self, memory: Memory) -> tuple[tuple[float, tuple[int, ...]], ...]:
        rows = memory["disclosures"][: int(memory["run"]["disclosures"][0])]
        products = (memory["targets"][row["first_target"] : row["end_target"] : 2] for row in rows)
        return tuple(
            (float(row["hour"]), tuple(sorted({self.vendor[p] for p in own})))
            for row, own in zip(rows, products, strict=True)
        )

    def _announced(self, memory: Memory) -> tuple[tuple[str, float], ...]:
        causes, start = memory["instruments"]["cause"].tolist(), memory["causes"]["start"]
        return tuple((name, float(start[c])) for name, c in zip(self.instruments, causes, strict=True) if c != NOTHING)


def mode_words(driver: Driver) -> tuple[str, ...]:
    """Words for the modes of causes, by number."""
    return (*MODES, NUISANCE, *INSTRUMENT_KINDS, *(one.name for one in driver.world.mitigations))
