"""Mitigations on offer, and what becomes of those switched on."""

from dataclasses import asdict, replace

import pytest

from simulator.app.findings import again
from simulator.app.job import command
from simulator.app.selection import ACTORS, Selection, has_mitigations, offers_for
from simulator.app.settings import scenario_files
from simulator.scenario.errors import InputError
from tests.app.conftest import TINY


def test_each_mitigation_stands_with_those_who_act(offers):
    assert {actor: list(offers.by(actor)) for actor in ACTORS} == {
        "operator": ["hold", "heed"],
        "vendor": ["staging", "staging_slow"],
        "government": ["warn"],
    }


def test_shipped_mitigations_are_all_shown_once_and_by_who_pays():
    """In the shipped files who acts is who pays, which is stated; here it is worked out from the effect."""
    able = [name for name in scenario_files() if has_mitigations(name)]
    assert "uk_2022" in able
    for name in able:
        offers = offers_for(name)
        paying = {each: m.cost.payer for each, m in offers.mitigations.items() if m.cost is not None}
        acting = {each: actor for actor in ACTORS for each in offers.by(actor)}
        assert len(acting) == len(offers.mitigations) == sum(len(offers.by(actor)) for actor in ACTORS)
        assert paying.items() <= acting.items()
        for members in offers.sets.values():
            assert members
            assert set(members) <= set(offers.mitigations)


def test_one_is_compared_alone_and_several_together_as_well(offers, chosen):
    assert offers.select(chosen, ["hold"]) == (Selection(**asdict(chosen), alone=("hold",)), [])
    both = ("hold", "staging")
    assert offers.select(chosen, both) == (Selection(**asdict(chosen), alone=both, together=both), [])


def test_those_that_exclude_each_other_are_compared_alone_only(offers, chosen):
    selection, refusals = offers.select(chosen, ["hold", "staging", "staging_slow"])
    assert (selection.alone, selection.together) == (("hold", "staging", "staging_slow"), ())
    assert refusals == [
        "“Roll out in stages” and “Roll out in slow stages” both change the rings of agent; allowed: one of the two"
    ]


def test_what_waits_for_a_warning_is_compared_with_it_only(offers, chosen):
    selection, refusals = offers.select(chosen, ["warn", "heed"])
    assert (selection.alone, selection.together, refusals) == (("warn",), ("warn", "heed"), [])
    with pytest.raises(InputError, match="“A team for the warned” waits for “A warning in private”"):
        offers.select(chosen, ["heed"])


def test_names_and_limits_are_kept_without_a_browser(offers, chosen, shipped):
    with pytest.raises(InputError, match=r'"\.\./hold" is no mitigation on offer; allowed: hold, staging'):
        offers.select(chosen, ["hold", "../hold"])
    with pytest.raises(InputError, match="allowed: at least one"):
        offers.select(chosen, [])
    with pytest.raises(InputError, match='no mitigations are on offer for "facts"'):
        offers_for("facts")
    with pytest.raises(InputError, match='no mitigations are on offer for "facts"'):
        Selection("facts", 200, 1, ("hold",))
    with pytest.raises(InputError, match="201 simulated futures"):
        Selection("tiny", 201, 1, ("hold",))
    assert {name: has_mitigations(name) for name in scenario_files()} == {"facts": False, "tiny": True}


def test_a_selection_differs_from_a_run_and_from_another_selection(switched_on, chosen):
    assert switched_on != chosen
    assert switched_on != replace(switched_on, together=())
    assert switched_on == replace(switched_on)


def test_the_command_line_of_a_comparison(switched_on, mitigations, tmp_path):
    options = ["--only", "hold", "--only", "staging", "--together", "hold", "--together", "staging"]
    sampling = ["--replications", "200", "--seed", "1"]
    line = command(switched_on, tmp_path / "out")
    assert line[1:] == [
        *("-m", "simulator", "compare", str(TINY), "--mitigations", str(mitigations), *options, *sampling),
        *("--workers", "1", "--out", str(tmp_path / "out"), "--progress-lines", "--stop-with-stdin"),
    ]
    words = ["geocyber", "compare", "tiny", "--mitigations", "tiny", *options, *sampling, "--out", "runs/tiny_compare"]
    assert again(switched_on) == " ".join(words)
