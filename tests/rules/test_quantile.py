"""Laws of delays and sizes: quantile, distribution function and moments agree with each other."""

import math

import pytest
from scipy import stats
from scipy.integrate import quad

from simulator.rules.normal import inverse_normal, normal_cdf
from simulator.rules.quantile import FIXED, LOGNORMAL, SPLIT_LOGNORMAL, Law

LAWS = {
    "uniform": (Law.uniform(2.0, 5.0), stats.uniform(2, 3)),
    "exponential": (Law.exponential(7.0), stats.expon(scale=7)),
    "lognormal": (Law.lognormal(4.0, 0.9), stats.lognorm(0.9, scale=4)),
    "weibull": (Law.weibull(1.5, 24.0), stats.weibull_min(1.5, scale=24)),
    "gamma": (Law.gamma(0.0025, 0.5), stats.gamma(0.5, scale=0.005)),
    "pert": (Law.pert(2, 5, 20), stats.beta(1 + 4 * 3 / 18, 1 + 4 * 15 / 18, 2, 18)),
}
SPLIT = Law.lognormal_quantiles(1.0, 3.0, 20.0)
POINTS = (1e-14, 1e-9, 0.001, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999, 1 - 1e-9, 1 - 2**-50)


@pytest.mark.parametrize("p", [1e-300, 1e-30, 1e-12, 0.001, 0.0749, 0.3, 0.5, 0.7, 0.9251, 0.999, 1 - 1e-12])
def test_inverse_normal_is_exact_to_fifteen_digits(p: float) -> None:
    assert inverse_normal(p) == pytest.approx(stats.norm.ppf(p), rel=2e-14, abs=1e-15)
    assert normal_cdf(inverse_normal(p)) == pytest.approx(p, rel=1e-10)


@pytest.mark.parametrize("name", LAWS)
def test_law_agrees_with_an_independent_library(name: str) -> None:
    law, reference = LAWS[name]
    for u in POINTS:
        assert law.quantile(u) == pytest.approx(reference.ppf(u), rel=1e-9)
        assert law.cdf(reference.ppf(u)) == pytest.approx(u, rel=1e-9)
    assert law.mean() == pytest.approx(reference.mean(), rel=1e-12)
    assert law.variance() == pytest.approx(reference.var(), rel=1e-9)


@pytest.mark.parametrize("name", LAWS)
def test_nothing_lies_outside_the_support(name: str) -> None:
    law, reference = LAWS[name]
    low, high = reference.support()
    assert law.cdf(low - 1.0) == 0.0
    assert law.cdf(low) == 0.0
    assert law.cdf(high + 1.0 if math.isfinite(high) else 1e12) == 1.0


@pytest.mark.parametrize(
    "law", [*(law for law, _ in LAWS.values()), SPLIT, Law.fixed(3.0), Law.empirical([1, 4], [1, 2])]
)
def test_a_scaled_law_is_that_of_a_multiple(law: Law) -> None:
    scaled = law.scaled(2.5)
    for u in POINTS:
        assert scaled.quantile(u) == pytest.approx(2.5 * law.quantile(u), rel=1e-12)
    assert scaled.mean() == pytest.approx(2.5 * law.mean(), rel=1e-12)
    assert scaled.variance() == pytest.approx(2.5**2 * law.variance(), rel=1e-9)


def test_no_law_is_scaled_to_nothing() -> None:
    with pytest.raises(ValueError, match="factor above 0, not 0"):
        Law.exponential(1.0).scaled(0.0)


def test_exponential_keeps_its_lower_tail() -> None:
    assert Law.exponential(1.0).quantile(1e-20) == pytest.approx(1e-20, rel=1e-12)


def test_fixed_ignores_the_uniform() -> None:
    law = Law.fixed(3.0)
    assert {law.quantile(u) for u in POINTS} == {3.0}
    assert (law.cdf(2.999), law.cdf(3.0), law.mean(), law.variance()) == (0.0, 1.0, 3.0, 0.0)


def test_pert_of_v25() -> None:
    law = Law.pert(2, 5, 20)
    assert law.mean() == pytest.approx(7.0, rel=1e-12)
    assert law.variance() == pytest.approx(9.285714286, rel=1e-9)
    assert law.quantile(0.05) == pytest.approx(2.871149715, rel=1e-6)
    assert law.quantile(0.95) == pytest.approx(12.72761708, rel=1e-6)
    assert Law.pert(4, 4, 4).kind == FIXED


def test_lognormal_of_v25() -> None:
    law = Law.lognormal_quantiles(1.0, 4.472135954999579, 20.0)
    assert law.kind == LOGNORMAL
    assert math.log(law.a) == pytest.approx(1.497866137, rel=1e-6)
    assert law.b == pytest.approx(0.9106379511, rel=1e-6)
    assert law.mean() == pytest.approx(6.769971491, rel=1e-6)


def test_split_lognormal_of_v25_meets_all_three_quantiles() -> None:
    law = Law.lognormal_quantiles(1.0, 4.0, 20.0)
    assert law.kind == SPLIT_LOGNORMAL
    assert (law.b, law.c) == (pytest.approx(0.8428071279, rel=1e-6), pytest.approx(0.9784687744, rel=1e-6))
    for u, value in ((0.05, 1.0), (0.5, 4.0), (0.95, 20.0)):
        assert law.quantile(u) == pytest.approx(value, rel=1e-12)
        assert law.cdf(value) == pytest.approx(u, rel=1e-12)
    mean = quad(law.quantile, 0, 0.5, limit=200)[0] + quad(law.quantile, 0.5, 1, limit=200)[0]
    second = quad(lambda z: law.quantile(normal_cdf(z)) ** 2 * stats.norm.pdf(z), -8, 0)[0]
    second += quad(lambda z: (4.0 * math.exp(law.c * z)) ** 2 * stats.norm.pdf(z), 0, 20)[0]
    assert law.mean() == pytest.approx(mean, rel=1e-6)
    assert law.variance() == pytest.approx(second - law.mean() ** 2, rel=1e-6)


def test_a_degenerate_lognormal_is_a_step() -> None:
    law = Law.lognormal_quantiles(2.0, 2.0, 2.0)
    assert (law.quantile(0.99), law.cdf(1.999), law.cdf(2.0), law.cdf(3.0)) == (2.0, 0.0, 1.0, 1.0)


def test_empirical_law() -> None:
    law = Law.empirical([5.0, 1.0, 9.0, 3.0], [2.0, 1.0, 1.0, 0.0])
    assert [law.quantile(u) for u in (0.01, 0.25, 0.26, 0.75, 0.76, 0.999)] == [1.0, 1.0, 5.0, 5.0, 9.0, 9.0]
    assert [law.cdf(x) for x in (0.9, 1.0, 4.0, 5.0, 9.0)] == [0.0, 0.25, 0.25, 0.75, 1.0]
    assert (law.mean(), law.variance()) == (5.0, 8.0)
    assert Law.empirical([1.0, 2.0]).mean() == 1.5


@pytest.mark.parametrize(
    ("make", "given"),
    [
        (Law.fixed, (math.nan,)),
        (Law.uniform, (2.0, 1.0)),
        (Law.exponential, (0.0,)),
        (Law.lognormal, (-1.0, 1.0)),
        (Law.lognormal, (1.0, -1.0)),
        (Law.lognormal_quantiles, (1.0, 0.5, 2.0)),
        (Law.weibull, (0.0, 1.0)),
        (Law.weibull, (1.0, math.inf)),
        (Law.gamma, (0.0, 1.0)),
        (Law.gamma, (1.0, math.nan)),
        (Law.pert, (1.0, 5.0, 4.0)),
        (Law.empirical, ([],)),
        (Law.empirical, ([1.0], [1.0, 2.0])),
        (Law.empirical, ([1.0], [-1.0])),
        (Law.empirical, ([1.0], [0.0])),
        (Law.empirical, ([math.inf], [1.0])),
    ],
)
def test_a_law_that_cannot_be_is_refused(make, given) -> None:
    with pytest.raises(ValueError, match=r"law|quantiles|value|weight"):
        make(*given)
