"""Weights that a run can rely on, and such that it cannot."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from simulator.risk.health import ailments


def tables(probability: float, rare: int, common: int) -> Any:
    """A stratified run: `common` replications of a stratum of probability 1 - p, and `rare` of one of p."""
    strata = pd.DataFrame(
        {
            "stratum": [0, 1],
            "probability": [1.0 - probability, probability],
            "probability_se": 0.0,
            "replications": [common, rare],
        }
    )
    numbers = [*range(0, 2 * common, 2), *range(1, 2 * rare, 2)]
    replications = pd.DataFrame({"replication": numbers, "stratum": [n % 2 for n in numbers]})
    return SimpleNamespace(strata=strata, replications=replications)


def test_the_floors_of_the_strata_keep_a_run_healthy() -> None:
    assert ailments(tables(0.001, 800, 200)) == []
    assert ailments(tables(0.001, 200, 50)) == []


def test_a_small_run_is_not_judged() -> None:
    assert ailments(tables(0.001, 200, 5)) == []


def test_few_that_count_for_almost_all() -> None:
    assert ailments(tables(0.001, 2_400, 100)) == [
        "the 2,500 simulated futures are worth 4.01% of as many equally weighted ones; at least 5% is needed"
    ]


def test_one_that_weighs_too_much() -> None:
    said = ailments(tables(0.2, 260, 30))
    assert said == ["a single simulated future carries 2.7% of all weight; at most 2% is allowed"]


@pytest.mark.parametrize("common", [49, 50])
def test_the_limit(common: int) -> None:
    assert bool(ailments(tables(0.0001, 230, common))) == (common == 49)
