"""Whom the scope of a mitigation meets in a portfolio: organisations, products, vendors, dependencies."""

from __future__ import annotations

from simulator.scenario.mitigations import Scope
from simulator.scenario.portfolio import Dependency, Organisation, Register
from simulator.scenario.schema import Scenario
from simulator.scenario.words import HOST_GROUPS


def organisations_in(scope: Scope, scenario: Scenario, register: Register) -> list[Organisation]:
    """Organisations in scope; where it says something of products, those that run one of them."""
    found = _organisations(scope, register)
    if not (names_products(scope) or set(scope.host_groups) != set(HOST_GROUPS)):
        return found
    running = {d.organisation for d in dependencies_in(scope, scenario, register)}
    return [o for o in found if o.name in running]


def products_in(scope: Scope, scenario: Scenario) -> list[str]:
    """Products that fit the vendors, home states, products and kinds of a scope."""
    return [
        name
        for name, product in scenario.products.items()
        if (not scope.products or name in scope.products)
        and (not scope.kinds or product.kind in scope.kinds)
        and _vendor_fits(scope, scenario, product.vendor)
    ]


def vendors_in(scope: Scope, scenario: Scenario) -> list[str]:
    """Vendors that fit a scope; where it says something of products, those that ship one of them."""
    if scope.products or scope.kinds:
        return list(dict.fromkeys(scenario.products[name].vendor for name in products_in(scope, scenario)))
    return [name for name in scenario.vendors if _vendor_fits(scope, scenario, name)]


def dependencies_in(scope: Scope, scenario: Scenario, register: Register) -> list[Dependency]:
    """Dependencies of organisations in scope on products in scope, on its host groups."""
    names = {o.name for o in _organisations(scope, register)}
    products = set(products_in(scope, scenario))
    return [
        d
        for d in register.dependencies
        if d.organisation in names and d.product in products and d.host_group in scope.host_groups
    ]


def names_products(scope: Scope) -> bool:
    """Does it say anything of products or of those who ship them?"""
    return bool(scope.vendors or scope.home_states or scope.products or scope.kinds)


def _organisations(scope: Scope, register: Register) -> list[Organisation]:
    least = scope.larger_than.value if scope.larger_than is not None else -1.0
    return [
        o
        for o in register.organisations
        if (not scope.organisations or o.name in scope.organisations)
        and (not scope.sectors or o.sector in scope.sectors)
        and o.customers > least
        and _hears(scope, o)
    ]


def _hears(scope: Scope, organisation: Organisation) -> bool:
    return {
        "all": True,
        "critical_infrastructure": organisation.critical,
        "government": organisation.government,
        "briefed": organisation.briefed,
    }[scope.audience]


def _vendor_fits(scope: Scope, scenario: Scenario, vendor: str) -> bool:
    return (not scope.vendors or vendor in scope.vendors) and (
        not scope.home_states or scenario.vendors[vendor].home in scope.home_states
    )
