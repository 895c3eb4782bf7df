"""The outer loop of ignorance: what is drawn, from which law, and what shares a draw."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.chance.ignorance import drawn_scenario
from simulator.rules.quantile import Law
from simulator.scenario.distribution import Stated
from simulator.scenario.errors import InputError
from simulator.scenario.ignorance import drawn, judgement
from simulator.scenario.load import load
from simulator.scenario.quantity import Money
from simulator.scenario.schema import Scenario
from simulator.scenario.stated import stated_values

LAW = Law.lognormal_quantiles(0.5, 1.0, 3.0)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("uk_2022").scenario


def adopting(scenario: Scenario, law: Law) -> Scenario:
    """The scenario with doubt about one of its laws of time."""
    stated = Stated(law, assumption="for the test", ignorance=LAW)
    return scenario.model_copy(update={"adoption": {**scenario.adoption, "routine": stated}})


def test_only_what_states_ignorance_is_drawn_and_each_at_its_own_quantile(scenario: Scenario) -> None:
    before, after = dict(stated_values(scenario)), dict(stated_values(drawn(scenario, lambda path: 0.95)))
    assert list(before) == list(after)
    stated = {path for path, one in before.items() if one.ignorance is not None}
    assert len(stated) >= 12
    for path, one in before.items():
        if path not in stated:
            assert after[path] is one
            continue
        assert one.ignorance is not None
        found = after[path].value
        if isinstance(found, Law):
            found = found.quantile(0.3) / one.value.quantile(0.3)
        elif isinstance(found, Money):
            assert found.currency == one.value.currency
            found = found.amount
        assert found == pytest.approx(one.ignorance.quantile(0.95), rel=1e-12)
        assert (after[path].ignorance, after[path].range) == (None, None)
        assert (after[path].source, after[path].assumption) == (one.source, one.assumption)


def test_a_law_is_scaled_by_the_factor_drawn(scenario: Scenario) -> None:
    found = drawn(adopting(scenario, Law.weibull(0.6, 100.0)), lambda path: 0.95).adoption["routine"].value
    assert (found.a, found.b) == (0.6, pytest.approx(300.0))


def test_a_scenario_that_states_no_ignorance_comes_back_as_it_is(scenario: Scenario) -> None:
    known = drawn(scenario, lambda path: 0.5)
    assert drawn(known, lambda path: 0.9) is known


def test_hazards_of_one_theatre_share_one_draw_and_those_of_two_theatres_do_not(scenario: Scenario) -> None:
    quantiles = []
    for outer in range(400):
        theatres = drawn_scenario(scenario, 5, outer).theatres
        for name in ("east", "south"):
            now, was = theatres[name].coercion, scenario.theatres[name].coercion
            assert now is not None
            assert was is not None
            laws = {regime: one.ignorance for regime, one in was.hazard.items()}
            at = [law.cdf(now.hazard[regime].value) for regime, law in laws.items() if law is not None]
            assert len(at) == 5
            assert at == pytest.approx([at[0]] * 5, abs=1e-9)
            quantiles.append(at[0])
    east, south = np.array(quantiles).reshape(-1, 2).T
    # Two-sided levels of 0.1 % at 400 draws: 3.29 / sqrt(400) for the correlation of independent draws,
    # 1.95 / sqrt(400) for the largest gap to the uniform law (Kolmogorov).
    assert abs(np.corrcoef(east, south)[0, 1]) < 3.29 / 20.0
    gap = np.abs(np.sort(east) - (np.arange(400) + 0.5) / 400).max()
    assert gap < 1.95 / 20.0


def test_what_shares_a_draw() -> None:
    hazard = ("theatres", "east", "coercion", "hazard")
    assert judgement((*hazard, "peace")) == judgement((*hazard, "war_direct")) == "theatres.east.coercion.hazard"
    rates = ("theatres", "east", "rates", "war_elsewhere")
    assert judgement((*rates, "war_direct")) != judgement((*rates, "peace"))
    assert judgement(("faults", "a", "rate")) != judgement(("faults", "b", "rate"))


def test_draws_belong_to_seed_number_and_path_alone(scenario: Scenario) -> None:
    first = drawn_scenario(scenario, 7, 3)
    assert drawn_scenario(scenario, 7, 3) == first
    assert drawn_scenario(scenario, 7, 4).faults != first.faults
    assert drawn_scenario(scenario, 8, 3).faults != first.faults
    alone = scenario.model_copy(update={"faults": {"plant_code": scenario.faults["plant_code"]}, "theatres": {}})
    assert drawn_scenario(alone, 7, 3).faults["plant_code"] == first.faults["plant_code"]


def test_draws_that_cannot_stand_together_are_refused_in_one_sentence(scenario: Scenario) -> None:
    theatre = scenario.theatres["east"]
    assert theatre.coercion is not None
    unsure = Stated(0.6, assumption="for the test", ignorance=Law.uniform(0.1, 0.9))
    refusal = theatre.coercion.refusal.model_copy(update={"resist": unsure})
    coercion = theatre.coercion.model_copy(update={"refusal": refusal})
    changed = theatre.model_copy(update={"coercion": coercion})
    doubted = scenario.model_copy(update={"theatres": scenario.theatres | {"east": changed}})
    with pytest.raises(InputError, match=r"theatres\.east\.coercion\.refusal: a draw .* must add to 1"):
        drawn(doubted, lambda path: 0.9)
