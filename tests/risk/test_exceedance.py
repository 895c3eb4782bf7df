"""Annual losses, exceedance probabilities and return periods against known answers."""

import math

import numpy as np
import pandas as pd
import pytest

from simulator.risk.exceedance import exceedance, probability_of_exceeding
from simulator.risk.loss import annual_losses, average_annual_loss, horizon_losses, probability_of_loss
from simulator.scenario.errors import InputError
from tests.risk import model
from tests.risk.made import Tables, annual, compound_poisson, strata

V06_SIZES, V06_CHANCES = [10, 20, 50, 100], [0.5, 0.3, 0.15, 0.05]
V06_LEVELS = [10, 20, 50, 99]
V06_OEP = [0.2211992169, 0.09516258196, 0.02469008797, 0.02469008797]
V06_AEP = [0.2418366754, 0.1319029933, 0.05037575609, 0.02749957995]


def agrees(value: float, se: float, expected: float) -> bool:
    """Within 3.29 standard errors (wrong alarm 1 in 1,000), and precise enough to mean something."""
    return abs(value - expected) <= 3.29 * se and se <= 0.02 * expected


@pytest.fixture(scope="module")
def v06() -> Tables:
    total, largest = compound_poisson(np.random.default_rng(6), (40_000, 5), 0.5, V06_SIZES, V06_CHANCES)
    return annual(total, largest=largest)


@pytest.mark.parametrize(("kind", "expected"), [("OEP", V06_OEP), ("AEP", V06_AEP)])
def test_v06_strict_exceedance(v06: Tables, kind: str, expected: list[float]) -> None:
    for level, answer in zip(V06_LEVELS, expected, strict=True):
        found = probability_of_exceeding(v06, "cost", level, kind)
        assert agrees(found.value, found.se, answer), (level, found)


def test_v06_average(v06: Tables) -> None:
    found = average_annual_loss(v06, "cost")
    assert agrees(found.value, found.se, 11.75)


def test_v06_levels_by_return_period_are_the_atoms(v06: Tables) -> None:
    table = exceedance(v06, "cost", "OEP", [3, 5, 20, 100]).set_index("return_period")
    # OEP: P(> 0) = 0.393, P(> 10) = 0.221, P(> 20) = 0.0952, P(> 50) = 0.0247.
    assert table["loss"].to_dict() == {3.0: 10.0, 5.0: 20.0, 20.0: 50.0, 100.0: 100.0}
    assert exceedance(v06, "cost", "OEP", [2])["loss"].item() == 0.0


def test_v05_tail_of_a_compound_poisson() -> None:
    total, _ = compound_poisson(np.random.default_rng(50), (60_000, 1), 4.0, [1, 2, 3], [0.25, 0.5, 0.25])
    tables = annual(total)
    found = probability_of_exceeding(tables, "abstract", 15)
    assert agrees(found.value, found.se, 0.05211483137)
    mean = average_annual_loss(tables, "abstract")
    assert agrees(mean.value, mean.se, 8.0)
    assert mean.se == pytest.approx(math.sqrt(18.0 / 60_000), rel=0.03)


def test_aep_is_never_below_oep(v06: Tables) -> None:
    aep, oep = (exceedance(v06, "cost", kind)["loss"].to_numpy() for kind in ("AEP", "OEP"))
    assert (aep >= oep).all()
    assert (np.diff(aep) >= 0).all()


def test_annual_losses_keep_zeros_as_mass_only() -> None:
    tables = annual(np.array([[0.0, 4.0], [1.0, 0.0], [0.0, 0.0], [0.0, 0.0]]))
    found = annual_losses(tables, "person_hours")
    assert found.in_memory.value.tolist() == [4.0, 1.0]
    assert found.in_memory.position.tolist() == [0, 1]
    assert found.in_memory.mass.tolist() == [0.125, 0.125]
    assert found.zero_weight == pytest.approx(0.75)
    second = annual_losses(tables, "person_hours", year=1).in_memory
    assert (second.value.tolist(), second.mass.tolist()) == ([4.0], [0.25])
    assert horizon_losses(tables, "cost").tolist() == [4.0, 1.0, 0.0, 0.0]
    assert probability_of_loss(tables, "cost").value == 0.5


def test_strata_and_crude_agree_with_the_exact_answer() -> None:
    rng = np.random.default_rng(17)
    stratified = model.simulated(rng, 40_000, 20_000)
    crude = model.simulated_crude(rng, 60_000)
    for tables in (stratified, crude):
        mean = average_annual_loss(tables, "cost")
        assert agrees(mean.value, mean.se, model.AAL)
    for level in (5.0, 30.0, 100.0, 200.0):
        exact = model.exceeding(level)
        fine = probability_of_exceeding(stratified, "cost", level)
        coarse = probability_of_exceeding(crude, "cost", level)
        assert agrees(fine.value, fine.se, exact), level
        assert abs(coarse.value - exact) <= 3.29 * coarse.se
        assert abs(coarse.value - fine.value) <= 3.29 * math.hypot(coarse.se, fine.se)
    # Stratifying pays where only a compromise gets that far.
    assert fine.se < 0.25 * coarse.se


def test_return_periods_of_the_stratified_model() -> None:
    tables = model.simulated(np.random.default_rng(18), 40_000, 20_000)
    table = exceedance(tables, "cost", return_periods=[20, 100, 250, 1000])
    for row in table.itertuples():
        exact = model.value_at_risk(1 - 1 / row.return_period)
        assert abs(row.loss - exact) <= 3.29 * row.se, row
        assert row.low < row.loss < row.high


def test_years_of_a_replication_that_move_together_widen_the_errors() -> None:
    """All five years alike: five tell no more than one, so the standard error is root five times as large."""
    rng = np.random.default_rng(19)
    apart = rng.exponential(10.0, (100_000, 5)) * (rng.random((100_000, 5)) < 0.05)
    alike = np.repeat(apart[:, :1], 5, axis=1)
    first, second = annual(apart), annual(alike)
    for level in (0.0, 10.0, 30.0):
        ratio = probability_of_exceeding(second, "cost", level).se / probability_of_exceeding(first, "cost", level).se
        assert ratio == pytest.approx(math.sqrt(5), rel=0.12), level
    wide, narrow = (exceedance(t, "cost", return_periods=[25, 50]) for t in (second, first))
    ratio = (wide["high"] - wide["low"]) / (narrow["high"] - narrow["low"])
    assert ratio.to_numpy() == pytest.approx(math.sqrt(5), rel=0.25)
    # 100,000 x 5 years with 1 in 1,000: 500 years beyond the level, but only 100 replications of them.
    clustered, apart_beyond = (
        exceedance(t, "cost", return_periods=[1000])["effective"].item() for t in (second, first)
    )
    assert clustered == pytest.approx(100, abs=0.1)
    assert apart_beyond > 480


def test_a_return_period_beyond_the_data_is_refused() -> None:
    loss = np.random.default_rng(20).exponential(1.0, (1000, 1))
    table = exceedance(annual(loss), "cost", return_periods=[50, 100, 110, 500])
    assert table["effective"].tolist() == pytest.approx([20, 10, 9.17, 2], abs=0.05)
    assert table["loss"].notna().tolist() == [True, True, False, False]
    assert table["note"][3] == "beyond the data: 2.0 effective simulated futures, ten needed"
    assert table.loc[2:, ["low", "high", "se"]].isna().all().all()


def test_a_return_period_is_refused_by_effective_not_by_counted_replications() -> None:
    """A thousand light replications of one stratum do not make up for one heavy one of the other."""
    loss = np.zeros((2000, 1))
    loss[1000:] = 50.0
    loss[0] = 500.0
    tables = annual(loss, strata([1000, 1000], [0.999, 0.001]))
    table = exceedance(tables, "cost", return_periods=[600])
    assert table["effective"].item() < 10
    assert math.isnan(table["loss"].item())


def test_below_the_resolution_is_zero_with_an_upper_limit() -> None:
    loss = np.zeros((10_000, 1))
    loss[:95] = 7.0
    row = exceedance(annual(loss), "cost", return_periods=[100]).iloc[0]
    assert row["loss"] == 0.0
    assert row["high"] == 7.0
    assert row["note"] == "below the resolution: a loss has probability 0.0095"
    certain = exceedance(annual(loss), "cost", return_periods=[10]).iloc[0]
    assert (certain["loss"], certain["high"]) == (0.0, 0.0)
    # The same in a run of several years, where ranks do not apply.
    several = np.zeros((10_000, 2))
    several[:190, 0] = 7.0
    row = exceedance(annual(several), "cost", return_periods=[100]).iloc[0]
    assert (row["loss"], row["high"]) == (0.0, 7.0)


def test_no_loss_at_all() -> None:
    table = exceedance(annual(np.zeros((50, 3))), "cost", return_periods=[10, 1000])
    assert table["loss"].tolist() == [0.0, 0.0]
    assert probability_of_exceeding(annual(np.zeros((50, 3))), "cost", 0.0).value == 0.0


def test_each_year_by_itself() -> None:
    rng = np.random.default_rng(21)
    loss = rng.exponential(1.0, (4000, 3)) * np.array([1.0, 2.0, 4.0])
    table = exceedance(annual(loss), "cost", return_periods=[10, 50], per_year=True)
    assert table["year"].tolist() == [0, 0, 1, 1, 2, 2]
    by_year = table[table["return_period"] == 10]["loss"].to_numpy()
    assert by_year == pytest.approx(np.log(10.0) * np.array([1.0, 2.0, 4.0]), rel=0.1)
    pooled = exceedance(annual(loss), "cost", return_periods=[10])["loss"].item()
    assert by_year[0] < pooled < by_year[2]
    assert probability_of_exceeding(annual(loss), "cost", 4.0, year=2).value == pytest.approx(math.exp(-1.0), abs=0.03)


def test_a_horizon_that_is_not_whole_years() -> None:
    whole = annual(np.array([[1.0, 2.0, 9.0], [3.0, 0.0, 9.0]] * 20))
    part = Tables(whole.replications, whole.events, whole.years, whole.service, whole.strata, 2.5, crude=True)
    assert average_annual_loss(part, "cost").value == pytest.approx(12.0 / 2.5)
    assert annual_losses(part, "cost").years == (0, 1)
    table = exceedance(part, "cost", return_periods=[4])
    assert table["loss"].item() == 2.0
    assert "the part year after year 2 is left out" in table["note"].item()
    short = Tables(whole.replications, whole.events, whole.years, whole.service, whole.strata, 0.5)
    assert "a period is the horizon of 6 months" in annual_losses(short, "cost").note


def test_bad_input_is_named() -> None:
    tables = annual(np.ones((20, 2)))
    with pytest.raises(InputError, match=r"measure is 'money'; allowed: customer_hours"):
        exceedance(tables, "money")
    with pytest.raises(InputError, match="kind is 'EP'; allowed: AEP"):
        exceedance(tables, "cost", "EP")
    with pytest.raises(InputError, match="return period is 1 years"):
        exceedance(tables, "cost", return_periods=[1])
    with pytest.raises(InputError, match="level is -1"):
        probability_of_exceeding(tables, "cost", -1)
    with pytest.raises(InputError, match="year is 2; the horizon has the years 0 to 1"):
        annual_losses(tables, "cost", year=2)
    negative = annual(np.array([[-1.0], [2.0]]))
    with pytest.raises(ValueError, match="a loss is negative"):
        exceedance(negative, "cost")


def test_columns_are_as_promised() -> None:
    table = exceedance(annual(np.ones((20, 1))), "cost")
    expected = ["return_period", "probability", "loss", "low", "high", "se", "effective", "note"]
    assert list(table.columns) == expected
    assert isinstance(table, pd.DataFrame)
