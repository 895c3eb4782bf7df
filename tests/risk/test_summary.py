"""All metrics of a run, and those given a compromise."""

import json
import subprocess
import sys
import time
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from simulator.risk.condition import given_compromise, probability_of_compromise, share_that_arrives
from simulator.risk.loss import average_annual_loss
from simulator.risk.summary import conditional, metrics
from simulator.scenario.words import PAYERS, SECTORS
from tests.risk.made import Tables, annual, events, replications, service, strata, years


def run(quiet: int = 6000, compromised: int = 4000, crude: bool = False) -> Tables:
    """A run with every table filled: crime everywhere, coerced updates in the compromised replications."""
    rng = np.random.default_rng(70)
    p, horizon = 0.02, 5
    design = strata([quiet, compromised], [1 - p, p], 0.0005)
    n = quiet + compromised
    crime = np.flatnonzero(rng.random(n) < 0.3)
    used = np.arange(quiet, n)
    replication = np.concatenate([crime, used])
    malicious = np.arange(replication.size) >= crime.size
    year = rng.integers(0, horizon, replication.size)
    size = np.where(malicious, 1e6, 1e3) * rng.exponential(1.0, replication.size)
    rows = events(
        replication=replication,
        cause=np.where(malicious, "coerced_update", "crime"),
        vendor=np.where(malicious, "North", ""),
        mode=np.where(malicious, "disruption", ""),
        year=year,
        installs=np.where(malicious, 20.0, 0.0),
        detection_h=np.where(malicious, rng.exponential(30.0, replication.size), np.nan),
        abstract=size,
        **{f"customer_hours_{s}": size / 3 for s in SECTORS},
        **{f"person_hours_{s}": size / 3 for s in SECTORS},
        **{f"interruptions_{s}": size / 100 for s in SECTORS},
        **{f"cost_{payer}": size / 6 for payer in PAYERS},
    )
    cell = replication * horizon + year
    total = np.bincount(cell, weights=size, minlength=n * horizon)
    largest = np.zeros(n * horizon)
    np.maximum.at(largest, cell, size)
    kept = np.flatnonzero(total)
    hours = np.where(np.arange(n) >= quiet, rng.exponential(50.0, n), np.nan)
    table = replications(
        design,
        peak_people_water=np.where(np.isnan(hours), 0.0, 5e4 * rng.random(n)),
        restored_50_h=hours,
        restored_90_h=2 * hours,
        restored_99_h=3 * hours,
    )
    if crude:
        design = strata([n])
        table["stratum"] = 2
    return Tables(
        replications=table,
        events=rows,
        years=years(kept // horizon, kept % horizon, total[kept], largest[kept]),
        service=service(),
        strata=design,
        horizon_years=float(horizon),
        customers=dict.fromkeys(SECTORS, 1e5),
        people=dict.fromkeys(SECTORS, 2e5),
        crude=crude,
    )


@pytest.mark.parametrize("measure", ["customer_hours", "person_hours", "cost", "abstract"])
def test_metrics_are_plain_json(measure: str) -> None:
    found = metrics(run(600, 400), measure)
    text = json.dumps(found, allow_nan=False)
    assert json.loads(text) == found
    assert found["measure"] == measure
    assert set(found["average_annual_loss"]) >= {"value", "se", "low", "high", "method", "note"}
    assert found["average_annual_loss"]["value"] == average_annual_loss(run(600, 400), measure).value
    parts = found["breakdown"]["cause"]
    assert sum(part["value"] for part in parts) == pytest.approx(found["average_annual_loss"]["value"])


def test_metrics_of_an_empty_run_are_plain_json() -> None:
    nothing = annual(np.zeros((20, 3)))
    found = metrics(nothing, "cost")
    json.dumps(found, allow_nan=False)
    assert found["average_annual_loss"]["high"] is None
    assert found["aep"][0]["loss"] == 0.0
    assert conditional(nothing, "cost")["replications"] == 0


def test_metrics_of_ten_thousand_replications_are_quick() -> None:
    tables = run()
    metrics(tables, "cost")
    start = time.process_time()
    metrics(tables, "cost")
    assert time.process_time() - start < 1.0


def test_given_a_compromise() -> None:
    tables = run()
    chosen = given_compromise(tables)
    assert chosen is not None
    assert len(chosen.replications) == 4000
    assert chosen.events["replication"].min() >= 6000
    found = conditional(tables, "customer_hours")
    json.dumps(found, allow_nan=False)
    assert found["given"].startswith("at least one successful malicious compromise")
    assert found["probability"]["value"] == 0.02
    assert found["probability"]["se"] == 0.0005
    # The malicious loss is Exp(1e6).
    malicious = found["malicious_loss"]
    assert abs(malicious["mean"]["value"] - 1e6) <= 3.29 * malicious["mean"]["se"]
    assert abs(malicious["q90"]["value"] - 1e6 * np.log(10.0)) <= 3.29 * malicious["q90"]["se"]
    assert found["loss"]["mean"]["value"] > malicious["mean"]["value"]
    assert found["share_of_people"]["water"] == pytest.approx(0.125, rel=0.05)
    assert found["restoration"][0]["given"].endswith("(probability 100 %)")


def test_a_crude_run_gives_the_same_conditional_picture() -> None:
    stratified, crude = conditional(run(), "cost"), conditional(run(crude=True), "cost")
    assert crude["malicious_loss"] == stratified["malicious_loss"]
    assert crude["probability"]["value"] == pytest.approx(0.4)
    assert probability_of_compromise(run(crude=True)).method == "t"


def test_service_given_a_compromise_is_over_the_horizon() -> None:
    tables = run()
    row = next(r for r in conditional(tables)["service"] if r["sector"] == "water" and r["measure"] == "person_days")
    mean = tables.events[tables.events["replication"] >= 6000]["person_hours_water"].sum() / 24 / 4000
    assert row["value"] == pytest.approx(mean)


def test_a_scripted_compromise_counts_as_malicious() -> None:
    tables = run(60, 40)
    tables.events.loc[tables.events["cause"] == "coerced_update", "cause"] = "given"
    found = conditional(tables, "abstract")
    drawn = conditional(run(60, 40), "abstract")
    assert found["malicious_loss"] == drawn["malicious_loss"]


def test_heavy_libraries_are_imported_late() -> None:
    script = "import sys, simulator.risk.summary; print('scipy' in sys.modules, 'matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_share_that_arrives_counts_futures_in_which_an_operator_takes_the_code_in() -> None:
    """Of four futures with a success two install it; one without a success does not count."""
    events = pd.DataFrame(
        {"replication": [1, 1, 3, 5, 0], "cause": ["coerced_update"] * 3 + ["crime"] * 2, "installs": [2, 0, 1, 4, 4]}
    )
    replications = pd.DataFrame(
        {"replication": [0, 1, 3, 5, 7], "stratum": [0, 1, 1, 1, 1], "successes": [0, 1, 1, 1, 2]}
    )
    empty = pd.DataFrame({"replication": pd.Series([], dtype="int64")})
    tables = SimpleNamespace(
        events=events,
        replications=replications,
        years=empty,
        service=empty,
        horizon_years=1.0,
        customers={},
        people={},
        currency="GBP",
        crude=False,
    )
    found = share_that_arrives(tables)  # type: ignore[arg-type]
    assert found is not None
    assert found.value == 0.5
    none = SimpleNamespace(**{**vars(tables), "replications": replications.assign(successes=0)})
    assert share_that_arrives(none) is None  # type: ignore[arg-type]
