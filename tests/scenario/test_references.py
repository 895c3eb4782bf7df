"""Cross-references: every name is looked up, and all that is missing is said at once, with a line and a hint."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.scenario.portfolio import Register
from simulator.scenario.references import MOST_OF_A_KIND, check_register, check_scenario, evidence_ids


def test_a_sound_scenario_has_no_problems(intact):
    assert check_scenario(intact.scenario) == []
    assert check_register(intact.scenario, intact.register) == []


@pytest.mark.parametrize(
    ("old", "new", "field", "hint"),
    [
        ("label: Orion, home: Ruritania", "label: Orion, home: Ruritannia", "vendors.orion.home", "Ruritania"),
        ("controls: [escrow]", "controls: [escrw]", "vendors.orion.controls[1]", "escrow"),
        ("home_state: Sylvania", "home_state: Silvania", "theatres.south.home_state", "Sylvania"),
        ("linked_to: {theatre: east", "linked_to: {theatre: eats", "theatres.south.linked_to.theatre", "east"),
        ("hazard_after_move: 0}\n      payload: wiper", "hazard_after_move: 0}\n      payload: wipe",
         "theatres.east.coercion.payload", "wiper"),
        ("release: {crisis: 1 / year}\n      payload: wiper", "release: {crisis: 1 / year}\n      payload: wipr",
         "theatres.east.access_stock.payload", "wiper"),
        ("vendor: orion\n", "vendor: orionn\n", "products.shield.vendor", "orion"),
        ("adoption: {content_update: push}", "adoption: {content_update: pus}",
         "products.shield.adoption.content_update", "push"),
        ("fault: bad_content", "fault: bad_contents", "products.shield.fault", "bad_content"),
        ("activation: 1, detection: loud, restoration: rebuild}\ndetection", "activation: 1, detection: lud, "
         "restoration: rebuild}\ndetection", "payloads.wiper.detection", "loud"),
        ("activation: 1, detection: loud, restoration: rebuild}\ndetection", "activation: 1, detection: loud, "
         "restoration: rebild}\ndetection", "payloads.wiper.restoration", "rebuild"),
        ("intrusion: {theatre: east", "intrusion: {theatre: est", "intrusion.theatre", "east"),
        ("vendors: [orion], payload: wiper", "vendors: [oreon], payload: wiper", "intrusion.vendors[1]", "orion"),
        ("vendors: [orion], payload: wiper", "vendors: [orion], payload: viper", "intrusion.payload", "wiper"),
        ("activation: 1, detection: loud, restoration: rebuild}\nservice", "activation: 1, detection: lout, "
         "restoration: rebuild}\nservice", "faults.bad_content.detection", "loud"),
        ("activation: 1, detection: loud, restoration: rebuild}\nservice", "activation: 1, detection: loud, "
         "restoration: rebuilt}\nservice", "faults.bad_content.restoration", "rebuild"),
        ("rate: 0.01 / year, restoration: rebuild", "rate: 0.01 / year, restoration: rebuil",
         "telecom_proxy.restoration", "rebuild"),
        ("crowd: {theatre: east", "crowd: {theatre: easy", "hacktivists.crowd.theatre", "east"),
        ("size_exponent: 0, theatre: east", "size_exponent: 0, theatre: eat", "crime.theatre", "east"),
        ("stale_after: 30 d, restoration: rebuild", "stale_after: 30 d, restoration: ebuild",
         "crime.restoration", "rebuild"),
        ("sanctions: {theatre: east", "sanctions: {theatre: eastt", "sanctions.theatre", "east"),
        ("trigger: {theatre: east", "trigger: {theatre: ast", "instruments[1].trigger.theatre", "east"),
        ("home_state: Ruritania, comply", "home_state: Ruritani, comply", "instruments[1].home_state", "Ruritania"),
        ("vendors: [orion], comply", "vendors: [orio], comply", "instruments[2].vendors[1]", "orion"),
        ("regimes: {south:", "regimes: {suoth:", "given.regimes.suoth", "south"),
        ("product: shield, payload: wiper, path", "product: shild, payload: wiper, path",
         "given.compromises[1].product", "shield"),
        ("product: shield, payload: wiper, path", "product: shield, payload: wipper, path",
         "given.compromises[1].payload", "wiper"),
        ("organisation: Birch Power, restoration: rebuild", "organisation: Birch Power, restoration: rebuld",
         "given.outages[1].restoration", "rebuild"),
        ("name: advice}]", "name: advise}]", "given.instruments[1].name", "advice"),
        ("source: conflict.p_month.peace_to_crisis", "source: conflict.p_month.peace_to_crises",
         "theatres.east.rates.peace.crisis.source", "conflict.p_month.peace_to_crisis"),
    ],
)  # fmt: skip
def test_a_name_that_is_nowhere_is_told_with_line_and_hint(small, old, new, field, hint):
    before = small.path.read_text().splitlines()
    (refusal,) = small.edit(old, new).refusals()
    after = small.path.read_text().splitlines()
    (line,) = [n for n, pair in enumerate(zip(before, after, strict=True), 1) if pair[0] != pair[1]]
    assert refusal.startswith(f"scenario.yaml, line {line}: {field} is ")
    assert refusal.endswith(f'Did you mean "{hint}"?')


def test_an_organisation_of_the_register_is_looked_up_too(small):
    (refusal,) = small.edit("organisation: Birch Power", "organisation: Birch Pawer").refusals()
    assert refusal.startswith(f"scenario.yaml, line {small.line('Pawer')}: given.outages[1].organisation is ")
    assert refusal.endswith('Did you mean "Birch Power"?')


def test_all_is_said_at_once(small):
    small.edit("label: Orion, home: Ruritania", "label: Orion, home: Ruritannia")
    small.edit("sanctions: {theatre: east", "sanctions: {theatre: est")
    small.edit("fault: bad_content", "fault: worse_content")
    assert len(small.refusals()) == 3


def test_a_section_without_names_says_so(small):
    small.edit("controls:\n  escrow: {efficacy: {code_release: 0.1}}\n", "")
    (refusal,) = small.refusals()
    assert 'vendors.orion.controls[1] is "escrow"; allowed: a name under controls, which has none' in refusal


def test_a_circle_of_theatres_is_named(small):
    small.edit("    linked_to: {theatre: east", "    linked_to: {theatre: west")
    small.edit(
        "vendors:\n  orion",
        "  west: {home_state: Sylvania, start: peace, rates: {}, linked_to: "
        "{theatre: south, multiplier: {}}}\nvendors:\n  orion",
    )
    (refusal,) = small.refusals()
    assert "theatres.south.linked_to.theatre is part of a circle, south -> west -> south" in refusal


def test_a_theatre_is_not_linked_to_itself(small):
    (refusal,) = small.edit("linked_to: {theatre: east", "linked_to: {theatre: south").refusals()
    assert "part of a circle, south -> south" in refusal


def test_a_fault_comes_by_a_path_of_the_product(small):
    (refusal,) = small.edit("path: content_update, activation: 1", "path: telemetry, activation: 1").refusals()
    assert f"line {small.line('fault: bad_content')}: products.shield.fault" in refusal
    assert "which comes by telemetry; allowed: a fault by one of content_update" in refusal


def test_a_given_compromise_comes_by_a_path_of_the_product(small):
    (refusal,) = small.edit("payload: wiper, path: content_update", "payload: wiper, path: telemetry").refusals()
    assert 'given.compromises[1].path is "telemetry"; allowed: a path of shield: content_update' in refusal


def test_a_script_of_regimes_has_at_least_one_fact(small):
    (refusal,) = small.edit("{south: [{at: 10 d, regime: crisis}]}", "{south: []}").refusals()
    assert "given.regimes.south is an empty list; allowed: at least one" in refusal


def test_mechanisms_that_need_a_vendor_say_so(small):
    text = small.path.read_text()
    start, end = text.index("vendors:\n  orion"), text.index("controls:\n  escrow")
    small.path.write_text(text[:start] + text[end:])
    small.edit("vendors: [orion], payload", "payload").edit("vendors: [orion], comply", "home_state: Ruritania, comply")
    small.edit("  dependencies: dependencies.csv\n", "")
    small.edit("  compromises: [{at: 5 d, product: shield, payload: wiper, path: content_update}]\n", "")
    assert [refusal.split(": ")[1] for refusal in small.refusals()] == [
        "theatres.east.coercion is given, but there are no vendors; allowed",
        "intrusion is given, but there are no vendors; allowed",
        "faults is given, but there are no vendors; allowed",
    ]


def test_a_portfolio_needs_an_organisation(intact):
    (problem,) = check_register(intact.scenario, Register((), (), ()))
    assert problem.sentence().startswith("portfolio is without organisations; allowed: at least one")


def test_a_file_without_organisations_is_refused(small):
    (small.folder / "organisations.csv").write_text("name,sector,customers\n")
    assert small.refusals()[0] == "organisations.csv has no rows; allowed: at least one of organisations"


def test_instruments_have_names_of_their_own(small):
    (refusal,) = small.edit("name: ban,", "name: advice,").refusals()
    assert 'instruments[2].name is "advice" once more' in refusal


def test_a_name_that_cannot_key_a_table_is_refused(small):
    small.edit("  escrow: {efficacy", '  "=escrow": {efficacy').edit("controls: [escrow]", 'controls: ["=escrow"]')
    (refusal,) = small.refusals()
    assert "controls.=escrow: " in refusal
    assert "a spreadsheet takes for a formula" in refusal


def test_money_is_in_the_currency_of_the_scenario(small):
    small.edit("rebuild_per_customer: 2 GBP", "rebuild_per_customer: 2 USD")
    (refusal,) = small.refusals()
    assert "impact.rebuild_per_customer is in USD; allowed: GBP, the currency of the scenario" in refusal


def test_what_stands_twice_in_the_register_is_told(intact):
    r = intact.register
    doubled = Register(
        (*r.organisations, r.organisations[0]), (*r.dependencies, r.dependencies[0]), (*r.links, r.links[1])
    )
    assert [p.sentence() for p in check_register(intact.scenario, doubled)] == [
        'portfolio.organisations: has "Alder Water" 2 times; allowed: once',
        'portfolio.dependencies: has "Alder Water, scada, near_ot" 2 times; allowed: once',
        'portfolio.links: has "Alder Water on Cedar Telecom, trust" 2 times; allowed: once',
    ]


def test_nobody_is_linked_to_itself(small):
    small.edit("Birch Power,Cedar Telecom", "Birch Power,Birch Power", "links.csv")
    (refusal,) = small.refusals()
    assert refusal.endswith('portfolio.links: links "Birch Power" to itself')


def test_strays_of_the_register_are_told_and_the_rest_counted(intact):
    r = intact.register
    strays = [replace(r.dependencies[0], organisation=f"Alder Watr {n}", product="shild") for n in range(50)]
    pools = [replace(o, pool="responder") for o in r.organisations[:1]] + list(r.organisations[1:])
    links = [replace(r.links[0], provider="Nowhere")]
    problems = check_register(intact.scenario, Register(tuple(pools), tuple(strays), tuple(links)))
    said = [p.sentence() for p in problems]
    assert (
        'portfolio.organisations: gives "Alder Water" the pool "responder"; allowed: responders. '
        'Did you mean "responders"?' in said
    )
    assert sum("gives the organisation" in s for s in said) == MOST_OF_A_KIND
    assert sum('the product "shild"' in s for s in said) == MOST_OF_A_KIND
    assert said.count("portfolio.dependencies: ... and 40 more of this kind") == 2
    assert any('gives a link "Nowhere"' in s for s in said)


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        (None, []),
        ("conflict.war.duration", ["conflict.war.duration"]),
        ("a.b, c.d", ["a.b", "c.d"]),
        ("Our own survey, 2024", []),
        ("https://example.org/report.pdf", []),
        ("interview", []),
    ],
)
def test_only_what_looks_like_an_id_is_taken_for_one(source, ids):
    assert evidence_ids(source) == ids
