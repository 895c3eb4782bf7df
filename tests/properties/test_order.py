"""Neither the order of a file nor the company a replication is drawn in changes anything."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.chance.future import Stratum
from simulator.model.replication import simulate
from simulator.model.story import Story
from tests.driven import ceiling, futures
from tests.properties.worlds import Parts, fates, outcome_of, parts

SEED = 5


def shuffled(made: Parts, order: random.Random) -> Parts:
    """The same world, written down in another order."""

    def mixed(rows: tuple) -> tuple:  # type: ignore[type-arg]
        return tuple(order.sample(rows, len(rows)))

    sections = dict(made.sections)
    for name in ("vendors", "products", "theatres", "pools", "restoration", "payloads", "jurisdictions"):
        sections[name] = dict(mixed(tuple(sections[name].items())))
    return replace(
        made,
        sections=dict(mixed(tuple(sections.items()))),
        organisations=mixed(made.organisations),
        dependencies=mixed(made.dependencies),
        links=mixed(made.links),
    )


@pytest.mark.slow
@settings(max_examples=40)
@given(parts(), st.randoms(use_true_random=False), st.integers(0, 1000))
def test_the_order_of_a_file_changes_no_fate(made: Parts, order: random.Random, replication: int) -> None:
    one, other = made.driver(), shuffled(made, order).driver()
    first, second = outcome_of(one, replication), outcome_of(other, replication)
    pd.testing.assert_frame_equal(Story(first, one).to_frame(), Story(second, other).to_frame(), check_exact=True)
    assert fates(one, first) == fates(other, second)
    assert [loss.cost for loss in first.losses] == [loss.cost for loss in second.losses]


@pytest.mark.slow
@settings(max_examples=40)
@given(parts(), st.sampled_from(Stratum), st.permutations(range(12)))
def test_a_future_does_not_depend_on_the_batch_it_is_drawn_in(made: Parts, stratum: Stratum, order: list[int]) -> None:
    driver = made.driver()
    if ceiling(driver) == 0.0 and stratum is Stratum.AT_LEAST_ONE:
        return
    together = futures(driver, SEED, stratum, np.arange(12))
    mixed = dict(zip(order, futures(driver, SEED, stratum, np.array(order)), strict=True))
    alone = [futures(driver, SEED, stratum, np.array([k]))[0] for k in range(12)]
    assert together == alone
    assert together == [mixed[k] for k in range(12)]


@settings(max_examples=20)
@given(parts(), st.sampled_from(Stratum))
def test_a_future_has_one_outcome(made: Parts, stratum: Stratum) -> None:
    driver = made.driver()
    if ceiling(driver) == 0.0 and stratum is Stratum.AT_LEAST_ONE:
        return
    (future,) = futures(driver, SEED, stratum, np.array([3]))
    first, second = (simulate(driver, SEED, future, keep_log=True) for _ in range(2))
    assert first.log == second.log
    assert repr(first) == repr(second)
