"""Portfolios that ship: made reproducibly, like real ones in shape, and nobody's in particular."""

from __future__ import annotations

import json
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulator.batch.run import run
from simulator.evidence import all_parameters, parameter, size_tables
from simulator.scenario.load import LoadedScenario, load
from simulator.scenario.words import SECTORS

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "make_uk_2022.py"


@pytest.fixture(scope="module")
def uk() -> LoadedScenario:
    return load("uk_2022")


@pytest.fixture(scope="module")
def us() -> LoadedScenario:
    return load("us_state")


def test_the_register_is_what_the_tool_makes(tmp_path: Path) -> None:
    runpy.run_path(str(TOOL))["make"](tmp_path)
    for name in ("organisations.csv", "dependencies.csv", "links.csv"):
        assert (tmp_path / name).read_bytes() == (ROOT / "scenarios" / "uk_2022" / name).read_bytes()


@pytest.mark.parametrize("name", ["uk_2022", "us_state"])
def test_no_size_is_a_real_operator_s(name: str) -> None:
    real = {row.mean for table in size_tables().values() for row in table if row.count == 1}
    real |= {p.value for i, p in all_parameters().items() if i.startswith("pop.") and p.value >= 50_000}
    organisations = load(name).register.organisations
    assert [o.name for o in organisations if o.customers in real or o.people in real] == []


def test_uk_is_sixty_operators_in_the_spring_of_2022(uk: LoadedScenario) -> None:
    organisations = uk.register.organisations
    assert len(organisations) == 60
    assert uk.scenario.theatres["east"].start == "war_elsewhere"
    assert uk.scenario.currency == "GBP"
    for sector in SECTORS:
        customers = sum(o.customers for o in organisations if o.sector == sector)
        assert 25e6 <= customers <= 31e6
        assert max(o.customers for o in organisations if o.sector == sector) <= 0.3 * customers


def test_uk_deals_out_the_declared_market_shares(uk: LoadedScenario, us: LoadedScenario) -> None:
    section = us.scenario.portfolio.generate
    assert section is not None
    sector = {o.name: o.sector for o in uk.register.organisations}
    sizes = Counter(sector.values())
    runs = Counter((d.product, sector[d.organisation], d.host_group) for d in uk.register.dependencies)
    declared = {(r.product, r.sector, r.host_group): r.share.value for r in section.products}
    assert set(runs) == set(declared)
    for market, share in declared.items():
        assert abs(runs[market] - share * sizes[market[1]]) <= 1.0


@pytest.mark.parametrize("name", ["uk_2022", "us_state"])
def test_rival_vendors_hold_a_few_per_cent(name: str) -> None:
    found = load(name)
    rival = {p for p, q in found.scenario.products.items() if _home(found, q.vendor) == "Ruritania"}
    kinds = {found.scenario.products[p].kind for p in rival}
    assert len(rival) == 5
    assert len(kinds) == 5
    held = sum(d.product in rival for d in found.register.dependencies)
    assert 0.01 <= held / len(found.register.dependencies) <= 0.10


def test_us_state_has_the_skew_of_real_water_systems(us: LoadedScenario) -> None:
    """7 % of systems serve 81 % of people, to within four points."""
    share = parameter("pop.us.water.cws_7pct_serving_81pct").value / parameter("pop.us.water.cws_total_2004").value
    sizes = sorted((o.customers for o in us.register.organisations if o.sector == "water"), reverse=True)
    assert len(sizes) == parameter("pop.us_ga.water.cws_total").value
    top = sum(sizes[: round(share * len(sizes))]) / sum(sizes)
    assert abs(top - 0.81) <= 0.04


def test_us_state_is_about_two_thousand_organisations(us: LoadedScenario) -> None:
    assert 1800 <= len(us.register.organisations) <= 2100
    assert us.scenario.currency == "USD"
    assert 1.0 <= us.scenario.horizon / 8766.0 <= 2.0


def test_mirror_differs_from_uk_only_by_exchanged_labels(uk: LoadedScenario) -> None:
    mirror = load("mirror_2022")
    one, other = json.loads(uk.text), json.loads(mirror.text)
    for text in (one, other):
        for key in ("name", "title", "question"):
            del text[key]
    assert one != other
    assert _exchanged(one) == other
    assert uk.register == mirror.register


@pytest.mark.slow
def test_exchanging_labels_changes_no_figure() -> None:
    one, other = (run(load(name), replications=40, seed=5) for name in ("uk_2022", "mirror_2022"))
    assert len(one.events) > 100
    pd.testing.assert_frame_equal(one.events, other.events, check_exact=True)
    pd.testing.assert_frame_equal(one.replications, other.replications, check_exact=True)


def test_quiet_decade_starts_in_peace() -> None:
    scenario = load("quiet_decade").scenario
    assert {t.start for t in scenario.theatres.values()} == {"peace"}
    assert scenario.horizon == pytest.approx(10 * 8766.0)


def test_a_faulty_update_knows_no_malice() -> None:
    scenario = load("faulty_update").scenario
    assert not scenario.theatres
    assert not scenario.hacktivists
    assert scenario.faults
    assert scenario.intrusion is None
    assert scenario.crime is None
    assert scenario.sanctions is None


def _home(found: LoadedScenario, vendor: str) -> str:
    return found.scenario.vendors[vendor].home


def _exchanged(document: Any) -> Any:
    """The document with the two states' names exchanged wherever one stands as a value."""
    labels = {"Ruritania": "Alderland", "Alderland": "Ruritania"}
    if isinstance(document, dict):
        return {key: _exchanged(value) for key, value in document.items()}
    if isinstance(document, list):
        return [_exchanged(value) for value in document]
    return labels.get(document, document) if isinstance(document, str) else document
