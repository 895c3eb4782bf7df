"""One simulated incident as a historian would tell it: who took the code, was struck, came back, left, and when."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.model.clock import Entry
from simulator.model.effects import LOSS_OF_VIEW
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from simulator.scenario.words import SECTORS
from simulator.world.world import World

Floats = NDArray[np.float64]

Since = Literal["release", "activation", "loss", "disclosure", "announcement"]
"""Moments that times are counted from: the first of each in the incident."""

_MOMENTS: dict[Since, Kind] = {
    "release": Kind.RELEASE,
    "activation": Kind.ACTIVATION,
    "loss": Kind.SERVICE_DOWN,
    "disclosure": Kind.DETECTION,
    "announcement": Kind.INSTRUMENT,
}


class Past:
    """What the event log of one replication says, by organisation. Times in hours; inf for never."""

    def __init__(self, world: World, outcome: Outcome) -> None:
        assert outcome.log is not None, "the replication was simulated without its event log"
        self.world = world
        self.outcome = outcome
        self.log: Sequence[Entry] = outcome.log

    def moment(self, since: Since) -> float:
        """Hour of the first of these; nan where there is none."""
        return self._first_of.get(_MOMENTS[since], math.nan)

    @property
    def withdrawn_h(self) -> float:
        """When the release was first withdrawn; nan where none was."""
        return self._first_of.get(Kind.WITHDRAWN, math.nan)

    @cached_property
    def installed_h(self) -> Floats:
        """When each organisation first took the code, by update, foothold or worm."""
        own = (
            (int(e.detail) if e.kind is Kind.INSTALL else e.who, e.time_h)  # type: ignore[arg-type]
            for e in self.log
            if e.kind in (Kind.INSTALL, Kind.FOOTHOLD, Kind.WORM)
        )
        return self._first(own)

    @cached_property
    def struck_h(self) -> Floats:
        """When the code first acted at each organisation."""
        return self._first((e.who, e.time_h) for e in self.log if e.kind is Kind.ACTIVATION)

    @cached_property
    def restored_h(self) -> Floats:
        """When the last work to restore each organisation was done; inf where none was asked or it goes on."""
        asked = self._count(Kind.REPAIR_STARTS)
        done = self._count(Kind.RESTORED)
        last = np.full(self._size, -math.inf)
        for e in self.log:
            if e.kind is Kind.RESTORED:
                last[e.who] = e.time_h
        return np.where((done > 0) & (done >= asked), last, math.inf)

    @cached_property
    def gone_h(self) -> Floats:
        """When an organisation had replaced, or cut off by order, every product that the incident is about."""
        left: dict[int, float] = {}
        for e in self.log:
            if e.kind is Kind.REPLACED or (e.kind is Kind.COMPLIES and self._ordered_off(e)):
                left.setdefault(e.who, e.time_h)
        gone = np.full(self._size, math.inf)
        for i, rows in self._dependencies.items():
            gone[i] = max(left.get(k, math.inf) for k in rows)
        return gone

    @cached_property
    def runs(self) -> NDArray[np.bool_]:
        """Which organisations run a product that the incident is about."""
        found = np.zeros(self._size, dtype=bool)
        found[list(self._dependencies)] = True
        return found

    @cached_property
    def kept_by_hand(self) -> Floats:
        """The lowest share of service each organisation kept by hand; nan where it never lost view."""
        lowest = np.full(self._size, math.nan)
        blind: dict[int, int] = {n: e.who for n, e in enumerate(self.log) if e.detail == LOSS_OF_VIEW}
        for e in self.log:
            by_hand = e.kind is Kind.MANUAL_FALLS or (e.kind is Kind.SERVICE_DOWN and e.parent in blind)
            if by_hand:
                lowest[e.who] = np.fmin(lowest[e.who], float(e.detail))  # type: ignore[arg-type]
        for i in blind.values():
            lowest[i] = np.fmin(lowest[i], 1.0)  # all of it is kept where no fall of service is logged
        return lowest

    @cached_property
    def cost(self) -> Floats:
        """What each organisation pays before insurance: response, rebuilding, removal and lost revenue (impact.py)."""
        total = np.zeros(self._size)
        sector, revenue = self.world.organisations.sector, self.world.lost_revenue
        for loss in self.outcome.losses:
            for i, amount in loss.cause.operator_cost.items():
                total[i] += amount
            for i, hours in loss.cause.customer_hours.items():
                total[i] += hours / 24.0 * revenue.get(sector[i], 0.0)
        return total

    def most_without_service(self, sectors: Iterable[int]) -> float:
        """Largest share of the people of these sectors, taken together, without service at one time."""
        wanted = set(sectors)
        served = sum(self.world.people[SECTORS[s]] for s in wanted)
        now: dict[int, float] = {}
        most = 0.0
        for _, sector, people in self.outcome.history:
            if sector in wanted:
                now[sector] = people
                most = max(most, sum(now.values()))
        return most / served if served > 0.0 else math.nan

    @cached_property
    def _first_of(self) -> dict[Kind, float]:
        """Hour of the first entry of each kind."""
        return {e.kind: e.time_h for e in reversed(self.log)}

    @property
    def _size(self) -> int:
        return len(self.world.organisations.names)

    @cached_property
    def _dependencies(self) -> dict[int, list[int]]:
        """By organisation: its dependencies on the products given in the scenario, or on any if none is given."""
        given = self.world.scenario.given
        names: set[str] = set()
        if given is not None:
            names = {fact.product for fact in given.compromises} | {fact.product for fact in given.faults}
        d = self.world.dependencies
        found: defaultdict[int, list[int]] = defaultdict(list)
        for k, (i, product) in enumerate(zip(d.organisation, d.product, strict=True)):
            if d.in_use[k] and (not names or self.world.products.names[product] in names):
                found[i].append(k)
        return dict(found)

    def _ordered_off(self, entry: Entry) -> bool:
        parent = self.log[entry.parent]
        rules = self.world.scenario.instruments
        return parent.kind is Kind.INSTRUMENT and rules[parent.who].kind == "emergency_order"

    def _first(self, happened: Iterable[tuple[int, float]]) -> Floats:
        found = np.full(self._size, math.inf)
        for i, hour in happened:
            found[i] = min(found[i], hour)
        return found

    def _count(self, kind: Kind) -> NDArray[np.int64]:
        return np.bincount([e.who for e in self.log if e.kind is kind], minlength=self._size)
