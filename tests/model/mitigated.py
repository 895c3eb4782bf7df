"""The same world with and without mitigations, and what differs between the two stories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from simulator.chance.driver import Driver
from simulator.chance.entities import Entities
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from simulator.scenario.combination import with_instruments
from simulator.scenario.portfolio import Dependency, Organisation, Register, SupplyLink
from simulator.scenario.references import check_register, check_scenario
from simulator.scenario.schema import Scenario
from simulator.world.world import build
from tests.model.worlds import (
    BASE,
    SUPPLY_CHAIN,
    Sections,
    coercion,
    entries,
    name_of,
    play,
    product,
    runs,
    story,
    strike,
    theatre,
    towns,
    vendor,
)

HERE = {"organisations": ["town00"]}
"""A scope of one."""
STRUCK = SUPPLY_CHAIN | {"given": {"compromises": [strike(10)]}}
"""Everybody installs at hour 11, is struck there and restored 24 hours later; nobody ever notices."""
TWO = {
    "vendors": {"v": vendor(), "w": vendor("Q")},
    "products": {"p": product(), "q": product("w")},
    "removal": {"time": "40 h", "overrun": 1.5, "integrators": 1},
}
SWAP = {"replace": {"by": {"p": "q"}}}
PLANNED = {"replace": {"by": {"p": "q"}, "planned": True}}
AFTER_INSTALL = ("INSTALL", "ACTIVATION", "OUTAGE", "SERVICE_DOWN", "REPAIR_STARTS", "RESTORED", "SERVICE_UP")
CRIME = {
    "rate": "4 / year",
    "reference_customers": 1000,
    "size_exponent": 0,
    "stale_after": "48 h",
    "restoration": "r",
}
MANY = 600


def measure(does: Sections, **fields: Any) -> dict[str, Any]:
    """A mitigation."""
    return {"title": "A measure", "about": "It helps.", "grade": "D", "does": dict(does)} | fields


def staged(
    sections: Sections,
    organisations: Sequence[Organisation],
    dependencies: Sequence[Dependency] = (),
    links: Sequence[SupplyLink] = (),
    **mitigations: Any,
) -> Driver:
    """The driver of a world in which these mitigations are in force; the checks are those of a loaded one."""
    offers = {"mitigations": mitigations, "in_force": sorted(mitigations)}
    scenario = with_instruments(Scenario.model_validate(BASE | dict(sections) | offers))
    register = Register(tuple(organisations), tuple(dependencies), tuple(links))
    complaints = [*check_scenario(scenario), *check_register(scenario, register)]
    assert not complaints, complaints
    world = build(scenario, register)
    return Driver(world, Entities.of(world))


def changed(off: tuple[Driver, Outcome], on: tuple[Driver, Outcome]) -> set[tuple[str, str]]:
    """(kind, subject) of every line that only one of two stories has. Numbers of causes have no name, so are ""."""
    before, after = (Counter(repr(line) for line in story(*each)) for each in (off, on))
    lines = [line for each in (off, on) for line in story(*each)]
    differing = {repr_ for repr_ in before.keys() | after.keys() if before[repr_] != after[repr_]}
    return {(line[1], line[2]) for line in lines if repr(line) in differing}


def both(
    sections: Any,
    does: Any,
    people: Any = None,
    dependencies: Sequence[Dependency] | None = None,
    links: Any = (),
    replication: int = 0,
    **fields: Any,
) -> tuple[tuple[Driver, Outcome], tuple[Driver, Outcome]]:
    """One replication without and with a mitigation of the first of three towns."""
    people = towns(3) if people is None else people
    dependencies = runs(people) if dependencies is None else dependencies
    drivers = [
        staged(sections, people, dependencies, links),
        staged(sections, people, dependencies, links, m=measure(does, **({"scope": HERE} | fields))),
    ]
    off, on = ((driver, play(driver, replication)) for driver in drivers)
    return off, on


def at(name: str, each: tuple[Driver, Outcome], kind: Kind) -> list[float]:
    """Hours at which events of a kind happened to one subject."""
    return [e.time_h for e in entries(each[1], kind) if name_of(each[0], e) == name]


def only_here(off: Any, on: Any, *kinds: str) -> bool:
    """Does nothing change but these kinds of event, at the one town in scope?"""
    found = changed(off, on)
    return bool(found) and all(kind in kinds and subject.startswith("town00") for kind, subject in found)


def shares(does: Any, sections: Any, people: Any = None, **fields: Any) -> tuple[Driver, Outcome, Driver, Outcome]:
    """Many towns, all in scope."""
    people = towns(MANY, own_teams=9) if people is None else people
    off = staged(sections, people, runs(people))
    on = staged(sections, people, runs(people), m=measure(does, **fields))
    return off, play(off), on, play(on)


def at_war(hazard: float, occasions: float) -> dict[str, Any]:
    """Nothing but war, and a state that looks at the stakes of the day alone; a use that fails ends nothing."""
    pressed = coercion(
        {"war_direct": f"{hazard} / year"},
        occasions={"war_direct": f"{occasions} / year"},
        burn_cost={"war_direct": 1},
        compliance={"war_direct": 1},
        failed_use_burns=False,
    )
    return {"theatres": {"east": theatre("war_direct", {}, coercion=pressed)}}
