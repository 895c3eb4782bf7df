"""The fits behind the defaults: what they give, what ships, and what they make of data with a known answer."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from simulator.evidence import parameter
from simulator.evidence.fits import Case, Point, cases, curves, stealth_fit
from simulator.evidence.fits.curve import CURVES, Curve, fitted
from simulator.evidence.fits.doubt import doubt, implied_factor, own_band
from simulator.evidence.fits.line import law_through
from simulator.evidence.fits.points import points
from simulator.evidence.fits.stealth import DEFAULT, fitted_to
from simulator.rules.quantile import EXPONENTIAL, LOGNORMAL, UNIFORM, WEIBULL, Law
from simulator.scenario.distribution import Stated
from simulator.scenario.errors import dotted
from simulator.scenario.load import load
from simulator.scenario.stated import stated_values

SHIPPED = {
    "content_push": ("uniform", 0.0, 1.3 / 24.0),
    "silent_auto": ("exponential", 3.94, 0.0),
    "urgent_manual": ("weibull", 0.61, 4.45),
    "routine": ("exponential", 51.9, 0.0),
    "plant_manual": ("exponential", 532.0, 0.0),
    "restart": ("weibull", 0.44, 0.35),
    "rebuild": ("weibull", 0.71, 5.3),
    "visit": ("lognormal", 21.2, 0.51),
    "clean_up": ("exponential", 2.0, 0.0),
}
KIND = {"uniform": UNIFORM, "exponential": EXPONENTIAL, "weibull": WEIBULL, "lognormal": LOGNORMAL}


def point(days: float, share: float, use: str = "fitted", incident: str = "a", off: float = 0.05) -> Point:
    """A point of the test's own curve."""
    where = {"fit": "own", "use": use, "incident": incident, "what": "w", "source": "s", "url": "", "date": ""}
    return Point(
        days=days, share=share, low=share - off, high=share + off, days_low=None, days_high=None, note="", **where
    )  # type: ignore[arg-type]


def along(law: Law, *days: float) -> list[Point]:
    return [point(day, law.cdf(day)) for day in days]


@pytest.fixture(scope="module")
def defaults() -> dict[str, Stated[Law]]:
    return {dotted(path): one for path, one in stated_values(load("uk_2022").scenario)}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_default_is_the_fit_to_the_digits_it_is_written_with(name: str, defaults: dict[str, Stated[Law]]) -> None:
    family, first, second = SHIPPED[name]
    fit = curves()[name]
    assert fit.law.kind == KIND[family]
    for got, written in ((fit.law.a, first), (fit.law.b, second)):
        last_digit = 10.0 ** (math.floor(math.log10(written)) - (2 if written >= 1.0 else 1)) if written else 1e-12
        assert abs(got - written) <= max(last_digit, 0.01 * written), (got, written)
    shipped = defaults[fit.curve.default].value
    in_days = (first / 1.0, second * 24.0) if family == "weibull" else (first * 24.0, second)
    if family == "uniform":
        in_days = (0.0, 1.3)
    assert shipped.kind == fit.law.kind
    assert (shipped.a, shipped.b) == pytest.approx(in_days, rel=1e-12)


@pytest.mark.parametrize("name", [*SHIPPED, "stealth"])
def test_the_shipped_ignorance_is_the_doubt_of_the_fit(name: str, defaults: dict[str, Stated[Law]]) -> None:
    fit = stealth_fit() if name == "stealth" else curves()[name]
    stated = defaults[DEFAULT if name == "stealth" else curves()[name].curve.default]
    assert stated.ignorance is not None
    for level in (0.05, 0.5, 0.95):
        assert stated.ignorance.quantile(level) == pytest.approx(fit.doubt.quantile(level), rel=1e-9)


def test_every_fitted_default_of_the_list_is_pinned_here() -> None:
    assert {one.name for one in CURVES if one.default} == set(SHIPPED)


def test_stealth_is_the_geometric_mean_and_spread_of_thirteen_cases(defaults: dict[str, Stated[Law]]) -> None:
    fit = stealth_fit()
    logs = np.log([one.days for one in cases()])
    assert len(logs) == 13
    assert fit.law.a == pytest.approx(math.exp(logs.mean()), rel=1e-12)
    assert fit.law.b == pytest.approx(logs.std(ddof=1), rel=1e-12)
    assert (round(fit.law.a), round(fit.law.b, 2)) == (117, 1.27)
    for path in ("detection.stealth.finder", "detection.loud.finder"):
        assert (defaults[path].value.a, defaults[path].value.b) == (pytest.approx(117 * 24.0), 1.27)
    assert np.median([one.days for one in cases()]) == parameter("detection.supply_chain_stealth.median").value


@pytest.mark.parametrize(
    "law", [Law.exponential(9.0), Law.weibull(0.5, 3.0), Law.weibull(1.7, 3.0), Law.lognormal(20.0, 0.6)]
)
def test_points_of_a_known_curve_give_the_curve_back(law: Law) -> None:
    family = {kind: name for name, kind in KIND.items()}[law.kind]
    curve = Curve("own", "t", family, "")  # type: ignore[arg-type]
    fit = fitted(curve, tuple(along(law, 1.0, 4.0, 9.0, 15.0)))
    assert (fit.law.a, fit.law.b) == (pytest.approx(law.a, rel=1e-9), pytest.approx(law.b, rel=1e-9))
    for one in fit.points:
        assert one.without == pytest.approx(one.point.share, rel=1e-9)
    assert fit.own[1] == pytest.approx(1.0, abs=0.02)


def test_too_few_points_are_said() -> None:
    with pytest.raises(ValueError, match="weibull law needs points at 2 different times, not 1"):
        law_through("weibull", [point(3.0, 0.4), point(3.0, 0.5)])
    assert curves()["routine"].points[0].without is None


def test_own_doubt_covers_the_truth_at_least_as_often_as_it_says() -> None:
    """Shares measured with normal errors, a law off by 1.3: the 90 % band of the factor finds the way back.

    Errors grow where points disagree and never shrink where they agree by luck, so it covers somewhat more than
    90 %. Bounds 2.3 standard errors below 90 % and 2.3 above 92 %; the seed is fixed.
    """
    law, days = Law.exponential(10.0), (4.0, 7.0, 14.0, 25.0)
    chance, held = np.random.default_rng(4), 0
    for _ in range(400):
        seen = [point(day, law.cdf(day) + chance.normal(0.0, 0.05 / 1.645)) for day in days]
        low, _, high = own_band(law.scaled(1.3), seen, 1)
        held += low <= 1.0 / 1.3 <= high
    assert 0.865 <= held / 400 <= 0.951


def test_a_law_that_misses_its_points_is_less_sure() -> None:
    law = Law.exponential(10.0)
    near = [point(day, law.cdf(day)) for day in (4.0, 9.0, 20.0)]
    far = [dataclasses.replace(one, share=one.share + off) for one, off in zip(near, (0.12, -0.12, 0.12), strict=True)]
    widths = [math.log(band[2] / band[0]) for band in (own_band(law, near, 1), own_band(law, far, 1))]
    assert widths[1] > 2.0 * widths[0]


def test_a_time_that_is_unsure_is_a_factor_as_unsure() -> None:
    one = dataclasses.replace(point(36.0, 0.5), days_low=24.0, days_high=54.0)
    low, middle, high = own_band(Law.exponential(36.0 / math.log(2.0)), [one], 1)
    assert (low, middle, high) == pytest.approx((24.0 / 36.0, 1.0, 54.0 / 36.0), rel=0.005)


def test_other_incidents_widen_the_doubt_on_both_sides() -> None:
    """By hand: two others ask for 4 times the time and a quarter of it: a standard deviation of ln 4."""
    law = doubt((0.9, 1.0, 1.1), [4.0, 0.25])
    for level, own in ((0.05, 1.0 / 0.9), (0.95, 1.1)):
        spread = math.hypot(math.log(own) / 1.6448536, math.log(4.0))
        factor = math.exp(math.copysign(1.6448536 * spread, level - 0.5))
        assert law.quantile(level) == pytest.approx(float(f"{factor:.2g}"), rel=1e-3, abs=0.005)
    assert doubt((0.9, 1.0, 1.1), []).quantile(0.95) == pytest.approx(1.1, abs=1e-9)
    assert implied_factor(Law.exponential(10.0), along(Law.exponential(40.0), 3.0, 30.0)) == pytest.approx(4.0)


def test_the_doubt_of_stealth_makes_chance_as_wide_as_the_predictive_law() -> None:
    """Chance times doubt has the 5 and 95 % points of the t law of the next case, to the rounding of the doubt."""
    fit = stealth_fit()
    spread = math.hypot(fit.law.b, math.log(fit.doubt.quantile(0.95)) / 1.6448536)
    assert fit.law.a * math.exp(1.6448536 * spread) == pytest.approx(fit.predictive_band[1], rel=0.02)
    assert fit.level(fit.predictive_band[0]) == pytest.approx(0.05, abs=1e-9)


def test_the_next_case_lies_as_high_as_the_predictive_law_says() -> None:
    """Levels of the left-out case are uniform: over 300 panels of 8 cases a mean of 0.5 within 3.29 errors."""
    chance = np.random.default_rng(11)
    levels = []
    for _ in range(300):
        days = np.exp(chance.normal(4.8, 1.3, 8))
        panel = [Case(str(i), "", float(day), None, None, "", "", "", "") for i, day in enumerate(days)]
        levels.append(fitted_to(panel).without("0").level(float(days[0])))
    assert abs(np.mean(levels) - 0.5) < 3.29 * math.sqrt(1.0 / 12.0 / 300)
    # The share in the middle 80 % has a standard error of 0.023.
    assert abs(np.mean([0.1 <= level <= 0.9 for level in levels]) - 0.8) < 3.29 * 0.0231


def test_without_a_case_is_the_fit_to_the_others() -> None:
    rest = stealth_fit().without("sunburst_2020")
    assert "sunburst_2020" not in {one.case for one in rest.cases}
    assert len(rest.cases) == 12
    with pytest.raises(KeyError):
        stealth_fit().without("nobody")


def test_every_point_says_where_it_comes_from() -> None:
    known = {one.name for one in CURVES}
    for one in points():
        assert one.fit in known, one
        assert one.source, one
        assert one.date, one
        assert one.url.startswith("http"), one
        assert one.use in ("fitted", "counted", "shown"), one
        assert one.low is None or one.high is None or one.low <= one.share <= one.high, one
    for case in cases():
        assert case.source, case
        assert case.low is None or case.high is None or case.low <= case.days <= case.high, case


def test_no_doubt_rests_on_an_incident_that_a_hindcast_holds_out() -> None:
    held_out = ("notpetya", "ccleaner", "viasat", "kaspersky", "sunburst", "crowdstrike")
    assert not [one for one in points() if one.use == "counted" and one.incident.startswith(held_out)]
