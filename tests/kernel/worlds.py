"""Random scenarios for two engines to agree on: those of `tests.properties.worlds`, with a twist or several.

A scenario is named by a seed, its mechanisms and its twists, so that one that fails shrinks to few of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from hypothesis import strategies as st

from simulator.chance.driver import Driver
from tests.kernel.measures import measures_in_force
from tests.kernel.twists import TWISTS, Draft
from tests.properties.arms import driver_of
from tests.properties.worlds import MECHANISMS, Parts, random_parts


@dataclass(frozen=True, repr=False)
class World:
    """A random scenario with its mitigations in force."""

    recipe: str
    parts: Parts
    measures: Mapping[str, Any]

    def __repr__(self) -> str:
        return self.recipe

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.recipe)

    @cached_property
    def driver(self) -> Driver:
        return driver_of(self.parts, dict(self.measures), *self.measures)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Some mechanisms, some twists, one to seven organisations."""
    on = draw(st.sets(st.sampled_from(MECHANISMS)))
    twists = draw(st.sets(st.sampled_from(list(TWISTS))))
    return random_world(draw(st.integers(0, 10**6)), on, twists, draw(st.integers(1, 7)))


def world_of(number: int) -> World:
    """The scenario of a number: a third of what there is, or nearly all."""
    rng = np.random.default_rng([number, 1])
    share = float(rng.choice([0.25, 0.5, 0.9]))
    on = {m for m in MECHANISMS if rng.random() < share}
    share = float(rng.choice([0.2, 0.4, 0.7]))
    twists = {t for t in TWISTS if rng.random() < share}
    return random_world(number, on, twists, int(rng.integers(1, 8)))


def random_world(seed: int, on: set[str], twists: set[str], count: int) -> World:
    """The scenario of these choices. Twists draw numbers of their own, so each is the same beside any others."""
    parts = random_parts(seed, on, count)
    draft = Draft(
        deepcopy(dict(parts.sections)), list(parts.organisations), list(parts.dependencies), list(parts.links), {}, {}
    )
    for number, (name, twist) in enumerate(TWISTS.items()):
        if name in twists:
            twist(np.random.default_rng([seed, number]), draft)
    recipe = f"random_world({seed}, {sorted(on)}, {sorted(twists)}, {count})"
    parts = Parts(recipe, draft.sections, tuple(draft.organisations), tuple(draft.dependencies), tuple(draft.links))
    if "mitigations" in twists:
        draft.measures = measures_in_force(np.random.default_rng([seed, 99]), parts, draft.measures)
    return World(recipe, _renamed_parts(parts, draft.names), _renamed(draft.measures, draft.names))


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {names.get(key, key): _renamed(one, names) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_renamed(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def _renamed_parts(parts: Parts, names: Mapping[str, str]) -> Parts:
    def called(name: str) -> str:
        return names.get(name, name)

    return Parts(
        parts.recipe,
        _renamed(parts.sections, names),
        tuple(replace(o, name=called(o.name), pool=called(o.pool)) for o in parts.organisations),
        tuple(replace(d, organisation=called(d.organisation), product=called(d.product)) for d in parts.dependencies),
        tuple(replace(k, organisation=called(k.organisation), provider=called(k.provider)) for k in parts.links),
    )
