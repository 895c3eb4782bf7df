"""Kinds of event. At equal times events happen in this order, then by subject, then by occurrence."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """What happened. Restorations come before failures, so a buffer that ends as supply returns holds.

    Of the origins of a release, attempts come before faults, and faults before given compromises.
    """

    REGIME = 1
    RESTORED = 2
    OUTAGE_OVER = 3
    SUPPLY_RESTARTED = 4
    BUFFER_FULL = 5
    SHED_OVER = 6
    REPLACED = 7
    TEAM_FREE = 8
    ATTEMPT = 9
    FAULT = 10
    GIVEN_COMPROMISE = 11
    INSTRUMENT = 12
    SANCTIONS = 13
    COMPLIES = 14
    REMOVAL_STARTS = 15
    UPDATES_STOP = 16
    NOTICE_ENDS = 17
    RELEASE = 18
    INSTALL = 19
    FOOTHOLD = 20
    ACTIVATION = 21
    WORM = 22
    DETECTION = 23
    WITHDRAWN = 24
    PROXY = 25
    CRIME = 26
    HACKTIVISTS = 27
    OUTAGE = 28
    MANUAL_FALLS = 29
    BUFFER_EMPTY = 30
    GRID = 31
    RESERVE_READY = 32
    REPAIR_STARTS = 33
    ROUTINE_ARRIVES = 34
    SERVICE_DOWN = 35
    SERVICE_UP = 36


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
    Kind.FAULT: "product",
    Kind.GIVEN_COMPROMISE: "product",
    Kind.INSTRUMENT: "instrument",
    Kind.SANCTIONS: "theatre",
    Kind.COMPLIES: "dependency",
    Kind.REMOVAL_STARTS: "dependency",
    Kind.UPDATES_STOP: "vendor",
    Kind.NOTICE_ENDS: "dependency",
    Kind.RELEASE: "cause",
    Kind.INSTALL: "dependency",
    Kind.FOOTHOLD: "organisation",
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
"""Which table the subject of an event is a row of; "cause" counts the causes of the replication from 0."""
