"""The kernel's log and losses in the words of the model."""

from __future__ import annotations

from collections.abc import Callable

from simulator.chance.driver import Driver
from simulator.chance.future import Answer
from simulator.kernel.codes import INSTRUMENT_KINDS, MODES, ROUTES
from simulator.kernel.memory import Memory
from simulator.model.clock import Entry
from simulator.model.kinds import Kind
from simulator.model.service import NUISANCE
from simulator.scenario.words import PATHS

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


def disclosures(driver: Driver, memory: Memory) -> tuple[tuple[float, tuple[int, ...]], ...]:
    """(hour, vendors) of every malicious compromise that became known."""
    vendor, targets = driver.world.products.vendor, memory["targets"]
    return tuple(
        (float(row["hour"]), tuple(sorted({vendor[p] for p in targets[row["first_target"] : row["end_target"] : 2]})))
        for row in memory["disclosures"][: int(memory["run"]["disclosures"][0])]
    )


def mode_words(driver: Driver) -> tuple[str, ...]:
    """Words for the modes of causes, by number."""
    return (*MODES, NUISANCE, *INSTRUMENT_KINDS, *(one.name for one in driver.world.mitigations))
