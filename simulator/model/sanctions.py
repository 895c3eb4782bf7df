"""Mechanism 16. Sanctions and exit: updates stop, and a gap stays open until the product is replaced."""

from __future__ import annotations

from simulator.chance.entities import joint
from simulator.chance.keys import Purpose
from simulator.model.causes import Cause
from simulator.model.clock import NOBODY, Moment
from simulator.model.kinds import Kind
from simulator.model.protection import Protection
from simulator.model.removal import Removals
from simulator.model.setting import Setting
from simulator.scenario.conflict import Sanctions


class SanctionsRegime:
    """Sanctions against one home state, on the date the driver drew."""

    def __init__(self, setting: Setting, protection: Protection, removals: Removals, sanctions: Sanctions) -> None:
        self.setting = setting
        self.protection = protection
        self.removals = removals
        self.sanctions = sanctions
        self.theatre = setting.world.theatres.index(sanctions.theatre)
        if setting.future.dates.sanctions < setting.horizon_h:
            setting.clock.at(setting.future.dates.sanctions, Kind.SANCTIONS, self.theatre, self._imposed, NOBODY)

    def _imposed(self, moment: Moment) -> None:
        world = self.setting.world
        cause = self.setting.open_cause(f"sanctions/{self.sanctions.theatre}", "sanctions", self.theatre)
        cause.entry = entry = self.setting.clock.record(Kind.SANCTIONS, self.theatre, NOBODY)
        home = world.scenario.theatres[self.sanctions.theatre].home_state
        for v in world.vendors_of(home):
            stopped = self.setting.clock.record(Kind.UPDATES_STOP, v, entry)
            for p in world.products_of(v):
                for k in world.dependencies.of_product[p]:
                    self._cut(k, cause, stopped)

    def _cut(self, dependency: int, cause: Cause, parent: int) -> None:
        if self.protection.removed[dependency]:
            return
        self.protection.stop_updates(dependency)
        key = joint(self.setting.entities.dependencies[dependency], cause.key)
        hours = self.sanctions.replacement.value.quantile(self.setting.draws.uniform(Purpose.COMPLY_DELAY, key))
        self.setting.clock.after(hours, Kind.COMPLIES, dependency, self._replaces, parent, data=cause)

    def _replaces(self, moment: Moment) -> None:
        assert isinstance(moment.data, Cause)
        if not self.protection.removed[moment.who]:
            entry = self.setting.clock.record(Kind.COMPLIES, moment.who, moment.parent)
            self.removals.ask(moment.who, moment.data, entry)
