"""Mechanism 17. Instruments: private warning, public advice, covered list, ban with notice, emergency order.

Who is bound, who complies and how fast is a draw per dependency; a ban's end of notice stops updates for those
who stayed; an emergency order cuts the product off at once. A warning that proves groundless has a price.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from simulator.chance.entities import joint
from simulator.chance.exposure import targeted
from simulator.chance.keys import Purpose
from simulator.model.causes import Cause
from simulator.model.clock import NOBODY, Moment
from simulator.model.compromise import Compromise
from simulator.model.kinds import Kind
from simulator.model.protection import Protection
from simulator.model.removal import Removals
from simulator.model.setting import Setting
from simulator.scenario.government import Instrument
from simulator.scenario.words import HOST_GROUPS
from simulator.world.mitigations import in_audience


class Instruments:
    """All instruments of the scenario, announced by date, by regime or by disclosure; each at most once."""

    def __init__(self, setting: Setting, protection: Protection, removals: Removals) -> None:
        self.setting = setting
        self.protection = protection
        self.removals = removals
        self.rules = setting.world.scenario.instruments
        self.announced: dict[int, Cause] = {}
        self.in_the_news: set[int] = set()
        self.on_announced: list[Callable[[str, int], None]] = []
        """Called with (name of the instrument, log entry)."""
        for k, hour in enumerate(setting.future.dates.instruments):
            if hour < setting.horizon_h:
                setting.clock.at(hour, Kind.INSTRUMENT, k, self._announced, NOBODY)

    def disclosed(self, compromise: Compromise, parent: int) -> None:
        """A compromise became known."""
        self._wake(compromise.vendors, parent, compromise.cause.origin_h)

    def vendors_in_the_news(self, vendors: tuple[int, ...], parent: int) -> None:
        """A firm made public what was asked of it."""
        self._wake(vendors, parent, self.setting.clock.now)

    def _wake(self, vendors: tuple[int, ...], parent: int, origin_h: float) -> None:
        """Instruments that wait for a disclosure about one of these vendors."""
        self.in_the_news.update(vendors)
        for k, instrument in enumerate(self.rules):
            if instrument.trigger.disclosure and set(targeted(self.setting.world, instrument)) & set(vendors):
                delay = instrument.trigger.delay
                key = self.setting.entities.instruments[k]
                u = self.setting.draws.uniform(Purpose.INSTRUMENT_DELAY, key)
                hours = delay.value.quantile(u) if delay is not None else 0.0
                self.setting.clock.after(hours, Kind.INSTRUMENT, k, self._announced, parent, data=origin_h)

    def groundless(self, abused: set[int]) -> int:
        """Count, and charge to government, the warnings against vendors that turned out harmless, where it shows."""
        count = 0
        for k, cause in self.announced.items():
            instrument = self.rules[k]
            if instrument.groundless_shows is None or set(targeted(self.setting.world, instrument)) & abused:
                continue
            u = self.setting.draws.uniform(Purpose.GROUNDLESS, self.setting.entities.instruments[k])
            if u < instrument.groundless_shows.value:
                count += 1
                if instrument.groundless_cost is not None:
                    cause.government_cost += instrument.groundless_cost.value.amount
        return count

    def _announced(self, moment: Moment) -> None:
        k = moment.who
        if k in self.announced:
            return
        instrument = self.rules[k]
        entry = self.setting.clock.record(Kind.INSTRUMENT, k, moment.parent, instrument.kind)
        cause = self.setting.open_cause(f"instrument/{instrument.name}", "instrument", origin_h=moment.data)
        cause.mode, cause.entry = instrument.kind, entry
        self.announced[k] = cause
        for react in self.on_announced:
            react(instrument.name, entry)
        ends = self._notice_ends_h(k, instrument)
        for dependency in self._aimed_at(instrument):
            self._answer(instrument, k, dependency, cause, entry)
            if instrument.kind == "ban":
                self.setting.clock.at(ends, Kind.NOTICE_ENDS, dependency, self._notice_ends, entry, k)

    def _notice_ends_h(self, k: int, instrument: Instrument) -> float:
        """Hour at which its notice is over: settled in the driver for what was dated there."""
        known = self.setting.future.dates.notice_ends[k]
        if math.isfinite(known) or instrument.notice is None:
            return known if math.isfinite(known) else self.setting.clock.now
        u = self.setting.draws.uniform(Purpose.INSTRUMENT_DELAY, self.setting.entities.instruments[k], 1)
        return self.setting.clock.now + instrument.notice.value.quantile(u)

    def _aimed_at(self, instrument: Instrument) -> list[int]:
        world = self.setting.world
        d = world.dependencies
        return [
            k
            for v in targeted(world, instrument)
            for p in world.products_of(v)
            for k in d.of_product[p]
            if HOST_GROUPS[d.host_group[k]] in instrument.host_groups
            and not self.protection.removed[k]
            and in_audience(world.organisations, d.organisation[k], instrument.bound)
        ]

    def _answer(self, instrument: Instrument, k: int, dependency: int, cause: Cause, parent: int) -> None:
        """One organisation complies or not, after its own delay."""
        draws, entities = self.setting.draws, self.setting.entities
        key = joint(entities.dependencies[dependency], entities.instruments[k])
        if draws.uniform(Purpose.COMPLY, key) >= instrument.comply.value:
            return
        hours = instrument.comply_delay.value.quantile(draws.uniform(Purpose.COMPLY_DELAY, key))
        self.setting.clock.after(hours, Kind.COMPLIES, dependency, self._complies, parent, k, (k, cause))

    def _complies(self, moment: Moment) -> None:
        k, cause = moment.data
        if self.protection.removed[moment.who]:
            return
        entry = self.setting.clock.record(Kind.COMPLIES, moment.who, moment.parent)
        if self.rules[k].kind == "emergency_order":
            self.protection.cut_off(moment.who)
        self.removals.ask(moment.who, cause, entry)

    def _notice_ends(self, moment: Moment) -> None:
        if not self.protection.removed[moment.who]:
            self.setting.clock.record(Kind.NOTICE_ENDS, moment.who, moment.parent)
            self.protection.stop_updates(moment.who)
