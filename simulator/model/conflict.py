"""Mechanism 1. Conflict: every theatre steps through the regimes its future holds."""

from __future__ import annotations

from simulator.model.clock import NOBODY, Moment
from simulator.model.kinds import Kind
from simulator.model.setting import Setting


class Conflict:
    """Replays the regime paths of the driver into the event log."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        setting.state = [path.states[0] for path in setting.future.regimes]
        for t, path in enumerate(setting.future.regimes):
            for step, (time, state) in enumerate(zip(path.times_h, path.states, strict=True)):
                setting.clock.at(time, Kind.REGIME, t, self._enters, NOBODY, step, state)

    def _enters(self, moment: Moment) -> None:
        assert isinstance(moment.data, int)
        self.setting.state[moment.who] = moment.data
        label = self.setting.driver.chains[moment.who].labels[moment.data]
        self.setting.clock.record(Kind.REGIME, moment.who, moment.parent, label)
