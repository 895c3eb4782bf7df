"""organisations.csv, dependencies.csv and links.csv beside a scenario.

organisations: name, sector, customers; may have people, pool, own_teams, critical, government, briefed,
  serves_war, stance, generation.
dependencies: organisation, product, host_group; may have coverage, hold_back.
links: organisation, provider; may have kind, carries, fallback, buffer, recharge, refilled_after,
  restart_lag, deliveries.

Times are quantities ("8 h", "2 d"); a bare number is hours. A buffer may also be a range, "4 h..8 h" (any
length in it is as likely), or lowest, most likely and highest, "4 h / 6 h / 8 h" (PERT).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from simulator.rules.quantile import Law
from simulator.scenario.errors import InputError, InputErrors, Problem, shown
from simulator.scenario.portfolio import Dependency, Organisation, SupplyLink
from simulator.scenario.quantity import parse
from simulator.scenario.register import Column, read_register
from simulator.scenario.words import HOST_GROUPS, SECTORS, Sector

ORGANISATIONS = (
    Column("name", "name", unique=True, description="stable and unique; every draw hangs on it"),
    Column("sector", "choice", allowed=SECTORS),
    Column("customers", "number", minimum=0.0, description="connections served"),
    Column(
        "people",
        "number",
        required=False,
        minimum=0.0,
        description="people served; blank: customers x impact.people_per_customer of the sector",
    ),
    Column("pool", "name", required=False, default="", description="response pool; blank: own teams only"),
    Column("own_teams", "count", required=False, default=1, description="response teams of its own"),
    Column("critical", "boolean", required=False, default=False, description="critical infrastructure"),
    Column("government", "boolean", required=False, default=False, description="a government body"),
    Column("briefed", "boolean", required=False, default=False, description="gets classified briefings"),
    Column("serves_war", "boolean", required=False, default=False, description="serves the country at war"),
    Column("stance", "number", required=False, default=0.0, description="public stance, 0 for none"),
    Column(
        "generation",
        "quantity",
        required=False,
        default=0.0,
        dimension="power",
        description='generation that loss of control takes off the grid, for example "120 MW"',
    ),
)

DEPENDENCIES = (
    Column("organisation", "name", description="name of an organisation"),
    Column("product", "name", description="a key under products"),
    Column("host_group", "choice", allowed=HOST_GROUPS),
    Column("coverage", "share", required=False, default=1.0, description="share of the machines that run it"),
    Column(
        "hold_back",
        "quantity",
        required=False,
        default=0.0,
        unit="h",
        description='time the organisation holds updates back, for example "2 d"',
    ),
)

LINKS = (
    Column("organisation", "name", description="the organisation that needs or trusts the provider"),
    Column("provider", "name", description="the organisation that serves it"),
    Column("kind", "choice", required=False, default="supply", allowed=("supply", "trust")),
    Column("carries", "share", required=False, default=1.0, description="share of operation that hangs on it"),
    Column("fallback", "share", required=False, default=0.0, description="share of that which goes on without it"),
    Column(
        "buffer",
        "text",
        required=False,
        default="0 h",
        description='time it lasts without supply: "8 h", "4 h..8 h" or "4 h / 6 h / 8 h"',
    ),
    Column("recharge", "number", required=False, default=1.0, minimum=0.0, description="hours regained per hour"),
    Column(
        "refilled_after",
        "quantity",
        required=False,
        default=math.inf,
        unit="h",
        description="full again this long after supply returns; blank: only by recharge",
    ),
    Column("restart_lag", "quantity", required=False, default=0.0, unit="h", description="time to start again"),
    Column("deliveries", "count", required=False, default=0, description="refills while the outage lasts"),
)


def organisations_from(
    path: Path, pools: Sequence[str], people_per_customer: Mapping[Sector, float]
) -> tuple[Organisation, ...]:
    """The organisations of a file, in its order.

    Raises InputErrors with all that is wrong, a pool that does not exist among it.
    """
    rows: list[dict[str, Any]] = read_register(path, _naming(ORGANISATIONS, pool=pools), "organisations")
    unknown = sorted({r["sector"] for r in rows if r["people"] is None} - set(people_per_customer))
    if unknown:
        raise InputErrors([no_people_per_customer(sector) for sector in unknown])
    for row in rows:
        if row["people"] is None:
            row["people"] = row["customers"] * people_per_customer[row["sector"]]
        row["generation_kw"] = row.pop("generation")
    return tuple(Organisation(**row) for row in rows)


def no_people_per_customer(sector: str) -> Problem:
    """The problem of a sector in the portfolio for which nobody said how many people a customer is."""
    return Problem(("impact", "people_per_customer", sector), "missing", "a number, for example 2.3")


def dependencies_from(path: Path, organisations: Sequence[str], products: Sequence[str]) -> tuple[Dependency, ...]:
    """The dependencies of a file. Names are not checked against an empty list of what there is.

    Raises InputErrors with all that is wrong, an unknown organisation or product among it.
    """
    columns = _naming(DEPENDENCIES, organisation=organisations, product=products)
    rows: list[dict[str, Any]] = read_register(path, columns, "dependencies")
    for row in rows:
        row["hold_back_h"] = row.pop("hold_back")
    return tuple(Dependency(**row) for row in rows)


def links_from(path: Path, organisations: Sequence[str]) -> tuple[SupplyLink, ...]:
    """The links of a file; as `dependencies_from`."""
    columns = _naming(LINKS, organisation=organisations, provider=organisations)
    rows: list[dict[str, Any]] = read_register(path, columns, "links")
    wrong: list[str | Problem] = []
    for row in rows:
        try:
            row["buffer"] = read_buffer(row["buffer"])
        except InputError as error:
            wrong.append(f"{path.name}, {row['organisation']} on {row['provider']}, column buffer: {error}")
        row["refilled_after_h"] = row.pop("refilled_after")
        row["restart_lag_h"] = row.pop("restart_lag")
    if wrong:
        raise InputErrors(wrong)
    return tuple(SupplyLink(**row) for row in rows)


def read_buffer(text: str) -> Law:
    """Hours: "8 h" fixed, "4 h..8 h" uniform, "4 h / 6 h / 8 h" PERT (lowest, most likely, highest).

    Raises InputError.
    """
    for sign, count in (("..", 2), ("/", 3)):
        if sign in text:
            points = [_hours(part) for part in text.split(sign)]
            if len(points) != count or points != sorted(points):
                raise InputError(f'{shown(text)} is not a buffer; allowed: "8 h", "4 h..8 h" or "4 h / 6 h / 8 h"')
            return Law.uniform(*points) if count == 2 else Law.pert(*points)
    return Law.fixed(_hours(text))


def _hours(text: str) -> float:
    text = text.strip()
    return parse(f"{text} h" if text[-1:].isdigit() else text, "time")


def _naming(columns: Sequence[Column], **names: Sequence[str]) -> list[Column]:
    """The columns, of which some may only hold names that exist."""
    return [replace(c, allowed=names[c.name]) if names.get(c.name) else c for c in columns]
