"""The defaults against the evidence they were derived from."""

from __future__ import annotations

import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from simulator.evidence import parameter
from simulator.evidence.vendor_years import vendor_years
from simulator.rules.breadth import breadth
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.rules.quantile import Law
from simulator.scenario.beliefs import beliefs
from simulator.scenario.load import load
from simulator.scenario.schema import Scenario

REGIMES = ("peace", "tension", "crisis", "war")
YEARS_SINCE_FEBRUARY_2022 = 4.74


@pytest.fixture(scope="module")
def uk() -> Scenario:
    return load("uk_2022").scenario


@pytest.fixture(scope="module")
def us() -> Scenario:
    return load("us_state").scenario


def monthly(start: str, end: str) -> float:
    return parameter(f"conflict.p_month.{start}_to_{end}").value


@pytest.mark.parametrize("theatre", ["east", "south"])
@pytest.mark.parametrize("start", REGIMES)
def test_rates_between_regimes_follow_from_the_monthly_probabilities(uk: Scenario, theatre: str, start: str) -> None:
    """The two wars together have the evidence's rate into war, and each is left as the evidence's war is."""
    leaving = -12.0 * math.log(monthly(start, start))
    total = sum(monthly(start, end) for end in REGIMES if end != start)
    rates = uk.theatres[theatre].rates
    for kind in ("war_elsewhere", "war_direct") if start == "war" else (start,):
        row = {end: rate.value * HOURS_PER_YEAR for end, rate in rates[kind].items()}  # type: ignore[index]
        for end in REGIMES:
            if end == start:
                continue
            wars = row.get("war_elsewhere", 0.0) + row.get("war_direct", 0.0)
            written = wars if end == "war" else row[end]
            assert written == pytest.approx(leaving * monthly(start, end) / total, rel=0.01)


def test_a_spy_follows_up_the_published_share_of_installs(uk: Scenario) -> None:
    """A vendor of the widest reach: 100 of 18,000 are worked on, and the campaign is found at the finder's rate."""
    implant = uk.payloads["implant"]
    selection, finder = implant.selection, uk.detection[implant.detection].finder
    assert selection is not None
    assert selection.elsewhere is not None
    assert finder is not None
    carriers = round(selection.elsewhere.value * uk.vendors["oakmantle"].reach_outside.value / 1e6)
    assert carriers == 18_000
    active, dormant = selection.found_per_active.value, selection.found_per_dormant.value
    worth = [1 / (r + 1) for r in range(carriers)]
    chosen, _ = breadth(worth, active, selection.discount.value, selection.found_outside.value, carriers, dormant)
    published = parameter("selection.espionage.enterprise_product")
    assert implant.activation.value * chosen / carriers == pytest.approx(published.value, rel=0.02)
    found = chosen * active + carriers * dormant
    assert found == pytest.approx(math.log(2) / finder.value.quantile(0.5), rel=0.05)


def test_absence_since_2022_is_no_surprise(uk: Scenario) -> None:
    """Hindcast card 7: no attempt seen. Likely at the default, and above 5 % at the top of the range."""
    coercion = uk.theatres["east"].coercion
    assert coercion is not None
    assert coercion.campaign == "all_at_once"
    hazard = coercion.hazard["war_elsewhere"]
    assert hazard.range is not None
    none_seen = [math.exp(-h * HOURS_PER_YEAR * YEARS_SINCE_FEBRUARY_2022) for h in hazard.range]
    assert math.exp(-hazard.value * HOURS_PER_YEAR * YEARS_SINCE_FEBRUARY_2022) > 0.9
    assert min(none_seen) > 0.05


def test_what_was_seen_beside_the_hazards_is_the_sum_of_the_register(uk: Scenario) -> None:
    """One account of years without a proven use: of each regime the state-years, and the share of them watched."""
    years: dict[str, float] = defaultdict(float)
    watched: dict[str, float] = defaultdict(float)
    for period in vendor_years():
        years[period.regime] += period.years
        watched[period.regime] += period.years * period.visibility[1]
    for theatre in uk.theatres.values():
        assert theatre.coercion is not None
        assert set(theatre.coercion.hazard) == set(years)
        for regime, hazard in theatre.coercion.hazard.items():
            seen = hazard.seen
            assert seen is not None
            assert (seen.events, seen.prior) == (0, None)
            assert seen.exposure / HOURS_PER_YEAR == pytest.approx(years[regime], rel=5e-3)
            assert seen.visible == pytest.approx(watched[regime] / years[regime], rel=5e-3)


def test_the_page_on_what_did_not_happen_has_the_figures_of_the_command() -> None:
    """Each row of its table: state-years, those watched, the share, and how far the hazard would move."""
    page = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
    table = page.split("## How the defaults sit with what did not happen")[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:1] == "|"][2:]
    told = {belief.parameters[0].rpartition(".")[2]: belief for belief in beliefs(load("uk_2022"))}
    hazards = load("uk_2022").scenario.theatres["east"].coercion.hazard  # type: ignore[union-attr]
    assert len(rows) == len(told) == len(hazards)
    for row, (regime, hazard) in zip(rows, hazards.items(), strict=True):
        seen = hazard.seen
        assert seen is not None
        years = seen.exposure / HOURS_PER_YEAR
        moves = next(sentence for sentence in told[regime].said if "hardly moved" in sentence)
        assert row[1:4] == [f"{years:.3g}", f"{years * seen.visible:.1f}", f"{seen.visible:g}"]
        assert f"hardly moved it, {row[4]} of its range" in moves


def test_hazards_rise_with_the_regime_and_stay_below_the_occasions(uk: Scenario) -> None:
    coercion = uk.theatres["east"].coercion
    assert coercion is not None
    hazards = [h.value for h in coercion.hazard.values()]
    assert hazards == sorted(hazards)
    for regime, hazard in coercion.hazard.items():
        assert hazard.range is not None
        assert hazard.range[1] < coercion.occasions[regime].value


def test_all_states_have_the_same_powers(uk: Scenario) -> None:
    powers = {(j.legal_reach.value, j.resistance.value) for j in uk.jurisdictions.values()}
    assert len(powers) == 1


def test_a_ban_empties_as_fast_as_the_one_that_was_counted(us: Scenario) -> None:
    """0.58 of organisations gone 229 days after announcement (0.55 to 0.60)."""
    ban = next(i for i in us.instruments if i.kind == "ban")
    assert us.removal is not None
    points = (np.arange(400) + 0.5) / 400
    wait = np.array([ban.comply_delay.value.quantile(u) for u in points])
    work = us.removal.overrun.value * np.array([us.removal.time.value.quantile(u) for u in points])
    gone = ban.comply.value * float(np.mean(np.add.outer(wait, work) <= 229 * 24.0))
    counted = parameter("exit.ban.f_229d")
    assert counted.low is not None
    assert counted.high is not None
    assert counted.low <= gone <= counted.high


def test_war_lengths_meet_the_published_median_and_quartiles(uk: Scenario) -> None:
    """Two exponential kinds of war with the mean of the evidence: median 12 months, quartiles 3 and 38."""
    shape = uk.theatres["east"].sojourn["war_elsewhere"].hyperexponential
    assert shape is not None
    share, ratio = shape.share.value, shape.ratio.value
    short = 25.2 / (share + (1.0 - share) * ratio)
    published = parameter("conflict.war.duration_dyadic")
    assert published.low is not None
    assert published.high is not None

    def outlasts(months: float) -> float:
        return share * math.exp(-months / short) + (1.0 - share) * math.exp(-months / (short * ratio))

    for months, still in ((published.low, 0.75), (published.value, 0.5), (published.high, 0.25)):
        assert outlasts(months) == pytest.approx(still, abs=0.05)


def test_an_emergency_order_clears_as_the_one_that_was_counted(uk: Scenario) -> None:
    """63 % off two days and 71 % three days after disclosure, to a few points."""
    order = next(i for i in uk.instruments if i.kind == "emergency_order")
    assert order.trigger.delay is not None
    start = order.trigger.delay.value.a
    for days, name in ((2, "removal.exposed_bad_build.f_2d"), (3, "removal.exposed_bad_build.f_3d")):
        off = order.comply.value * order.comply_delay.value.cdf(days * 24.0 - start)
        assert off == pytest.approx(parameter(name).value, abs=0.03)


def test_coercion_beats_no_ordinary_loss_in_frequency(uk: Scenario) -> None:
    """Crime and faults come far more often than coerced use, or the shipped frequencies are upside down."""
    assert uk.crime is not None
    coercion = uk.theatres["east"].coercion
    assert coercion is not None
    faults = sum(uk.faults[p.fault].rate.value for p in uk.products.values() if p.fault is not None)
    assert uk.crime.rate.value * 60 > 10 * faults > 10 * coercion.hazard["war_elsewhere"].value


@pytest.mark.parametrize(("sector", "most"), [("water", 0.01), ("energy", 0.01)])
def test_a_faulty_endpoint_update_hardly_touches_supply(uk: Scenario, sector: str, most: float) -> None:
    """Hindcast card 1: supply lost nationally 0, up to 1 %, when one endpoint product failed everywhere."""
    rules = uk.service
    kept = rules.manual[sector].floor.value  # type: ignore[index]
    register = load("uk_2022").register
    customers = {o.name: o.customers for o in register.organisations if o.sector == sector}
    product = "oakmantle_endpoint"
    struck = uk.faults["endpoint_content"].activation.value
    lost = 0.0
    for d in register.dependencies:
        if d.product != product or d.organisation not in customers:
            continue
        route = rules.on_activation[sector][d.host_group]  # type: ignore[index]
        output = (
            route.precautionary_stop.value * (1.0 - rules.stopped_output.value)
            + route.loss_of_view.value * (1.0 - kept)
            + route.unsafe_control.value
        )
        lost += customers[d.organisation] * struck * d.coverage * output
    assert 0.0 < lost / sum(customers.values()) <= most


def test_adoption_keeps_the_published_half_lives(uk: Scenario) -> None:
    def half(law: Law) -> float:
        return law.quantile(0.5) / 24.0

    for name, source in (
        ("routine", "adoption.routine_enterprise.half_life_windows"),
        ("plant_manual", "adoption.routine_enterprise.half_life_network_device"),
    ):
        assert half(uk.adoption[name].value) == pytest.approx(parameter(source).value, rel=0.01)
