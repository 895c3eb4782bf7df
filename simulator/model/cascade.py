"""Mechanism 12. Cascades along supply links, with buffers that drain, recharge and run out of fuel.

Links may form circles. Service is the greatest fixed point: a loop of organisations that only wait for each
other restarts once none of them has a cause of its own (V13, V41). Nor does an outage feed itself by running round a
circle for ever, behind it what has restarted, before it what has not run dry yet. It travels on as in a chain while it
is new; but where it comes once more to a link that it has run dry before, and the provider only waits to restart, the
buffer lasts until then: the link counts as supplied, unless new trouble breaks that promise.

So every replication ends. While troubles, and supplies from outside a circle, stay as they are, what they keep down
for good comes to rest step by step down the links, and any other link can run dry only where its provider waits to
restart: once for every cause known behind that, of which there are finitely many. The balance of the grid, which closes
circles too, changes none of this: when least load is shed of all that is shed again and again, nothing else can run
dry to make it more.
"""

from __future__ import annotations

from simulator.chance.keys import Purpose
from simulator.model.clock import Moment
from simulator.model.kinds import Kind
from simulator.model.posture import Posture
from simulator.model.service import NUISANCE, Service
from simulator.model.setting import Setting
from simulator.model.supply import Supply


class Cascade:
    """Buffers of all supply links."""

    def __init__(self, setting: Setting, posture: Posture, supply: Supply, service: Service) -> None:
        self.setting = setting
        self.posture = posture
        self.supply = supply
        self.service = service
        n = len(supply.links.names)
        self.supplied = [True] * n
        self.level = [-1.0] * n
        """Hours of buffer at `since`; -1 means never touched, so full."""
        self.since = [0.0] * n
        self.epoch = [0] * n
        self.deliveries = list(supply.links.deliveries)
        self.ran_dry_of = [-1] * n
        """Number of the newest cause known when it last ran dry."""
        self.place: dict[int, float] = {}
        service.on_change.append(self.output_changed)
        service.on_trouble.append(self.break_promises)
        service.on_own_recovery.append(self.release_loops)

    def output_changed(self, provider: int, before: float, parent: int) -> None:
        """A provider's output fell or rose: links whose place in the queue it no longer, or again, reaches."""
        now_output = self.service.delivered(provider)
        for k in self.supply.links.from_provider[provider]:
            reached = self._reaches(k, now_output)
            if now_output < before and self.supplied[k] and not reached:
                self._lost(k, parent)
            elif now_output > before and not self.supplied[k] and reached:
                self._regained(k, parent)

    def release_loops(self, organisation: int, parent: int) -> None:
        """Restart the loop through `organisation` unless causes of its own, or supplies from outside, keep it down."""
        loop = self.supply.upstream(organisation).intersection(self.supply.downstream(organisation))
        if len(loop) == 1:
            return
        members = sorted(loop)
        links = self.supply.links
        inner = [
            k for i in members for k in links.of_consumer[i] if self.supply.exhausted[k] and links.provider[k] in loop
        ]
        output = self._once_restarted(members, inner)
        for k in sorted(inner):
            if not self.supplied[k] and self._reaches(k, output[links.provider[k]]):
                self._regained(k, parent)

    def break_promises(self, organisation: int, parent: int) -> None:
        """A provider that was only waiting to restart will not: trouble strikes it, or more of its supply is lost. What
        was promised is lost again, and so on down.
        """
        links, supply = self.supply.links, self.supply
        waiting = frozenset(k for k in links.of_consumer[organisation] if supply.exhausted[k] and self.supplied[k])
        promised = self.service.own_output(organisation, NUISANCE) * supply.factor(organisation, waiting)
        output = max(promised, self.service.delivered(organisation))
        for k in links.from_provider[organisation]:
            if self.supplied[k] and not self._reaches(k, output):
                self._lost(k, parent)

    def _echoes(self, k: int) -> bool:
        """Whether an outage comes once more to a link in a circle, whose provider only waits to restart."""
        known = self._newest_cause(k) <= self.ran_dry_of[k]
        return known and self.setting.world.circular[k] and self._only_waits(k)

    def _newest_cause(self, k: int) -> int:
        """Number of the newest cause known behind its provider's outage."""
        return max(self.service.blamed[self.supply.links.provider[k]], default=-1)

    def _only_waits(self, k: int) -> bool:
        """Whether a link would be supplied, were all back round its circle that only waits to restart."""
        links, circular = self.supply.links, self.setting.world.circular
        provider = links.provider[k]
        members = sorted(self.supply.upstream(provider))
        inner = [n for i in members for n in links.of_consumer[i] if self.supply.exhausted[n] and circular[n]]
        return self._reaches(k, self._once_restarted(members, inner)[provider])

    def _once_restarted(self, members: list[int], inner: list[int]) -> dict[int, float]:
        """Output of each member once all of these exhausted links among them carry again that can (the greatest fixed
        point): those whose providers, with that output, reach them.
        """
        provider = self.supply.links.provider
        lost: set[int] = set()
        while True:
            ignoring = frozenset(inner) - lost
            output = {i: self.service.own_output(i, NUISANCE) * self.supply.factor(i, ignoring) for i in members}
            still = {k for k in inner if not self._reaches(k, output[provider[k]])}
            if still <= lost:
                return output
            lost |= still

    def _reaches(self, k: int, output: float) -> bool:
        """Partial output reaches the consumer if it exceeds its place, uniform on (0, 1) in each replication."""
        if output in (0.0, 1.0):
            return output > 0.0
        if k not in self.place:
            self.place[k] = self.setting.draws.uniform(Purpose.LINK_PLACE, self.setting.entities.links[k], 0)
        return output > self.place[k]

    def _buffer(self, k: int) -> float:
        """Hours the buffer holds when full, drawn once per link and replication, and what was added since."""
        u = self.setting.draws.uniform(Purpose.LINK_PLACE, self.setting.entities.links[k], 1)
        return self.supply.links.buffer[k].quantile(u) + self.posture.buffer(k)[0]

    def _charged(self, k: int) -> float:
        """Hours in the buffer of a link that is supplied."""
        full = self._buffer(k)
        if self.level[k] < 0.0:
            return full
        hours = self.setting.clock.now - self.since[k]
        if hours >= self.supply.links.refilled_after_h[k]:
            return full
        return min(full, self.level[k] + self.supply.links.recharge[k] * hours)

    def _lost(self, k: int, parent: int) -> None:
        self.level[k] = self._charged(k)
        if self.level[k] >= self._buffer(k):
            self.deliveries[k] = self.supply.links.deliveries[k] + self.posture.buffer(k)[1]
        self.since[k] = self.setting.clock.now
        self.supplied[k] = False
        self.epoch[k] += 1
        if self.supply.exhausted[k]:
            self.break_promises(self.supply.links.consumer[k], parent)
        else:
            self._drain(k, parent)

    def _drain(self, k: int, parent: int) -> None:
        self.setting.clock.after(self.level[k], Kind.BUFFER_EMPTY, k, self._empty, parent, self.epoch[k], self.epoch[k])

    def _empty(self, moment: Moment) -> None:
        k = moment.who
        if moment.data != self.epoch[k]:
            return
        if self.deliveries[k] > 0:
            self.deliveries[k] -= 1
            self.level[k], self.since[k] = self._buffer(k), self.setting.clock.now
            self._drain(k, self.setting.clock.record(Kind.BUFFER_FULL, k, moment.parent, "delivery"))
            return
        if self._echoes(k):
            self._regained(k, moment.parent)
            return
        consumer = self.supply.links.consumer[k]
        self.ran_dry_of[k] = self._newest_cause(k)
        entry = self.setting.clock.record(Kind.BUFFER_EMPTY, k, moment.parent)
        self._switch(k, True, entry)
        self.break_promises(consumer, entry)
        self.release_loops(consumer, entry)

    def _regained(self, k: int, parent: int) -> None:
        now = self.setting.clock.now
        remaining = 0.0 if self.supply.exhausted[k] else max(self.level[k] - (now - self.since[k]), 0.0)
        self.level[k], self.since[k], self.supplied[k] = remaining, now, True
        self.epoch[k] += 1
        if self.supply.exhausted[k]:
            self.setting.clock.after(
                self.supply.links.restart_lag_h[k],
                Kind.SUPPLY_RESTARTED,
                k,
                self._restarted,
                parent,
                self.epoch[k],
                self.epoch[k],
            )

    def _restarted(self, moment: Moment) -> None:
        k = moment.who
        if moment.data == self.epoch[k]:
            entry = self.setting.clock.record(Kind.SUPPLY_RESTARTED, k, moment.parent)
            self._switch(k, False, entry)
            self.release_loops(self.supply.links.consumer[k], entry)

    def _switch(self, k: int, exhausted: bool, entry: int) -> None:
        consumer = self.supply.links.consumer[k]
        self.service.settle(consumer)
        self.supply.mark(k, exhausted)
        self.service.refresh(consumer, entry)
