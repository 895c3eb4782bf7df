"""One replication: a future in, an outcome and, if asked, an event log out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.chance.driver import Driver
from simulator.chance.future import Answer, Future
from simulator.chance.keys import Draws
from simulator.model.cascade import Cascade
from simulator.model.causes import Cause
from simulator.model.clock import Clock, Entry
from simulator.model.coercion import Attempts
from simulator.model.conflict import Conflict
from simulator.model.crime import OrdinaryCrime
from simulator.model.effects import Effects
from simulator.model.faults import Faults
from simulator.model.given import GivenFacts
from simulator.model.grid import GenerationLoss
from simulator.model.hacktivists import HacktivistSide
from simulator.model.impact import EventLoss, assess
from simulator.model.instruments import Instruments
from simulator.model.posture import Posture
from simulator.model.protection import Protection
from simulator.model.proxy import TelecomProxies
from simulator.model.release import Releases
from simulator.model.removal import Removals
from simulator.model.response import Response
from simulator.model.restoration import Restorations
from simulator.model.sanctions import SanctionsRegime
from simulator.model.service import Service
from simulator.model.setting import Setting
from simulator.model.supply import Supply
from simulator.model.undertakings import Undertakings
from simulator.rules.curve import RESTORED_SHARES
from simulator.rules.total import total
from simulator.scenario.words import SECTORS
from simulator.world.mitigations import Bearing


@dataclass(frozen=True, slots=True)
class Noted:
    """What one replication noted, by which it is told whether an arm could change it, and what the arm then costs."""

    asked: frozenset[tuple[Bearing, int]]
    """What was asked of the mitigations in force, whether there were any or not."""
    disclosures: tuple[tuple[float, tuple[int, ...]], ...]
    """(hour, vendors) of every malicious compromise that became known."""
    in_the_news: frozenset[int]
    """Vendors of whom a compromise, or an order refused in public, became known."""
    announced: tuple[tuple[str, float], ...]
    """Instruments announced, by name, and when."""


@dataclass(frozen=True, slots=True)
class Outcome(Noted):
    """What one replication came to."""

    future: Future
    losses: tuple[EventLoss, ...]
    """In order of cause."""
    peak_people: tuple[float, ...]
    """Most people without service at one time on account of the worst event, by sector."""
    worst: Cause | None
    """The event that service curves and restoration times are about."""
    restored_h: tuple[float, ...]
    """Hours from the worst event's first loss of service until 50, 90 and 99 % of its peak is restored, or nan."""
    history: tuple[tuple[float, int, float], ...]
    """(hour, sector, people without service) after each change."""
    espionage_victims: int
    groundless_warnings: int
    sim_events: int
    log: tuple[Entry, ...] | None

    @property
    def successes(self) -> int:
        return sum(a.answer is Answer.SUCCEEDED for a in self.future.attempts)

    @property
    def first_success_h(self) -> float:
        return min((a.time_h for a in self.future.attempts if a.answer is Answer.SUCCEEDED), default=math.nan)


def simulate(driver: Driver, seed: int, future: Future, keep_log: bool = False) -> Outcome:
    """Run the event model on one future. A pure function of its arguments."""
    world = driver.world
    scenario = world.scenario
    setting = Setting(world, driver, future, Draws(seed, future.replication), Clock(keep_log))
    posture = Posture(setting)
    supply = Supply(world)
    service = Service(setting, supply)
    Cascade(setting, posture, supply, service)
    if scenario.grid is not None:
        GenerationLoss(setting, service, scenario.grid)
    restorations = Restorations(setting, posture, service, Response(setting, posture))
    effects = Effects(setting, posture, service, restorations)
    protection = Protection(setting, posture)
    proxies = None
    if scenario.telecom_proxy is not None:
        proxies = TelecomProxies(setting, effects, scenario.telecom_proxy)
    releases = Releases(setting, protection, posture, effects, restorations, proxies)
    removals = Removals(setting, protection)
    undertakings = Undertakings(setting, posture, protection, removals)
    releases.on_disclosure.append(undertakings.disclosed)
    Conflict(setting)
    attempts = Attempts(setting, protection, releases)
    instruments = Instruments(setting, protection, removals)
    releases.on_disclosure.append(instruments.disclosed)
    instruments.on_announced.append(undertakings.warned)
    attempts.on_publicised.append(instruments.vendors_in_the_news)
    if scenario.sanctions is not None:
        SanctionsRegime(setting, protection, removals, scenario.sanctions)
    if scenario.faults:
        Faults(setting, releases)
    if scenario.crime is not None:
        OrdinaryCrime(setting, protection, effects, scenario.crime)
    for name in sorted(scenario.hacktivists):
        HacktivistSide(setting, service, name, scenario.hacktivists[name])
    if scenario.given is not None:
        GivenFacts(setting, service, releases, restorations, scenario.given)
    setting.clock.run()
    return _outcome(setting, posture, service, releases, instruments)


def _outcome(
    setting: Setting, posture: Posture, service: Service, releases: Releases, instruments: Instruments
) -> Outcome:
    groundless = instruments.groundless(releases.abused)
    losses = tuple(x for x in (assess(setting.world, c) for c in setting.causes) if x.is_loss())
    entries = setting.clock.entries
    return Outcome(
        future=setting.future,
        losses=losses,
        worst=(worst := worst_cause(losses)),
        peak_people=peak_people(worst),
        restored_h=restored_times(worst),
        history=tuple(service.history),
        espionage_victims=sum(c.victims for c in setting.causes),
        groundless_warnings=groundless,
        asked=frozenset(posture.asked),
        disclosures=tuple(releases.disclosures),
        in_the_news=frozenset(instruments.in_the_news),
        announced=tuple((instruments.rules[k].name, c.start_h) for k, c in sorted(instruments.announced.items())),
        sim_events=setting.clock.count,
        log=tuple(entries) if entries is not None else None,
    )


def worst_cause(losses: tuple[EventLoss, ...]) -> Cause | None:
    """The cause of most customer-hours, among malicious ones if there are any; None if it cost none."""
    malicious = [x for x in losses if x.cause.malicious]
    worst = max(malicious or losses, key=lambda x: total(x.customer_hours), default=None)
    return worst.cause if worst is not None and total(worst.customer_hours) > 0.0 else None


def people_over_time(cause: Cause, sector: int | None = None) -> tuple[list[float], list[float]]:
    """Hours since the cause first cut service anywhere, and people without it on its account after each change."""
    hours: list[float] = []
    people: list[float] = []
    total = 0.0
    start = cause.people_out[0][0] if cause.people_out else cause.start_h
    for time, where, change in cause.people_out:
        if sector is not None and where != sector:
            continue
        total += change
        if hours and hours[-1] == time - start:
            people[-1] = total
        else:
            hours.append(time - start)
            people.append(total)
    if people:
        people[-1] = 0.0  # all service is back; what is left is rounding
    return hours, people


def peak_people(cause: Cause | None) -> tuple[float, ...]:
    """Most people without service at one time on a cause's account, by sector."""
    if cause is None:
        return (0.0,) * len(SECTORS)
    return tuple(max(people_over_time(cause, s)[1], default=0.0) for s in range(len(SECTORS)))


def restored_times(cause: Cause | None) -> tuple[float, ...]:
    """Hours until the people without service on a cause's account last exceed 50, 10 and 1 % of their peak."""
    hours, people = people_over_time(cause) if cause is not None else ([], [])
    peak = max(people, default=0.0)
    if peak <= 0.0:
        return (math.nan,) * len(RESTORED_SHARES)
    found = []
    for share in RESTORED_SHARES:
        last = max(k for k, x in enumerate(people) if x > (1.0 - share) * peak)
        found.append(hours[last + 1])
    return tuple(found)
