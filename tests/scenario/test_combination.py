"""In force: what changes, what does not, and what cannot stand together."""

from __future__ import annotations

import json
import re

import pytest

from simulator.scenario.combination import clashes, in_force
from simulator.scenario.errors import InputError
from simulator.scenario.ledger import ledger
from simulator.scenario.load import load

FILE = "mitigations.yaml"


def test_nothing_in_force_is_the_base(offered):
    assert in_force(offered, ()) is offered


def test_in_force_differs_from_the_base_in_nothing_else(offered):
    with_two = in_force(offered, ["swap", "hold"])
    assert with_two.scenario.in_force == ("hold", "swap")
    assert with_two.scenario.model_copy(update={"in_force": ()}) == offered.scenario
    assert (with_two.register, with_two.path) == (offered.register, offered.path)
    assert offered.scenario.in_force == ()


def test_an_instrument_in_force_is_among_the_instruments(offered):
    with_order = in_force(offered, ["order"]).scenario
    assert with_order.instruments[:-1] == offered.scenario.instruments
    assert with_order.instruments[-1] == offered.scenario.mitigations["order"].does.instrument
    assert with_order.instruments[-1].name == "order"


def test_text_and_digest_tell_what_is_in_force_whatever_the_order(offered):
    one, other = in_force(offered, ["swap", "hold"]), in_force(offered, ["hold", "swap", "hold"])
    assert (one.text, one.digest) == (other.text, other.digest)
    assert json.loads(one.text) == json.loads(offered.text) | {"in_force": ["hold", "swap"]}
    assert len({offered.digest, one.digest, in_force(offered, ["hold"]).digest}) == 3


def test_the_text_loads_as_the_same_scenario(small, offered):
    with_order = in_force(offered, ["order", "heed"])
    (small.folder / "whole.yaml").write_text(with_order.text)
    assert load(small.folder / "whole.yaml").scenario == with_order.scenario


def test_what_the_file_has_in_force_stays(small):
    small.edit("horizon: 2 years", "in_force: [order]\nhorizon: 2 years")
    loaded = small.load_with()
    assert [i.name for i in loaded.scenario.instruments] == ["advice", "ban", "order"]
    assert in_force(loaded, ()) is loaded
    assert in_force(loaded, ["order"]) is loaded
    more = in_force(loaded, ["hold"])
    assert more.scenario.in_force == ("hold", "order")
    assert more.scenario.instruments == loaded.scenario.instruments


def test_the_ledger_lists_an_instrument_in_force_once(offered):
    assert ledger(in_force(offered, ["order"])) == ledger(offered)


def test_an_unknown_name_is_refused_with_a_hint(offered):
    with pytest.raises(InputError) as caught:
        in_force(offered, ["holt", "swap"])
    assert str(caught.value).startswith('"holt" is not a mitigation on offer; allowed: hold, swap, second')
    assert str(caught.value).endswith('Did you mean "hold"?')


def test_a_scenario_without_mitigations_says_so(intact):
    with pytest.raises(InputError, match=r'"hold" is not .*; allowed: none, for the scenario has no mitigations$'):
        in_force(intact, ["hold"])


@pytest.mark.parametrize(
    ("change", "pair", "said"),
    [
        (("scope: {organisations: [Birch Power]}", "scope: {kinds: [endpoint_security]}"), ("swap", "second"),
         '"second" and "swap" both change shield at Alder Water (office); allowed: one of the two'),
        (("    does: {rings: {shares: [0.1, 0.9], starts: [0 h, 24 h]}}",
          "    does: {rings: {shares: [0.1, 0.9], starts: [0 h, 24 h]}, replace: {by: {shield: buckler}}}"),
         ("swap", "stages"),
         '"stages" and "swap" both change shield at Alder Water (office); allowed: one of the two'),
        (("does: {pool_teams: {responders: 2}}\n    cost: {running: {fixed: {value: 1 million GBP, "
          "range: [1 million GBP, 2 million GBP], assumption: judgement}}, each: once, payer: government}",
          "does: {rings: {shares: [1], starts: [0 h]}}"), ("teams", "stages"),
         '"stages" and "teams" both change the rings of shield; allowed: one of the two'),
        (("does: {controls: [rebuilds]}\n    scope: {vendors: [vega]}",
          "does: {signing: {insiders: 1, outsiders: 0, quorum: 1, insider_complies: &all {value: 1, range: [0, 1], "
          "assumption: judgement}, outsider_signs_blind: *all, common_cause: *all}}"), ("rebuild", "quorum"),
         '"quorum" and "rebuild" both change the signing of orion; allowed: one of the two'),
    ],
)  # fmt: skip
def test_two_that_claim_the_same_cannot_be_in_force_together(small, change, pair, said):
    loaded = small.edit(*change, FILE).load_with()
    with pytest.raises(InputError, match=f"^{re.escape(said)}$"):
        in_force(loaded, pair)
    for name in pair:
        if loaded.scenario.mitigations[name].starts.warning is None:
            assert in_force(loaded, [name]).scenario.in_force == (name,)


def test_several_places_are_counted(small):
    small.edit("scope: {organisations: [Birch Power]}", "scope: {kinds: [endpoint_security]}", FILE)
    small.edit("scope: {organisations: [Alder Water], vendors: [orion]}", "scope: {vendors: [orion]}", FILE)
    (said,) = clashes((loaded := small.load_with()).scenario, loaded.register, ["swap", "second"])
    assert "both change shield at Alder Water (office) and 1 more; allowed: one of the two" in said


def test_other_places_do_not_clash(offered):
    assert in_force(offered, ["swap", "second"]).scenario.in_force == ("second", "swap")


def test_one_that_waits_for_a_warning_needs_it(offered):
    with pytest.raises(InputError, match=r'^"heed" waits for "order"; allowed: only together with it$'):
        in_force(offered, ["heed"])
    assert in_force(offered, ["heed", "order"]).scenario.in_force == ("heed", "order")
    assert in_force(offered, ["second"]).scenario.in_force == ("second",)  # its warning is the scenario's own
