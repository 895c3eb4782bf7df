"""A scenario made concrete: names resolved to rows, controls resolved to numbers. Built once, never changed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import truediv

from simulator.rules.paths import success_after_controls
from simulator.rules.signing import signing_success
from simulator.scenario.errors import InputError
from simulator.scenario.portfolio import Dependency, Organisation, Register
from simulator.scenario.schema import Scenario
from simulator.scenario.threats import Targeting
from simulator.scenario.vendors import Product, Vendor
from simulator.scenario.words import HOST_GROUPS, PATHS, SECTORS, HostGroup
from simulator.world.circles import circular
from simulator.world.mitigations import Bearings, InForce, WorldRows, bearings_of, resolve
from simulator.world.tables import Dependencies, Links, Organisations, Products, Protecting, grouped


@dataclass(frozen=True)
class World:
    """One world of a scenario. Rows of every table are ranks of names."""

    scenario: Scenario
    organisations: Organisations
    dependencies: Dependencies
    links: Links
    trust: tuple[tuple[int, ...], ...]
    """Organisations whose networks each organisation's network trusts (both ways)."""
    products: Products
    vendors: tuple[str, ...]
    vendor_home: tuple[str, ...]
    theatres: tuple[str, ...]
    pools: tuple[str, ...]
    mitigations: tuple[InForce, ...]

    @property
    def horizon_h(self) -> float:
        return self.scenario.horizon

    @cached_property
    def customers(self) -> dict[str, float]:
        """Customers per sector."""
        return self._per_sector(self.organisations.customers)

    @cached_property
    def people(self) -> dict[str, float]:
        """People served per sector."""
        return self._per_sector(self.organisations.people)

    @cached_property
    def bearings(self) -> Bearings:
        """Which mitigations in force bear on what."""
        return bearings_of(self.mitigations, self.pools)

    @cached_property
    def circular(self) -> tuple[bool, ...]:
        """By supply link: whether it lies in a circle."""
        return circular(self.organisations, self.links, balanced=self.scenario.grid is not None)

    @cached_property
    def dependency_row(self) -> dict[tuple[int, int, int], int]:
        """Row of each (organisation, product, host group)."""
        d = self.dependencies
        return {key: k for k, key in enumerate(zip(d.organisation, d.product, d.host_group, strict=True))}

    @cached_property
    def protecting(self) -> tuple[tuple[Protecting, ...], ...]:
        """By organisation: what helps it to stop ordinary intrusions, or may come to."""
        d = self.dependencies
        worth = [self.products.protects[p] for p in d.product]
        at_first = [w * c if used else 0.0 for w, c, used in zip(worth, d.coverage, d.in_use, strict=True)]
        return tuple(
            tuple(Protecting(k, worth[k], 1.0 - at_first[k]) for k in rows if worth[k] > 0.0)
            for rows in d.of_organisation
        )

    @cached_property
    def widest_gaps(self) -> tuple[float, ...]:
        """By organisation: factor on the rate of ordinary intrusions if nothing protected."""
        return tuple(reduce(truediv, (p.lets_through for p in rows), 1.0) for rows in self.protecting)

    @cached_property
    def crime_rates(self) -> tuple[float, ...]:
        """Ordinary intrusions per hour at each organisation if nothing protected."""
        crime = self.scenario.crime
        if crime is None:
            return (0.0,) * len(self.organisations.names)
        rate, reference, exponent = crime.rate.value, crime.reference_customers.value, crime.size_exponent.value
        return tuple(
            rate * (c / reference) ** exponent * widest if c > 0.0 else 0.0
            for c, widest in zip(self.organisations.customers, self.widest_gaps, strict=True)
        )

    @cached_property
    def lost_revenue(self) -> dict[int, float]:
        """Revenue lost per customer and day without service, by sector."""
        return {SECTORS.index(s): m.value.amount for s, m in self.scenario.impact.lost_revenue_per_customer_day.items()}

    def taking_over(self, dependency: int, by: Mapping[str, str]) -> int:
        """Row of what takes the place of a dependency's product, or comes beside it; -1 where nothing is named."""
        d = self.dependencies
        other = by.get(self.products.names[d.product[dependency]])
        if other is None:
            return -1
        key = (d.organisation[dependency], self.products.names.index(other), d.host_group[dependency])
        return self.dependency_row[key]

    def share_of_reach(self, vendor: int) -> float:
        """Customers of this portfolio among all that a vendor's products reach; 1 where it reaches nobody."""
        here = math.fsum(self.organisations.customers[i] for i in self.users(vendor))
        outside = self.scenario.vendors[self.vendors[vendor]].reach_outside.value
        return here / (here + outside) if here + outside > 0.0 else 1.0

    def users(self, vendor: int) -> tuple[int, ...]:
        """Organisations that run a product of the vendor from the start."""
        d = self.dependencies
        rows = (k for p in self.products_of(vendor) for k in d.of_product[p] if d.in_use[k])
        return tuple(sorted({d.organisation[k] for k in rows}))

    def products_of(self, vendor: int) -> tuple[int, ...]:
        return tuple(p for p, v in enumerate(self.products.vendor) if v == vendor)

    def vendors_of(self, home_state: str) -> tuple[int, ...]:
        return tuple(v for v, home in enumerate(self.vendor_home) if home == home_state)

    def _per_sector(self, column: tuple[float, ...]) -> dict[str, float]:
        sector = self.organisations.sector
        return {
            name: math.fsum(x for x, s in zip(column, sector, strict=True) if s == k) for k, name in enumerate(SECTORS)
        }


def build(scenario: Scenario, register: Register) -> World:
    """The world of a checked scenario. Raises InputError for a portfolio that cannot be simulated."""
    if not register.organisations:
        raise InputError("the portfolio has no organisations; at least one is needed")
    pools = tuple(sorted(scenario.pools))
    vendors = tuple(sorted(scenario.vendors))
    organisations = _organisations(register.organisations, pools, scenario.targeting)
    _refuse_hopeless_response(organisations, pools, scenario)
    row = {name: i for i, name in enumerate(organisations.names)}
    products = _products(scenario, vendors)
    product_row = {name: i for i, name in enumerate(products.names)}
    later = successors(scenario, register.dependencies)
    dependencies, dependency_row = _dependencies(register, later, row, product_row)
    links = _links(register, row)
    rows = WorldRows(row, dependency_row, product_row, {name: v for v, name in enumerate(vendors)})
    return World(
        scenario=scenario,
        organisations=organisations,
        dependencies=dependencies,
        links=links,
        trust=_trust(register, row),
        products=products,
        vendors=vendors,
        vendor_home=tuple(scenario.vendors[v].home for v in vendors),
        theatres=tuple(sorted(scenario.theatres)),
        pools=pools,
        mitigations=resolve(scenario, register, later, rows, links, organisations.sector),
    )


def successors(scenario: Scenario, running: Sequence[Dependency]) -> list[Dependency]:
    """What may come in place of a product in use, or beside it, where it does not run already."""
    places = [scenario.removal.replaced_by if scenario.removal is not None else {}]
    for name in scenario.in_force:
        effect = scenario.mitigations[name].does
        places += [part.by for part in (effect.replace, effect.second_source) if part is not None]
    taken = {(d.organisation, d.product, d.host_group) for d in running}
    found: dict[tuple[str, str, HostGroup], Dependency] = {}
    waiting = list(running)
    for d in waiting:  # grows: what took a place may have to go as well
        for other in [by[d.product] for by in places if d.product in by]:
            key = (d.organisation, other, d.host_group)
            if key not in taken:
                taken.add(key)
                found[key] = replace(d, product=other)
                waiting.append(found[key])
    return list(found.values())


def _organisations(
    rows: tuple[Organisation, ...], pools: tuple[str, ...], targeting: Targeting | None
) -> Organisations:
    rows = tuple(sorted(rows, key=lambda o: o.name))
    pool = {name: k for k, name in enumerate(pools)}
    return Organisations(
        names=tuple(o.name for o in rows),
        sector=tuple(SECTORS.index(o.sector) for o in rows),
        customers=tuple(o.customers for o in rows),
        people=tuple(o.people for o in rows),
        pool=tuple(pool[o.pool] if o.pool else -1 for o in rows),
        own_teams=tuple(o.own_teams for o in rows),
        critical=tuple(o.critical for o in rows),
        government=tuple(o.government for o in rows),
        briefed=tuple(o.briefed for o in rows),
        serves_war=tuple(o.serves_war for o in rows),
        generation_kw=tuple(o.generation_kw for o in rows),
        weight=tuple(_targeting_weight(o, targeting) for o in rows),
    )


def _targeting_weight(o: Organisation, targeting: Targeting | None) -> float:
    """exp(b1 critical + b2 services to the country at war + b3 public stance); methods 1.7."""
    if targeting is None:
        return 1.0
    return math.exp(
        targeting.critical_infrastructure.value * o.critical
        + targeting.services_to_country_at_war.value * o.serves_war
        + targeting.public_stance.value * o.stance
    )


def _refuse_hopeless_response(o: Organisations, pools: tuple[str, ...], scenario: Scenario) -> None:
    """A queue that grows for ever, or a job that nobody can do, is a fault of the scenario."""
    for name in pools:
        pool = scenario.pools[name]
        if pool.routine is None:
            continue
        load = pool.routine.arrivals.value * pool.routine.service.value
        if load >= pool.teams.value:
            raise InputError(
                f"pools.{name}: routine work keeps {load:.3g} teams busy but there are {pool.teams.value}; "
                "allowed: less routine work than teams"
            )
    if not any(r.needs_team for r in scenario.restoration.values()):
        return
    for name, pool_row, own in zip(o.names, o.pool, o.own_teams, strict=True):
        if own == 0 and (pool_row < 0 or scenario.pools[pools[pool_row]].teams.value == 0):
            raise InputError(
                f'organisation "{name}" has no response team of its own and no pool with teams; '
                "allowed: own_teams of 1 or more, or a pool with at least one team"
            )


def _dependencies(
    register: Register, later: Sequence[Dependency], row: dict[str, int], product_row: dict[str, int]
) -> tuple[Dependencies, dict[tuple[str, str, str], int]]:
    rows = sorted([*register.dependencies, *later], key=lambda d: (d.organisation, d.product, d.host_group))
    begin_later = {id(d) for d in later}
    organisation = tuple(row[d.organisation] for d in rows)
    product = tuple(product_row[d.product] for d in rows)
    table = Dependencies(
        names=tuple(f"{d.organisation}/{d.product}/{d.host_group}" for d in rows),
        organisation=organisation,
        product=product,
        host_group=tuple(HOST_GROUPS.index(d.host_group) for d in rows),
        coverage=tuple(d.coverage for d in rows),
        hold_back_h=tuple(d.hold_back_h for d in rows),
        in_use=tuple(id(d) not in begin_later for d in rows),
        of_product=grouped(len(product_row), product),
        of_organisation=grouped(len(row), organisation),
    )
    return table, {(d.organisation, d.product, d.host_group): k for k, d in enumerate(rows)}


def _links(register: Register, row: dict[str, int]) -> Links:
    rows = sorted((k for k in register.links if k.kind == "supply"), key=lambda k: (k.organisation, k.provider))
    consumer = tuple(row[k.organisation] for k in rows)
    provider = tuple(row[k.provider] for k in rows)
    return Links(
        names=tuple(f"{k.organisation}<{k.provider}" for k in rows),
        consumer=consumer,
        provider=provider,
        carries=tuple(k.carries for k in rows),
        fallback=tuple(k.fallback for k in rows),
        buffer=tuple(k.buffer for k in rows),
        recharge=tuple(k.recharge for k in rows),
        refilled_after_h=tuple(k.refilled_after_h for k in rows),
        restart_lag_h=tuple(k.restart_lag_h for k in rows),
        deliveries=tuple(k.deliveries for k in rows),
        from_provider=grouped(len(row), provider),
        of_consumer=grouped(len(row), consumer),
    )


def _trust(register: Register, row: dict[str, int]) -> tuple[tuple[int, ...], ...]:
    neighbours: list[set[int]] = [set() for _ in row]
    for link in register.links:
        if link.kind == "trust":
            a, b = row[link.organisation], row[link.provider]
            neighbours[a].add(b)
            neighbours[b].add(a)
    return tuple(tuple(sorted(n)) for n in neighbours)


def _products(scenario: Scenario, vendors: tuple[str, ...]) -> Products:
    names = tuple(sorted(scenario.products))
    rows = [scenario.products[name] for name in names]
    return Products(
        names=names,
        vendor=tuple(vendors.index(p.vendor) for p in rows),
        adoption=tuple(
            tuple(scenario.adoption[p.adoption[path]].value if path in p.paths else None for path in PATHS)
            for p in rows
        ),
        protects=tuple(p.protects.value if p.protects else 0.0 for p in rows),
        path_success=tuple(_path_success(p, scenario.vendors[p.vendor], scenario) for p in rows),
        control_left=tuple(_control_left(p, scenario.vendors[p.vendor], scenario) for p in rows),
    )


def _control_left(product: Product, vendor: Vendor, scenario: Scenario) -> tuple[float, ...]:
    """Which control acts on which path: methods 1.3."""
    efficacies = [
        [e.value if (e := scenario.controls[name].efficacy.get(path)) else 0.0 for path in PATHS]
        for name in vendor.controls
    ]
    return success_after_controls([float(path in product.paths) for path in PATHS], efficacies)


def _path_success(product: Product, vendor: Vendor, scenario: Scenario) -> tuple[float, ...]:
    """Success of an order, once obeyed, on each path: base x controls, and a signing quorum on releases."""
    base = [product.paths[path].value if path in product.paths else 0.0 for path in PATHS]
    left = _control_left(product, vendor, scenario)
    quorum = 1.0
    if vendor.signing is not None:
        s = vendor.signing
        quorum = signing_success(
            s.quorum,
            s.insiders,
            s.outsiders,
            s.insider_complies.value,
            s.outsider_signs_blind.value,
            s.common_cause.value,
        )
    return tuple(
        b * c * (quorum if path == "code_release" else 1.0) for b, c, path in zip(base, left, PATHS, strict=True)
    )
