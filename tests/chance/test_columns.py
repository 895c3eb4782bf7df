"""Futures drawn in blocks are those put together one by one, and columns lose nothing of them."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.batch.workers import make_driver
from simulator.chance.arms import Arms
from simulator.chance.columns import FutureColumns
from simulator.chance.driver import Driver
from simulator.chance.future import Future, Stratum
from simulator.chance.strata import drawn
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer, shipped_scenarios
from tests.chance.one_by_one import future
from tests.properties.arms import EFFECTS, driver_of, random_mitigation
from tests.properties.worlds import Parts, parts, random_parts

SEED = 31
ROWS = 6


def shipped(name: str) -> Driver:
    loaded = load(name)
    return make_driver(loaded.scenario, loaded.register)


def possible(driver: Driver) -> list[Stratum]:
    """Strata that are neither certain to be empty nor too rare to be met one by one."""
    return [s for s in Stratum if s is not Stratum.AT_LEAST_ONE or Arms([driver]).ceiling() > 1e-3]


def drawn_alone(driver: Driver, stratum: Stratum, replications: np.ndarray) -> FutureColumns:
    (columns,) = drawn(Arms([driver]), SEED, stratum, replications)
    return columns


def futures_of(columns: FutureColumns) -> list[Future]:
    return [columns.row(i) for i in range(len(columns))]


def assert_same(first: FutureColumns, second: FutureColumns) -> None:
    for field in fields(FutureColumns):
        mine, its = getattr(first, field.name), getattr(second, field.name)
        assert (mine.dtype, mine.shape, mine.tobytes()) == (its.dtype, its.shape, its.tobytes()), field.name
        assert mine.flags.c_contiguous, field.name
        assert its.flags.c_contiguous, field.name


def assert_as_one_by_one(driver: Driver, count: int = ROWS) -> None:
    numbers = np.arange(50, 50 + count, dtype=np.int64)
    for stratum in possible(driver):
        expected = [future(driver, SEED, stratum, int(n)) for n in numbers]
        met = np.array([f is not None for f in expected])
        columns = drawn_alone(driver, stratum, numbers[met])
        assert futures_of(columns) == [f for f in expected if f is not None]
        if met.any():
            assert_same(FutureColumns.of(futures_of(columns)), columns)


@settings(max_examples=15)
@given(made=parts(always=("coercion",)))
def test_a_block_of_random_worlds_is_its_futures_one_by_one(made: Parts) -> None:
    assert_as_one_by_one(made.driver())


@pytest.mark.slow
@pytest.mark.parametrize("effect", EFFECTS)
def test_a_block_with_a_mitigation_is_its_futures_one_by_one(effect: str) -> None:
    made = random_parts(8, {"coercion", "refusal", "intrusion", "instruments"}, 3)
    offer = {"m": random_mitigation(np.random.default_rng(4), made, effect)}
    assert_as_one_by_one(driver_of(made, offer, "m"))


@pytest.mark.slow
@pytest.mark.parametrize("name", [*shipped_scenarios(), *map(known_answer, ("v16", "v39", "v43", "v44_logit"))])
def test_a_block_of_a_shipped_scenario_is_its_futures_one_by_one(name: str) -> None:
    assert_as_one_by_one(shipped(name), 4)


@given(order=st.permutations(range(40)))
@settings(max_examples=5)
def test_a_future_depends_on_nothing_but_its_key(order: list[int]) -> None:
    driver = random_parts(3, {"coercion", "refusal", "intrusion", "instruments", "sanctions"}, 3).driver()
    for stratum in Stratum:
        whole = drawn_alone(driver, stratum, np.arange(40, dtype=np.int64))
        assert_same(drawn_alone(driver, stratum, np.array(order, dtype=np.int64)), whole.rows(np.array(order)))


def test_columns_of_no_future_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        FutureColumns.of([])
