"""One arm against the base: where it could end otherwise, and when its mitigations begin."""

from __future__ import annotations

import math

from simulator.chance.driver import Driver
from simulator.chance.exposure import targeted
from simulator.chance.future import Future
from simulator.model.replication import Noted
from simulator.scenario.government import Instrument
from simulator.world.mitigations import BY_DEPENDENCY, Bearing
from simulator.world.world import World


class ArmOfBase:
    """One arm against the base: when do they differ?"""

    def __init__(self, base: World, driver: Driver) -> None:
        self.driver = driver
        self.world = driver.world
        known = {i.name for i in base.scenario.instruments}
        self.acts: tuple[tuple[int, Instrument], ...] = tuple(
            (k, i) for k, i in enumerate(self.world.scenario.instruments) if i.name not in known
        )
        """Instruments that the base does not have."""
        before = set(base.scenario.in_force)
        self.names = tuple(sorted(set(self.world.scenario.in_force) - before))
        """Everything in force here and not in the base."""
        self.new = tuple(m for m, one in enumerate(self.world.mitigations) if one.name not in before)
        """Mitigations that the base does not have."""
        self.answers = self._answers(base)
        """Per new mitigation, the questions that it has an answer to, by rows of the base.

        What takes the place of a product later has rows of its own, which the base does not have: -1, and not asked.
        """

    def touched(self, first: Future, own: Future, noted: Noted) -> bool:
        """Could the arm end otherwise than the base did, which noted this? Never wrongly no."""
        if own.attempts != first.attempts:
            return True
        if any(own.dates.instruments[k] < self.world.horizon_h or self._woken(i, noted) for k, i in self.acts):
            return True
        starts = self.starts(own, noted)
        begun = {m for m in self.new if math.isfinite(starts[m])}  # a disclosure may follow the horizon, and matter
        if any(self.world.mitigations[m].acts_by_itself for m in begun):
            return True
        return any(not self.answers[m].isdisjoint(noted.asked) for m in begun)

    def starts(self, own: Future, noted: Noted) -> list[float]:
        """Hours at which its mitigations begin, what waits for a disclosure included; inf for never."""
        starts, announced = list(own.dates.mitigations), dict(noted.announced)
        for m, one in enumerate(self.world.mitigations):
            if one.mitigation.starts.disclosure:
                met = (hour for hour, vendors in noted.disclosures if set(vendors) & set(one.vendors))
                starts[m] = min(met, default=math.inf)
            elif one.mitigation.starts.warning is not None and math.isinf(starts[m]):
                starts[m] = announced.get(one.mitigation.starts.warning, math.inf)
        return starts

    def _woken(self, instrument: Instrument, noted: Noted) -> bool:
        return instrument.trigger.disclosure and bool(set(targeted(self.world, instrument)) & noted.in_the_news)

    def _answers(self, base: World) -> dict[int, frozenset[tuple[Bearing, int]]]:
        row = {name: k for k, name in enumerate(base.dependencies.names)}
        before = [row.get(name, -1) for name in self.world.dependencies.names]
        found: dict[int, set[tuple[Bearing, int]]] = {m: set() for m in self.new}
        for (bearing, here), mitigations in self.world.bearings.items():
            place = before[here] if bearing in BY_DEPENDENCY else here
            for m in found.keys() & mitigations:
                found[m].add((bearing, place))
        return {m: frozenset(questions) for m, questions in found.items()}
