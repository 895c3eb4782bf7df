"""Mitigations that make things happen: a product taken out, or a second one put beside it."""

from __future__ import annotations

import math

from simulator.model.causes import Cause
from simulator.model.clock import NOBODY, Moment
from simulator.model.compromise import Compromise
from simulator.model.kinds import Kind
from simulator.model.posture import Posture
from simulator.model.protection import Protection
from simulator.model.removal import Removals
from simulator.model.setting import Setting


class Undertakings:
    """Schedules, per dependency, the work of mitigations in force; some wait for a disclosure or a warning."""

    def __init__(self, setting: Setting, posture: Posture, protection: Protection, removals: Removals) -> None:
        self.setting = setting
        self.posture = posture
        self.protection = protection
        self.removals = removals
        self.causes: dict[int, Cause] = {}
        for m, dependency, hour in posture.own_actions():
            self._plan(m, dependency, hour, NOBODY)

    def disclosed(self, compromise: Compromise, parent: int) -> None:
        """A malicious compromise became known: mitigations begin that wait for one of these vendors."""
        for m, one in enumerate(self.posture.in_force):
            if one.mitigation.starts.disclosure and set(one.vendors) & set(compromise.vendors):
                self._begin(m, parent)

    def warned(self, instrument: str, parent: int) -> None:
        """An instrument was announced: mitigations begin that wait for it, where its date was not known before."""
        for m, one in enumerate(self.posture.in_force):
            if one.mitigation.starts.warning == instrument:
                self._begin(m, parent)

    def _begin(self, m: int, parent: int) -> None:
        if math.isfinite(self.posture.starts[m]):
            return
        self.posture.begin(m)
        for _, dependency, hour in self.posture.actions_of(m) if self.posture.in_force[m].acts_by_itself else ():
            self._plan(m, dependency, hour, parent)

    def _plan(self, m: int, dependency: int, hour: float, parent: int) -> None:
        self.setting.clock.at(hour, Kind.COMPLIES, dependency, self._acts, parent, m, m)

    def _acts(self, moment: Moment) -> None:
        m, dependency = moment.data, moment.who
        if self.protection.removed[dependency]:
            return
        one = self.posture.in_force[m]
        effect = one.effect
        cause = self._cause(m)
        entry = self.setting.clock.record(Kind.COMPLIES, dependency, moment.parent)
        if effect.replace is not None and dependency in one.taken_out:
            take = self.removals.swap if effect.replace.planned else self.removals.ask
            take(dependency, cause, entry, effect.replace.by)
        if effect.second_source is not None and dependency in one.seconded:
            successor = self.setting.world.taking_over(dependency, effect.second_source.by)
            if successor >= 0:
                self.protection.second(dependency, successor, effect.second_source.share.value)

    def _cause(self, m: int) -> Cause:
        """One row of the event loss table for the work that a mitigation causes in a replication."""
        if m not in self.causes:
            name = self.posture.in_force[m].name
            self.causes[m] = cause = self.setting.open_cause(f"mitigation/{name}", "mitigation")
            cause.mode = name
        return self.causes[m]
