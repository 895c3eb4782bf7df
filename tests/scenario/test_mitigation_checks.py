"""Mitigations that cannot be meant: each is one sentence with the file, the line and what is allowed."""

from __future__ import annotations

import pytest

from simulator.scenario.mitigation_checks import check_effects, check_mitigations

FILE = "mitigations.yaml"
JUDGED = "assumption: judgement"


def test_sound_mitigations_have_no_problems(offered):
    assert check_mitigations(offered.scenario) == []
    assert check_effects(offered.scenario, offered.register) == []


def one(small, old: str, new: str) -> str:
    """The only refusal after a change, which has to point at the line changed."""
    before = (small.folder / FILE).read_text().splitlines()
    refusals = small.edit(old, new, FILE).refusals_with()
    after = (small.folder / FILE).read_text().splitlines()
    line = next(n for n, pair in enumerate(zip(before, after, strict=False), 1) if pair[0] != pair[1])
    assert len(refusals) == 1, refusals
    place, _, said = refusals[0].partition(": ")
    assert place == f"{FILE}, line {line}"
    return said


@pytest.mark.parametrize(
    ("old", "new", "field", "hint"),
    [
        ("organisations: [Birch Power]", "organisations: [Birch Pawer]", "second.scope.organisations[1]", "Birch Power"),
        ("vendors: [vega]", "vendors: [vaga]", "rebuild.scope.vendors[1]", "vega"),
        ("home_states: [Ruritania], products", "home_states: [Ruritannia], products", "shut.scope.home_states[1]",
         "Ruritania"),
        ("home_states: [Ruritania], products: [shield]", "products: [sheild]", "shut.scope.products[1]", "shield"),
        ("kinds: [endpoint_security]", "kinds: [endpoint_securty]", "hold.scope.kinds[1]", "endpoint_security"),
        ("pool_teams: {responders: 2}", "pool_teams: {responder: 2}", "teams.does.pool_teams.responder", "responders"),
        ("controls: [rebuilds]", "controls: [rebuild]", "rebuild.does.controls[1]", "rebuilds"),
        ("starts: {theatre: east, regime: crisis}", "starts: {theatre: est, regime: crisis}", "swap.starts.theatre",
         "east"),
        ("starts: {warning: advice}", "starts: {warning: advise}", "second.starts.warning", "advice"),
        ("replace: {by: {shield: buckler}}", "replace: {by: {shield: bukler}}", "swap.does.replace.by.shield", "buckler"),
        ("replace: {by: {shield: buckler}}", "replace: {by: {sheild: buckler}}", "swap.does.replace.by.sheild", "shield"),
        ("second_source: {by: {shield: buckler}", "second_source: {by: {shield: bukler}",
         "second.does.second_source.by.shield", "buckler"),
        ("trigger: {theatre: east", "trigger: {theatre: est", "order.does.instrument.trigger.theatre", "east"),
        ("home_state: Ruritania\n", "home_state: Ruritana\n", "order.does.instrument.home_state", "Ruritania"),
        ("home_state: Ruritania\n", "vendors: [oryon]\n", "order.does.instrument.vendors[1]", "orion"),
    ],
)  # fmt: skip
def test_a_name_that_is_nowhere_is_told_with_a_hint(small, old, new, field, hint):
    said = one(small, old, new)
    assert said.startswith(f"mitigations.{field} is ")
    assert said.endswith(f'Did you mean "{hint}"?')


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("scope: {sectors: [water], kinds", "scope: {sectors: [telecom], kinds",
         "hold.scope is about nobody; allowed: a scope that meets at least one. Here no organisation in it runs a "
         "product in it"),
        ("scope: {audience: critical_infrastructure}", "scope: {audience: briefed}",
         "power.scope is about nobody; allowed: a scope that meets at least one. Here there is no organisation"),
        ("scope: {audience: critical_infrastructure}",
         "scope: {larger_than: {value: 9000, range: [1, 9999], assumption: judgement}}",
         "power.scope is about nobody; allowed: a scope that meets at least one. Here there is no organisation"),
        ("scope: {audience: critical_infrastructure}", "scope: {sectors: [energy], products: [scada]}",
         "power.scope is about nobody; allowed: a scope that meets at least one. Here there is no organisation that "
         "runs a product in it"),
        ("scope: {vendors: [vega]}", "scope: {vendors: [vega], home_states: [Ruritania]}",
         "rebuild.scope is about nobody; allowed: a scope that meets at least one. Here no vendor fits it"),
        ("home_states: [Ruritania], products", "host_groups: [near_ot], products",
         "shut.scope is about nobody; allowed: a scope that meets at least one. Here no organisation in it runs a "
         "product in it"),
        ("home_state: Ruritania\n", "home_state: Ruritania\n        bound: government\n",
         None),
        ("close_paths: [content_update]", "close_paths: [telemetry]",
         'shut.does.close_paths[1] is "telemetry"; allowed: a path of a product in scope'),
        ("buffers: {provider: energy", "buffers: {provider: water",
         "power.does.buffers is on supply links, and nobody in scope has such a link; allowed: a scope and a provider "
         "with at least one"),
        ("replace: {by: {shield: buckler}}", "replace: {by: {shield: shield}}",
         'swap.does.replace.by.shield is "shield" itself; allowed: another product of the kind endpoint_security: '
         "buckler"),
        ("replace: {by: {shield: buckler}}", "replace: {by: {shield: scada}}",
         'swap.does.replace.by.shield is "scada", of the kind scada; allowed: another product of the kind '
         "endpoint_security: buckler"),
        ("replace: {by: {shield: buckler}}", "replace: {by: {}}",
         "swap.does.replace.by is an empty mapping; allowed: at least one product"),
        ("second_source: {by: {shield: buckler}", "second_source: {by: {shield: shield}",
         'second.does.second_source.by.shield is "shield" itself; allowed: another product of the kind '
         "endpoint_security: buckler"),
        ("starts: {at: 100 d}", "starts: {at: 3 years}",
         "rebuild.starts is a beginning that never comes; allowed: one that can come within the horizon. Here the "
         "scenario ends before that date"),
        ("starts: {theatre: east, regime: crisis}", "starts: {theatre: east, regime: war_direct}",
         "swap.starts is a beginning that never comes; allowed: one that can come within the horizon. Here the theatre "
         "east only comes to peace, crisis"),
        ("starts: {theatre: east, regime: crisis}", "starts: {theatre: south, regime: tension}",
         "swap.starts is a beginning that never comes; allowed: one that can come within the horizon. Here the theatre "
         "south only comes to peace, crisis"),
        ("scope: {home_states: [Ruritania], products: [shield]}", "scope: {vendors: [vega]}", None),
        ("trigger: {theatre: east, regime: crisis}", "trigger: {theatre: east, regime: tension}", None),
        ("starts: {at: 100 d}", "starts: {disclosure: true}", None),
        ("rollout: {value: 90 d, range: [30 d, 270 d]", "rollout: {value: 900 d, range: [30 d, 1000 d]",
         "swap.rollout is 900 d on average; allowed: up to the horizon of 730.5 d"),
        ("value: 60 kGBP, range: [20 kGBP, 90 kGBP]", "value: 60 kUSD, range: [20 kUSD, 90 kUSD]",
         "hold.cost.running.fixed is in USD; allowed: GBP, the currency of the scenario"),
        ("{value: 2 d, range: [1 d, 7 d], assumption: judgement}", "2 d",
         "hold.does.hold_updates is a figure without a source or an assumption; allowed: either, beside the value"),
        ("{value: 2 d, range: [1 d, 7 d], assumption: judgement}", "{value: 2 d, assumption: judgement}",
         "hold.does.hold_updates is an assumption without a range; allowed: range: [low, high] beside the value"),
        ("{value: 3 GBP, range: [1 GBP, 9 GBP], assumption: judgement}", "3 GBP",
         "power.cost.capital.per_customer is a figure without a source or an assumption; allowed: either, beside the "
         "value"),
        ("source: my own survey of 2024", "source: exit.grace_perod", None),
        ("each: once", "each: vendor",
         'teams.cost.each is "vendor" for what no vendor does; allowed: organisation, once'),
        ("    title: Order\n", "    title: Order\n    cost: {running: {fixed: {value: 1 GBP, range: [1 GBP, 2 GBP], "
         "assumption: judgement}}}\n", None),
        ("{running: {fixed: {value: 1 million GBP", "{running: {per_customer: {value: 1 million GBP",
         "teams.cost.running.per_customer is given for what is paid once; allowed: fixed; customers are an "
         "organisation's"),
        ("    scope: {products: [shield]}\n", "    scope: {products: [shield], sectors: [water]}\n",
         "stages.scope.sectors is given for what a vendor does for all its customers at once; allowed: vendors, "
         "home_states, products, kinds"),
        ("cost: {capital: {per_customer: {value: 3", "cost: {running: {per_customer: {value: 3", None),
        ("        name: order\n", "        name: law\n",
         'order.does.instrument.name is "law"; allowed: order, the name of the mitigation'),
        ("    title: Heed the order\n", "    title: Heed the order\n    cost: {payer: insurer}\n", None),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_sentence_at_its_line(small, old, new, said):
    if said is not None:
        assert one(small, old, new) == f"mitigations.{said}"
    else:
        assert one_elsewhere(small, old, new) == ELSEWHERE[new.strip()]


def one_elsewhere(small, old: str, new: str) -> str:
    """The only refusal after a change, of which the line is that of something beside it."""
    (refusal,) = small.edit(old, new, FILE).refusals_with()
    assert refusal.startswith(f"{FILE}, line ")
    return refusal.partition(": ")[2]


ELSEWHERE: dict[str, str] = {}
