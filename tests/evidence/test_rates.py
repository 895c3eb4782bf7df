"""The rate of what was never seen: against quadrature, the chi-square form and the negative binomial."""

from __future__ import annotations

import math

import pytest
from scipy import stats
from scipy.integrate import quad

from simulator.evidence.rates import Counted, GammaRate

NONE_SEEN = Counted(0, 200.0)


@pytest.mark.parametrize(
    ("prior", "mean", "median", "upper", "p"),
    [
        (GammaRate.jeffreys(), 0.0025, 0.001137341058, 0.009603647052, 0.01227040335),
        (GammaRate.uniform(), 0.005, 0.003465735903, 0.01497866137, 0.0243902439),
        (GammaRate.constrained(0.01), 0.002, 0.0009098728462, 0.007682917641, 0.009852457023),
    ],
)
def test_no_event_in_200_years(prior: GammaRate, mean: float, median: float, upper: float, p: float) -> None:
    """V20."""
    belief = prior.after(NONE_SEEN)
    law = belief.law()
    assert (law.mean(), law.quantile(0.5), law.quantile(0.95)) == pytest.approx((mean, median, upper), rel=1e-6)
    assert belief.p_at_least_one(5.0) == pytest.approx(p, rel=1e-6)


@pytest.mark.parametrize("counted", [Counted(0, 200.0), Counted(3, 40.0, 0.5)])
@pytest.mark.parametrize("prior", [GammaRate.jeffreys(), GammaRate.uniform(), GammaRate(2.0, 300.0)])
def test_the_belief_is_bayes_rule_by_quadrature(prior: GammaRate, counted: Counted) -> None:
    """Density of the prior times the Poisson chance of the count, integrated over x^2 = rate."""

    def weighed(function) -> float:
        def at(root: float) -> float:
            rate = root * root
            prior_density = rate ** (prior.shape - 1.0) * math.exp(-prior.exposure * rate)
            chance = stats.poisson.pmf(counted.events, rate * counted.visible * counted.exposure)
            return 2.0 * root * prior_density * chance * function(rate)

        return quad(at, 1e-9, 1.5, limit=400, epsabs=0.0)[0]

    whole = weighed(lambda rate: 1.0)
    belief = prior.after(counted)
    assert belief.law().mean() == pytest.approx(weighed(lambda rate: rate) / whole, rel=1e-5)
    expected = weighed(lambda rate: -math.expm1(-5.0 * rate)) / whole
    assert belief.p_at_least_one(5.0) == pytest.approx(expected, rel=1e-5)


def test_quantiles_are_those_of_a_chi_square() -> None:
    law = GammaRate.jeffreys().after(Counted(2, 50.0)).law()
    for u in (0.05, 0.5, 0.95):
        assert law.quantile(u) == pytest.approx(stats.chi2.ppf(u, 5) / 100.0, rel=1e-9)


def test_the_predictive_exceedance_is_that_of_a_negative_binomial_count() -> None:
    """V21: the count above a size is negative binomial; and the mean of the rate plugged in says more, not less."""
    belief = GammaRate(0.5, 200.0)
    for share in (0.5, 0.1, 0.01):
        none = stats.nbinom.pmf(0, 0.5, 200.0 / (200.0 + share))
        assert belief.p_exceeded(share, 1.0) == pytest.approx(1.0 - none, rel=1e-6)
        assert belief.p_exceeded(share, 1.0) < -math.expm1(-belief.law().mean() * share)


def test_half_visible_counts_as_half_the_time() -> None:
    half = GammaRate.jeffreys().after(Counted(0, 200.0, 0.5))
    assert half == GammaRate.jeffreys().after(Counted(0, 100.0))
    assert half.law().mean() == 0.005


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Counted(-1, 2.0), "0 or more, not -1"),
        (lambda: Counted(0, -2.0), "an exposure is 0 or more, not -2"),
        (lambda: Counted(0, 2.0, 1.5), "0 to 1, not 1.5"),
        (lambda: Counted(3, 2.0, 0.0), "3 events cannot have become known"),
        (lambda: GammaRate(0.0), "must be above 0, not 0"),
        (lambda: GammaRate(1.0, math.inf), "an exposure is 0 or more, not inf"),
        (lambda: GammaRate.constrained(0.0), "the mean of a prior must be above 0"),
        (lambda: GammaRate.jeffreys().law(), "nothing bounds the rate"),
        (lambda: GammaRate.jeffreys().after(Counted(0, 5.0, 0.0)).law(), "nothing bounds the rate"),
        (lambda: GammaRate.uniform().p_at_least_one(1.0), "nothing bounds the rate"),
    ],
)
def test_what_cannot_be_is_a_sentence(make, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()
