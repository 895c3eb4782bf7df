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
    REPLACED = 6
    TEAM_FREE = 7
    ATTEMPT = 8
    FAULT = 9
    GIVEN_COMPROMISE = 10
    INSTRUMENT = 11
    SANCTIONS = 12
    COMPLIES = 13
    REMOVAL_STARTS = 14
    UPDATES_STOP = 15
    NOTICE_ENDS = 16
    RELEASE = 17
    INSTALL = 18
    FOOTHOLD = 19
    ACTIVATION = 20
    WORM = 21
    DETECTION = 22
    WITHDRAWN = 23
    PROXY = 24
    CRIME = 25
    HACKTIVISTS = 26
    OUTAGE = 27
    MANUAL_FALLS = 28
    BUFFER_EMPTY = 29
    GRID = 30
    RESERVE_READY = 31
    REPAIR_STARTS = 32
    SERVICE_DOWN = 33
    SERVICE_UP = 34


SUBJECT: dict[Kind, str] = {
    Kind.REGIME: "theatre",
    Kind.RESTORED: "organisation",
    Kind.OUTAGE_OVER: "organisation",
    Kind.SUPPLY_RESTARTED: "link",
    Kind.BUFFER_FULL: "link",
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
    Kind.SERVICE_DOWN: "organisation",
    Kind.SERVICE_UP: "organisation",
}
"""Which table the subject of an event is a row of; "cause" counts the causes of the replication from 0."""
