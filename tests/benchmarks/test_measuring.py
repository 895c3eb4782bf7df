"""How the benchmark compares, judges and counts."""

import math

import numpy as np
import pytest

from benchmarks.costs import Costs, Spreads
from benchmarks.kernel_adapter import NotThere
from benchmarks.pairing import Spread, interleaved, ratio
from benchmarks.precision import RELATIVE_ERROR, average_error, quantile_error
from benchmarks.table import attempted, judged, lines, reported
from simulator.batch.run import run
from simulator.risk.exceedance import exceedance
from simulator.risk.loss import average_annual_loss
from simulator.scenario.load import load


def test_everything_compared_takes_its_turn_and_the_first_turn_is_not_counted():
    order = []

    def work(name):
        order.append(name)
        return float(len(order))

    found = interleaved({"a": lambda: work("a"), "b": lambda: work("b")}, rounds=2)
    assert order == ["a", "b", "a", "b", "b", "a"]
    assert found == {"a": [3.0, 6.0], "b": [4.0, 5.0]}


def test_a_ratio_is_taken_within_each_round():
    assert ratio({"a": [1.0, 6.0, 4.0], "b": [2.0, 2.0, 4.0]}, "a", "b") == Spread(1.0, 0.5, 3.0)


def test_a_row_says_whether_its_target_is_met_or_what_is_missing():
    def lacks():
        raise NotThere("no kernel")

    rows = [
        judged("fast", "< 1 s", 0.5, True),
        judged("slow", "< 1 s", 2.0, False),
        attempted("later", "< 1 s", lacks),
        reported("other", Spread(1.0, 0.5, 2.0)),
    ]
    assert [row.verdict for row in rows] == ["met", "NOT MET", "not there", "reported"]
    table = lines(rows)
    assert table[4].split() == ["later", "<", "1", "s", "no", "kernel", "not", "there"]
    assert table[5].split() == ["other", "1", "(0.5", "to", "2)", "reported"]
    assert len({line.index(row.verdict) for line, row in zip(table[2:], rows, strict=True)}) == 1


SPREADS = Spreads(np.array([0.9, 0.1]), np.array([1.0, 20.0]), np.array([2.0, 30.0]))


def test_crude_variance_is_that_within_the_strata_and_between_them():
    between = 0.9 * 0.1 * (20.0 - 1.0) ** 2
    assert SPREADS.value == pytest.approx(2.9)
    assert SPREADS.crude_variance == pytest.approx(0.9 * 4.0 + 0.1 * 900.0 + between)


def test_no_allocation_does_better_than_the_bound():
    cost = np.array([1.0, 5.0])
    bound = SPREADS.least_time(cost)
    shares = [np.array([1.0 - s, s]) for s in np.linspace(0.001, 0.999, 999)]
    times = [SPREADS.variance(share) * float(share @ cost) for share in shares]
    assert min(times) == pytest.approx(bound, rel=1e-4)
    assert min(times) >= bound * (1.0 - 1e-12)


def test_plain_sampling_plays_each_stratum_as_often_as_chance_has_it():
    cost = Costs(draw=np.array([9.0, 9.0]), play=np.array([2.0, 4.0]), draw_crude=1.0)
    assert cost.crude(np.array([0.75, 0.25])) == pytest.approx(3.5)
    assert cost.stratified.tolist() == [11.0, 13.0]


def test_errors_are_those_that_a_report_states():
    results = run(load("uk_2022"), replications=400)
    error, value = average_error(results)
    average = average_annual_loss(results, results.measure)
    assert error == pytest.approx(average.se / average.value)
    assert np.count_nonzero(value) == average.with_loss
    error, beyond = quantile_error(results)
    row = exceedance(results, results.measure, return_periods=[200.0]).iloc[0]
    assert math.isnan(error) == math.isnan(row["loss"])
    if not math.isnan(error):
        assert error == pytest.approx(row["se"] / row["loss"])
        assert 0.0 < beyond.mean() < 1.0
    assert RELATIVE_ERROR == 0.05
