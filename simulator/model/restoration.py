"""Mechanism 11. Restoration in three shapes: restart, rebuild, visit the site.

Visits compete for the crews that run plant by hand, and go slower without telecom.
"""

from __future__ import annotations

from simulator.chance.entities import joint
from simulator.chance.keys import Purpose
from simulator.model.causes import Cause
from simulator.model.posture import Posture
from simulator.model.response import Job, Response
from simulator.model.service import Service
from simulator.model.setting import Setting
from simulator.rules.clock import HOURS_PER_DAY
from simulator.scenario.operations import Restoration
from simulator.scenario.words import SECTORS

_TELECOM = SECTORS.index("telecom")


class Restorations:
    """One job per organisation and cause; when it is done, that cause no longer troubles that organisation."""

    def __init__(self, setting: Setting, posture: Posture, service: Service, response: Response) -> None:
        self.setting = setting
        self.posture = posture
        self.service = service
        self.response = response
        self.pending: set[tuple[int, int]] = set()
        self.shapes = setting.world.scenario.restoration
        self.mean_h = {name: shape.time.value.mean() for name, shape in self.shapes.items()}

    def ask(self, organisation: int, cause: Cause, shape_name: str, parent: int) -> None:
        """A job to restore what `cause` did here, unless one is already under way."""
        if (organisation, cause.number) in self.pending:
            return
        self.pending.add((organisation, cause.number))
        shape = self.shapes[shape_name]
        key = joint(self.setting.entities.organisations[organisation], cause.key)
        hours = shape.time.value.quantile(self.setting.draws.uniform(Purpose.RESTORE_TIME, key))

        def start(job: Job, entry: int) -> float:
            return self._start(organisation, cause, shape, hours, entry)

        def done(job: Job, entry: int) -> None:
            self._done(organisation, cause, shape, entry)

        job = Job(
            organisation=organisation,
            cause=cause.number,
            customers=self.setting.world.organisations.customers[organisation],
            expected_h=self.mean_h[shape_name],
            key=key,
            parent=parent,
            start=start,
            done=done,
        )
        if shape.needs_team:
            self.response.ask(job)
        else:
            self.response.begin_without_team(job)

    def restoring(self, organisation: int, cause: int) -> bool:
        """Is the organisation still marked by this cause?"""
        return (organisation, cause) in self.pending

    def _start(self, i: int, cause: Cause, shape: Restoration, hours: float, entry: int) -> float:
        hours *= self.posture.restoration(i, shape.kind)
        if shape.slower_without_telecom is not None and self._without_telecom(i):
            hours *= shape.slower_without_telecom.value
        if shape.crew_share is not None:
            self.service.send_crews(i, shape.crew_share.value, entry)
        impact = self.setting.world.scenario.impact
        now = self.setting.clock.now
        cause.spend(i, hours / HOURS_PER_DAY * impact.response_per_team_day.value.amount, now)
        if shape.kind != "restart":
            customers = self.setting.world.organisations.customers[i]
            rebuild = impact.rebuild_per_customer.value.amount * customers
            cause.spend(i, min(rebuild, impact.rebuild_cap.value.amount), now)
        return hours

    def _done(self, i: int, cause: Cause, shape: Restoration, entry: int) -> None:
        self.pending.discard((i, cause.number))
        if shape.crew_share is not None:
            self.service.recall_crews(i, shape.crew_share.value, entry)
        self.service.heal(i, cause.number, entry)

    def _without_telecom(self, i: int) -> bool:
        supply = self.service.supply
        return any(
            supply.exhausted[k] and supply.sector[supply.links.provider[k]] == _TELECOM
            for k in supply.links.of_consumer[i]
        )
