"""Absence of evidence: by hand, by quadrature, and where it says next to nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from simulator.evidence.rates import Counted, GammaRate
from simulator.evidence.shift import hardly, moved, spread
from simulator.evidence.silence import after, still_usable
from simulator.rules.quantile import Law

PEACE = Law.lognormal_quantiles(0.0002, 0.002, 0.02)
WAR = Law.lognormal_quantiles(0.005, 0.05, 0.5)


def test_quiet_years_say_what_bayes_says() -> None:
    """V22: odds 3 to 7, times the chance of silence."""
    assert still_usable(0.3, 0.02, 20.0) == pytest.approx(0.2231682426, rel=1e-6)
    assert still_usable(0.3, 0.02, 20.0, 0.3) == pytest.approx(0.2754194235, rel=1e-6)
    assert still_usable(0.3, 0.0002, 20.0, 0.3) == pytest.approx(0.2997480605, rel=1e-6)
    odds = 3.0 / 7.0 * math.exp(-0.02 * 20.0)
    assert still_usable(0.3, 0.02, 20.0) == pytest.approx(odds / (1.0 + odds), rel=1e-12)


@pytest.mark.parametrize(("prior", "kept"), [(0.0, 0.0), (1.0, 1.0)])
def test_certainty_is_not_moved_by_silence(prior: float, kept: float) -> None:
    assert still_usable(prior, 5.0, 1e6) == kept


def test_years_of_peace_teach_and_years_of_war_hardly_do() -> None:
    """None in 180 years of peace moves a median of .0020 to .0011; none in 4 years of war one of .050 to .033."""
    peace, war = after(PEACE, Counted(0, 180.0)), after(WAR, Counted(0, 4.0))
    assert round(peace.quantile(0.5), 4) == 0.0011
    assert round(war.quantile(0.5), 3) == 0.033
    assert round(war.quantile(0.95), 2) == 0.20
    assert not hardly(spread(PEACE), spread(peace))
    assert hardly(spread(WAR), spread(war))
    assert moved(spread(PEACE), spread(peace)) == pytest.approx(0.262, abs=0.002)
    assert moved(spread(WAR), spread(war)) == pytest.approx(0.197, abs=0.002)


@pytest.mark.parametrize("counted", [Counted(0, 4.0), Counted(0, 40.0, 0.25), Counted(2, 10.0)])
@pytest.mark.parametrize("prior", [WAR, Law.lognormal_quantiles(0.02, 0.15, 0.6), Law.pert(0.0, 0.1, 1.0)])
def test_the_update_is_bayes_rule_by_quadrature(prior: Law, counted: Counted) -> None:
    """Integrated over the prior's probability u, the rate at u weighed by its likelihood."""

    def weighed(function) -> float:
        def at(u: float) -> float:
            rate = prior.quantile(u)
            return rate**counted.events * math.exp(-rate * counted.watched) * function(rate)

        return sum(quad(at, a, b, limit=400)[0] for a, b in ((0.0, 0.5), (0.5, 0.99), (0.99, 1.0 - 1e-12)))

    posterior = after(prior, counted)
    whole = weighed(lambda rate: 1.0)
    assert posterior.mean() == pytest.approx(weighed(lambda rate: rate) / whole, rel=1e-4)
    for u in (0.05, 0.5, 0.95):
        at = posterior.quantile(u)
        below = weighed(lambda rate, at=at: float(rate <= at)) / whole
        assert below == pytest.approx(u, abs=0.002)


def test_a_gamma_prior_is_updated_exactly() -> None:
    assert after(Law.gamma(0.01, 0.5), Counted(1, 150.0)) == GammaRate(1.5, 200.0).law()


def test_a_numerical_update_agrees_with_the_exact_one() -> None:
    gamma = Law.gamma(0.01, 2.0)
    listed = Law.empirical([gamma.quantile((number + 0.5) / 20_000) for number in range(20_000)])
    numerical, exact = after(listed, Counted(1, 100.0)), after(gamma, Counted(1, 100.0))
    assert numerical.mean() == pytest.approx(exact.mean(), rel=1e-3)
    for u in (0.05, 0.5, 0.95):
        assert numerical.quantile(u) == pytest.approx(exact.quantile(u), rel=2e-3)


def test_a_list_of_values_keeps_its_values() -> None:
    posterior = after(Law.empirical([0.0, 0.1, 1.0]), Counted(0, 10.0))
    weights = np.exp([-0.0, -1.0, -10.0])
    assert posterior.points == (0.0, 0.1, 1.0)
    assert posterior.cumulative == pytest.approx(np.cumsum(weights) / weights.sum())


def test_nothing_watched_teaches_nothing() -> None:
    posterior = after(WAR, Counted(0, 1000.0, 0.0))
    assert posterior.mean() == pytest.approx(WAR.mean(), rel=1e-6)
    for u in (0.05, 0.5, 0.95):
        assert posterior.quantile(u) == pytest.approx(WAR.quantile(u), rel=3e-3)
    assert after(Law.fixed(0.3), Counted(0, 50.0)) == Law.fixed(0.3)


@pytest.mark.parametrize(
    ("prior", "counted", "said"),
    [
        (Law.lognormal(0.001, 0.1), Counted(500, 1.0), "the data contradict the prior: 500 events"),
        (Law.uniform(-1.0, 1.0), Counted(0, 1.0), "no values below 0"),
        (Law.empirical([0.0]), Counted(2, 1.0), "2 events were seen, but the prior holds the rate for 0"),
    ],
)
def test_data_that_a_prior_cannot_take_are_a_sentence(prior: Law, counted: Counted, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        after(prior, counted)


@pytest.mark.parametrize("given", [(1.5, 0.1, 1.0, 1.0), (0.5, 0.1, 1.0, -0.1), (0.5, -0.1, 1.0, 1.0)])
def test_what_is_no_probability_is_refused(given: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="not"):
        still_usable(*given)
