"""The event log of one replication as a story: what happened, when, and because of what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.chance.driver import Driver
from simulator.model.clock import NOBODY, Entry
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from simulator.model.sentences import POOLED, Sentences, clock_time, day_of, share_of
from simulator.scenario.errors import InputError, did_you_mean, shown

if TYPE_CHECKING:
    import pandas as pd

LONG_RUN = 4
"""Similar events from this many on are told in one sentence."""
_IMPORTANT = frozenset(
    {
        Kind.ATTEMPT,
        Kind.GIVEN_COMPROMISE,
        Kind.INSTRUMENT,
        Kind.SANCTIONS,
        Kind.UPDATES_STOP,
        Kind.NOTICE_ENDS,
        Kind.REPLACED,
        Kind.RELEASE,
        Kind.INSTALL,
        Kind.FOOTHOLD,
        Kind.ACTIVATION,
        Kind.WORM,
        Kind.DETECTION,
        Kind.WITHDRAWN,
        Kind.PROXY,
        Kind.CRIME,
        Kind.HACKTIVISTS,
        Kind.GRID,
        Kind.SERVICE_DOWN,
    }
)
_ORDINARY = frozenset({Kind.CRIME, Kind.HACKTIVISTS})
"""Origins so common that what follows from several of them is told together."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of the story. It stands for `members`, numbers in the event log, in order of time."""

    members: tuple[int, ...]
    sentence: str
    because_of: int
    """Number of the first entry of the line that led to this one; -1 for none."""

    @property
    def number(self) -> int:
        return self.members[0]


class Story:
    """Reads the event log of one replication, which must have been kept."""

    def __init__(self, outcome: Outcome, driver: Driver) -> None:
        self.outcome = outcome
        self.words = Sentences(outcome, driver)
        self.log = self.words.log

    def subject(self, entry: Entry) -> str:
        """Name of what an entry is about."""
        return self.words.subject(entry)

    def sentence(self, entry: Entry) -> str:
        """`day 206, 14:00  Water 12 loses service (down to 60 %)`"""
        return f"{clock_time(entry.time_h)}  {self.words.told(entry)}"

    def tell(self, only_important: bool = True) -> list[str]:
        """A line per event, or per run of similar ones, each with its number and the number of its cause."""
        lines = self.lines() if only_important else self._every_line()
        width = len(str(len(self.log)))
        return [self._written(line, width) for line in lines]

    def lines(self) -> list[Line]:
        """The important events, long runs of similar ones together."""
        runs: dict[tuple[object, ...], list[int]] = {}
        for number in self._important():
            entry = self.log[number]
            runs.setdefault(self._likeness(number) if entry.kind in POOLED else (number,), []).append(number)
        groups = sorted(group for run in runs.values() for group in self._grouped(run))
        line_of = {member: group[0] for group in groups for member in group}
        return [
            Line(
                group,
                self.words.told_together([self.log[k] for k in group])
                if len(group) > 1
                else self.words.told(self.log[group[0]]),
                self._nearest(group[0], line_of),
            )
            for group in groups
        ]

    def why(self, organisation: str, time_h: float) -> list[Entry]:
        """Why an organisation is without (full) service at a time: the loss of service, then what led to it.

        The last entry is the first cause. Empty if service is full. Raises InputError for an unknown
        organisation.
        """
        return [self.log[k] for k in self._chain(self._loss_in_force(organisation, time_h, time_h))]

    def why_on_day(self, organisation: str, day: int) -> list[str]:
        """Why an organisation loses, or lacks, service on a day (the first is 1), first cause first.

        Of several losses of service on one day it answers for the one in force at its start, else the first.
        """
        chain = self._chain(self._loss_in_force(organisation, (day - 1) * 24.0, day * 24.0))
        if not chain:
            return [f"{organisation} has full service on day {day}."]
        width = len(str(len(self.log)))
        return [
            self._written(Line((k,), self.words.told(self.log[k]), NOBODY), width)
            for k in reversed(chain)
            if self.log[k].kind is not Kind.OUTAGE or k == chain[0]  # the loss of service says how it came
        ]

    def days_of_loss(self, organisation: str) -> list[int]:
        """Days (the first is 1) on which it loses service, or more of it. Raises InputError."""
        i = self._row(organisation)
        return sorted({day_of(e.time_h) for e in self.log if e.kind is Kind.SERVICE_DOWN and e.who == i})

    def to_frame(self) -> pd.DataFrame:
        """The whole log: number, time_h (hours), kind, subject, parent (a number, -1 for none), detail."""
        import pandas as pd

        rows = [
            (number, e.time_h, e.kind.name.lower(), self.words.subject(e), e.parent, self.words.detail(e))
            for number, e in enumerate(self.log)
        ]
        return pd.DataFrame(rows, columns=["number", "time_h", "kind", "subject", "parent", "detail"])

    def _important(self) -> Iterator[int]:
        told = {e.parent for e in self.log if e.kind is Kind.SERVICE_DOWN}
        regime: dict[int, str] = {}
        for number, entry in enumerate(self.log):
            if entry.kind is Kind.REGIME:
                if regime.get(entry.who) != self.words.regime(entry) or "mobilising" in str(entry.detail):
                    yield number
                regime[entry.who] = self.words.regime(entry)
            elif (
                entry.kind in _IMPORTANT
                or (entry.kind is Kind.OUTAGE and number not in told)
                or (entry.kind is Kind.SERVICE_UP and entry.detail == 1.0)
            ):
                yield number

    def _likeness(self, number: int) -> tuple[object, ...]:
        """Entries with equal likeness can be told together."""
        entry, root = self.log[number], self.words.root(number)
        origin: object = root
        if self.log[root].kind in _ORDINARY:
            origin = (self.log[root].kind, self.log[root].detail)
        return entry.kind, origin, self.words.route_of(entry)

    def _grouped(self, run: list[int]) -> list[tuple[int, ...]]:
        return [tuple(run)] if len(run) >= LONG_RUN else [(number,) for number in run]

    def _nearest(self, number: int, line_of: dict[int, int]) -> int:
        """The line of the nearest ancestor that is told and is not part of the same line."""
        own, ancestor = line_of[number], self.log[number].parent
        while ancestor != NOBODY and line_of.get(ancestor, own) == own:
            ancestor = self.log[ancestor].parent
        return line_of[ancestor] if ancestor != NOBODY else NOBODY

    def _every_line(self) -> list[Line]:
        return [Line((k,), self.words.told(e), e.parent) for k, e in enumerate(self.log)]

    def _written(self, line: Line, width: int) -> str:
        because = f", because of #{line.because_of}" if line.because_of != NOBODY else ""
        time = clock_time(self.log[line.number].time_h)
        return f"{'#' + str(line.number):>{width + 1}}  {time:<16}  {line.sentence}{because}"

    def _loss_in_force(self, organisation: str, from_h: float, until_h: float) -> int:
        """Number of the entry that explains the loss of service in [from, until]; -1 if there is none."""
        i = self._row(organisation)
        in_force: list[tuple[int, float]] = []
        hidden: list[int] = []
        for number, entry in enumerate(self.log):
            if entry.time_h > until_h or (entry.time_h > from_h and in_force):
                break
            if self.words.organisation_of(entry) != i:
                continue
            match entry.kind:
                case Kind.OUTAGE | Kind.BUFFER_EMPTY:
                    hidden.append(number)
                case Kind.SUPPLY_RESTARTED:
                    hidden = [k for k in hidden if self.log[k][1:3] != (Kind.BUFFER_EMPTY, entry.who)]
                case Kind.SERVICE_DOWN:
                    in_force.append((number, share_of(entry)))
                case Kind.SERVICE_UP:
                    in_force = self._still_in_force(in_force, share_of(entry), hidden)
                    hidden = hidden if in_force else []
        return in_force[-1][0] if in_force else NOBODY

    def _still_in_force(
        self, in_force: list[tuple[int, float]], share: float, hidden: list[int]
    ) -> list[tuple[int, float]]:
        """What still keeps service down after it rose: an earlier loss that left as much, or one it hid."""
        if share == 1.0:
            return []
        left = [(k, down_to) for k, down_to in in_force if down_to >= share]
        shown = {self.log[k].parent for k, _ in in_force}
        behind = [(k, share) for k in hidden if k not in shown]
        return left or behind[-1:] or in_force[:1]

    def _row(self, organisation: str) -> int:
        names = self.words.world.organisations.names
        if organisation not in names:
            hint = did_you_mean(organisation, names)
            said = f"{shown(organisation)} is not an organisation of this scenario"
            raise InputError(said + (hint and f". {hint}"))
        return names.index(organisation)

    def _chain(self, number: int) -> list[int]:
        chain = []
        while number != NOBODY:
            chain.append(number)
            number = self.log[number].parent
        return chain
