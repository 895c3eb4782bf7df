"""The core path as a scenario: one malicious release, and the rules from its first install to the last restart.

Install, activate, detect together, withdraw, wait for a team, restore, and cascade along supply links with
buffers. Nothing else happens: no crime, no hacktivists, no routine work, and nothing costs anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from types import MappingProxyType
from typing import Any

from simulator.chance.driver import Driver
from simulator.rules.quantile import Law
from simulator.scenario.portfolio import Organisation, SupplyLink
from tests.model.worlds import (
    coercion,
    exponential,
    link,
    organisation,
    product,
    routes,
    runs,
    stage,
    strike,
    theatre,
    vendor,
    wiper,
)

ORGANISATIONS_PER_TEAM = 20
DEPENDANTS = 3
"""Organisations of the next tier that each provider supplies."""
TIERS = (("energy", 0.1), ("telecom", 0.3), ("water", 0.6))
"""Sectors from the top of the chain of supply down, with their share of the organisations. No link leads up."""
RELEASED_H = 100.0
SIZES = Law.lognormal(8_000.0, 1.2)
BUFFER = Law.lognormal(24.0, 0.6)

STOPS_MOST = {"precautionary_stop": 0.8, "loss_of_view": 0, "unsafe_control": 0}


def lognormal(median: str, sigma: float) -> dict[str, Any]:
    return {"lognormal": {"median": median, "sigma": sigma}}


@dataclass(frozen=True)
class Portfolio:
    """Who there is, how much they hold in reserve, and who runs the product."""

    organisations: int
    seed: int = 1
    reached: float = 0.3
    """Share of organisations that run the product."""
    sizes: Law = SIZES
    """Customers of one organisation."""
    buffer: Law = BUFFER
    """Hours for which a consumer goes on without one of its providers."""
    restart_lag_h: float = 2.0


def core_path(organisations: int | Portfolio, changes: Mapping[str, Any] = MappingProxyType({})) -> Driver:
    """A world in which the release is given, so that every replication has one; `changes` replace its sections."""
    return _staged(organisations, {"given": {"compromises": [strike(RELEASED_H)]}, **changes})


def rare_core_path(organisations: int | Portfolio) -> Driver:
    """The same world, in which the release comes only if a home state uses its vendor (the conflict of V17)."""
    return _staged(organisations, {"horizon": "5 years", "theatres": {"t": theatre(coercion=coercion())}})


def _staged(portfolio: int | Portfolio, sections: Mapping[str, Any]) -> Driver:
    if isinstance(portfolio, int):
        portfolio = Portfolio(portfolio)
    tiers = everybody_in(portfolio)
    everybody = [o for tier in tiers for o in tier]
    reached = Random(portfolio.seed).sample(everybody, round(portfolio.reached * len(everybody)))
    return stage(
        {**rules(len(everybody), len(reached)), **sections}, everybody, runs(reached), supply_links(tiers, portfolio)
    )


def everybody_in(portfolio: Portfolio) -> list[list[Organisation]]:
    """Organisations tier by tier."""
    lots = Random(portfolio.seed)
    return [_tier(sector, round(share * portfolio.organisations), portfolio, lots) for sector, share in TIERS]


def supply_links(tiers: Sequence[Sequence[Organisation]], portfolio: Portfolio) -> list[SupplyLink]:
    """Each provider supplies a few of the next tier."""
    lots = Random(portfolio.seed)
    return [one for upper, lower in pairwise(tiers) for one in _links(upper, lower, portfolio, lots)]


def _tier(sector: str, count: int, portfolio: Portfolio, lots: Random) -> list[Organisation]:
    return [
        organisation(
            f"{sector} {k}",
            sector,
            float(round(1.0 + portfolio.sizes.quantile(lots.random()))),
            pool="teams",
            own_teams=0,
        )
        for k in range(count)
    ]


def _links(
    providers: Sequence[Organisation], consumers: Sequence[Organisation], portfolio: Portfolio, lots: Random
) -> list[SupplyLink]:
    return [
        link(consumer.name, provider.name, portfolio.buffer, recharge=0.5, restart_lag_h=portfolio.restart_lag_h)
        for provider in providers
        for consumer in lots.sample(consumers, DEPENDANTS)
    ]


def rules(organisations: int, carriers: int) -> dict[str, Any]:
    """Sections of the scenario. The first of all carriers notices as late in a large world as in a small one."""
    return {
        "vendors": {"v": vendor()},
        "products": {"p": product()},
        "adoption": {"a": lognormal("6 h", 0.7)},
        "payloads": {"wiper": wiper(delay=exponential("24 h"), activation=0.4)},
        "detection": {
            "d": {
                "own": exponential(f"{100 * carriers} h"),
                "finder": {"weibull": {"shape": 1.5, "scale": "200 h"}},
                "visible": lognormal("36 h", 0.5),
                "pull": lognormal("6 h", 0.5),
            }
        },
        "restoration": {"r": {"kind": "rebuild", "time": lognormal("30 h", 0.5)}},
        "pools": {"teams": {"teams": max(organisations // ORGANISATIONS_PER_TEAM, 1)}},
        "service": {"on_activation": routes(STOPS_MOST), "stopped_output": 0, "unsafe_water": 0},
    }
