"""What the kernel knows of a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest
from pydantic import BaseModel

from simulator.batch import engines
from simulator.kernel import known
from simulator.scenario.errors import InputError
from simulator.scenario.load import load
from simulator.scenario.schema import Scenario
from tests.kernel.worlds import world_of


def test_the_kernel_knows_every_section_there_is() -> None:
    assert set(Scenario.model_fields) == known.KNOWN


def test_a_section_it_does_not_know_is_left_to_the_model_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "KNOWN", known.KNOWN - {"crime"})
    monkeypatch.setattr(engines, "find_spec", lambda name: object())
    crime, none = load("uk_2022").scenario, load("faulty_update").scenario
    assert engines.chosen("auto", crime) == "simpy"
    assert engines.chosen("auto", none) == "kernel"
    with pytest.raises(InputError, match="does not know the section crime of this scenario; use --engine simpy"):
        engines.chosen("kernel", crime)


NOT_PLAYED = {
    *("Scenario.currency", "Impact.discount"),  # a unit, and a rate that is used after a run
    *("Scenario.extends", "Portfolio.*"),  # settled when files are read
    *("Scenario.mitigation_sets", "Mitigation.cost", "Mitigation.end_of_life"),  # for comparisons and their spending
}
"""Fields that random worlds need not set, for no engine looks at them."""
READ_ONLY = {"Cost", "Generate", "Group", "LinkRule", "MarketShare", "Price", "SizeClass"}
"""Kinds of sections below those."""


def test_random_worlds_set_every_field_that_an_engine_looks_at() -> None:
    """Or what one engine alone knows of a field would go unseen."""
    met: dict[str, bool] = {}
    for number in range(300):
        for name, is_set in fields_of(world_of(number).driver.world.scenario):
            met[name] = met.get(name, False) or is_set
    never = {"Portfolio.*" if name.startswith("Portfolio.") else name for name, is_set in met.items() if not is_set}
    assert never == NOT_PLAYED
    assert {kind for kind in kinds_of(Scenario) if not any(name.startswith(f"{kind}.") for name in met)} == READ_ONLY


def fields_of(section: BaseModel) -> Iterator[tuple[str, bool]]:
    """Fields of a section and of all within it, and whether they differ from what they are if left out."""
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        yield (
            f"{type(section).__name__}.{name}",
            field.is_required() or value != field.get_default(call_default_factory=True),
        )
        yield from _within(value)


def _within(value: object) -> Iterator[tuple[str, bool]]:
    if isinstance(value, BaseModel):
        yield from fields_of(value)
    elif isinstance(value, (dict, tuple)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _within(one)


def kinds_of(kind: object) -> set[str]:
    """Names of all kinds of sections that there may be within one, itself included."""
    found: set[str] = set()
    left = [kind]
    while left:
        one = left.pop()
        left += get_args(one)
        if isinstance(one, type) and issubclass(one, BaseModel) and one.__name__ not in found:
            found.add(one.__name__)
            left += [field.annotation for field in one.model_fields.values()]
    return found
