"""Mitigations that cannot be meant: each is one sentence with the file, the line and what is allowed."""

from __future__ import annotations

import pytest

from simulator.scenario.mitigation_checks import check_effects, check_mitigations

FILE = "mitigations.yaml"


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
        ("organisations: [Birch Power]", "organisations: [Birch Pawer]",
         "second.scope.organisations[1]", "Birch Power"),
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
        ("replace: {by: {shield: buckler}}", "replace: {by: {shield: bukler}}",
         "swap.does.replace.by.shield", "buckler"),
        ("replace: {by: {shield: buckler}}", "replace: {by: {sheild: buckler}}",
         "swap.does.replace.by.sheild", "shield"),
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
        ("each: once", "each: vendor",
         'teams.cost.each is "vendor" for what no vendor does; allowed: organisation, once'),
        ("{running: {fixed: {value: 1 million GBP", "{running: {per_customer: {value: 1 million GBP",
         "teams.cost.running.per_customer is given for what is paid once; allowed: fixed; customers are an "
         "organisation's"),
        ("    scope: {products: [shield]}\n", "    scope: {products: [shield], sectors: [water]}\n",
         "stages.scope.sectors is given for what a vendor does for all its customers at once; allowed: vendors, "
         "home_states, products, kinds"),
        ("        name: order\n", "        name: law\n",
         'order.does.instrument.name is "law"; allowed: order, the name of the mitigation'),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_sentence_at_its_line(small, old, new, said):
    assert one(small, old, new) == f"mitigations.{said}"


NEVER = "is a beginning that never comes; allowed: one that can come within the horizon. Here"


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("home_state: Ruritania\n", "home_state: Ruritania\n        bound: government\n",
         {"      instrument:": "order.does.instrument is about nobody: none of those bound (government) runs a "
          "product of the vendors it names; allowed: an act that binds at least one"}),
        ("home_states: [Ruritania], products: [shield]", "vendors: [vega]",
         {"starts: {disclosure": f"shut.starts {NEVER} nothing malicious can happen to a vendor it is about",
          "close_paths": 'shut.does.close_paths[1] is "content_update"; allowed: a path of a product in scope'}),
        ("trigger: {theatre: east, regime: crisis}", "trigger: {theatre: east, regime: tension}",
         {"trigger: {": f"order.does.instrument.trigger {NEVER} the theatre east only comes to peace, crisis",
          "{warning: order}": f"heed.starts {NEVER} the theatre east only comes to peace, crisis"}),
        ("vendors: [vega]}\n    starts: {at: 100 d}", "vendors: [orion]}\n    starts: {disclosure: true} # of vendors",
         {"# of vendors": "rebuild.starts is set off by a disclosure, and changes what vendors do (controls); allowed: "
          "at, regime, or a warning that waits for no disclosure"}),
        ("trigger: {theatre: east, regime: crisis}\n        home_state: Ruritania", "trigger: {disclosure: true}\n"
         "        home_state: Sylvania",
         {"      instrument:": None,
          "trigger: {": f"order.does.instrument.trigger {NEVER} nothing malicious can happen to a vendor it is about",
          "{warning: order}": f"heed.starts {NEVER} nothing malicious can happen to a vendor it is about"}),
        ("source: my own survey of 2024", "source: exit.grace_perod",
         {"exit.grace_perod": 'swap.rollout.source is "exit.grace_perod"; allowed: an id of the evidence. Did you mean '
          '"exit.grace_period"?'}),
        ("    title: Order\n", "    title: Order\n    cost: {running: {fixed: {value: 1 GBP, range: [1 GBP, 2 GBP], "
         "assumption: judgement}}}\n",
         {"value: 1 GBP": 'order.cost.each is "organisation" for a government act; allowed: once'}),
        ("    title: Order\n", "    title: Order\n    comply: {value: 1, range: [0, 1], assumption: judgement}\n",
         {"comply: {": "order.comply is given beside an instrument; allowed: what the instrument itself says of it"}),
        ("  order:\n", "  advice:\n",
         {"  advice:": "advice is named as one of the instruments; allowed: a name that no instrument of "
          "the scenario has",
          "name: order": 'advice.does.instrument.name is "order"; allowed: advice, the name of the mitigation',
          "{warning: order}": 'heed.starts.warning is "order"; allowed: a name under instruments: advice, ban, '
          "advice"}),
        ("cost: {capital: {per_customer: {value: 3", "cost: {running: {per_customer: {value: 3",
         {"end_of_life": "power.end_of_life is given without a cost.capital to pay again; allowed: both or neither"}),
        ("    title: Heed the order\n", "    title: Heed the order\n    cost: {payer: insurer}\n",
         {"payer: insurer": "heed.cost is without an amount; allowed: an amount under capital or running, or no cost "
          "at all"}),
    ],
)  # fmt: skip
def test_what_does_not_fit_something_else_is_said_where_it_stands(small, old, new, places):
    small.edit(old, new, FILE)
    if "  advice:\n" in new:
        small.edit("lawful: [order, heed]", "lawful: [hold]", FILE)
    wanted = [f"{FILE}, line {small.line(text, FILE)}: mitigations.{said}" for text, said in places.items() if said]
    assert sorted(small.refusals_with()) == sorted(wanted)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("both: [hold, swap]", "both: []", "both:", "sets.both is an empty list; allowed: at least one name under "
         "mitigations"),
        ("both: [hold, swap]", "both: [hold, hold]", "both:",
         'sets.both[2] is "hold" once more; allowed: each name once'),
        ("both: [hold, swap]", "both: [heed]", "both:",
         'sets.both: "heed" waits for "order"; allowed: only together with it'),
        ("scope: {organisations: [Birch Power]}\n    starts: {warning: advice}", "scope: {kinds: [endpoint_security]}",
         "both:", 'sets.both: "swap" and "second" both change shield at Alder Water (office); allowed: one of the two'),
    ],
)  # fmt: skip
def test_a_set_holds_what_can_stand_together(small, old, new, line, said):
    small.edit(old, new, FILE)
    if "swap" in said:
        small.edit("both: [hold, swap]", "both: [hold, swap, second]", FILE)
    assert small.refusals_with() == [f"{FILE}, line {small.line(line, FILE)}: {said}"]


def test_what_a_scenario_has_in_force_is_looked_up_and_can_stand_together(small):
    small.edit("horizon: 2 years", "in_force: [holt]\nhorizon: 2 years")
    (refusal,) = small.refusals_with()
    assert refusal.startswith('scenario.yaml, line 5: in_force[1] is "holt"; allowed: a name under mitigations: hold, ')
    assert refusal.endswith('Did you mean "hold"?')
    small.edit("in_force: [holt]", "in_force: [heed]")
    assert small.refusals_with() == [
        'scenario.yaml, line 5: in_force: "heed" waits for "order"; allowed: only together with it'
    ]


def test_a_scenario_that_has_no_mitigations_has_none_in_force(small):
    (refusal,) = small.edit("horizon: 2 years", "in_force: [hold]\nhorizon: 2 years").refusals()
    assert refusal == (
        'scenario.yaml, line 5: in_force[1] is "hold"; allowed: a name under mitigations, which has none'
    )


def test_a_script_of_regimes_says_what_can_come(small):
    small.edit("regimes: {south: [", "regimes: {east: [{at: 0 h, regime: tension}], south: [")
    refusals = small.refusals_with()
    place = f"{FILE}, line {small.line('starts: {theatre: east', FILE)}: mitigations.swap.starts"
    assert f"{place} {NEVER} the theatre east only comes to peace, tension" in refusals
    small.edit("regimes: {east: [{at: 0 h, regime: tension}]", "regimes: {east: [{at: 5 d, regime: crisis}]")
    small.load_with()


def test_an_instrument_that_is_given_fires_whatever_its_trigger(small):
    small.edit("name: advice, kind: public_advice, trigger: {theatre: east, regime: crisis}",
               "name: advice, kind: public_advice, trigger: {theatre: east, regime: tension}")  # fmt: skip
    small.load_with()
    small.edit("  instruments: [{at: 40 d, name: advice}]\n", "")
    (refusal,) = small.refusals_with()
    assert f"mitigations.second.starts {NEVER} the theatre east only comes to peace, crisis" in refusal


def test_a_warning_that_waits_for_a_disclosure_is_too_late_for_vendors(small):
    small.edit("trigger: {theatre: east, regime: crisis}", "trigger: {disclosure: true}", FILE)
    small.edit("starts: {at: 100 d}", "starts: {warning: order} # of vendors", FILE)
    (refusal,) = small.refusals_with()
    line = small.line("# of vendors", FILE)
    assert refusal.startswith(f"{FILE}, line {line}: mitigations.rebuild.starts is set off by a disclosure")


def test_all_that_is_wrong_is_said_at_once(small):
    small.edit("kinds: [endpoint_security]", "kinds: [endpoint_securty]", FILE)
    small.edit("starts: {at: 100 d}", "starts: {at: 3 years}", FILE)
    small.edit("close_paths: [content_update]", "close_paths: [telemetry]", FILE)
    small.edit("lawful: [order, heed]", "lawful: []", FILE)
    said = [refusal.partition(": ")[2].partition(" is ")[0] for refusal in small.refusals_with()]
    assert sorted(said) == [
        "mitigations.hold.scope.kinds[1]", "mitigations.rebuild.starts", "mitigations.shut.does.close_paths[1]",
        "sets.lawful",
    ]  # fmt: skip
