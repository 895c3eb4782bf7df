"""Tiny worlds in plain Python dictionaries, and how to play them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from simulator.chance.driver import Driver
from simulator.chance.entities import Entities
from simulator.chance.future import Future, Stratum
from simulator.model.clock import Entry
from simulator.model.kinds import SUBJECT, Kind
from simulator.model.replication import Outcome, simulate
from simulator.rules.quantile import Law
from simulator.scenario.portfolio import Dependency, Organisation, Register, SupplyLink
from simulator.scenario.references import check_register, check_scenario
from simulator.scenario.schema import Scenario
from simulator.scenario.words import REGIMES
from simulator.world.world import build
from tests.driven import futures, probability

Sections = Mapping[str, Any]

FREE = {
    "people_per_customer": {},
    "load_per_customer": "1 kW",
    "value_per_person_day": {},
    "value_of_lost_load": "0 USD",
    "society_share": 0,
    "lost_revenue_per_customer_day": {},
    "response_per_team_day": "0 USD",
    "rebuild_per_customer": "0 USD",
    "rebuild_cap": "0 USD",
    "espionage_per_victim": "0 USD",
    "vendor_liability": 0,
    "government_share": 0,
    "removal_per_customer": "0 USD",
}
"""An impact section in which nothing costs anything."""

JURISDICTIONS = {"R": {"legal_reach": 1, "resistance": 0}, "Q": {"legal_reach": 1, "resistance": 0}}

BASE = {
    "format": 1,
    "name": "tiny",
    "title": "Tiny",
    "question": "What comes of this?",
    "horizon": "1 year",
    "measure": "customer_hours",
    "portfolio": {},
    "jurisdictions": JURISDICTIONS,
    "service": {"on_activation": {}, "stopped_output": 0, "unsafe_water": 0},
    "impact": FREE,
}

STOPS = {"precautionary_stop": 1, "loss_of_view": 0, "unsafe_control": 0}
BLINDS = {"precautionary_stop": 0, "loss_of_view": 1, "unsafe_control": 0}
WRECKS = {"precautionary_stop": 0, "loss_of_view": 0, "unsafe_control": 1}
HOSTS = ("office", "privileged", "near_ot")


def routes(route: Mapping[str, float], *sectors: str) -> dict[str, Any]:
    """The same route to an outage from every host group of these sectors (default: all)."""
    return {s: {host: dict(route) for host in HOSTS} for s in sectors or ("water", "telecom", "energy")}


STRIKES = {"on_activation": routes(STOPS), "stopped_output": 0, "unsafe_water": 0}
"""Every activation stops service until it is restored."""


def exponential(mean: str) -> dict[str, Any]:
    return {"exponential": {"mean": mean}}


NEVER = "1e9 h"
"""A time that outlasts every test."""

THREE_REGIMES = {
    "peace": {"crisis": "0.1 / year"},
    "crisis": {"peace": "0.5 / year", "war_direct": "0.25 / year"},
    "war_direct": {"crisis": "0.4 / year"},
}
"""The conflict of cases V01, V03, V14, V17, V19 and V43."""

HAZARD = {"peace": "0.002 / year", "crisis": "0.02 / year", "war_direct": "0.15 / year"}


def coercion(hazard: Mapping[str, str] = HAZARD, **changes: Any) -> dict[str, Any]:
    """A home state that is always obeyed and never saves its asset."""
    return {
        "hazard": dict(hazard),
        "saves_for_war": 0,
        "occasions": dict.fromkeys(hazard, "52 / year"),
        "burn_cost": dict.fromkeys(hazard, 1),
        "espionage_value": {},
        "discount": "0.1 / year",
        "unused_loss": "0.02 / year",
        "compliance": dict.fromkeys(hazard, 1),
        "refusal": {"resist": 1, "publicise": 0, "leave": 0, "move": 0, "hazard_after_move": 1},
        "payload": "wiper",
    } | changes


def theatre(start: str = "peace", rates: Sections | None = None, **sections: Any) -> dict[str, Any]:
    return {"home_state": "R", "start": start, "rates": THREE_REGIMES if rates is None else rates} | sections


def wiper(**changes: Any) -> dict[str, Any]:
    """A payload that acts at once wherever it is installed."""
    return {
        "mode": "disruption",
        "trigger": "on_install",
        "delay": "0 h",
        "activation": 1,
        "detection": "d",
        "restoration": "r",
    } | changes


def product(vendor: str = "v", **changes: Any) -> dict[str, Any]:
    return {
        "label": "A product",
        "vendor": vendor,
        "kind": "endpoint_security",
        "paths": {"code_release": 1},
        "adoption": {"code_release": "a"},
    } | changes


def vendor(home: str = "R", **changes: Any) -> dict[str, Any]:
    return {"label": "A vendor", "home": home, "reach_outside": 0} | changes


SUPPLY_CHAIN = {
    "vendors": {"v": vendor()},
    "products": {"p": product()},
    "adoption": {"a": "1 h"},
    "payloads": {"wiper": wiper()},
    "detection": {"d": {"own": NEVER, "pull": "0 h"}},
    "restoration": {"r": {"kind": "rebuild", "time": "24 h", "needs_team": False}},
    "service": STRIKES,
}
"""One vendor, one product, one payload that strikes everybody an hour after its release."""


def organisation(name: str, sector: str = "water", customers: float = 1000.0, **fields: Any) -> Organisation:
    defaults: dict[str, Any] = {
        "people": 2.0 * customers,
        "pool": "",
        "own_teams": 1,
        "critical": False,
        "government": False,
        "briefed": False,
        "serves_war": False,
        "stance": 0.0,
        "generation_kw": 0.0,
    }
    return Organisation(name, sector, customers, **(defaults | fields))  # type: ignore[arg-type]


def towns(count: int, **fields: Any) -> list[Organisation]:
    """Water utilities town00, town01, ..."""
    return [organisation(f"town{k:02d}", **fields) for k in range(count)]


def runs(
    organisations: Iterable[Organisation],
    product: str = "p",
    host_group: str = "office",
    coverage: float = 1.0,
    hold_back_h: float = 0.0,
) -> list[Dependency]:
    """These organisations run a product."""
    return [Dependency(o.name, product, host_group, coverage, hold_back_h) for o in organisations]  # type: ignore[arg-type]


def link(consumer: str, provider: str, buffer: Law | float = 0.0, **fields: Any) -> SupplyLink:
    defaults: dict[str, Any] = {
        "kind": "supply",
        "carries": 1.0,
        "fallback": 0.0,
        "recharge": 1.0,
        "refilled_after_h": math.inf,
        "restart_lag_h": 0.0,
        "deliveries": 0,
    }
    law = buffer if isinstance(buffer, Law) else Law.fixed(buffer)
    return SupplyLink(consumer, provider, buffer=law, **(defaults | fields))


def given(*outages: tuple[str, float, float | str], compromises: Sequence[Sections] = ()) -> dict[str, Any]:
    """Scripted outages (organisation, hour, hours or the name of a restoration) and compromises."""
    rows: list[dict[str, Any]] = []
    for name, at, end in outages:
        how = {"restoration": end} if isinstance(end, str) else {"lasts": f"{end!r} h"}
        rows.append({"at": f"{at!r} h", "organisation": name} | how)
    return {"outages": rows, "compromises": list(compromises)}


def strike(at: float = 10.0, product: str = "p", payload: str = "wiper", **changes: Any) -> dict[str, Any]:
    """A scripted compromise."""
    return {"at": f"{at} h", "product": product, "payload": payload, "path": "code_release"} | changes


def stage(
    sections: Sections,
    organisations: Sequence[Organisation],
    dependencies: Sequence[Dependency] = (),
    links: Sequence[SupplyLink] = (),
) -> Driver:
    """The driver of a world, checked like a loaded one."""
    scenario = Scenario.model_validate(BASE | dict(sections))
    register = Register(tuple(organisations), tuple(dependencies), tuple(links))
    complaints = [*check_scenario(scenario), *check_register(scenario, register)]
    assert not complaints, complaints
    world = build(scenario, register)
    return Driver(world, Entities.of(world))


def futures_of(driver: Driver, count: int, stratum: Stratum = Stratum.CRUDE, seed: int = 1) -> list[Future]:
    return futures(driver, seed, stratum, np.arange(count, dtype=np.int64))


def play(driver: Driver, replication: int = 0, stratum: Stratum = Stratum.CRUDE, seed: int = 1) -> Outcome:
    """One replication with its event log."""
    (future,) = futures(driver, seed, stratum, np.array([replication], dtype=np.int64))
    return simulate(driver, seed, future, keep_log=True)


def plays(
    driver: Driver, count: int, stratum: Stratum = Stratum.CRUDE, seed: int = 1, keep_log: bool = False
) -> list[Outcome]:
    return [simulate(driver, seed, f, keep_log) for f in futures_of(driver, count, stratum, seed)]


def regime_at(driver: Driver, future: Future, theatre: int, hour: float) -> str:
    """Name of a theatre's regime at an hour."""
    path = future.regimes[theatre]
    state = path.states[bisect_right(path.times_h, hour) - 1]
    return REGIMES[int(driver.chains[theatre].regime[state])]


def log_of(outcome: Outcome) -> tuple[Entry, ...]:
    assert outcome.log is not None
    return outcome.log


def entries(outcome: Outcome, *kinds: Kind) -> list[Entry]:
    return [e for e in log_of(outcome) if e.kind in kinds]


def hours(outcome: Outcome, *kinds: Kind) -> list[float]:
    return [e.time_h for e in entries(outcome, *kinds)]


def subjects(driver: Driver, outcome: Outcome, *kinds: Kind) -> list[str]:
    """Names of those to whom events of these kinds happened, in the order of the log."""
    return [name_of(driver, e) for e in entries(outcome, *kinds)]


def name_of(driver: Driver, entry: Entry) -> str:
    """A stable name of an entry's subject; causes have none, for their numbers follow the order of events."""
    world = driver.world
    if entry.who < 0:
        return ""
    match SUBJECT[entry.kind]:
        case "organisation":
            return world.organisations.names[entry.who]
        case "dependency":
            return world.dependencies.names[entry.who]
        case "link":
            return world.links.names[entry.who]
        case "product":
            return world.products.names[entry.who]
        case "vendor":
            return world.vendors[entry.who]
        case "theatre":
            return world.theatres[entry.who]
        case "pool":
            return world.pools[entry.who]
        case "channel":
            return driver.channels[entry.who].name
        case "instrument":
            return world.scenario.instruments[entry.who].name
        case _:
            return ""


Line = tuple[float, str, str, object]


def is_a(*kinds: Kind) -> Callable[[Entry], bool]:
    return lambda entry: entry.kind in kinds


def nothing(_: Entry) -> bool:
    return False


def story(driver: Driver, outcome: Outcome, without: Callable[[Entry], bool] = nothing) -> list[Line]:
    """(hour, kind, subject, detail) of every entry that neither is nor descends from one of those left out."""
    gone: set[int] = set()
    kept: list[Line] = []
    for number, entry in enumerate(log_of(outcome)):
        if without(entry) or entry.parent in gone:
            gone.add(number)
        else:
            kept.append((entry.time_h, entry.kind.name, name_of(driver, entry), entry.detail))
    return sorted(kept, key=repr)


def total_hours(outcome: Outcome) -> float:
    """Customer-hours lost, all causes and sectors."""
    return math.fsum(x for loss in outcome.losses for x in loss.customer_hours)


def unserved(driver: Driver, outcome: Outcome) -> float:
    """Customer-hours lost by the log of service alone: integral of (1 - output) x customers."""
    customers = driver.world.organisations.customers
    output = [1.0] * len(customers)
    since = [0.0] * len(customers)
    lost = []
    for e in entries(outcome, Kind.SERVICE_DOWN, Kind.SERVICE_UP):
        assert isinstance(e.detail, float)
        lost.append((1.0 - output[e.who]) * (e.time_h - since[e.who]) * customers[e.who])
        output[e.who], since[e.who] = e.detail, e.time_h
    assert all(x == 1.0 for x in output), "an outage never ended"
    return math.fsum(lost)


def z_score(sample: Sequence[float], expected: float) -> float:
    """Distance of a sample's mean from the expected value in standard errors."""
    values = np.asarray(sample, dtype=float)
    return float((values.mean() - expected) / (values.std(ddof=1) / math.sqrt(len(values))))


def z_of_share(hits: int, count: int, expected: float) -> float:
    """Distance of a share from its expected value in standard errors."""
    return (hits / count - expected) / math.sqrt(expected * (1.0 - expected) / count)


def annual_mean(driver: Driver, measure: Any, count: int, seed: int = 1) -> tuple[float, float]:
    """Stratified mean of measure(outcome), with its standard error; `count` replications in each stratum."""
    p = probability(driver, seed).value
    mean = variance = 0.0
    for stratum, weight in ((Stratum.NONE, 1.0 - p), (Stratum.AT_LEAST_ONE, p)):
        values = np.array([measure(o) for o in plays(driver, count, stratum, seed)])
        mean += weight * values.mean()
        variance += weight**2 * values.var(ddof=1) / count
    return float(mean), math.sqrt(variance)
