"""Mechanism 5. Faulty updates without malice: the common-mode failure every vendor carries."""

from __future__ import annotations

import numpy as np

from simulator.chance.arrivals import Tempo, arrivals
from simulator.chance.keys import Purpose
from simulator.model.causes import Cause
from simulator.model.clock import NOBODY, Moment
from simulator.model.kinds import Kind
from simulator.model.payload import fault_behaviour
from simulator.model.release import Releases
from simulator.model.setting import Setting
from simulator.scenario.threats import Fault
from simulator.scenario.words import PATHS


class Faults:
    """One Poisson process per product with a fault profile."""

    def __init__(self, setting: Setting, releases: Releases) -> None:
        self.setting = setting
        self.releases = releases
        world = setting.world
        self.profile: list[Fault | None] = []
        for name in world.products.names:
            fault = world.scenario.products[name].fault
            self.profile.append(world.scenario.faults[fault] if fault is not None else None)
        rates = [f.rate.value if f is not None else 0.0 for f in self.profile]
        keys = np.array(setting.entities.products, dtype=np.uint64)
        tempo = Tempo.constant(setting.horizon_h)
        for hour, product, occurrence in arrivals(setting.draws, Purpose.FAULT_CLOCK, keys, rates, tempo):
            setting.clock.at(hour, Kind.FAULT, product, self._ships, NOBODY, occurrence, occurrence)

    def _ships(self, moment: Moment) -> None:
        product, fault = moment.who, self.profile[moment.who]
        assert fault is not None
        name = self.setting.world.products.names[product]
        cause = self.setting.open_cause(f"fault/{name}/{moment.data}", "faulty_update")
        release_fault(self.setting, self.releases, cause, product, fault)


def release_fault(setting: Setting, releases: Releases, cause: Cause, product: int, fault: Fault) -> None:
    """A faulty update of a product goes out now."""
    entry = setting.clock.record(Kind.FAULT, product, NOBODY)
    path = PATHS.index(fault.path)
    releases.open(cause, fault_behaviour(setting, fault), [(product, path)], None, None, entry)
