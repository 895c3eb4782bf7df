"""Taking a product out: a finite pool of integrators, an overrun, and a gap in protection meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappop, heappush

from simulator.chance.entities import joint
from simulator.chance.keys import Purpose
from simulator.model.causes import Cause
from simulator.model.clock import Moment
from simulator.model.kinds import Kind
from simulator.model.protection import Protection
from simulator.model.setting import Setting
from simulator.rules.quantile import Law


class Removals:
    """Dependencies waiting for, or under, replacement. First come, first served."""

    def __init__(self, setting: Setting, protection: Protection) -> None:
        self.setting = setting
        self.protection = protection
        removal = setting.world.scenario.removal
        self.overrun = removal.overrun.value if removal is not None else 1.0
        self.time = removal.time.value if removal is not None else Law.fixed(0.0)
        self.free = removal.integrators.value if removal is not None else len(setting.world.dependencies.names)
        self.waiting: list[tuple[float, int, int, Cause]] = []
        self.successor: dict[int, int] = {}
        """What takes the place of each dependency asked about; -1 for something unnamed."""
        self.paid: set[tuple[int, int]] = set()
        """(organisation, product) whose removal is paid for: once, on however many host groups it runs."""

    def ask(self, dependency: int, cause: Cause, parent: int, by: Mapping[str, str] | None = None) -> None:
        """Replace this product here, once an integrator is free; asking twice changes nothing.

        `by` names what takes its place (product: product), else the scenario does.
        """
        if dependency not in self.successor:
            self._name_successor(dependency, by)
            heappush(self.waiting, (self.setting.clock.now, dependency, parent, cause))
            self._assign()

    def swap(self, dependency: int, cause: Cause, parent: int, by: Mapping[str, str]) -> None:
        """Replace it at the end of a contract: prepared in time, so with no queue, no overrun and no gap."""
        if dependency not in self.successor:
            self._name_successor(dependency, by)
            self._pay(dependency, cause, 1.0)
            self._gone(dependency, parent)

    def _name_successor(self, dependency: int, by: Mapping[str, str] | None) -> None:
        removal = self.setting.world.scenario.removal
        named = by if by is not None else removal.replaced_by if removal is not None else {}
        self.successor[dependency] = self.setting.world.taking_over(dependency, named)

    def _assign(self) -> None:
        while self.free and self.waiting:
            _, dependency, parent, cause = heappop(self.waiting)
            self.free -= 1
            self.protection.migrating[dependency] = True
            key = self.setting.entities.dependencies[dependency]
            hours = self.overrun * self.time.quantile(
                self.setting.draws.uniform(Purpose.REMOVAL_TIME, joint(key, cause.key))
            )
            entry = self.setting.clock.record(Kind.REMOVAL_STARTS, dependency, parent)
            self._pay(dependency, cause, self.overrun)
            self.setting.clock.after(hours, Kind.REPLACED, dependency, self._replaced, entry)

    def _pay(self, dependency: int, cause: Cause, overrun: float) -> None:
        world = self.setting.world
        i = world.dependencies.organisation[dependency]
        place = (i, world.dependencies.product[dependency])
        if place in self.paid:
            return
        self.paid.add(place)
        price = world.scenario.impact.removal_per_customer.value.amount * world.organisations.customers[i]
        cause.spend(i, price * overrun, self.setting.clock.now)

    def _replaced(self, moment: Moment) -> None:
        self._gone(moment.who, moment.parent)
        self.free += 1
        self._assign()

    def _gone(self, dependency: int, parent: int) -> None:
        self.protection.remove(dependency, self.successor[dependency])
        self.setting.clock.record(Kind.REPLACED, dependency, parent)
