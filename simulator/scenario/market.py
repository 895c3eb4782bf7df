"""Who runs which product: `portfolio.generate.products`.

Products of one kind exclude each other on a host group, and an organisation has one lot per kind: shares of
rivals add up, and one who runs a product in the office tends to run it on the servers too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from simulator.scenario.errors import FieldPath, InputErrors, Problem, shown
from simulator.scenario.lots import lots
from simulator.scenario.portfolio import Dependency, Generate, MarketShare, Organisation
from simulator.scenario.vendors import Product
from simulator.scenario.words import HostGroup, Sector

PLACE: FieldPath = ("portfolio", "generate", "products")
ROUNDING = 1e-9

Market = tuple[Sector, HostGroup, str, str]
"""Sector, host group, kind of product, and how the names of its organisations begin."""


def market_dependencies(
    section: Generate,
    products: Mapping[str, Product],
    organisations: Sequence[Organisation],
    written: Sequence[Dependency],
) -> list[Dependency]:
    """What the shares of `section` make organisations run, but for those `written` to run one of the kind.

    A share of a product that does not exist is passed over. Raises InputErrors for shares of one market that
    add to more than 1, or that name a product twice.
    """
    markets = _markets(section, products)
    problems = [p for market, rules in markets.items() for p in _faults(market, rules)]
    if problems:
        raise InputErrors(problems)
    settled = {(d.organisation, d.host_group, products[d.product].kind) for d in written if d.product in products}
    found: list[Dependency] = []
    for market, rules in markets.items():
        sector, host_group, kind, named = market
        others = [m[3] for m in markets if m[:3] == market[:3]]
        rows = [
            o
            for o in organisations
            if o.sector == sector
            and (o.name, host_group, kind) not in settled
            and max((n for n in others if o.name.startswith(n)), key=len, default=None) == named
        ]
        lot = lots(section.seed, f"product|{kind}", [o.name for o in rows])
        customers = np.array([o.customers for o in rows])
        for (_, rule), (low, high) in zip(rules, _stretches(rules), strict=True):
            larger_than = rule.larger_than.value if rule.larger_than else -np.inf
            chosen = np.flatnonzero((lot >= low) & (lot < high) & (customers > larger_than))
            coverage = rule.coverage.value
            hold_back = rule.hold_back.value if rule.hold_back else 0.0
            found.extend(
                Dependency(rows[i].name, rule.product, host_group, coverage, hold_back) for i in chosen.tolist()
            )
    return found


def _markets(section: Generate, products: Mapping[str, Product]) -> dict[Market, list[tuple[int, MarketShare]]]:
    """The shares by market, each with its place in the list."""
    markets: dict[Market, list[tuple[int, MarketShare]]] = defaultdict(list)
    for number, rule in enumerate(section.products):
        product = products.get(rule.product)
        if product is not None:
            markets[rule.sector, rule.host_group, product.kind, rule.named].append((number, rule))
    return markets


def _faults(market: Market, rules: Sequence[tuple[int, MarketShare]]) -> list[Problem]:
    problems = []
    seen: set[str] = set()
    for number, rule in rules:
        if rule.product in seen:
            place = (*PLACE, number, "product")
            problems.append(Problem(place, f"{shown(rule.product)} once more", "each product once in a market"))
        seen.add(rule.product)
    total = sum(rule.share.value for _, rule in rules)
    if total > 1.0 + ROUNDING:
        sector, host_group, kind, named = market
        said = f"part of {total:g} in all for {kind} on {host_group} in {sector}" + (named and f" ({shown(named)})")
        problems.append(Problem((*PLACE, rules[-1][0], "share"), said, "shares of one kind that add to at most 1"))
    return problems


def _stretches(rules: Sequence[tuple[int, MarketShare]]) -> list[tuple[float, float]]:
    """The stretch of the lot that each share takes.

    The first from below, the second from above and so on inwards: with two rivals, a change of one share
    leaves the other's customers alone.
    """
    bottom, top = 0.0, 1.0
    stretches = []
    for place, (_, rule) in enumerate(rules):
        share = rule.share.value
        if place % 2 == 0:
            stretches.append((bottom, bottom + share))
            bottom += share
        else:
            stretches.append((top - share, top))
            top -= share
    return stretches
