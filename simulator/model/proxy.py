"""Mechanism 13. Telecom as a proxy: a compromised operator raises the hazard of its customers, one step deep."""

from __future__ import annotations

import math

from simulator.chance.entities import joint
from simulator.chance.keys import Purpose, stable_hash
from simulator.model.clock import Moment
from simulator.model.compromise import Compromise
from simulator.model.effects import Effects
from simulator.model.kinds import Kind
from simulator.model.setting import Setting
from simulator.scenario.threats import TelecomProxy
from simulator.scenario.words import HOST_GROUPS, SECTORS

_TELECOM = SECTORS.index("telecom")


class TelecomProxies:
    """Intrusions through compromised telecom operators; what enters this way goes no further."""

    def __init__(self, setting: Setting, effects: Effects, proxy: TelecomProxy) -> None:
        self.setting = setting
        self.effects = effects
        self.proxy = proxy
        self.seen: set[tuple[int, int]] = set()

    def operator_compromised(self, operator: int, compromise: Compromise, parent: int) -> None:
        """One exponential clock per customer link; it counts only while the operator is still compromised."""
        world = self.setting.world
        if world.organisations.sector[operator] != _TELECOM or (operator, compromise.cause.number) in self.seen:
            return
        self.seen.add((operator, compromise.cause.number))
        rate = self.proxy.rate.value
        if rate == 0.0:
            return
        for k in world.links.from_provider[operator]:
            key = joint(self.setting.entities.links[k], compromise.cause.key)
            hours = -math.log1p(-self.setting.draws.uniform(Purpose.PROXY_CLOCK, key)) / rate
            self.setting.clock.after(
                hours,
                Kind.PROXY,
                world.links.consumer[k],
                self._enters,
                parent,
                operator,
                (compromise, operator, k, key),
            )

    def _enters(self, moment: Moment) -> None:
        compromise, operator, link, key = moment.data
        customer = moment.who
        clean = self.setting.clock.now >= compromise.withdrawn_h and not self.effects.restorations.restoring(
            operator, compromise.cause.number
        )
        if clean or customer in compromise.infected:
            return
        name = self.setting.world.links.names[link]
        cause = self.setting.open_cause(
            f"proxy/{name}/{compromise.cause.key}",
            "telecom_proxy",
            origin_h=compromise.cause.origin_h,
        )
        cause.vendor, cause.theatre = compromise.cause.vendor, compromise.cause.theatre
        cause.regime, cause.mode = compromise.cause.regime, "disruption"
        cause.key = stable_hash(f"proxy/{name}") ^ compromise.cause.key
        cause.installs = cause.activations = 1
        entry = self.setting.clock.record(Kind.PROXY, customer, moment.parent, operator)
        cause.entry = entry
        self.effects.strike(
            customer, HOST_GROUPS.index(self.proxy.host_group), 1.0, cause, key, self.proxy.restoration, entry
        )
