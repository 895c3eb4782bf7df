"""The same world with and without mitigations, and what differs between the two stories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from simulator.chance.driver import Driver
from simulator.chance.entities import Entities
from simulator.model.replication import Outcome
from simulator.scenario.combination import with_instruments
from simulator.scenario.portfolio import Dependency, Organisation, Register, SupplyLink
from simulator.scenario.references import check_register, check_scenario
from simulator.scenario.schema import Scenario
from simulator.world.world import build
from tests.model.worlds import BASE, Sections, story

HERE = {"organisations": ["town00"]}
"""A scope of one."""


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
