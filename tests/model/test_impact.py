"""Mechanism 19: customer-hours, energy not supplied, cost by payer (V34's units), insurance with a war exclusion."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.chance.future import Stratum
from simulator.model.impact import EventLoss
from simulator.scenario.words import PAYERS
from tests.model.worlds import (
    FREE,
    SUPPLY_CHAIN,
    coercion,
    given,
    link,
    organisation,
    play,
    plays,
    product,
    runs,
    stage,
    story,
    strike,
    theatre,
    towns,
)

PRICES = FREE | {
    "load_per_customer": "1.2 kW",
    "value_per_person_day": {"water": "10 USD", "telecom": "4 USD"},
    "value_of_lost_load": "9 USD",
    "society_share": 0.25,
    "lost_revenue_per_customer_day": {"water": "0.5 USD", "energy": "2 USD"},
    "response_per_team_day": "1000 USD",
    "rebuild_per_customer": "3 USD",
    "rebuild_cap": "2500 USD",
    "espionage_per_victim": "1 MUSD",
    "vendor_liability": 0.1,
    "government_share": 0.05,
    "removal_per_customer": "7 USD",
}
COVER = {"insured": 0.8, "retention": "1000 USD", "limit": "2000 USD"}


def single(sector: str, impact: Any = PRICES, hours: float = 48.0) -> EventLoss:
    driver = stage({"given": given(("site", 0.0, hours)), "impact": impact}, [organisation("site", sector)])
    (loss,) = play(driver).losses
    return loss


def test_customers_lose_by_sector() -> None:
    water, telecom, energy = (single(s) for s in ("water", "telecom", "energy"))
    assert water.person_hours == pytest.approx([2000 * 48, 0, 0])
    assert water.customers == pytest.approx(2000 * 2 * 10)
    assert telecom.customers == pytest.approx(2000 * 2 * 4)
    assert energy.ens_mwh == pytest.approx(1000 * 48 * 1.2 / 1000)
    assert energy.customers == pytest.approx(1000 * 48 * 1.2 * 9)
    assert (water.ens_mwh, telecom.ens_mwh) == (0.0, 0.0)


def test_society_government_and_lost_revenue() -> None:
    water = single("water")
    assert water.society == pytest.approx(0.25 * water.customers)
    assert water.government == pytest.approx(0.05 * water.customers)
    assert water.operator == pytest.approx(1000 * 2 * 0.5)
    assert single("telecom").operator == 0.0
    assert single("energy").operator == pytest.approx(1000 * 2 * 2)


def world(impact: Any = PRICES, **sections: Any) -> Driver:
    people = towns(3)
    home = SUPPLY_CHAIN | {"impact": impact, "given": {"compromises": [strike(10)]}}
    return stage(home | sections, people, runs(people))


def fault(impact: Any = PRICES) -> EventLoss:
    shape = {"rate": "1 / year", "path": "code_release", "activation": 1, "detection": "d", "restoration": "r"}
    driver = world(impact, given=None, faults={"f": shape}, products={"p": product(fault="f")})
    return next(o.losses[0] for o in plays(driver, 9) if o.losses)


def test_response_and_rebuilding_cost_the_operator_and_a_liable_vendor() -> None:
    (loss,) = play(world()).losses
    gross = 3 * (1000 + 2500 + 500)  # a team day, a capped rebuild, a day's revenue of a thousand customers
    assert (loss.operator, loss.vendor) == (pytest.approx(gross), 0.0)
    liable = fault()
    assert (liable.operator, liable.vendor) == (pytest.approx(0.9 * gross), pytest.approx(0.1 * gross))


def test_insurance_pays_above_the_retention_up_to_the_limit_at_each_organisation() -> None:
    for retention, limit, paid in ((1000, 9e9, 2400), (1000, 2000, 2000), (3500, 9e9, 400), (5000, 9e9, 0)):
        cover = COVER | {"retention": f"{retention} USD", "limit": f"{limit} USD"}
        (loss,) = play(world(PRICES | {"insurance": cover})).losses
        assert loss.insurer == pytest.approx(3 * paid)
        assert loss.operator == pytest.approx(3 * (4000 - paid))


def test_insurer_and_vendor_never_bear_more_than_there_is() -> None:
    whole = {"insured": 1, "retention": "0 USD", "limit": "9000 MUSD"}
    loss = fault(PRICES | {"insurance": whole, "vendor_liability": 0.5})
    assert loss.vendor == pytest.approx(6000)
    assert loss.insurer == pytest.approx(6000)
    assert loss.operator == pytest.approx(0.0)


def at_war(exclusion: list[str], regime: str = "war_direct") -> EventLoss:
    coerced = theatre(regime, {}, coercion=coercion({regime: "1 / year"}))
    impact = PRICES | {"insurance": COVER | {"war_exclusion": exclusion}}
    return play(world(impact, given=None, theatres={"north": coerced}), stratum=Stratum.AT_LEAST_ONE).losses[0]


def test_a_war_exclusion_spares_the_insurer_in_that_regime_only() -> None:
    assert at_war([]).insurer > 0
    assert at_war(["war_direct", "war_elsewhere"]).insurer == 0.0
    assert at_war(["war_elsewhere"]).insurer > 0
    assert at_war(["war_direct"], "crisis").insurer > 0
    assert at_war(["war_direct"]).cost == pytest.approx(at_war([]).cost)
    accident = fault(PRICES | {"insurance": COVER | {"war_exclusion": ["war_direct", "peace"]}})
    assert accident.insurer > 0, "an accident is no act of war"


def test_payers_add_up_to_the_total() -> None:
    crime = {
        "rate": "3 / year",
        "reference_customers": 1000,
        "size_exponent": 0,
        "stale_after": "90 d",
        "restoration": "r",
    }
    ban = {
        "name": "b",
        "kind": "public_advice",
        "trigger": {"at": "99 h"},
        "vendors": ["v"],
        "comply": 1,
        "comply_delay": "9 h",
    }
    driver = world(PRICES | {"insurance": COVER}, crime=crime, instruments=[ban])
    for outcome in plays(driver, 5):
        assert {x.cause.kind for x in outcome.losses} == {"given", "crime", "instrument"}
        for loss in outcome.losses:
            parts = [getattr(loss, payer) for payer in PAYERS]
            assert min(parts) >= 0.0
            assert loss.cost == pytest.approx(sum(parts))
            assert loss.cost == pytest.approx(by_hand(driver, loss))


def by_hand(driver: Driver, loss: EventLoss) -> float:
    """Total cost from quantities alone, whoever pays."""
    revenue = 0.5 * loss.customer_hours[0] / 24
    customers = loss.person_hours[0] / 24 * 10
    return sum(loss.cause.operator_cost.values()) + revenue + customers * 1.3


def test_a_loss_elsewhere_is_charged_to_the_cause_upstream() -> None:
    driver = stage(
        {"given": given(("grid", 0.0, 48.0)), "impact": PRICES},
        [organisation("grid", "energy"), organisation("town")],
        links=[link("town", "grid", 24.0)],
    )
    (loss,) = play(driver).losses
    assert loss.person_hours == pytest.approx([2000 * 24, 0, 2000 * 48])
    assert loss.operator == pytest.approx(1000 * 1 * 0.5 + 1000 * 2 * 2)


def test_organisations_without_customers_cost_their_repairs_only() -> None:
    people = [organisation("plant", "energy", customers=0.0, people=0.0, generation_kw=5.0)]
    home = SUPPLY_CHAIN | {"impact": PRICES, "given": {"compromises": [strike(10)]}}
    (loss,) = play(stage(home, people, runs(people))).losses
    assert loss.customer_hours == [0.0] * 3
    assert loss.cost == pytest.approx(1000)


def test_causes_that_cost_nothing_are_left_out_unless_malicious() -> None:
    idle = {"on_activation": {}, "stopped_output": 0, "unsafe_water": 0}
    (loss,) = play(world(FREE, service=idle)).losses
    assert loss.cause.malicious
    shape = {"rate": "9 / year", "path": "code_release", "activation": 1, "detection": "d", "restoration": "r"}
    harmless = world(FREE, given=None, service=idle, faults={"f": shape}, products={"p": product(fault="f")})
    assert not play(harmless).losses


def test_insurance_moves_money_and_changes_no_event() -> None:
    on, off = world(PRICES | {"insurance": COVER}), world()
    here, there = play(on), play(off)
    assert story(on, here) == story(off, there)
    for a, b in zip(here.losses, there.losses, strict=True):
        assert a.cost == pytest.approx(b.cost)
        assert a.insurer > b.insurer == 0.0
        assert (a.customers, a.society, a.government) == (b.customers, b.society, b.government)
