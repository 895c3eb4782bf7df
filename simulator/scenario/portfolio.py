"""Organisations, what they run and whom they depend on: the columns of the register and the generator section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from simulator.rules.quantile import Law
from simulator.scenario.base import Section
from simulator.scenario.distribution import Duration, Severity, Stated
from simulator.scenario.quantity import Count, Hours, Number, PositiveCount, Share
from simulator.scenario.words import HostGroup, Sector


@dataclass(frozen=True, slots=True)
class Organisation:
    """An operator of a service. Row of organisations.csv."""

    name: str
    sector: Sector
    customers: float
    people: float
    """People served; blank in the register means customers x people_per_customer of the sector."""
    pool: str
    """Response pool it draws on; "" means own teams only."""
    own_teams: int
    critical: bool
    government: bool
    briefed: bool
    serves_war: bool
    stance: float
    generation_kw: float
    """Generation that loss of view or control takes off the grid; 0 for most."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """An organisation runs a product on a host group. Row of dependencies.csv."""

    organisation: str
    product: str
    host_group: HostGroup
    coverage: float
    """Share of the host group's machines: scales the chance that an activation matters."""
    hold_back_h: float
    """Customer-run ring: updates by code and content are held this long."""


@dataclass(frozen=True, slots=True)
class SupplyLink:
    """An organisation needs another's service; or trusts its network (kind trust). Row of links.csv."""

    organisation: str
    provider: str
    kind: Literal["supply", "trust"]
    carries: float
    """Share of the organisation's operation that hangs on this provider."""
    fallback: float
    """Share of that part which goes on without it, after the buffer."""
    buffer: Law
    """Hours; drawn once per replication and link."""
    recharge: float
    """Hours of buffer regained per hour of supply."""
    refilled_after_h: float
    """Full again this long after supply returns; inf: only by recharge."""
    restart_lag_h: float
    deliveries: int
    """Refills while the outage lasts; finite fuel."""


@dataclass(frozen=True, slots=True)
class Register:
    """The whole portfolio, each list sorted by name."""

    organisations: tuple[Organisation, ...]
    dependencies: tuple[Dependency, ...]
    links: tuple[SupplyLink, ...]


class SizeClass(Section):
    """A class of a published size table: sizes are log-uniform inside it."""

    low: Stated[Number]
    high: Stated[Number]
    count: Stated[Number]


class Group(Section):
    """Organisations of one sector, made up with sizes from a real distribution."""

    sector: Sector
    count: PositiveCount
    name: str = Field(description='invented, with {n}: for example "Aldmere Water {n}"')
    size_classes: tuple[SizeClass, ...] = ()
    size: Stated[Severity] | None = Field(None, description="customers, as a distribution instead of classes")
    total_customers: Stated[Number] | None = Field(None, description="sizes are scaled to this sum")
    pool: str = ""
    own_teams: Stated[Count] = Stated(1, assumption="the least with which anybody can restore", range=(0, 5))
    critical_above: Stated[Number] | None = Field(None, description="critical infrastructure from this size")
    government_share: Stated[Share] | None = None
    briefed_above: Stated[Number] | None = None
    serves_war_share: Stated[Share] | None = None
    stance: Stated[Share] | None = None
    generation_per_customer_kw: Stated[Number] | None = None


class MarketShare(Section):
    """Share of a sector's organisations that run a product on a host group."""

    product: str
    sector: Sector
    host_group: HostGroup
    share: Stated[Share]
    coverage: Stated[Share]
    hold_back: Stated[Hours] | None = None
    larger_than: Stated[Number] | None = None
    named: str = Field(
        "", description="only for organisations whose name begins so; the longest beginning that fits goes before"
    )


class LinkRule(Section):
    """Each organisation of a sector is linked to providers of another, chosen by size."""

    sector: Sector
    provider: Sector
    providers: Stated[PositiveCount] = Stated(1, assumption="one supplier, as most small sites have", range=(1, 3))
    kind: Literal["supply", "trust"] = "supply"
    fallback: Stated[Share]
    buffer: Stated[Duration]
    recharge: Stated[Number]
    refilled_after: Stated[Hours] | None = None
    restart_lag: Stated[Hours] | None = None
    deliveries: Stated[Count] = Stated(0, assumption="nothing is brought while an outage lasts", range=(0, 4))
    share: Stated[Share] | None = Field(None, description="share of the sector's organisations that have the link")


class Generate(Section):
    seed: Count
    groups: tuple[Group, ...]
    products: tuple[MarketShare, ...] = ()
    links: tuple[LinkRule, ...] = ()


class Portfolio(Section):
    """From CSV files beside the scenario, from a generator, or both."""

    organisations: str | None = None
    dependencies: str | None = None
    links: str | None = None
    generate: Generate | None = None
