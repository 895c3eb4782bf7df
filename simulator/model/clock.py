"""Time and order: a SimPy environment whose events are put straight on the queue, and the event log.

A process that only waits once costs four times a bare event, so mechanisms schedule moments; a SimPy process
is still welcome in `env` and runs before our own events of the same instant.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappush
from typing import Any, NamedTuple

import simpy

from simulator.model.kinds import Kind

NOBODY = -1
"""Parent of an event that nothing in the model caused."""


class Entry(NamedTuple):
    """One line of the event log; its number is its place in the log."""

    time_h: float
    kind: Kind
    who: int
    parent: int
    detail: float | int | str | None


class Moment(simpy.Event):
    """A single future event: it calls one action with itself."""

    _ok = True
    _value = None

    def __init__(
        self, env: simpy.Environment, action: Callable[[Moment], None], who: int, parent: int, data: Any
    ) -> None:
        self.env = env
        self.callbacks = [action]
        self.who = who
        self.parent = parent
        self.data: Any = data


class Clock:
    """Schedules moments under the tie rule (time, kind, subject, occurrence) and keeps the log."""

    def __init__(self, keep_log: bool) -> None:
        self.env = simpy.Environment()
        self.entries: list[Entry] | None = [] if keep_log else None
        self.count = 0

    @property
    def now(self) -> float:
        return self.env._now

    def after(
        self,
        delay_h: float,
        kind: Kind,
        who: int,
        action: Callable[[Moment], None],
        parent: int = NOBODY,
        occurrence: int = 0,
        data: Any = None,
    ) -> None:
        """Call `action` in `delay_h` hours."""
        self.at(self.now + delay_h, kind, who, action, parent, occurrence, data)

    def at(
        self,
        time_h: float,
        kind: Kind,
        who: int,
        action: Callable[[Moment], None],
        parent: int = NOBODY,
        occurrence: int = 0,
        data: Any = None,
    ) -> None:
        """Call `action` at an absolute time, or at once if that has passed.

        SimPy itself knows only delays, and a delay from here would miss the time by rounding: what is to
        happen at one instant could fall apart.
        """
        env = self.env
        order = kind << 64 | who << 24 | occurrence
        moment = Moment(env, action, who, parent, data)
        queue: list[Any] = env._queue
        heappush(queue, (max(time_h, env._now), order, next(env._eid), moment))

    def record(self, kind: Kind, who: int, parent: int, detail: float | int | str | None = None) -> int:
        """Log that something happened now; its number is what later events name as their parent."""
        number = self.count
        self.count = number + 1
        if self.entries is not None:
            self.entries.append(Entry(self.now, kind, who, parent, detail))
        return number

    def run(self) -> None:
        """Until nothing is left to happen."""
        self.env.run()
