"""The portfolio as columns. Every table is sorted by name, so the order of a file never matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from simulator.rules.quantile import Law


@dataclass(frozen=True, slots=True)
class Organisations:
    """Columns of equal length; row number is the rank of the name."""

    names: tuple[str, ...]
    sector: tuple[int, ...]
    customers: tuple[float, ...]
    people: tuple[float, ...]
    pool: tuple[int, ...]
    """Index of the response pool, -1 for none."""
    own_teams: tuple[int, ...]
    critical: tuple[bool, ...]
    government: tuple[bool, ...]
    briefed: tuple[bool, ...]
    serves_war: tuple[bool, ...]
    generation_kw: tuple[float, ...]
    weight: tuple[float, ...]
    """Targeting weight: exp(beta . attributes), 1 without a targeting section."""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """An organisation runs a product on a host group."""

    names: tuple[str, ...]
    organisation: tuple[int, ...]
    product: tuple[int, ...]
    host_group: tuple[int, ...]
    coverage: tuple[float, ...]
    hold_back_h: tuple[float, ...]
    in_use: tuple[bool, ...]
    """From the start; a row not in use begins when its product takes the place of another, or comes beside it."""
    of_product: tuple[tuple[int, ...], ...]
    of_organisation: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Links:
    """Supply links: `consumer` needs the service of `provider`."""

    names: tuple[str, ...]
    consumer: tuple[int, ...]
    provider: tuple[int, ...]
    carries: tuple[float, ...]
    fallback: tuple[float, ...]
    buffer: tuple[Law, ...]
    recharge: tuple[float, ...]
    refilled_after_h: tuple[float, ...]
    restart_lag_h: tuple[float, ...]
    deliveries: tuple[int, ...]
    from_provider: tuple[tuple[int, ...], ...]
    of_consumer: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Products:
    """What vendors ship. Path columns are in the order of `simulator.scenario.words.PATHS`."""

    names: tuple[str, ...]
    vendor: tuple[int, ...]
    adoption: tuple[tuple[Law | None, ...], ...]
    protects: tuple[float, ...]
    path_success: tuple[tuple[float, ...], ...]
    """Success of a coerced release on each path after controls; 0 where the product has no such path."""
    control_left: tuple[tuple[float, ...], ...]
    """Share of attempts the vendor's controls let through on each path; 0 where there is no such path."""


class Protecting(NamedTuple):
    """A product that helps to stop ordinary intrusions where it runs, or will run once it takes another's place."""

    dependency: int
    worth: float
    """Share of intrusions it stops while it works, where it runs on all machines."""
    lets_through: float
    """Share of intrusions that pass it as it runs from the start."""


def grouped(size: int, owner: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Row numbers by owner: `grouped(n, owner)[k]` lists the rows whose owner is k."""
    rows: list[list[int]] = [[] for _ in range(size)]
    for row, k in enumerate(owner):
        rows[k].append(row)
    return tuple(tuple(r) for r in rows)
