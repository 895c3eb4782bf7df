"""The textbook way of writing the core path gives the model's answers."""

import pytest

from benchmarks.core_path import core_path
from benchmarks.textbook import customer_hours
from simulator.model.replication import simulate
from tests.benchmarks.variants import UNTIED
from tests.model.worlds import futures_of, total_hours


@pytest.mark.parametrize(("portfolio", "changes"), UNTIED.values(), ids=UNTIED.keys())
def test_it_gives_the_answers_of_the_model(portfolio, changes):
    """But for events of one instant, where SimPy's own order is that of scheduling."""
    driver, count = core_path(portfolio, changes), 12
    told = [customer_hours(driver, 7, r) for r in range(count)]
    expected = [total_hours(simulate(driver, 7, f)) for f in futures_of(driver, count, seed=7)]
    assert told == pytest.approx(expected, rel=1e-9)
    assert max(told) > 0.0
