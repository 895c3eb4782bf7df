"""The driver's part of one replication: regimes, attempts and dates, fixed before any event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Stratum(IntEnum):
    """Conditioning of a replication on the number of successful malicious compromises.

    Where several arms are compared, it is about successes that at least one of them has.
    """

    NONE = 0
    AT_LEAST_ONE = 1
    CRUDE = 2


class Answer(IntEnum):
    """How an attempt ended."""

    SUCCEEDED = 0
    FAILED = 1
    RESISTED = 2
    PUBLICISED = 3
    LEFT_MARKET = 4
    MOVED_AWAY = 5


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt on a channel, and the (product, path) pairs that a success gives into hostile hands."""

    time_h: float
    channel: int
    occurrence: int
    answer: Answer
    targets: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RegimePath:
    """Jump times (hours, first 0) and expanded states of one theatre."""

    times_h: tuple[float, ...]
    states: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dates:
    """Hours at which what is dated begins; inf if it never does, or waits for a disclosure."""

    instruments: tuple[float, ...]
    """Announcement of each instrument."""
    notice_ends: tuple[float, ...]
    """When each instrument's notice is over."""
    sanctions: float
    mitigations: tuple[float, ...]
    """Start of each mitigation in force."""
    vendors: tuple[tuple[float, ...], ...]
    """Per mitigation, when it works at each vendor of its scope, in the order of the scope."""


@dataclass(frozen=True, slots=True)
class Future:
    """Everything about a replication that no outcome of the event model can change before the first success."""

    replication: int
    stratum: Stratum
    attempt: int
    """How many driver paths were rejected before this one."""
    regimes: tuple[RegimePath, ...]
    attempts: tuple[Attempt, ...]
    dates: Dates
    hazards: tuple[float, ...]
    """Integrated hazard of success of each channel, up to its use where it can be used only once.

    If a belief multiplies a channel's hazard by s, a future with n successes of it weighs s^n e^(-(s - 1) h);
    the mean weight over crude futures is 1.
    """
