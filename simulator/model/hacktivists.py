"""Mechanism 14. Hacktivists on both sides: nuisance events that excite each other, capped in severity (V03, V04)."""

from __future__ import annotations

import math

import numpy as np

from simulator.chance.arrivals import arrivals
from simulator.chance.entities import joint
from simulator.chance.keys import Purpose, splitmix64, stable_hash
from simulator.model.clock import NOBODY, Moment
from simulator.model.kinds import Kind
from simulator.model.service import NUISANCE, Service, Trouble
from simulator.model.setting import Setting
from simulator.model.targeting import pick_targets
from simulator.model.tempo import theatre_tempo
from simulator.scenario.threats import Hacktivists


class HacktivistSide:
    """One side: immigrants follow the theatre's regimes, offspring follow each event (a Hawkes cluster)."""

    def __init__(self, setting: Setting, service: Service, name: str, side: Hacktivists) -> None:
        self.setting = setting
        self.service = service
        self.name = name
        self.side = side
        self.key = stable_hash(f"hacktivists/{name}")
        self.events = 0
        tempo = theatre_tempo(setting, side.theatre, side.rate, 0.0)
        immigrants = arrivals(
            setting.draws, Purpose.HACKTIVIST_CLOCK, np.array([self.key], dtype=np.uint64), [1.0], tempo
        )
        times = [(hour, joint(self.key, occurrence)) for hour, _, occurrence in immigrants]
        for hour, key in times:
            times += self._offspring(hour, key)
        times.sort()
        self.harms = side.output_lost.value > 0.0
        targets = pick_targets(setting, [key for _, key in times]) if self.harms else [NOBODY] * len(times)
        for number, ((hour, key), target) in enumerate(zip(times, targets, strict=True)):
            setting.clock.at(hour, Kind.HACKTIVISTS, 0, self._strikes, NOBODY, number, (key, target))

    def _offspring(self, hour: float, key: int) -> list[tuple[float, int]]:
        """Poisson(branching) descendants at exponential delays: the cluster form of an exponential kernel.

        A child's key scatters its parent's first: `joint` alone would give a child's first child the key of
        the grandparent, and with it the same descendants for ever.
        """
        branching, decay = self.side.branching, self.side.decay
        if branching is None or decay is None or branching.value == 0.0:
            return []
        draws, reached, k = self.setting.draws, 0.0, 0
        found: list[tuple[float, int]] = []
        while True:
            reached -= math.log1p(-draws.uniform(Purpose.HACKTIVIST_OFFSPRING, key, 2 * k))
            if reached > branching.value:
                return found
            wait = -math.log1p(-draws.uniform(Purpose.HACKTIVIST_OFFSPRING, key, 2 * k + 1)) / decay.value
            k += 1
            if hour + wait < self.setting.horizon_h:
                found.append((hour + wait, joint(splitmix64(key), k)))

    def _strikes(self, moment: Moment) -> None:
        key, target = moment.data
        theatre = self.setting.world.theatres.index(self.side.theatre)
        cause = self.setting.open_cause(f"hacktivists/{self.name}/{key}", "hacktivist", theatre)
        cause.mode = NUISANCE
        if self.side.abstract_loss is not None:
            cause.abstract += self.side.abstract_loss.value.quantile(
                self.setting.draws.uniform(Purpose.HACKTIVIST_DURATION, key, 1)
            )
        cause.entry = self.setting.clock.record(Kind.HACKTIVISTS, target, NOBODY, self.name)
        if not self.harms:
            return
        trouble = self.service.open(target, cause.number, NUISANCE, 1.0 - self.side.output_lost.value, cause.entry)
        u = self.setting.draws.uniform(Purpose.HACKTIVIST_DURATION, key)
        hours = self.side.duration.value.quantile(u)
        self.setting.clock.after(hours, Kind.OUTAGE_OVER, target, self._over, cause.entry, cause.number, trouble)

    def _over(self, moment: Moment) -> None:
        trouble = moment.data
        assert isinstance(trouble, Trouble)
        entry = self.setting.clock.record(Kind.OUTAGE_OVER, moment.who, moment.parent)
        self.service.close(trouble, entry)
