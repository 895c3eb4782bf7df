"""One replication: a future in, an outcome and, if asked, an event log out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulator.chance.driver import Driver
from simulator.chance.future import Answer, Future
from simulator.chance.keys import Draws
from simulator.model.cascade import Cascade
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
from simulator.scenario.words import SECTORS

RESTORED_SHARES = (0.5, 0.9, 0.99)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one replication came to."""

    future: Future
    losses: tuple[EventLoss, ...]
    """In order of cause."""
    peak_people: tuple[float, ...]
    """Largest number of people without service at one time, by sector."""
    restored_h: tuple[float, ...]
    """Hours from the start of the worst event until 50, 90 and 99 % of its peak is restored; nan without one."""
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
    supply = Supply(world)
    service = Service(setting, supply)
    Cascade(setting, supply, service)
    if scenario.grid is not None:
        GenerationLoss(setting, service, scenario.grid)
    restorations = Restorations(setting, service, Response(setting))
    effects = Effects(setting, service, restorations)
    protection = Protection(setting)
    proxies = None
    if scenario.telecom_proxy is not None:
        proxies = TelecomProxies(setting, effects, scenario.telecom_proxy)
    releases = Releases(setting, protection, effects, restorations, proxies)
    removals = Removals(setting, protection)
    Conflict(setting)
    attempts = Attempts(setting, protection, releases)
    instruments = Instruments(setting, protection, removals)
    releases.on_disclosure.append(instruments.disclosed)
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
    return _outcome(setting, service, instruments.groundless(releases.abused))


def _outcome(setting: Setting, service: Service, groundless: int) -> Outcome:
    losses = tuple(x for x in (assess(setting.world, c) for c in setting.causes) if x.is_loss())
    entries = setting.clock.entries
    return Outcome(
        future=setting.future,
        losses=losses,
        peak_people=tuple(service.peak),
        restored_h=restored_times(service.history, worst_start(losses)),
        history=tuple(service.history),
        espionage_victims=sum(c.victims for c in setting.causes),
        groundless_warnings=groundless,
        sim_events=setting.clock.count,
        log=tuple(entries) if entries is not None else None,
    )


def worst_start(losses: tuple[EventLoss, ...]) -> float:
    """Start of the event that cost the most customer-hours, among malicious ones if there are any; nan if none did."""
    malicious = [x for x in losses if x.cause.malicious]
    worst = max(malicious or losses, key=lambda x: sum(x.customer_hours), default=None)
    if worst is None or sum(worst.customer_hours) == 0.0:
        return math.nan
    return worst.cause.start_h


def restored_times(history: list[tuple[float, int, float]], start_h: float) -> tuple[float, ...]:
    """Hours from `start_h` until people without service last fall to 50, 10 and 1 % of their peak after it."""
    if math.isnan(start_h):
        return (math.nan,) * len(RESTORED_SHARES)
    times, totals = people_without(history, start_h)
    peak = totals.max(initial=0.0)
    if peak == 0.0:
        return (math.nan,) * len(RESTORED_SHARES)
    found = []
    for share in RESTORED_SHARES:
        above = np.flatnonzero(totals > (1.0 - share) * peak + 1e-9 * peak)
        last = int(above[-1])
        found.append(float(times[last + 1] - start_h) if last + 1 < len(times) else math.nan)
    return tuple(found)


def people_without(history: list[tuple[float, int, float]], start_h: float) -> tuple[np.ndarray, np.ndarray]:
    """Times from `start_h` on, and people without any service after each change, sectors added."""
    now = [0.0] * len(SECTORS)
    times, totals = [], []
    for time, sector, value in history:
        now[sector] = value
        if time >= start_h:
            times.append(time)
            totals.append(sum(now))
    return np.array(times), np.array(totals)
