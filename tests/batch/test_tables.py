"""From outcomes to labelled tables: every row of one follows from the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulator.batch.reach import vendor_reach
from simulator.batch.reproduce import apart
from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.batch.tables import EVENTS, SCHEMAS, SERVICE_HOURS, frame, not_finite, year_table
from simulator.batch.workers import make_driver
from simulator.risk.breakdown import by_cause
from simulator.risk.loss import MEASURE_COLUMNS
from simulator.risk.sampling import Sampling, design_of
from simulator.risk.summary import metrics
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer
from simulator.scenario.words import SECTORS


@pytest.fixture(scope="module")
def results() -> Results:
    """Ordinary crime, nuisance, faults and hostile events of five years."""
    return run(load("uk_2022"), replications=24, seed=2)


def losses(**columns: object) -> pd.DataFrame:
    """Event rows; columns that are not given are zero or empty."""
    size = len(columns["replication"])  # type: ignore[arg-type]
    table = frame([], EVENTS).reindex(range(size))
    numbers = [name for name, kind in EVENTS.items() if kind != "str"]
    return table.assign(**{**dict.fromkeys(numbers, 0.0), **columns})


def test_tables_have_the_columns_and_types_promised(results: Results) -> None:
    for name, schema in SCHEMAS.items():
        table = getattr(results, name)
        assert {column: str(kind) for column, kind in table.dtypes.items()} == schema, name
        for column, kind in schema.items():
            assert frame([], schema)[column].dtype == kind


def test_years_add_up_events(results: Results) -> None:
    for measure, columns in MEASURE_COLUMNS.items():
        value = results.events[list(columns)].sum(axis=1)
        by_year = value.groupby([results.events["replication"], results.events["year"]])
        expected = pd.DataFrame({"sum": by_year.sum(), "max": by_year.max()})
        own = results.years.set_index(["replication", "year"])
        lost = expected[expected["sum"] > 0.0]
        np.testing.assert_allclose(own.loc[lost.index, measure], lost["sum"], rtol=1e-12)
        np.testing.assert_allclose(own.loc[lost.index, f"{measure}_max"], lost["max"], rtol=1e-12)
        assert own[measure].sum() == pytest.approx(value.sum(), rel=1e-12)


def test_rows_of_replications_are_worked_out_once_for_each_table_of_each_run(results: Results) -> None:
    upside_down = replace(results, events=results.events.iloc[::-1])
    design, other = design_of(results), design_of(upside_down)
    assert isinstance(design, Sampling)
    assert isinstance(other, Sampling)
    rows = design.rows_of(results.events)
    assert design is design_of(results)
    assert rows is design.rows_of(results.events)
    np.testing.assert_array_equal(results.replications["replication"].to_numpy()[rows], results.events["replication"])
    np.testing.assert_array_equal(other.rows_of(upside_down.events), rows[::-1])
    np.testing.assert_array_equal(design.rows_of(upside_down.events), rows[::-1])


def test_metrics_of_tables_that_were_sorted_in_place_stay_as_they_were(results: Results) -> None:
    own = replace(results, **{name: getattr(results, name).copy() for name in (*SCHEMAS, "strata")})
    before = metrics(own, "cost")
    for table, by in ((own.years, "cost"), (own.events, "start_h"), (own.replications, "sim_events")):
        table[table.columns] = table.sort_values(by, ignore_index=True)
    assert list(apart(before, metrics(own, "cost"))) == []


def test_metrics_follow_a_label_that_was_changed_in_place(results: Results) -> None:
    own = replace(results, events=results.events.copy())
    assert set(by_cause(own, "cost").index) > {"crime"}
    own.events["cause"] = "crime"
    assert set(by_cause(own, "cost").index) == {"crime"}


def test_years_without_a_loss_have_no_row() -> None:
    table = year_table(
        losses(replication=[1, 1, 1, 4], year=[0, 0, 2, 1], cost_insurer=[3.0, 4.0, 0.0, 0.0], abstract=[0, 0, 0, 2.0])
    )
    assert table[["replication", "year", "cost", "cost_max", "abstract"]].to_numpy().tolist() == [
        [1.0, 0.0, 7.0, 4.0, 0.0],
        [4.0, 1.0, 0.0, 0.0, 2.0],
    ]


def test_every_replication_counts_its_events(results: Results) -> None:
    counted = results.events.groupby("replication").size()
    own = results.replications.set_index("replication")["events"]
    assert own[own > 0].sort_index().to_dict() == counted.to_dict()
    assert (results.replications["stratum"] == results.replications["replication"] % 2).all()
    assert (results.replications.loc[results.replications["stratum"] == 0, "successes"] == 0).all()
    assert (results.replications.loc[results.replications["stratum"] == 1, "successes"] > 0).all()


def test_service_is_on_the_fixed_hours_and_never_above_the_peak(results: Results) -> None:
    service = results.service
    assert len(service) > 0
    for _, curve in service.groupby(["replication", "sector"]):
        assert tuple(curve["hour"]) == SERVICE_HOURS
    assert set(service["sector"]) <= set(SECTORS)
    highest = service.groupby(["replication", "sector"])["people_without"].max()
    peaks = results.replications.set_index("replication")
    for (replication, sector), people in highest.items():
        assert 0.0 <= people <= peaks.loc[replication, f"peak_people_{sector}"] * (1.0 + 1e-9)


def test_a_figure_that_is_no_number_is_found_and_named() -> None:
    sound = losses(replication=[1, 7], detection_h=[np.nan, 3.0], cause=["crime", "faulty_update"])
    assert not_finite(sound) == ""
    assert not_finite(frame([], EVENTS)) == ""
    broken = sound.assign(cost_insurer=[0.0, np.inf])
    assert not_finite(broken) == "replication 7, cause faulty_update: cost_insurer is inf"
    assert not_finite(sound.assign(start_h=[np.nan, 0.0])) == "replication 1, cause crime: start_h is nan"


def test_reach_of_vendors() -> None:
    loaded = load(known_answer("v43"))
    table = vendor_reach(make_driver(loaded.scenario, loaded.register).world).set_index("vendor")
    assert set(table.index) == {"maker", "second_maker"}
    assert list(table["water"]) == [1.0, 1.0]
    assert list(table["telecom"]) == [0.0, 0.0]
    assert list(table["reach"]) == [100_000.0, 100_000.0]
    assert list(table["home"]) == ["Ruritania", "Ruritania"]


def test_shares_of_reach_are_shares(results: Results) -> None:
    shares = results.reach[list(SECTORS)].to_numpy()
    assert ((shares >= 0.0) & (shares <= 1.0)).all()
    total = sum(results.customers.values())
    assert (results.reach["reach"] <= total).all()
    weighted = shares @ np.array([results.customers[s] for s in SECTORS])
    np.testing.assert_allclose(results.reach["reach"], weighted, rtol=1e-12)
