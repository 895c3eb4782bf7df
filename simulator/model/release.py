"""Releases: from the first install to withdrawal. Ties install, payload, detection and restoration together."""

from __future__ import annotations

import math
from collections.abc import Callable

from simulator.chance.entities import joint
from simulator.chance.keys import Purpose
from simulator.model.causes import Cause
from simulator.model.clock import Moment
from simulator.model.compromise import Behaviour, Carrier, Compromise
from simulator.model.detection import first_detection, notice_times, pull_delay
from simulator.model.effects import Effects
from simulator.model.install import carriers_of
from simulator.model.kinds import Kind
from simulator.model.payload import plan_actions, worm_reach
from simulator.model.protection import Protection
from simulator.model.proxy import TelecomProxies
from simulator.model.restoration import Restorations
from simulator.model.setting import Setting
from simulator.rules.quantile import Law
from simulator.scenario.words import HOST_GROUPS, PATHS

_OFFICE = HOST_GROUPS.index("office")


class Releases:
    """All open compromises. A product has at most one hostile release open at a time."""

    def __init__(
        self,
        setting: Setting,
        protection: Protection,
        effects: Effects,
        restorations: Restorations,
        proxies: TelecomProxies | None,
    ) -> None:
        self.setting = setting
        self.protection = protection
        self.effects = effects
        self.restorations = restorations
        self.proxies = proxies
        self.hostile: dict[int, Compromise] = {}
        self.on_disclosure: list[Callable[[Compromise, int], None]] = []

    def open(
        self,
        cause: Cause,
        behaviour: Behaviour,
        products: list[tuple[int, int]],
        delay: Law | None,
        worm_delay: Law | None,
        parent: int,
        coerced: bool = False,
        everywhere_at_once: bool = False,
        detected_after: float | None = None,
        footholds: list[Carrier] | None = None,
    ) -> None:
        """A release goes out now, on one path per product; or footholds are used, with no product at all."""
        world, now = self.setting.world, self.setting.clock.now
        free = [(p, path) for p, path in products if not (cause.malicious and p in self.hostile)]
        vendors = tuple(sorted({world.products.vendor[p] for p, _ in free}))
        compromise = Compromise(cause, behaviour, vendors, tuple(p for p, _ in free), coerced, now)
        self._describe(cause, behaviour, free, vendors)
        entry = self.setting.clock.record(Kind.RELEASE, cause.number, parent, cause.path)
        cause.entry = entry
        if cause.malicious:
            self.hostile.update(dict.fromkeys(compromise.products, compromise))
        carriers = list(footholds or [])
        for product, path in free:
            carriers += carriers_of(self.setting, self.protection, product, path, cause.key, coerced)
        for carrier in carriers:
            carrier.install_h = now if everywhere_at_once else now + carrier.install_h
        compromise.carriers = carriers
        if detected_after is None:
            plan_actions(self.setting, compromise, delay)
            notice_times(self.setting, carriers, behaviour.detection, cause.regime)
            detected = first_detection(self.setting, compromise)
        else:
            plan_actions(self.setting, compromise, delay)
            detected = now + detected_after
        self._schedule_detection(compromise, detected, entry)
        withdrawn = detected + pull_delay(self.setting, compromise)
        for carrier in carriers:
            if carrier.install_h < withdrawn or carrier.install_h == now:
                kind, who = _arrival(carrier)
                self.setting.clock.at(
                    carrier.install_h,
                    kind,
                    who,
                    self._installs,
                    entry,
                    cause.number,
                    (compromise, carrier, worm_delay),
                )

    def _describe(
        self, cause: Cause, behaviour: Behaviour, products: list[tuple[int, int]], vendors: tuple[int, ...]
    ) -> None:
        world = self.setting.world
        cause.mode = behaviour.mode
        cause.vendor = " + ".join(world.vendors[v] for v in vendors)
        cause.product = " + ".join(world.products.names[p] for p, _ in products)
        cause.path = " + ".join(sorted({PATHS[path] for _, path in products}))
        impact = world.scenario.impact
        if impact.abstract is not None:
            cause.abstract += impact.abstract.per_compromise.value

    def _schedule_detection(self, compromise: Compromise, time: float, parent: int) -> None:
        compromise.detection_epoch += 1
        if math.isfinite(time):
            self.setting.clock.at(
                time,
                Kind.DETECTION,
                compromise.cause.number,
                self._detected,
                parent,
                data=(compromise, compromise.detection_epoch),
            )

    def _installs(self, moment: Moment) -> None:
        compromise, carrier, worm_delay = moment.data
        now = self.setting.clock.now
        if now >= compromise.withdrawn_h:
            return
        if carrier.dependency >= 0 and not self.protection.present(carrier.dependency):
            self._drop(compromise, carrier)
            return
        cause = compromise.cause
        carrier.installed = True
        cause.installs += 1
        if self.setting.world.scenario.impact.abstract is not None:
            cause.abstract += self.setting.world.scenario.impact.abstract.per_install.value
        entry = self.setting.clock.record(*_arrival(carrier), moment.parent, carrier.organisation)
        compromise.infected.add(carrier.organisation)
        if self.proxies is not None and cause.malicious:
            self.proxies.operator_compromised(carrier.organisation, compromise, entry)
        if math.isfinite(carrier.acts_h):
            self.setting.clock.at(
                carrier.acts_h,
                Kind.ACTIVATION,
                carrier.organisation,
                self._acts,
                entry,
                max(carrier.dependency, 0),
                (compromise, carrier, worm_delay),
            )
        if compromise.detected:
            self._disclosed_to(compromise, carrier, entry)

    def _drop(self, compromise: Compromise, carrier: Carrier) -> None:
        """The product was removed before the release arrived: this carrier can no longer find it."""
        carrier.noticed_h = carrier.acts_h = math.inf
        if not compromise.detected:
            self._schedule_detection(
                compromise, first_detection(self.setting, compromise), compromise.cause.entry
            )

    def _acts(self, moment: Moment) -> None:
        compromise, carrier, worm_delay = moment.data
        if (
            self.setting.clock.now >= compromise.withdrawn_h
            or carrier.organisation not in compromise.infected
        ):
            return
        cause = compromise.cause
        carrier.acted = True
        cause.activations += 1
        entry = self.setting.clock.record(
            Kind.ACTIVATION, carrier.organisation, moment.parent, carrier.host_group
        )
        if compromise.behaviour.mode == "espionage":
            cause.victims += 1
            return
        self.effects.strike(
            carrier.organisation,
            carrier.host_group,
            carrier.coverage,
            cause,
            carrier.key,
            compromise.behaviour.restoration,
            entry,
        )
        if compromise.behaviour.worm > 0.0 and worm_delay is not None:
            self._spread(compromise, carrier, worm_delay, entry)

    def _spread(self, compromise: Compromise, carrier: Carrier, delay: Law, parent: int) -> None:
        """A worm crosses trust links to organisations that do not carry the code yet."""
        for neighbour, key, hours in worm_reach(self.setting, compromise, carrier.organisation, delay):
            if neighbour in compromise.infected:
                continue
            crossed = Carrier(-1, neighbour, _OFFICE, 1.0, key)
            self.setting.clock.after(
                hours,
                Kind.WORM,
                neighbour,
                self._crossed,
                parent,
                carrier.organisation,
                (compromise, crossed, delay),
            )

    def _crossed(self, moment: Moment) -> None:
        compromise, carrier, delay = moment.data
        if carrier.organisation in compromise.infected or carrier.organisation in compromise.cause.struck:
            return
        compromise.infected.add(carrier.organisation)
        entry = self.setting.clock.record(Kind.WORM, carrier.organisation, moment.parent)
        carrier.installed = True
        self.setting.clock.after(
            0.0, Kind.ACTIVATION, carrier.organisation, self._acts, entry, data=(compromise, carrier, delay)
        )

    def _detected(self, moment: Moment) -> None:
        compromise, epoch = moment.data
        if compromise.detected or epoch != compromise.detection_epoch:
            return
        now = self.setting.clock.now
        compromise.detected_h = now
        cause = compromise.cause
        cause.detection_h = now - compromise.start_h
        entry = self.setting.clock.record(Kind.DETECTION, cause.number, moment.parent)
        delay = pull_delay(self.setting, compromise)
        compromise.withdrawn_h = now + delay
        self.setting.clock.after(delay, Kind.WITHDRAWN, cause.number, self._withdrawn, entry, data=compromise)
        for carrier in compromise.carriers:
            if carrier.installed:
                self._disclosed_to(compromise, carrier, entry)
        if cause.malicious:
            for react in self.on_disclosure:
                react(compromise, entry)

    def _disclosed_to(self, compromise: Compromise, carrier: Carrier, parent: int) -> None:
        """A carrier that learns of its infection may stop as a precaution, and asks to be cleaned."""
        i = carrier.organisation
        if carrier.acted and compromise.behaviour.mode != "espionage":
            return
        rules = self.setting.world.scenario.service
        chance = rules.stop_on_disclosure.get(HOST_GROUPS[carrier.host_group])
        cause = compromise.cause
        asked = self.restorations.restoring(i, cause.number)
        if cause.malicious or compromise.behaviour.mode != "fault":
            self.restorations.ask(i, cause, compromise.behaviour.restoration, parent)
        if chance is None or asked:
            return
        u = self.setting.draws.uniform(Purpose.EFFECT_ROUTE, carrier.key, 2)
        if u < chance.value * carrier.coverage:
            self.effects.stop(i, cause, joint(carrier.key, 1), parent)

    def _withdrawn(self, moment: Moment) -> None:
        compromise = moment.data
        assert isinstance(compromise, Compromise)
        self.setting.clock.record(Kind.WITHDRAWN, compromise.cause.number, moment.parent)
        for product in compromise.products:
            if self.hostile.get(product) is compromise:
                del self.hostile[product]


def _arrival(carrier: Carrier) -> tuple[Kind, int]:
    """Kind and subject of the code's arrival: through a product in use, or by a foothold gained earlier."""
    if carrier.dependency >= 0:
        return Kind.INSTALL, carrier.dependency
    return Kind.FOOTHOLD, carrier.organisation
