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
from simulator.model.posture import Posture
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
        posture: Posture,
        effects: Effects,
        restorations: Restorations,
        proxies: TelecomProxies | None,
    ) -> None:
        self.setting = setting
        self.protection = protection
        self.posture = posture
        self.effects = effects
        self.restorations = restorations
        self.proxies = proxies
        self.hostile: dict[int, Compromise] = {}
        self.abused: set[int] = set()
        """Vendors whose products were ever used maliciously."""
        self.disclosures: list[tuple[float, tuple[int, ...]]] = []
        """(hour, vendors) of what became known."""
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
        offered_for: float | None = None,
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
            self.abused.update(vendors)
        carriers = list(footholds or [])
        for product, path in free:
            carriers += carriers_of(self.setting, self.protection, self.posture, product, path, cause.key, coerced)
        for carrier in carriers:
            carrier.install_h = now if everywhere_at_once else now + carrier.install_h
        if offered_for is not None:
            carriers = [c for c in carriers if c.install_h <= now + offered_for]
        compromise.carriers = carriers
        if detected_after is not None:
            compromise.given_detection_h = now + detected_after
        plan_actions(self.setting, self.posture, compromise, delay)
        notice_times(self.setting, self.posture, carriers, behaviour.detection, cause.regime)
        self._schedule(compromise, worm_delay)

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

    def _schedule(self, compromise: Compromise, worm_delay: Law | None) -> None:
        """The first detection as things stand, and the installs that come before the withdrawal it leads to."""
        clock, cause = self.setting.clock, compromise.cause
        detected = first_detection(self.setting, self.posture, compromise)
        compromise.detection_epoch += 1
        if math.isfinite(detected):
            reached = (compromise, compromise.detection_epoch)
            clock.at(detected, Kind.DETECTION, cause.number, self._detected, cause.entry, data=reached)
        withdrawn = detected + pull_delay(self.setting, compromise)
        for carrier in compromise.carriers:
            in_time = carrier.install_h < withdrawn or carrier.install_h == compromise.start_h
            if in_time and not carrier.scheduled:
                carrier.scheduled = True
                kind, who = _arrival(carrier)
                data = (compromise, carrier, worm_delay)
                clock.at(carrier.install_h, kind, who, self._installs, cause.entry, cause.number, data)

    def _installs(self, moment: Moment) -> None:
        compromise, carrier, worm_delay = moment.data
        now = self.setting.clock.now
        if now >= compromise.withdrawn_h:
            return
        if carrier.dependency >= 0 and not self.protection.reachable(carrier.dependency, carrier.path):
            self._drop(compromise, carrier, worm_delay)
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

    def _drop(self, compromise: Compromise, carrier: Carrier, worm_delay: Law | None) -> None:
        """The product went, or its updates stopped, before the code arrived or acted: nothing is found here."""
        carrier.install_h = carrier.noticed_h = carrier.acts_h = math.inf
        if not compromise.detected:
            self._schedule(compromise, worm_delay)

    def _acts(self, moment: Moment) -> None:
        compromise, carrier, worm_delay = moment.data
        cause = compromise.cause
        cleaned = carrier.told and not self.restorations.restoring(carrier.organisation, cause.number)
        if self.setting.clock.now >= compromise.withdrawn_h or cleaned:
            return
        if carrier.dependency >= 0 and not self.protection.present(carrier.dependency):
            self._drop(compromise, carrier, worm_delay)
            return
        carrier.acted = True
        cause.activations += 1
        entry = self.setting.clock.record(Kind.ACTIVATION, carrier.organisation, moment.parent, carrier.host_group)
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
        i, cause, now = carrier.organisation, compromise.cause, self.setting.clock.now
        if now >= compromise.withdrawn_h or i in compromise.infected or i in cause.struck:
            return
        compromise.infected.add(i)
        compromise.carriers.append(carrier)
        carrier.install_h, carrier.scheduled, carrier.installed = now, True, True
        notice_times(self.setting, self.posture, [carrier], compromise.behaviour.detection, cause.regime)
        entry = self.setting.clock.record(Kind.WORM, i, moment.parent)
        if self.proxies is not None and cause.malicious:
            self.proxies.operator_compromised(i, compromise, entry)
        if not compromise.detected:
            self._schedule(compromise, delay)
        self.setting.clock.after(0.0, Kind.ACTIVATION, i, self._acts, entry, data=(compromise, carrier, delay))

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
            self.disclosures.append((now, compromise.vendors))
            for react in self.on_disclosure:
                react(compromise, entry)

    def _disclosed_to(self, compromise: Compromise, carrier: Carrier, parent: int) -> None:
        """A carrier that learns of its infection may stop as a precaution, and asks to be cleaned.

        An organisation that was struck, or has stopped already, does not stop once more.
        """
        i, cause, behaviour = carrier.organisation, compromise.cause, compromise.behaviour
        if carrier.acted and behaviour.mode != "espionage":
            return
        if behaviour.mode != "fault":
            carrier.told = True
            self.restorations.ask(i, cause, behaviour.restoration, parent)
        rules = self.setting.world.scenario.service
        chance = rules.stop_on_disclosure.get(HOST_GROUPS[carrier.host_group])
        if chance is None or i in cause.struck:
            return
        u = self.setting.draws.uniform(Purpose.EFFECT_ROUTE, carrier.key, 2)
        if u < chance.value * carrier.coverage:
            self.restorations.ask(i, cause, behaviour.restoration, parent)
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
