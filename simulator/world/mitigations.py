"""Mitigations in force, with their scope resolved to rows, and which of them bears on what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from simulator.scenario.mitigations import Effect, Mitigation, Scope
from simulator.scenario.schema import Scenario
from simulator.scenario.words import HOST_GROUPS, Audience
from simulator.world.tables import Dependencies, Links, Organisations, Products

Bearing = Literal[
    "hold_updates",
    "close_paths",
    "reach_left",
    "activation_left",
    "routes_left",
    "notice_left",
    "restoration_left",
    "own_teams",
    "pool_teams",
    "buffers",
    "manual",
    "rings",
    "finder_left",
]
"""What an event may ask of the mitigations in force, named as the fields of an effect."""

BY_DEPENDENCY: tuple[Bearing, ...] = ("hold_updates", "close_paths", "reach_left")
BY_ORGANISATION: tuple[Bearing, ...] = (
    *("activation_left", "routes_left", "notice_left", "restoration_left", "own_teams", "manual"),
)
BY_PRODUCT: tuple[Bearing, ...] = ("rings", "finder_left")

Bearings = Mapping[tuple[Bearing, int], tuple[int, ...]]
"""(what, row) to the mitigations in force that change it there."""


@dataclass(frozen=True, slots=True)
class InForce:
    """One mitigation in force. Rows of organisations, dependencies, products, vendors and links in its scope."""

    name: str
    mitigation: Mitigation
    organisations: tuple[int, ...]
    dependencies: tuple[int, ...]
    products: tuple[int, ...]
    vendors: tuple[int, ...]
    links: tuple[int, ...]

    @property
    def effect(self) -> Effect:
        return self.mitigation.does

    @property
    def acts_by_itself(self) -> bool:
        """Does it make things happen (a product is taken out), rather than change how others end?"""
        return self.effect.replace is not None or self.effect.second_source is not None

    @property
    def of_vendors(self) -> bool:
        """Is it something that vendors do?"""
        e = self.effect
        return bool(e.controls) or e.signing is not None or e.rings is not None or e.finder_left is not None


def in_audience(o: Organisations, organisation: int, audience: Audience) -> bool:
    """Is the organisation among those addressed?"""
    return {
        "all": True,
        "critical_infrastructure": o.critical[organisation],
        "government": o.government[organisation],
        "briefed": o.briefed[organisation],
    }[audience]


def resolve(
    scenario: Scenario,
    organisations: Organisations,
    dependencies: Dependencies,
    products: Products,
    links: Links,
    vendors: tuple[str, ...],
) -> tuple[InForce, ...]:
    """The mitigations in force, sorted by name. Instruments are not among them: they stand under `instruments`."""
    found = []
    for name in sorted(set(scenario.in_force)):
        mitigation = scenario.mitigations[name]
        if mitigation.does.instrument is not None:
            continue
        scope = mitigation.scope
        own_vendors = _vendors(scope, scenario, products, vendors)
        own_products = _products(scope, scenario, products, own_vendors)
        rows = _dependencies(scope, organisations, dependencies, own_products)
        users = {dependencies.organisation[k] for k in rows}
        about_products = bool(scope.vendors or scope.home_states or scope.products or scope.kinds)
        who = tuple(
            i
            for i in range(len(organisations.names))
            if _addressed(scope, organisations, i) and (i in users or not about_products)
        )
        found.append(
            InForce(
                name=name,
                mitigation=mitigation,
                organisations=who,
                dependencies=rows,
                products=own_products,
                vendors=own_vendors,
                links=_links(mitigation.does, organisations, links, frozenset(who)),
            )
        )
    return tuple(found)


def bearings_of(in_force: tuple[InForce, ...], pools: tuple[str, ...]) -> Bearings:
    """Which mitigations bear on which row, for everything an event may ask."""
    found: dict[tuple[Bearing, int], list[int]] = {}
    for m, one in enumerate(in_force):
        given = one.effect.model_fields_set
        rows: list[tuple[Bearing, tuple[int, ...]]] = [(b, one.dependencies) for b in BY_DEPENDENCY]
        rows += [(b, one.organisations) for b in BY_ORGANISATION]
        rows += [(b, one.products) for b in BY_PRODUCT]
        rows += [("buffers", one.links), ("pool_teams", tuple(pools.index(p) for p in one.effect.pool_teams))]
        for bearing, where in rows:
            for row in where if bearing in given else ():
                found.setdefault((bearing, row), []).append(m)
    return {key: tuple(ms) for key, ms in found.items()}


def _addressed(scope: Scope, o: Organisations, i: int) -> bool:
    return (
        (not scope.organisations or o.names[i] in scope.organisations)
        and (not scope.sectors or o.sector_name(i) in scope.sectors)
        and in_audience(o, i, scope.audience)
        and (scope.larger_than is None or o.customers[i] > scope.larger_than.value)
    )


def _vendors(scope: Scope, scenario: Scenario, products: Products, vendors: tuple[str, ...]) -> tuple[int, ...]:
    """Vendors named, or of the home states named; with products or kinds named, those that ship such."""
    named = [
        v
        for v, name in enumerate(vendors)
        if (not scope.vendors or name in scope.vendors)
        and (not scope.home_states or scenario.vendors[name].home in scope.home_states)
    ]
    if not scope.products and not scope.kinds:
        return tuple(named)
    ships = {products.vendor[p] for p, name in enumerate(products.names) if _meant(scope, scenario, name)}
    return tuple(v for v in named if v in ships)


def _meant(scope: Scope, scenario: Scenario, product: str) -> bool:
    return (not scope.products or product in scope.products) and (
        not scope.kinds or scenario.products[product].kind in scope.kinds
    )


def _products(scope: Scope, scenario: Scenario, products: Products, vendors: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(
        p
        for p, name in enumerate(products.names)
        if products.vendor[p] in vendors and _meant(scope, scenario, name)
    )


def _dependencies(
    scope: Scope, o: Organisations, d: Dependencies, products: tuple[int, ...]
) -> tuple[int, ...]:
    meant = frozenset(products)
    return tuple(
        k
        for k, (i, p, g) in enumerate(zip(d.organisation, d.product, d.host_group, strict=True))
        if p in meant and HOST_GROUPS[g] in scope.host_groups and _addressed(scope, o, i)
    )


def _links(effect: Effect, o: Organisations, links: Links, who: frozenset[int]) -> tuple[int, ...]:
    if effect.buffers is None:
        return ()
    provider = effect.buffers.provider
    return tuple(
        k
        for k, (consumer, source) in enumerate(zip(links.consumer, links.provider, strict=True))
        if consumer in who and (provider is None or o.sector_name(source) == provider)
    )
