"""The core path as a textbook of SimPy would write it: a process for every infection, repair and buffer, teams as a
`PriorityResource`, and a timeout for every delay. The yardstick for what ordinary SimPy code costs.

The answers are those of the model, from the same draws. Uniforms are drawn in arrays, as a practised author would,
and the time of detection is the least of the times drawn, so that what is measured is events and not draws.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import simpy

from simulator.chance.driver import Driver
from simulator.chance.entities import joint_array
from simulator.chance.keys import Draws, Purpose, stable_hash
from simulator.rules.quantile import Law
from simulator.scenario.words import HOST_GROUPS, SECTORS

Process = Generator[simpy.Event, Any, None]


def customer_hours(driver: Driver, seed: int, replication: int) -> float:
    """Customer-hours lost in one replication of a core-path world."""
    release = Release(driver, Draws(seed, replication))
    release.env.run()
    return release.network.customer_hours


class Link:
    """A consumer's reserve against the loss of one provider. `level` is in hours; None is full."""

    def __init__(self, provider: Organisation, consumer: Organisation, law: Law, u: float) -> None:
        self.provider = provider
        self.consumer = consumer
        self.law = law
        self.u = u
        self.recharge = self.restart_lag = 0.0
        self.level: float | None = None
        self.since = 0.0
        self.exhausted = False
        self.spell = 0
        """Counts losses and returns of supply, so that a timer knows whether it is still about the same one."""


class Organisation:
    """Down while it has trouble of its own or lacks a supply."""

    def __init__(self, customers: float) -> None:
        self.customers = customers
        self.links: list[Link] = []
        self.trouble = False
        self.missing = 0
        self.down = False
        self.since = 0.0


class Network:
    """Organisations, the supply links between them, and what is lost."""

    def __init__(self, env: simpy.Environment, driver: Driver, draws: Draws) -> None:
        self.env = env
        self.customer_hours = 0.0
        world = driver.world
        links = world.links
        self.organisations = [Organisation(c) for c in world.organisations.customers]
        lots = draws.uniforms(Purpose.LINK_PLACE, driver.entities.links, 1).tolist()
        for k, (i, j) in enumerate(zip(links.provider, links.consumer, strict=True)):
            link = Link(self.organisations[i], self.organisations[j], links.buffer[k], lots[k])
            link.recharge, link.restart_lag = links.recharge[k], links.restart_lag_h[k]
            link.provider.links.append(link)

    def update(self, organisation: Organisation) -> None:
        """Go down or come up, if that is what its state means now."""
        down = organisation.trouble or organisation.missing > 0
        if down == organisation.down:
            return
        organisation.down = down
        if down:
            organisation.since = self.env.now
        else:
            self.customer_hours += (self.env.now - organisation.since) * organisation.customers
        for link in organisation.links:
            self.env.process(self.drain(link) if down else self.restart(link))

    def drain(self, link: Link) -> Process:
        """The consumer lives on its buffer, and lacks the supply once that is empty."""
        full = link.law.quantile(link.u)
        charged = full if link.level is None else link.level + link.recharge * (self.env.now - link.since)
        link.level, link.since = min(full, charged), self.env.now
        link.spell += 1
        spell = link.spell
        if link.exhausted:
            return
        yield self.env.timeout(link.level)
        if link.spell == spell:
            link.exhausted = True
            link.consumer.missing += 1
            self.update(link.consumer)

    def restart(self, link: Link) -> Process:
        """The provider is back; a consumer that ran dry needs time to start again."""
        assert link.level is not None
        left = max(link.level - (self.env.now - link.since), 0.0)
        link.level, link.since = (0.0 if link.exhausted else left), self.env.now
        link.spell += 1
        spell = link.spell
        if not link.exhausted:
            return
        yield self.env.timeout(link.restart_lag)
        if link.spell == spell:
            link.exhausted = False
            link.consumer.missing -= 1
            self.update(link.consumer)


class Infection:
    """One organisation that runs the product."""

    def __init__(self, organisation: Organisation, priority: float, install: float, repair: float) -> None:
        self.organisation = organisation
        self.priority = priority
        self.install = install
        self.repair = repair
        """Hours of a team."""
        self.delay: float | None = None
        """From install until the code acts; None if it does not work here."""
        self.stops_service = False
        self.installed = self.acted = self.told = self.waiting = False


class Release:
    """The malicious release, all infections, and the teams that clean them."""

    def __init__(self, driver: Driver, draws: Draws) -> None:
        world = driver.world
        assert world.scenario.given is not None
        (given,) = world.scenario.given.compromises
        self.payload = world.scenario.payloads[given.payload]
        self.detection = world.scenario.detection[self.payload.detection]
        self.draws = draws
        self.cause = stable_hash(f"given/{given.product}/{given.at}")
        self.env = simpy.Environment()
        self.teams = simpy.PriorityResource(self.env, world.scenario.pools[world.pools[0]].teams.value)
        self.network = Network(self.env, driver, draws)
        self.infections, noticed = self._drawn(driver)
        self.detected = False
        self.withdrawn = math.inf
        self.env.process(self.release(given.at, self._found_after(noticed)))

    def release(self, at: float, found_after: float) -> Process:
        """Out it goes; some time later somebody finds it, and the vendor pulls it."""
        yield self.env.timeout(at)
        for infection in self.infections:
            self.env.process(self.infect(infection))
        yield self.env.timeout(found_after)
        self.detected = True
        pull = self.detection.pull.value.quantile(self.draws.uniform(Purpose.PULL_DELAY, self.cause))
        self.withdrawn = self.env.now + pull
        for infection in sorted(self.infections, key=lambda one: one.priority):  # who matters most calls first
            if infection.installed:
                self.tell(infection)

    def infect(self, infection: Infection) -> Process:
        """Install, and act unless cleaned or withdrawn before."""
        yield self.env.timeout(infection.install)
        if self.env.now >= self.withdrawn:
            return
        infection.installed = True
        if self.detected:
            self.tell(infection)
        if infection.delay is None:
            return
        yield self.env.timeout(infection.delay)
        cleaned = infection.told and not infection.waiting
        if self.env.now >= self.withdrawn or cleaned:
            return
        infection.acted = True
        self.call_team(infection)
        if infection.stops_service:
            infection.organisation.trouble = True
            self.network.update(infection.organisation)

    def tell(self, infection: Infection) -> None:
        """It learns that it carries the code, and asks to be cleaned."""
        if not infection.acted:
            infection.told = True
            self.call_team(infection)

    def call_team(self, infection: Infection) -> None:
        if not infection.waiting:
            infection.waiting = True
            self.env.process(self.clean(infection))

    def clean(self, infection: Infection) -> Process:
        """Wait for a team, then for it to be done."""
        with self.teams.request(priority=infection.priority) as team:
            yield team
            yield self.env.timeout(infection.repair)
        infection.waiting = False
        infection.organisation.trouble = False
        self.network.update(infection.organisation)

    def _drawn(self, driver: Driver) -> tuple[list[Infection], list[float]]:
        """All infections, and when each would notice by itself, in hours from the release."""
        world, scenario = driver.world, driver.world.scenario
        dependencies = world.dependencies
        keys = joint_array(driver.entities.dependency_array, self.cause)
        owners = joint_array(driver.entities.organisation_array[list(dependencies.organisation)], self.cause)
        (adoption,) = [law for law in world.products.adoption[0] if law is not None]
        repair = scenario.restoration[self.payload.restoration].time.value
        stops = scenario.service.on_activation[SECTORS[0]][HOST_GROUPS[0]].precautionary_stop.value
        assert self.payload.delay is not None
        install, works, waits, routes, notices = (
            self.draws.uniforms(purpose, keys).tolist()
            for purpose in (
                Purpose.INSTALL_DELAY,
                Purpose.ACTIVATE,
                Purpose.TRIGGER,
                Purpose.EFFECT_ROUTE,
                Purpose.DETECT_OWN,
            )
        )
        times = self.draws.uniforms(Purpose.RESTORE_TIME, owners).tolist()
        infections, noticed = [], []
        for k, i in enumerate(dependencies.organisation):
            organisation = self.network.organisations[i]
            priority = -organisation.customers / repair.mean()
            infection = Infection(organisation, priority, adoption.quantile(install[k]), repair.quantile(times[k]))
            if works[k] < self.payload.activation.value:
                infection.delay = self.payload.delay.value.quantile(waits[k])
            infection.stops_service = routes[k] < stops
            infections.append(infection)
            noticed.append(infection.install + self.detection.own.value.quantile(notices[k]))
        return infections, noticed

    def _found_after(self, noticed: list[float]) -> float:
        """Hours from the release until the first of all who might find it does."""
        times = list(noticed)
        finder, visible = self.detection.finder, self.detection.visible
        assert finder is not None
        assert visible is not None
        times.append(finder.value.quantile(self.draws.uniform(Purpose.DETECT_FINDER, self.cause)))
        first = min((one.install + one.delay for one in self.infections if one.delay is not None), default=math.inf)
        times.append(first + visible.value.quantile(self.draws.uniform(Purpose.DETECT_VISIBLE, self.cause)))
        return min(times)
