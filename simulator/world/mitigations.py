"""Mitigations in force, with their scope resolved to rows, and which of them bears on what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from simulator.scenario.mitigations import Effect, Mitigation
from simulator.scenario.portfolio import Dependency, Register
from simulator.scenario.schema import Scenario
from simulator.scenario.scope import dependencies_in, organisations_in, products_in, vendors_in
from simulator.scenario.words import SECTORS, Audience
from simulator.world.tables import Links, Organisations

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
class WorldRows:
    """Rows by name."""

    organisations: Mapping[str, int]
    dependencies: Mapping[tuple[str, str, str], int]
    """By organisation, product and host group."""
    products: Mapping[str, int]
    vendors: Mapping[str, int]


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
    taken_out: tuple[int, ...] = ()
    """Dependencies in scope whose product is named to be replaced; others in scope stay."""
    seconded: tuple[int, ...] = ()
    """Dependencies in scope whose product is named to have a second beside it."""

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
    register: Register,
    later: Sequence[Dependency],
    row: WorldRows,
    links: Links,
    sector: Sequence[int],
) -> tuple[InForce, ...]:
    """The mitigations in force, sorted by name. Instruments are not among them: they stand under `instruments`.

    `later` lists what may come in place of a product, which a scope meets as it does what runs from the start.
    """
    to_come = replace(register, dependencies=(*register.dependencies, *later))
    found = []
    for name in sorted(set(scenario.in_force)):
        mitigation = scenario.mitigations[name]
        scope = mitigation.scope
        if mitigation.does.instrument is not None:
            continue
        who = {row.organisations[o.name] for o in organisations_in(scope, scenario, register)}
        met = dependencies_in(scope, scenario, to_come)
        who |= {row.organisations[d.organisation] for d in met}
        swap, second = mitigation.does.replace, mitigation.does.second_source
        found.append(
            InForce(
                name=name,
                mitigation=mitigation,
                organisations=tuple(sorted(who)),
                dependencies=_rows(row, met),
                taken_out=_rows(row, [d for d in met if swap is not None and d.product in swap.by]),
                seconded=_rows(row, [d for d in met if second is not None and d.product in second.by]),
                products=tuple(sorted(row.products[p] for p in products_in(scope, scenario))),
                vendors=tuple(sorted(row.vendors[v] for v in vendors_in(scope, scenario))),
                links=_links(mitigation.does, links, sector, who),
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


def _rows(row: WorldRows, dependencies: Iterable[Dependency]) -> tuple[int, ...]:
    return tuple(sorted(row.dependencies[d.organisation, d.product, d.host_group] for d in dependencies))


def _links(effect: Effect, links: Links, sector: Sequence[int], who: Collection[int]) -> tuple[int, ...]:
    if effect.buffers is None:
        return ()
    provider = effect.buffers.provider
    return tuple(
        k
        for k, (consumer, source) in enumerate(zip(links.consumer, links.provider, strict=True))
        if consumer in who and (provider is None or SECTORS[sector[source]] == provider)
    )
