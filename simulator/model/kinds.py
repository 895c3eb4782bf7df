"""Kinds of event. At equal times events happen in this order, then by subject, then by occurrence."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """What happened. Restorations come before failures, so a buffer that ends as supply returns holds."""

    REGIME = 1
    RESTORED = 2
    OUTAGE_OVER = 3
    SUPPLY_RESTARTED = 4
    BUFFER_FULL = 5
    SHED_OVER = 6
    REPLACED = 7
    TEAM_FREE = 8
    ATTEMPT = 9
    INSTRUMENT = 10
    SANCTIONS = 11
    COMPLIES = 12
    REMOVAL_STARTS = 13
    UPDATES_STOP = 14
    RELEASE = 15
    INSTALL = 16
    ACTIVATION = 17
    WORM = 18
    DETECTION = 19
    WITHDRAWN = 20
    PROXY = 21
    CRIME = 22
    HACKTIVISTS = 23
    OUTAGE = 24
    MANUAL_FALLS = 25
    BUFFER_EMPTY = 26
    GRID = 27
    RESERVE_READY = 28
    REPAIR_STARTS = 29
    ROUTINE_ARRIVES = 30
    SERVICE_DOWN = 31
    SERVICE_UP = 32


SUBJECT: dict[Kind, str] = {
    Kind.REGIME: "theatre",
    Kind.RESTORED: "organisation",
    Kind.OUTAGE_OVER: "organisation",
    Kind.SUPPLY_RESTARTED: "link",
    Kind.BUFFER_FULL: "link",
    Kind.SHED_OVER: "grid",
    Kind.REPLACED: "dependency",
    Kind.TEAM_FREE: "pool",
    Kind.ATTEMPT: "channel",
    Kind.INSTRUMENT: "instrument",
    Kind.SANCTIONS: "theatre",
    Kind.COMPLIES: "dependency",
    Kind.REMOVAL_STARTS: "dependency",
    Kind.UPDATES_STOP: "vendor",
    Kind.RELEASE: "cause",
    Kind.INSTALL: "dependency",
    Kind.ACTIVATION: "organisation",
    Kind.WORM: "organisation",
    Kind.DETECTION: "cause",
    Kind.WITHDRAWN: "cause",
    Kind.PROXY: "organisation",
    Kind.CRIME: "organisation",
    Kind.HACKTIVISTS: "organisation",
    Kind.OUTAGE: "organisation",
    Kind.MANUAL_FALLS: "organisation",
    Kind.BUFFER_EMPTY: "link",
    Kind.GRID: "grid",
    Kind.RESERVE_READY: "grid",
    Kind.REPAIR_STARTS: "organisation",
    Kind.ROUTINE_ARRIVES: "pool",
    Kind.SERVICE_DOWN: "organisation",
    Kind.SERVICE_UP: "organisation",
}
"""Which table the subject of an event is a row of."""
