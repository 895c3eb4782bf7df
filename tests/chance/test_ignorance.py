"""The outer loop of ignorance: what is drawn, from which law, and what shares a draw."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.chance.ignorance import drawn_scenario
from simulator.rules.quantile import Law
from simulator.scenario.distribution import Stated
from simulator.scenario.errors import InputError
from simulator.scenario.ignorance import drawn, judgement, law_of_range
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


# Ranges


def of(value: object, low: object, high: object) -> Stated[object]:
    return Stated(value, assumption="made up", range=(low, high))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stated", "points"),
    [
        (of(2.0, 1.0, 8.0), (1.0, 2.0, 8.0)),
        (of(Money(2.0, "GBP"), Money(1.0, "GBP"), Money(8.0, "GBP")), (1.0, 2.0, 8.0)),
        (of(Law.exponential(4.0), Law.fixed(2.0), Law.fixed(16.0)), (0.5, 1.0, 4.0)),
    ],
)
def test_a_range_is_nine_chances_in_ten_about_the_value(
    stated: Stated[object], points: tuple[float, float, float]
) -> None:
    law = law_of_range(stated)
    assert law is not None
    assert [law.quantile(level) for level in (0.05, 0.5, 0.95)] == pytest.approx(points)


def test_a_range_from_nought_stays_within_its_ends() -> None:
    law = law_of_range(of(0.0, 0.0, 0.1))
    assert law is not None
    assert 0.0 <= law.quantile(1e-6) < law.quantile(1.0 - 1e-6) <= 0.1


@pytest.mark.parametrize(
    "stated", [of(1.0, 1.0, 1.0), Stated(1.0), of(Law.lognormal(4.0, 1.0), Law.fixed(2.0), Law.fixed(16.0))]
)
def test_no_range_or_one_of_unknown_meaning_stands_for_no_law(stated: Stated[object]) -> None:
    assert law_of_range(stated) is None


def test_ranges_are_drawn_only_where_asked_and_shares_stay_shares() -> None:
    scenario = load("uk_2022").scenario
    before = dict(stated_values(scenario))
    for outer in range(3):
        plain = dict(stated_values(drawn_scenario(scenario, 7, outer)))
        assert all(plain[k] == v for k, v in before.items() if v.ignorance is None)
        wide = dict(stated_values(drawn_scenario(scenario, 7, outer, ranges=True)))
        moved = [k for k, v in before.items() if v.ignorance is None and wide[k] != v]
        assert len(moved) > 250
        shares = ("resist", "publicise", "leave", "move")  # these add to one, so their section stays
        refusal = ("theatres", "east", "coercion", "refusal")
        assert all(wide[(*refusal, share)] == before[(*refusal, share)] for share in shares)


def test_a_mean_below_an_hour_is_no_share(scenario: Scenario) -> None:
    """The end of its range, an hour, bounds no factor: at its 95 % point a mean of half an hour is doubled."""
    half = Stated(Law.exponential(0.5), assumption="made up", range=(Law.fixed(0.2), Law.fixed(1.0)))
    changed = scenario.model_copy(update={"adoption": {"routine": half}})
    found = drawn(changed, lambda path: 0.95, ranges=True).adoption["routine"].value
    assert found.mean() == pytest.approx(1.0)
