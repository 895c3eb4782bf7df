"""Distributions and stated parameters as a person writes them."""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from simulator.rules.quantile import Law
from simulator.scenario.distribution import Duration, Factor, Severity, ShareLaw, Stated
from simulator.scenario.quantity import Count, Hours, Money, Number, PerHour, PositiveCount, Share

DURATION: TypeAdapter[Law] = TypeAdapter(Duration)
FACTOR: TypeAdapter[Law] = TypeAdapter(Factor)


def refusal(kind: Any, given: object) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(given)
    (error,) = caught.value.errors()
    return str(error["ctx"]["error"]) if "ctx" in error and "error" in error["ctx"] else error["msg"]


def test_pert_has_the_known_moments() -> None:
    """V25: alpha 5/3, beta 13/3; the variance is (mean - a)(b - mean) / 7."""
    law = FACTOR.validate_python({"pert": {"min": 2, "mode": 5, "max": 20}})
    assert law.mean() == pytest.approx(7.0, rel=1e-6)
    assert law.variance() == pytest.approx(9.285714286, rel=1e-6)
    assert law.quantile(0.05) == pytest.approx(2.871149715, rel=1e-6)
    assert law.quantile(0.95) == pytest.approx(12.72761708, rel=1e-6)


def test_lognormal_points_off_the_middle_give_a_split_law_through_all_three() -> None:
    """V25: a stated median of 4 where the other two points imply 4.47."""
    law = FACTOR.validate_python({"lognormal": {"p05": 1, "p50": 4, "p95": 20}})
    assert law == Law.lognormal_quantiles(1.0, 4.0, 20.0)
    assert law.b == pytest.approx(0.8428071279, rel=1e-6)
    assert law.c == pytest.approx(0.9784687744, rel=1e-6)
    assert [law.quantile(u) for u in (0.05, 0.5, 0.95)] == pytest.approx([1.0, 4.0, 20.0], rel=1e-6)


def test_lognormal_points_in_the_middle_give_the_plain_law() -> None:
    """V25: sigma from the 5 % and 95 % points, with the implied median."""
    law = FACTOR.validate_python({"lognormal": {"p05": 1, "p50": math.sqrt(20.0), "p95": 20}})
    assert law.b == pytest.approx(0.9106379511, rel=1e-6)
    assert law.mean() == pytest.approx(6.769971491, rel=1e-6)


@pytest.mark.parametrize(
    ("given", "law"),
    [
        ("36 d", Law.fixed(864.0)),
        ({"lognormal": {"median": "2 d", "sigma": 0.5}}, Law.lognormal(48.0, 0.5)),
        ({"weibull": {"shape": 2, "scale": "1 d"}}, Law.weibull(2.0, 24.0)),
        ({"exponential": {"mean": "3 h"}}, Law.exponential(3.0)),
        ({"gamma": {"mean": "1 d", "shape": 0.5}}, Law.gamma(24.0, 0.5)),
        ({"uniform": {"low": "0 h", "high": "1 d"}}, Law.uniform(0.0, 24.0)),
        ({"empirical": {"values": ["2 h", "1 h"]}}, Law.empirical([1.0, 2.0])),
        ({"empirical": {"values": ["1 h", "2 h"], "weights": [3, 1]}}, Law.empirical([1.0, 2.0], [3.0, 1.0])),
    ],
)
def test_each_form_gives_its_law_in_hours(given: object, law: Law) -> None:
    assert DURATION.validate_python(given) == law


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (36, '36 needs a unit, for example "36 d" or "36 h"'),
        ({}, "an empty mapping is not one distribution"),
        ({"pert": {}, "uniform": {}}, "allowed: exactly one of lognormal, pert"),
        ({"lognromal": {"median": "1 d", "sigma": 1}}, 'Did you mean "lognormal"?'),
        ({"lognormal": {"median": "1 d", "sgma": 1}}, "allowed: {median, sigma} or {p05, p50, p95}. Did you"),
        ({"lognormal": {"median": "1 d", "sigma": 1, "p50": "1 d"}}, "allowed: {median, sigma} or"),
        ({"lognormal": "1 d"}, 'lognormal is "1 d"; allowed: {median, sigma} or'),
        ({"lognormal": {"median": "0 d", "sigma": 1}}, "lognormal.median is 0 d; allowed: above 0"),
        ({"lognormal": {"median": "1 d", "sigma": 0}}, "lognormal.sigma is 0; allowed: above 0"),
        ({"lognormal": {"median": "1 d", "sigma": "1 d"}}, "lognormal.sigma: "),
        ({"lognormal": {"median": "1 d", "sigma": 60}}, "lognormal is too wide"),
        (
            {"lognormal": {"p05": "2 d", "p50": "1 d", "p95": "3 d"}},
            "allowed: p05 <= p50 <= p95 and p05 < p95",
        ),
        ({"lognormal": {"p05": "0 d", "p50": "1 d", "p95": "3 d"}}, "lognormal.p05 is 0 d; allowed: above 0"),
        (
            {"pert": {"min": "2 d", "mode": "1 d", "max": "3 d"}},
            "pert has min 2 d, mode 1 d, max 3 d; allowed: min",
        ),
        ({"pert": {"min": "1 d", "mode": "1 d", "max": "1 d"}}, "and min < max"),
        ({"pert": {"min": "1 d", "mode": 2, "max": "3 d"}}, "pert.mode: 2 needs a unit"),
        ({"uniform": {"low": "2 d", "high": "2 d"}}, "uniform has low 2 d, high 2 d; allowed: low < high"),
        ({"uniform": {"low": "-2 d", "high": "2 d"}}, "uniform.low: "),
        ({"weibull": {"shape": -1, "scale": "2 d"}}, "weibull.shape is -1; allowed: above 0"),
        ({"weibull": {"shape": 0.001, "scale": "2 d"}}, "weibull is too wide"),
        ({"weibull": {"shape": float("nan"), "scale": "2 d"}}, "weibull.shape: nan is not a finite number"),
        ({"exponential": {"mean": "0 h"}}, "exponential.mean is 0 h; allowed: above 0"),
        ({"gamma": {"mean": "0 h", "shape": 1}}, "gamma.mean is 0 h; allowed: above 0"),
        ({"empirical": {"values": []}}, "empirical.values is an empty list"),
        ({"empirical": {"values": ["1 d", 2]}}, "empirical.values[2]: 2 needs a unit"),
        ({"empirical": {"values": ["1 d"], "weights": [1, 2]}}, "empirical has 2 weights and 1 values"),
        ({"empirical": {"values": ["1 d"], "weights": [0]}}, "one of them above 0"),
        ({"empirical": {"values": ["1 d", "2 d"], "weights": [2, -1]}}, "each 0 or more"),
    ],
)
def test_each_form_checks_its_parameters(given: object, sentence: str) -> None:
    said = refusal(Duration, given)
    assert sentence in said
    assert "\n" not in said


def test_a_law_of_shares_stays_within_0_and_1() -> None:
    assert "goes above 1" in refusal(ShareLaw, {"lognormal": {"median": 0.1, "sigma": 1}})
    assert "out of range" in refusal(ShareLaw, {"uniform": {"low": 0.5, "high": 1.5}})
    law = TypeAdapter(ShareLaw).validate_python({"pert": {"min": "1 %", "mode": 0.1, "max": 1}})
    assert law == Law.pert(0.01, 0.1, 1.0)


def test_factors_and_severities_are_not_negative() -> None:
    for kind in (Factor, Severity):
        assert "allowed: 0 or more" in refusal(kind, {"uniform": {"low": -1, "high": 1}})


POSITIVE = st.floats(1e-6, 1e6)
LAWS = st.one_of(
    st.builds(Law.fixed, st.floats(0.0, 1e6)),
    st.builds(Law.exponential, POSITIVE),
    st.builds(Law.lognormal, POSITIVE, st.floats(0.01, 3.0)),
    st.builds(Law.gamma, POSITIVE, st.floats(0.1, 10.0)),
    st.builds(Law.weibull, st.floats(0.2, 10.0), POSITIVE),
    st.builds(lambda low, width: Law.uniform(low, low + width), st.floats(0.0, 1e6), st.floats(1.0, 1e6)),
    st.builds(lambda a, b, c: Law.pert(a, a + b, a + b + c), POSITIVE, POSITIVE, st.floats(1.0, 1e6)),
)


@given(LAWS)
def test_laws_written_read_back_to_the_last_bit(law: Law) -> None:
    for adapter in (DURATION, FACTOR):
        assert adapter.validate_python(adapter.dump_python(law, mode="json")) == law


@given(POSITIVE, st.floats(1.1, 50.0), st.floats(1.1, 50.0), st.lists(POSITIVE, min_size=1, max_size=5))
def test_split_and_empirical_laws_read_back_but_for_rounding(
    low: float, up: float, upper: float, values: list[float]
) -> None:
    split = Law.lognormal_quantiles(low, low * up, low * up * upper)
    steps = Law.empirical(values, range(1, len(values) + 1))
    for law in (split, steps):
        again = DURATION.validate_python(DURATION.dump_python(law, mode="json"))
        # 0.123 is no boundary between equal steps of 15ths or fewer
        for u in (0.01, 0.123, 0.877, 0.99):
            assert again.quantile(u) == pytest.approx(law.quantile(u), rel=1e-9)


class Parameters(BaseModel):
    """One of each kind of stated parameter."""

    half_life: Stated[Hours]
    delay: Stated[Duration]
    rate: Stated[PerHour] = Stated(0.001)
    share: Stated[Share] = Stated(0.5, source="a.b")
    teams: Stated[PositiveCount] | None = None
    cost: Stated[Money] = Stated(Money(1.0, "USD"))
    factors: dict[str, Stated[Number]] = {}
    switch: Stated[bool] = Stated(True)


FULL = {
    "half_life": {"value": "36 d", "range": ["30 d", "60 d"], "assumption": "between the two windows"},
    "delay": {
        "value": {"lognormal": {"median": "1 d", "sigma": 1}},
        "source": "detection.delay",
        "ignorance": {"uniform": {"low": 0.5, "high": 2}},
    },
    "rate": {
        "value": "1 / year",
        "assumption": "elicited",
        "ignorance": {"lognormal": {"median": "1 in 2 years", "sigma": 1}},
    },
    "share": "7 %",
    "teams": 3,
    "cost": {
        "value": "3 kUSD",
        "source": "x",
        "assumption": "inflated to 2024",
        "range": ["1 kUSD", "4 kUSD"],
        "ignorance": {"uniform": {"low": "1 kUSD", "high": "5 kUSD"}},
    },
    "factors": {"war": 3},
    "switch": {"value": False, "source": "x"},
}


def test_bare_values_and_mappings_give_the_same_type() -> None:
    stated = Parameters.model_validate(FULL)
    assert stated.half_life == Stated(864.0, assumption="between the two windows", range=(720.0, 1440.0))
    assert stated.delay.value == Law.lognormal(24.0, 1.0)
    assert stated.delay.ignorance == Law.uniform(0.5, 2.0)
    assert stated.share == Stated(0.07)
    assert stated.cost.ignorance == Law.uniform(1000.0, 5000.0)
    assert stated.switch.value is False


def test_stated_parameters_read_back_as_written() -> None:
    stated = Parameters.model_validate(FULL)
    assert Parameters.model_validate(stated.model_dump(mode="json")) == stated
    assert stated.model_dump(mode="json")["share"] == 0.07


def test_stated_is_frozen_and_travels() -> None:
    stated = Stated(864.0, source="x", range=(1.0, 1000.0))
    with pytest.raises(AttributeError, match="cannot be changed"):
        stated.value = 3.0
    assert pickle.loads(pickle.dumps(stated)) == copy.deepcopy(stated) == stated
    assert hash(stated) == hash(Stated(864.0, source="x", range=(1.0, 1000.0)))
    assert stated != Stated(864.0)
    assert repr(stated) == "Stated(value=864.0, source='x', range=(1.0, 1000.0))"


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        (
            Stated[Hours],
            {"value": "3 d"},
            "neither a source nor an assumption is given; allowed: either, or both",
        ),
        (Stated[Hours], {"source": "x"}, "Field required"),
        (Stated[Hours], {"value": "3 d", "source": "x", "note": "y"}, "Extra inputs are not permitted"),
        (Stated[Hours], {"value": "3 d", "source": " "}, "at least 1 character"),
        (Stated[Hours], {"hours": "3 d"}, "is not a time"),
        (
            Stated[Hours],
            {"value": "3 d", "source": "x", "range": ["4 d", "5 d"]},
            "allowed: low <= 3 d <= high",
        ),
        (Stated[Hours], {"value": "3 d", "source": "x", "range": ["3 d"]}, "Field required"),
        (
            Stated[Hours],
            {"value": "3 d", "source": "x", "ignorance": {"uniform": {"low": 1, "high": 2}}},
            "needs a",
        ),
        (
            Stated[Money],
            {"value": "3 USD", "source": "x", "range": ["3 GBP", "4 GBP"]},
            "allowed: low <= 3 USD",
        ),
        (Stated[Money], {"value": "3 USD", "source": "x", "ignorance": "3 GBP"}, '"3 GBP" is not in USD'),
        (
            Stated[Duration],
            {"value": "3 d", "source": "x", "range": ["1 d", "2 d"]},
            "allowed: low <= 3 d <= high",
        ),
        (
            Stated[Duration],
            {"value": {"exponential": {"mean": "3 d"}}, "source": "x", "range": ["3 d", "2 d"]},
            "range is 3 d to 2 d; allowed: low <= high",
        ),
        (
            Stated[bool],
            {"value": True, "source": "x", "range": [True, True]},
            "Extra inputs are not permitted",
        ),
        (Stated[Count], 1.5, "is not a whole number"),
    ],
)
def test_stated_refuses(kind: Any, given: object, sentence: str) -> None:
    assert sentence in refusal(kind, given)


def test_json_schema_offers_the_bare_value_and_the_mapping() -> None:
    schema = Parameters.model_json_schema()["properties"]["half_life"]
    bare, mapping = schema["anyOf"]
    assert bare["type"] == "string"
    assert set(mapping["properties"]) == {"value", "source", "assumption", "range", "ignorance", "experts", "pool"}
    assert mapping["anyOf"] == [{"required": ["value"]}, {"required": ["experts"]}]
    switch = Parameters.model_json_schema()["properties"]["switch"]["anyOf"][1]
    assert switch["required"] == ["value"]
    assert set(switch["properties"]) == {"value", "source", "assumption"}
