"""Service lost, reliability indices, restoration and bands."""

import math

import numpy as np
import pytest

from simulator.risk.quantile import upper_quantile
from simulator.risk.sample import SampleRows, weighted_sample
from simulator.risk.sampling import sampling
from simulator.risk.service import (
    peak_people,
    reliability,
    restoration,
    service_bands,
    service_losses,
)
from simulator.scenario.errors import InputError
from tests.risk.made import Tables, events, replications, service, strata, years


def tables_of(design, horizon=1.0, **parts) -> Tables:
    return Tables(
        replications=parts.get("replications", replications(design)),
        events=parts.get("events", events()),
        years=years([], [], []),
        service=parts.get("service", service()),
        strata=design,
        horizon_years=horizon,
        customers={"energy": 150_000.0, "water": 40_000.0},
        people={"energy": 300_000.0, "water": 80_000.0},
        crude=len(design) == 1,
    )


def v34(horizon: float = 1.0, times: int = 20) -> Tables:
    """Every replication has the three interruptions and the water outage of V34."""
    n = 200
    customers, minutes = np.array([12000.0, 3000.0, 45000.0]), np.array([90.0, 600.0, 30.0])
    customer_hours = customers * minutes / 60
    rows = events(
        replication=np.repeat(np.arange(n), 4),
        interruptions_energy=np.tile(np.append(customers, 0.0), n),
        customer_hours_energy=np.tile(np.append(customer_hours, 0.0), n),
        ens_mwh=np.tile(np.append(customer_hours * 1.2 / 1000, 0.0), n),
        person_hours_water=np.tile([0.0, 0.0, 0.0, 80_000 * 18.0], n),
        unsafe_person_hours_water=np.tile([0.0, 0.0, 0.0, 80_000 * 12.0], n),
    )
    return tables_of(strata([n]), horizon, events=rows)


@pytest.mark.parametrize("horizon", [1.0, 5.0])
def test_v34(horizon: float) -> None:
    indices = reliability(v34(horizon)).query("sector == 'energy'").set_index("index")["value"]
    assert indices["SAIFI"] == pytest.approx(0.4 / horizon, rel=1e-9)
    assert indices["SAIDI"] == pytest.approx(28.2 / horizon, rel=1e-9)
    assert indices["CAIDI"] == pytest.approx(70.5, rel=1e-9)
    assert indices["ENS"] == pytest.approx(84.6 / horizon, rel=1e-9)
    lost = service_losses(v34(horizon)).set_index(["sector", "measure"])["value"]
    assert lost["water", "person_days"] == pytest.approx(60_000 / horizon, rel=1e-9)
    assert lost["water", "unsafe_person_days"] == pytest.approx(40_000 / horizon, rel=1e-9)
    assert lost["energy", "customer_hours"] == pytest.approx(70_500 / horizon, rel=1e-9)


def test_a_sector_without_customers_has_no_index_and_one_without_outages_no_caidi() -> None:
    table = reliability(v34()).set_index(["sector", "index"])
    assert "telecom" not in table.index.get_level_values(0)
    assert table.loc[("water", "SAIFI"), "value"] == 0.0
    caidi = table.loc[("water", "CAIDI")]
    assert math.isnan(caidi["value"])
    assert caidi["note"] == "nothing to divide by"


def test_restoration_is_conditional_on_an_outage() -> None:
    design = strata([100, 100], [0.9, 0.1])
    hours = np.full(200, np.nan)
    hours[:10] = 10.0  # 10 of 100 quiet replications: mass 0.09
    hours[100:] = np.linspace(20.0, 119.0, 100)  # all compromised ones: mass 0.1
    tables = tables_of(design, replications=replications(design, restored_50_h=hours, restored_90_h=2 * hours))
    table = restoration(tables, quantiles=(0.25, 0.5)).set_index(["restored", "quantile"])
    # 9/19 of the mass is at 10 h; the median is 0.005 of mass, or 5 values of 0.001, further on.
    assert table.loc[(50, 0.25), "value"] == 10.0
    assert table.loc[(50, 0.5), "value"] == 24.0
    assert table.loc[(90, 0.5), "value"] == 48.0
    assert table.loc[(50, 0.5), "low"] <= 24.0 <= table.loc[(50, 0.5), "high"]
    assert table.loc[(50, 0.5), "given"] == (
        "given that the worst event, a hostile one where there were any, cut service within the horizon "
        "(probability 19 %)"
    )
    assert table.loc[(99, 0.5), "note"] == "nothing observed"


def test_the_interval_of_a_conditional_quantile_covers() -> None:
    """Median restoration over outages that are rare in one stratum and certain in the other."""
    rng = np.random.default_rng(41)
    plan = sampling(tables_of(strata([600, 300], [0.95, 0.05])))
    covered, trials = 0, 2000
    for _ in range(trials):
        hours = np.full(900, np.nan)
        out = rng.random(600) < 0.1
        hours[:600][out] = rng.exponential(10.0, int(out.sum()))
        hours[600:] = rng.exponential(10.0, 300)
        rows = np.flatnonzero(~np.isnan(hours))
        sample = weighted_sample(plan, SampleRows(rows, hours[rows]), zeros=False, independent=plan.single)
        found = upper_quantile(sample, 0.5, refuse=False).estimate
        covered += found.low <= 10.0 * math.log(2.0) <= found.high
    assert abs(covered / trials - 0.95) <= 3.29 * math.sqrt(0.95 * 0.05 / trials)


def test_peak_people() -> None:
    design = strata([1000])
    peaks = np.zeros(1000)
    peaks[:300] = np.arange(1, 301) * 100.0
    table = peak_people(
        tables_of(design, replications=replications(design, peak_people_water=peaks)), (0.5, 0.9)
    ).set_index(["sector", "statistic"])
    assert table.loc[("water", "mean"), "value"] == pytest.approx(peaks.mean())
    assert table.loc[("water", "q50"), "value"] == 0.0
    assert table.loc[("water", "q90"), "value"] == 20_000.0
    assert table.loc[("energy", "mean"), "value"] == 0.0


def bands_by_hand(people, weight, q):
    order = np.argsort(people)
    mass = np.cumsum(weight[order]) / weight.sum()
    return people[order][np.searchsorted(mass, q - 1e-9)]


def banded() -> tuple[Tables, np.ndarray]:
    """30 quiet replications, 10 with an outage; 20 compromised ones, 15 with an outage."""
    rng = np.random.default_rng(42)
    design = strata([30, 20], [0.9, 0.1])
    out = np.concatenate([np.arange(10), np.arange(30, 45)])
    people = np.zeros((50, 2, 3))
    people[out] = rng.exponential(1000.0, (25, 2, 3))
    replication, sector, hour = (a.ravel() for a in np.meshgrid(out, [0, 1], [0, 1, 2], indexing="ij"))
    table = service(
        replication=replication,
        sector=np.array(["water", "energy"])[sector],
        hour=hour * 6.0,
        people_without=people[replication, sector, hour],
    )
    return tables_of(design, service=table.sample(frac=1.0, random_state=1)), people


@pytest.mark.parametrize(
    ("given", "members"), [("compromise", range(30, 50)), ("outage", [*range(10), *range(30, 45)])]
)
def test_service_bands(given: str, members) -> None:
    tables, people = banded()
    chosen = np.array(members)
    weight = np.where(chosen < 30, 0.9 / 30, 0.1 / 20)
    bands = service_bands(tables, given).set_index(["sector", "hour"])
    assert len(bands) == 6
    for s, sector in enumerate(("water", "energy")):
        for h in range(3):
            values = people[chosen, s, h]
            row = bands.loc[(sector, h * 6.0)]
            assert row["mean"] == pytest.approx(np.average(values, weights=weight))
            for q in (0.05, 0.25, 0.5, 0.75, 0.95):
                assert row[f"q{round(100 * q):02d}"] == bands_by_hand(values, weight, q)


def test_service_bands_without_an_outage_are_empty() -> None:
    assert service_bands(tables_of(strata([5]))).empty
    with pytest.raises(InputError, match="allowed: compromise, outage"):
        service_bands(tables_of(strata([5])), "war")
