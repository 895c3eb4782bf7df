"""VaR and TVaR against known answers."""

import math

import numpy as np
import pytest

from simulator.risk.loss import average_annual_loss
from simulator.risk.tail import tail, tail_value_at_risk, value_at_risk
from simulator.scenario.errors import InputError
from tests.risk import model
from tests.risk.made import Tables, annual, strata

V31_VAR = {0.95: 0.0, 0.99: 69.31471806, 0.996: 160.9437912}
V31_TVAR = {0.95: 40.0, 0.99: 169.3147181, 0.996: 260.9437912}


def v31(stratified: bool) -> Tables:
    rng = np.random.default_rng(31)
    if stratified:
        loss = np.zeros((20_000, 1))
        loss[5_000:, 0] = rng.exponential(100.0, 15_000)
        return annual(loss, strata([5_000, 15_000], [0.98, 0.02]))
    n = 600_000
    return annual((rng.exponential(100.0, n) * (rng.random(n) < 0.02))[:, None])


@pytest.mark.parametrize("stratified", [False, True])
def test_v31_most_years_without_a_loss(stratified: bool) -> None:
    tables = v31(stratified)
    for q in V31_VAR:
        value, mean = value_at_risk(tables, "cost", q), tail_value_at_risk(tables, "cost", q)
        if V31_VAR[q] == 0.0:
            assert value.value == 0.0
            assert value.note == "below the resolution: a loss has probability 0.02"
        else:
            assert abs(value.value - V31_VAR[q]) <= 3.29 * value.se
            assert value.se <= 0.021 * V31_VAR[q]
        assert abs(mean.value - V31_TVAR[q]) <= 3.29 * mean.se
        assert mean.se <= 0.02 * V31_TVAR[q]
    average = average_annual_loss(tables, "cost")
    assert abs(average.value - 2.0) <= 3.29 * average.se


def test_tvar_below_the_resolution_is_the_average_over_the_tail() -> None:
    tables = v31(stratified=True)
    at_atom = tail_value_at_risk(tables, "cost", 0.95)
    assert at_atom.value == pytest.approx(average_annual_loss(tables, "cost").value / 0.05)


def test_v32_standard_errors() -> None:
    rng = np.random.default_rng(32)
    runs = [annual(rng.exponential(1.0, (10_000, 1))) for _ in range(60)]
    value = [value_at_risk(t, "cost", 0.99) for t in runs]
    mean = [tail_value_at_risk(t, "cost", 0.99) for t in runs]
    assert np.mean([v.se for v in value]) == pytest.approx(0.09949874371, rel=0.05)
    assert np.mean([m.se for m in mean]) == pytest.approx(0.1410673598, rel=0.05)
    assert abs(np.mean([v.value for v in value]) - 4.605170186) <= 3.29 * 0.0995 / math.sqrt(60)
    assert abs(np.mean([m.value for m in mean]) - 5.605170186) <= 3.29 * 0.1411 / math.sqrt(60)


def test_v30_ranks_serve_crude_one_year_runs_only() -> None:
    loss = np.random.default_rng(30).exponential(1.0, (1000, 1))
    found = value_at_risk(annual(loss), "cost", 0.99)
    ordered = np.sort(loss[:, 0])
    assert found.method == "binomial ranks"
    assert (found.low, found.value, found.high) == (ordered[982], ordered[989], ordered[996])
    two_years = annual(np.repeat(loss, 2, axis=1))
    assert value_at_risk(two_years, "cost", 0.9).method == "Woodruff"
    two_strata = annual(loss, strata([500, 500], [0.5, 0.5]))
    assert value_at_risk(two_strata, "cost", 0.9).method.startswith("Woodruff")


def test_strata_of_one_distribution_are_as_good_as_none() -> None:
    """Same losses, cut in two strata: the same quantile, nearly the same Woodruff limits as by ranks."""
    loss = np.random.default_rng(33).exponential(1.0, (20_000, 1))
    ranks = value_at_risk(annual(loss), "cost", 0.99)
    woodruff = value_at_risk(annual(loss, strata([10_000, 10_000], [0.5, 0.5])), "cost", 0.99)
    assert woodruff.value == ranks.value
    assert woodruff.low == pytest.approx(ranks.low, rel=0.005)
    assert woodruff.high == pytest.approx(ranks.high, rel=0.005)


def test_the_stratified_model_and_its_exact_answer() -> None:
    tables = model.simulated(np.random.default_rng(34), 40_000, 20_000)
    for q in (0.95, 0.99, 0.995, 0.999):
        value, mean = value_at_risk(tables, "cost", q), tail_value_at_risk(tables, "cost", q)
        assert abs(value.value - model.value_at_risk(q)) <= 3.29 * value.se
        assert abs(mean.value - model.tail_value_at_risk(q)) <= 3.29 * mean.se
        assert mean.se <= 0.03 * mean.value
        assert mean.value > value.value


def test_beyond_the_data_neither_is_given() -> None:
    tables = annual(np.random.default_rng(35).exponential(1.0, (1000, 1)))
    for metric in (value_at_risk, tail_value_at_risk):
        found = metric(tables, "cost", 0.995)
        assert math.isnan(found.value)
        assert found.note == "beyond the data: 5.0 effective simulated futures, ten needed"


def test_a_tail_at_one_loss() -> None:
    loss = np.zeros((2000, 1))
    loss[:200] = 8.0
    found = tail_value_at_risk(annual(loss), "cost", 0.95)
    assert (found.value, found.low, found.high) == (8.0, 8.0, 8.0)
    partly = tail_value_at_risk(annual(loss), "cost", 0.8)
    assert partly.value == pytest.approx(4.0)
    assert partly.low < 4.0 < partly.high


def test_the_table_of_levels() -> None:
    table = tail(annual(np.random.default_rng(36).exponential(1.0, (5000, 1))), "cost", [0.9, 0.99])
    assert table["metric"].tolist() == ["VaR", "TVaR", "VaR", "TVaR"]
    assert table["level"].tolist() == [0.9, 0.9, 0.99, 0.99]
    with pytest.raises(InputError, match="level is 1"):
        value_at_risk(annual(np.ones((10, 1))), "cost", 1.0)
