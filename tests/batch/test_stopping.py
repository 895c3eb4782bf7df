"""When a run has enough: a number of replications, or a relative standard error of the average annual loss."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from simulator.batch.goal import CONFIRMED_BY, ENOUGH_LOSSES, ENOUGH_WITHOUT_LOSS, FEWEST_FOR_PRECISION, Judged
from simulator.batch.plan import PILOT
from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.batch.workers import make_driver
from simulator.risk.condition import OVER_PATHS
from simulator.risk.estimate import Estimate
from simulator.risk.loss import average_annual_loss
from simulator.risk.metric import metric_named
from simulator.risk.precision import relative_error
from simulator.scenario.errors import InputError
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer
from simulator.world.world import World
from tests.batch.made_up import MadeUp, sequential


def rounds_of(results: Results) -> list[int]:
    """Replications up to the end of each round."""
    return results.replications.groupby("round").size().cumsum().tolist()


@pytest.mark.parametrize("replications", [4, 5, 63, 64, 129, 255, 257, 300])
def test_a_number_of_replications_is_met_exactly(replications: int) -> None:
    results = run(load(known_answer("v43")), replications=replications)
    assert len(results.replications) == replications
    assert results.strata["replications"].sum() == replications
    assert results.replications["replication"].is_unique


@pytest.mark.slow
def test_a_precision_is_reached_at_the_end_of_a_round_and_no_later() -> None:
    asked = 0.0125
    results = run(load(known_answer("v42")), precision=asked, seed=9)
    found = average_annual_loss(results, "customer_hours")
    assert relative_error(found) <= asked
    assert found.with_loss >= ENOUGH_LOSSES
    ends = rounds_of(results)
    assert ends[:2] == [PILOT, FEWEST_FOR_PRECISION]
    assert ends[-1] == len(results.replications) > FEWEST_FOR_PRECISION
    assert all(later <= 2 * former for former, later in pairwise(ends[1:]))
    earlier = run(load(known_answer("v42")), replications=ends[-2], seed=9)  # a round less was not enough
    assert relative_error(average_annual_loss(earlier, "customer_hours")) > asked


@pytest.mark.slow
def test_a_precision_gives_the_same_run_with_two_workers() -> None:
    one = run(load(known_answer("v42")), precision=0.0125, seed=9)
    two = run(load(known_answer("v42")), precision=0.0125, seed=9, workers=2)
    assert len(rounds_of(one)) >= 3
    pd.testing.assert_frame_equal(one.replications, two.replications)
    assert one.manifest == two.manifest


def test_without_chance_the_fewest_are_enough() -> None:
    assert rounds_of(run(load(known_answer("v41")), precision=0.01)) == [PILOT, FEWEST_FOR_PRECISION]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"replications": 100, "precision": 0.05}, "either a number of replications or a precision, not both"),
        ({"replications": 3}, "3 replications; allowed: 4 to 1,073,741,824"),
        ({"replications": -1}, "-1 replications; allowed: 4 to"),
        ({"replications": 2**31}, "2147483648 replications; allowed: 4 to"),
        ({"precision": 0.0}, "a precision of 0; allowed: above 0 and below 1"),
        ({"precision": 1.0}, "a precision of 1; allowed: above 0 and below 1"),
        ({"precision": -0.1}, "a precision of -0.1; allowed: above 0"),
        ({"precision": math.nan}, "a precision of nan; allowed: above 0"),
        ({"workers": 0}, "0 workers; allowed: 1 to 256"),
        ({"workers": 257}, "257 workers; allowed: 1 to 256"),
        ({"seed": -1}, "seed is -1; allowed: 0 to 18446744073709551615"),
        ({"seed": 2**64}, "seed is 18446744073709551616; allowed: 0 to"),
    ],
)
def test_numbers_that_will_not_do_are_refused_in_a_sentence(arguments: dict[str, float], says: str) -> None:
    with pytest.raises(InputError) as told:
        run(
            load(known_answer("v42")),
            **{"replications": 8 if set(arguments) & {"seed", "workers"} else None, **arguments},
        )
    assert says in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("seed", [0, 2**63, 2**64 - 1])
def test_any_seed_of_64_bits_will_do(seed: int) -> None:
    assert run(load(known_answer("v42")), replications=4, seed=seed).manifest["seed"] == seed


@pytest.fixture(scope="module")
def world() -> World:
    loaded = load(known_answer("v17"))
    return make_driver(loaded.scenario, loaded.register).world


@pytest.mark.slow
def test_intervals_of_runs_that_stop_at_a_precision_cover_the_truth(world: World) -> None:
    """Nominal 95 %, 93 to 97 % asked, over 400 runs of two rounds or more (standard error 1.1 %)."""
    rng = np.random.default_rng(17)
    covered, lengths = 0, set()
    for _ in range(400):
        found, rounds = sequential(world, MadeUp(rng), 0.0225)
        assert relative_error(found) <= 0.0225
        covered += found.low <= MadeUp(rng).mean() <= found.high
        lengths.add(rounds)
    assert lengths >= {2, 3}
    assert 0.93 <= covered / 400 <= 0.97


@pytest.mark.parametrize("metric", ["VaR 1-in-200", "OEP 1-in-200"])
def test_a_quantile_is_as_precise_at_two_looks_in_a_row(world: World, metric: str) -> None:
    at_least = math.ceil(CONFIRMED_BY * FEWEST_FOR_PRECISION)
    lengths = {
        sequential(world, MadeUp(np.random.default_rng(k)), 0.5, metric=metric)[0].replications for k in range(5)
    }
    assert lengths == {at_least}


@pytest.mark.parametrize("metric", ["AAL", "TVaR 1-in-200"])
def test_a_mean_is_looked_at_once(world: World, metric: str) -> None:
    found, rounds = sequential(world, MadeUp(np.random.default_rng(6)), 0.5, metric=metric)
    assert (found.replications, rounds) == (FEWEST_FOR_PRECISION, 2)


def test_a_round_at_most_doubles(world: World) -> None:
    found, rounds = sequential(world, MadeUp(np.random.default_rng(3)), 0.01)
    assert rounds >= 3
    assert FEWEST_FOR_PRECISION < found.replications <= FEWEST_FOR_PRECISION * 2 ** (rounds - 2)


def test_a_precision_out_of_reach_ends_at_the_most(world: World) -> None:
    found, _ = sequential(world, MadeUp(np.random.default_rng(4)), 1e-6, most=3_000)
    assert found.replications == 3_000


def test_where_nothing_is_ever_lost_no_precision_is_waited_for(world: World) -> None:
    found, _ = sequential(world, MadeUp(np.random.default_rng(5), chance_of_loss=0.0), 0.05)
    assert found.value == 0.0
    assert ENOUGH_WITHOUT_LOSS <= found.replications < 2 * ENOUGH_WITHOUT_LOSS


def test_a_chance_known_from_driver_paths_is_not_waited_for_either() -> None:
    """Its error is that of the paths, whatever the number of replications."""
    found = Estimate(0.27, 0.001, 0.268, 0.272, method=OVER_PATHS, replications=5_000, with_loss=2_000)
    judged = Judged(metric_named("P(compromise)"), found, math.inf)
    assert (judged.reached(0.01), judged.more(0.01)) == (True, 0)
    assert (judged.reached(0.001), judged.more(0.001)) == (False, None)
    assert judged.hopeless
