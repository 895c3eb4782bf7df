"""The mitigations that ship: all that was promised, what each set holds, and figures a reader would believe."""

from __future__ import annotations

import pytest

from simulator.scenario.combination import clashes, in_force
from simulator.scenario.errors import InputError
from simulator.scenario.load import LoadedScenario, load
from simulator.scenario.mitigation_checks import BY_VENDORS
from simulator.scenario.mitigation_file import load_with, made_for
from simulator.scenario.mitigations import Effect, Price

OTHER_WAYS = {
    "replace_at_renewal": "replace_rival_endpoint",
    "second_source_common": "second_source_other",
    "ban_at_war": "ban_now",
}
"""What is left out of `all_compatible`, and what does the same there."""


@pytest.fixture(scope="module")
def uk() -> LoadedScenario:
    return load_with("uk_2022", made_for("uk_2022"))


def test_at_least_twenty_that_use_every_kind_of_effect(uk: LoadedScenario) -> None:
    mitigations = uk.scenario.mitigations
    assert len(mitigations) >= 20
    assert set().union(*(m.does.model_fields_set for m in mitigations.values())) == set(Effect.model_fields)
    acts = [m.does.instrument for m in mitigations.values() if m.does.instrument is not None]
    assert {act.kind for act in acts} == {"private_warning", "public_advice", "covered_list", "ban", "emergency_order"}
    assert {m.grade for m in mitigations.values()} <= {"B", "C", "D"}


def test_what_is_on_offer_changes_nothing_of_the_scenario(uk: LoadedScenario) -> None:
    base = load("uk_2022")
    same = {"mitigations": {}, "mitigation_sets": {}, "controls": base.scenario.controls}
    assert uk.scenario.model_copy(update=same) == base.scenario
    assert uk.register == base.register
    assert in_force(uk, ()) is uk


def test_the_sets_are_as_they_say(uk: LoadedScenario) -> None:
    sets = uk.scenario.mitigation_sets
    assert set(sets) == {"all_operator", "transparency", "frugal", "all_compatible"}
    everything = set(sets["all_compatible"])
    assert everything == set(uk.scenario.mitigations) - set(OTHER_WAYS)
    assert set(sets["all_operator"]) == {n for n in everything if payer(uk, n) == "operator" and not of_others(uk, n)}
    assert all(payer(uk, name) == "operator" for name in sets["frugal"])
    for names in sets.values():
        assert in_force(uk, names).scenario.in_force == tuple(sorted(names))


def payer(uk: LoadedScenario, name: str) -> str:
    cost = uk.scenario.mitigations[name].cost
    assert cost is not None, name
    return cost.payer


def of_others(uk: LoadedScenario, name: str) -> bool:
    effect = uk.scenario.mitigations[name].does
    return effect.instrument is not None or bool(effect.model_fields_set & {*BY_VENDORS, "pool_teams"})


def test_two_ways_to_leave_the_same_product_cannot_be_mixed(uk: LoadedScenario) -> None:
    with pytest.raises(InputError, match=r"both change halbrecht_endpoint at .*; allowed: one of the two"):
        in_force(uk, ["replace_rival_endpoint", "replace_at_renewal"])
    assert clashes(uk.scenario, uk.register, ["replace_rival_endpoint", "second_source_other"]) == []


@pytest.mark.parametrize("customers", [20_000, 1_000_000, 8_000_000])
def test_what_operators_pay_is_within_reach_of_an_operator(uk: LoadedScenario, customers: float) -> None:
    """A year of each costs at most 2 GBP a customer and 0.5 million GBP, equipment of networks and power apart."""
    large = {"replace_rival_core", "remove_near_plant", "segmentation", "backup_power_telecom", "backup_power_water"}
    for name, mitigation in uk.scenario.mitigations.items():
        cost = mitigation.cost
        assert cost is not None, name
        if cost.each == "organisation" and name not in large:
            assert paid(cost.running, customers) + paid(cost.capital, customers) <= 0.5e6 + 2.0 * customers, name


def paid(price: Price | None, customers: float) -> float:
    if price is None:
        return 0.0
    fixed = price.fixed.value.amount if price.fixed is not None else 0.0
    return fixed + customers * (price.per_customer.value.amount if price.per_customer is not None else 0.0)


def test_the_frugal_set_is_frugal(uk: LoadedScenario) -> None:
    """Next to everything an operator can do, a tenth of the money or less for an operator of a million customers."""

    def of(names: tuple[str, ...]) -> float:
        costs = [cost for name in names if (cost := uk.scenario.mitigations[name].cost) is not None]
        return sum(paid(cost.capital, 1e6) + 5.0 * paid(cost.running, 1e6) for cost in costs)

    sets = uk.scenario.mitigation_sets
    assert of(sets["frugal"]) < 0.1 * of(sets["all_operator"])


def test_the_second_source_of_the_common_product_is_the_one_most_run(uk: LoadedScenario) -> None:
    second = uk.scenario.mitigations["second_source_common"].does.second_source
    assert second is not None
    kind = "endpoint_security"
    run = [d.product for d in uk.register.dependencies if uk.scenario.products[d.product].kind == kind]
    assert set(second.by.values()) == {max(set(run), key=run.count)}


def test_no_state_can_fill_the_signing_quorum_alone(uk: LoadedScenario) -> None:
    signing = uk.scenario.mitigations["signing_abroad"].does.signing
    assert signing is not None
    assert signing.insiders < signing.quorum


@pytest.mark.parametrize("name", ["mirror_2022", "quiet_decade", "telecom_proxy", "sanctions_cutoff"])
def test_it_can_be_laid_over_scenarios_with_the_same_theatres(name: str, uk: LoadedScenario) -> None:
    assert set(load_with(name, "uk_2022").scenario.mitigations) == set(uk.scenario.mitigations)


def test_a_scenario_in_other_money_refuses_it() -> None:
    with pytest.raises(InputError, match="is in GBP; allowed: USD, the currency of the scenario"):
        load_with("us_state", "uk_2022")


def test_the_rate_of_discount_is_a_few_per_cent_a_year(uk: LoadedScenario) -> None:
    rate = uk.scenario.impact.discount
    assert rate is not None
    assert rate.value * 24.0 * 365.25 == pytest.approx(0.035)
