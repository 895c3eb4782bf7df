"""Capital and running cost of the mitigations in force, discounted from the dates at which they fall due."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence

from simulator.chance.adoption import working_from
from simulator.chance.driver import Driver
from simulator.chance.future import Dates
from simulator.chance.keys import Draws
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.mitigations import Cost, Mitigation, Price
from simulator.world.mitigations import InForce
from simulator.world.world import World

SPENDING: dict[str, str] = {
    "replication": "int64",
    "mitigation": "str",
    "payer": "str",
    "nominal": "float64",
    "present_value": "float64",
}
"""Columns of the table of spending. Money in the scenario's currency, over the horizon."""


def spending_rows(
    driver: Driver,
    names: Collection[str],
    draws: Draws,
    dates: Dates,
    starts: Sequence[float],
    announced: Mapping[str, float],
) -> Iterator[tuple[object, ...]]:
    """Rows of `SPENDING` of the mitigations with these names, in one replication.

    `starts` (hours) of all mitigations in force, inf for never; and when an instrument was `announced`. An
    operator pays from the day on which its own roll-out is done, a vendor from its own date; of a vendor's cost this
    portfolio bears the share that it has of the vendor's reach.
    """
    world = driver.world
    rate = world.scenario.impact.discount.value if world.scenario.impact.discount is not None else 0.0
    for m, one in enumerate(world.mitigations):
        if one.name in names:
            places = _places(driver, draws, dates, m, starts[m])
            yield from _rows(draws.replication, one.name, one.mitigation, world, rate, places)
    for name in names:
        mitigation = world.scenario.mitigations[name]
        if mitigation.does.instrument is not None:
            at = announced.get(mitigation.does.instrument.name, math.inf)
            yield from _rows(draws.replication, name, mitigation, world, rate, [(at, 0.0, 1.0)])


def _places(driver: Driver, draws: Draws, dates: Dates, m: int, start: float) -> list[tuple[float, float, float]]:
    """(hour from which it costs, customers, share that counts here) of everybody who pays for it."""
    world, entities = driver.world, driver.entities
    one: InForce = world.mitigations[m]
    each = one.mitigation.cost.each if one.mitigation.cost is not None else "once"
    if each == "once":
        return [(start, 0.0, 1.0)]
    if each == "vendor":
        hours = dates.vendors[m] if one.of_vendors else (start,) * len(one.vendors)
        return [(hour, 0.0, world.share_of_reach(v)) for hour, v in zip(hours, one.vendors, strict=True)]
    payers = list(one.organisations)
    customers = [world.organisations.customers[i] for i in payers]
    keys = entities.organisation_array[payers]
    working = working_from(draws, keys, entities.mitigations[m], one.mitigation, start)
    return [(hour, size, 1.0) for hour, size in zip(working, customers, strict=True)]


def _rows(
    replication: int,
    name: str,
    mitigation: Mitigation,
    world: World,
    rate: float,
    places: Sequence[tuple[float, float, float]],
) -> Iterator[tuple[object, ...]]:
    cost = mitigation.cost
    if cost is None:
        return
    life = mitigation.end_of_life.value if mitigation.end_of_life is not None else math.inf
    nominal = present = 0.0
    for hour, customers, share in places:
        if hour < world.horizon_h:
            paid, worth = _paid(cost, hour, customers, life, world.horizon_h, rate)
            nominal, present = nominal + share * paid, present + share * worth
    if nominal > 0.0:
        yield replication, name, cost.payer, nominal, present


def _paid(cost: Cost, hour: float, customers: float, life: float, horizon: float, rate: float) -> tuple[float, float]:
    """Nominal and present value: capital at the beginning and at every end of life, running cost in between.

    What the last purchase is still good for at the horizon is credited: the part of its annuity that falls beyond.
    Without an end of life it is used up by the horizon.
    """
    capital, running = _amount(cost.capital, customers), _amount(cost.running, customers) / HOURS_PER_YEAR
    times = [hour]
    while times[-1] + life < horizon:
        times.append(times[-1] + life)
    length = horizon - hour
    worth_of_time = -math.expm1(-rate * length) / rate if rate > 0.0 else length
    present = capital * (math.fsum(math.exp(-rate * t) for t in times) - _left_over(times[-1], life, horizon, rate))
    return capital * len(times) + running * length, present + running * math.exp(-rate * hour) * worth_of_time


def _left_over(bought: float, life: float, horizon: float, rate: float) -> float:
    """Present value of what is left at the horizon of one unit of capital: the share of its annuity to come."""
    if math.isinf(life):
        return 0.0
    rest = bought + life - horizon
    if rate == 0.0:
        return rest / life
    return math.exp(-rate * horizon) * math.expm1(-rate * rest) / math.expm1(-rate * life)


def _amount(price: Price | None, customers: float) -> float:
    if price is None:
        return 0.0
    fixed = price.fixed.value.amount if price.fixed is not None else 0.0
    each = price.per_customer.value.amount if price.per_customer is not None else 0.0
    return fixed + each * customers
