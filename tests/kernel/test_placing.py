"""The loops that the kernel compiles give what NumPy gives, bit for bit, compiled or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from simulator.batch.workers import make_driver
from simulator.chance import loops
from simulator.chance.arms import Arms
from simulator.chance.columns import FutureColumns
from simulator.chance.future import Stratum
from simulator.chance.strata import drawn, probability
from simulator.scenario.load import load
from tests.properties.arms import arms_of, random_mitigations
from tests.properties.worlds import MECHANISMS, random_parts

Compile = Callable[[], None]
SEED = 17


@pytest.fixture(params=["plain", "compiled"])
def switch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Compile]:
    """Turns the loops on, as they are or compiled."""
    monkeypatch.setattr(loops, "compiled", {})
    if request.param == "compiled":
        pytest.importorskip("numba")
        from simulator.kernel.placing import draw_compiled

        yield draw_compiled
    else:
        yield lambda: loops.compiled.update({loop.__name__: loop for loop in loops.LOOPS})


def bits(columns: FutureColumns) -> dict[str, Any]:
    found = {f.name: getattr(columns, f.name) for f in fields(FutureColumns)}
    return {name: (x.dtype, x.shape, x.tobytes()) for name, x in found.items()}


def assert_unmoved(arms: Arms, switch: Compile, rows: int) -> None:
    numbers = np.arange(rows, dtype=np.int64)

    def everything() -> list[dict[str, Any]]:
        strata = [s for s in Stratum if s is not Stratum.AT_LEAST_ONE or arms.ceiling() > 0.01]
        return [bits(columns) for stratum in strata for columns in drawn(arms, SEED, stratum, numbers)]

    before = everything()
    switch()
    assert everything() == before


@pytest.mark.parametrize("seed", range(4))
def test_futures_of_random_worlds_are_the_same(switch: Compile, seed: int) -> None:
    every = set(MECHANISMS) - ({"link"} if seed == 0 else set())
    assert_unmoved(Arms([random_parts(seed, every, 3).driver()]), switch, 5)


@pytest.mark.slow
def test_futures_of_several_arms_are_the_same(switch: Compile) -> None:
    made = random_parts(5, {"coercion", "refusal", "intrusion", "link"}, 3)
    offers = random_mitigations(5, made, 2)
    assert_unmoved(arms_of(made, offers, ("m0",), ("m1",)), switch, 3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["uk_2022", "us_state"])
def test_futures_of_shipped_scenarios_are_the_same(switch: Compile, name: str) -> None:
    loaded = load(name)
    assert_unmoved(Arms([make_driver(loaded.scenario, loaded.register)]), switch, 3)


@pytest.mark.slow
def test_the_probability_of_a_stratum_is_the_same(switch: Compile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.chance.strata.PROBABILITY_PATHS", 500)
    loaded = load("us_state")
    arms = Arms([make_driver(loaded.scenario, loaded.register)])
    before = probability(arms, SEED)
    switch()
    assert probability(arms, SEED) == before


def test_a_path_too_long_for_the_room_given_is_drawn_again(switch: Compile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.chance.regimes._ROOM", 2)
    assert_unmoved(Arms([random_parts(2, {"coercion", "link", "phases"}, 3).driver()]), switch, 5)
