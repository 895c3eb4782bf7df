"""Where the loss comes from, and counts."""

import math

import numpy as np
import pytest

from simulator.risk.breakdown import by_cause, by_payer, by_sector, by_vendor, counts, detection_delays
from simulator.risk.loss import average_annual_loss
from simulator.scenario.errors import InputError
from tests.risk.made import Tables, events, replications, service, strata, years


@pytest.fixture(scope="module")
def tables() -> Tables:
    rng = np.random.default_rng(60)
    design = strata([400, 600], [0.9, 0.1])
    n = 900
    replication = np.sort(np.concatenate([rng.integers(0, 400, 300), rng.integers(400, 1000, 600)]))
    cause = np.where(replication < 400, "crime", np.where(rng.random(n) < 0.7, "coerced_update", "faulty_update"))
    water, energy = rng.exponential(100.0, n), rng.exponential(300.0, n)
    rows = events(
        replication=replication,
        cause=cause,
        vendor=np.where(cause == "crime", "", rng.choice(["North", "South"], n)),
        count=rng.integers(1, 3, n),
        installs=rng.integers(0, 50, n).astype(float),
        detection_h=np.where(cause == "crime", np.nan, rng.exponential(48.0, n)),
        customer_hours_water=water,
        customer_hours_energy=energy,
        cost_operator=water,
        cost_society=2 * energy,
    )
    total = np.bincount(replication, weights=water + energy, minlength=1000)
    cost = np.bincount(replication, weights=water + 2 * energy, minlength=1000)
    by_year = years(np.arange(1000), np.zeros(1000, int), total)
    by_year["cost"] = cost
    return Tables(replications(design), rows, by_year, service(), design, 4.0)


@pytest.mark.parametrize("breakdown", [by_cause, by_vendor, by_sector])
def test_parts_add_up_to_the_average_annual_loss(tables: Tables, breakdown) -> None:
    parts = breakdown(tables, "customer_hours")
    assert parts["value"].sum() == pytest.approx(average_annual_loss(tables, "customer_hours").value)
    assert parts["share"].sum() == pytest.approx(1.0)
    seen = parts[parts["value"] > 0]
    assert (seen["low"] < seen["value"]).all()
    assert (seen["value"] < seen["high"]).all()


def test_payers_add_up_to_the_cost(tables: Tables) -> None:
    parts = by_payer(tables)
    assert parts["value"].sum() == pytest.approx(average_annual_loss(tables, "cost").value)
    assert parts.loc["vendor", "value"] == 0.0
    assert by_cause(tables, "cost")["value"].sum() == pytest.approx(parts["value"].sum())


def test_names(tables: Tables) -> None:
    assert by_cause(tables, "cost").index.tolist() == ["coerced_update", "crime", "faulty_update"]
    assert by_vendor(tables, "cost").index.tolist() == ["none", "North", "South"]
    assert by_sector(tables, "person_hours").index.tolist() == ["water", "telecom", "energy"]


def test_a_stratum_that_cannot_hold_a_cause_is_not_complained_about(tables: Tables) -> None:
    notes = by_cause(tables, "cost")["note"]
    assert notes["coerced_update"] == ""
    assert "nothing in the 400 replications without a compromise" in notes["faulty_update"]


def test_counts_per_year(tables: Tables) -> None:
    table = counts(tables).set_index(["cause", "counted"])
    found = tables.events
    chosen = (found["cause"] == "coerced_update").to_numpy()
    weight = np.where(found["replication"] < 400, 0.9 / 400, 0.1 / 600)[chosen]
    for counted in ("count", "installs"):
        expected = float(np.sum(weight * found[counted].to_numpy()[chosen])) / 4.0
        assert table.loc[("coerced_update", counted), "value"] == pytest.approx(expected)
    assert counts(tables, by="vendor")["vendor"].unique().tolist() == ["none", "North", "South"]
    with pytest.raises(InputError, match="cannot be grouped by 'colour'; allowed: cause"):
        counts(tables, by="colour")


def test_detection_delays(tables: Tables) -> None:
    table = detection_delays(tables, (0.5,)).set_index("cause")
    assert table.index.tolist() == ["coerced_update", "faulty_update"]
    found = tables.events[tables.events["cause"] == "coerced_update"]
    every = np.repeat(found["detection_h"].to_numpy(), found["count"].to_numpy())
    assert table.loc["coerced_update", "value"] == pytest.approx(np.median(every), rel=0.01)
    assert table.loc["coerced_update", "low"] < 48 * math.log(2) < table.loc["coerced_update", "high"]


def test_measures_not_kept_by_sector(tables: Tables) -> None:
    with pytest.raises(InputError, match="cost is not kept by sector"):
        by_sector(tables, "cost")


def test_no_events_at_all() -> None:
    design = strata([10])
    empty = Tables(replications(design), events(), years([], [], []), service(), design)
    assert by_cause(empty, "abstract").empty
    assert by_payer(empty)["value"].tolist() == [0.0] * 6
    assert counts(empty).empty
    assert detection_delays(empty).empty


def test_events_without_a_label_are_kept() -> None:
    design = strata([4])
    rows = events(replication=[0, 1, 2], vendor=["North", "", None], abstract=[1.0, 2.0, 4.0])
    tables = Tables(replications(design), rows, years([0, 1, 2], [0, 0, 0], [1.0, 2.0, 4.0]), service(), design)
    assert by_vendor(tables, "abstract")["value"].to_dict() == {"none": 1.5, "North": 0.25}
