"""A number stated as a table of experts."""

from __future__ import annotations

import json
import math
import pickle
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from simulator.evidence.experts import ThreePoints, linear_pool
from simulator.rules.quantile import Law
from simulator.scenario.distribution import Duration, Stated
from simulator.scenario.document import document_from_text
from simulator.scenario.errors import InputErrors
from simulator.scenario.quantity import (
    Count,
    Hours,
    Money,
    MoneyPer,
    MoneyPerKilowattHour,
    Number,
    PerHour,
    PositiveHours,
    Share,
)
from simulator.scenario.translate import validate_document

AMES = {"name": "Ames", "p05": "1 d", "p50": "4 d", "p95": "20 d"}
BROOK = {"name": "Brook", "min": "1 d", "mode": "2 d", "max": "9 d", "weight": 3}


def read(kind: Any, *experts: object, **more: object) -> Stated[Any]:
    given = {"experts": list(experts), "assumption": "asked by letter"} | more
    return TypeAdapter(Stated[kind]).validate_python(given)


def test_the_value_is_the_mean_of_the_pool_with_its_law_and_range() -> None:
    stated = read(Hours, AMES, BROOK, pool="linear")
    laws = [ThreePoints(24.0, 96.0, 480.0).law(), Law.pert(24.0, 48.0, 216.0)]
    pool = linear_pool(laws, [1.0, 3.0])
    assert stated.value == pytest.approx(0.25 * laws[0].mean() + 0.75 * laws[1].mean(), rel=1e-6)
    assert stated.ignorance == pool
    assert stated.range == pytest.approx((pool.quantile(0.05), pool.quantile(0.95)), rel=1e-12)
    assert stated.derived


def test_one_expert_is_a_pool_too() -> None:
    """V25: the mean of the lognormal law through 1 and 20, whose median is the stated one."""
    stated = read(Number, {"p05": 1, "p50": math.sqrt(20.0), "p95": 20})
    assert stated.value == pytest.approx(6.769971491, rel=1e-6)
    assert read(Number, {"min": 2, "mode": 5, "max": 20}).value == pytest.approx(7.0, rel=1e-12)


@pytest.mark.parametrize("weight", [1, 0.2])
def test_ten_of_the_same_mind_are_one(weight: float) -> None:
    ten = [{"p05": "1 in 900 years", "p50": "1 in 90 years", "p95": "1 in 9 years", "weight": weight}] * 10
    alone = read(PerHour, ten[0])
    assert (read(PerHour, *ten).value, read(PerHour, *ten).range) == (alone.value, alone.range)


@pytest.mark.parametrize(
    ("kind", "experts", "mean"),
    [
        (Share, [{"min": 0, "mode": "4 %", "max": 0.2}, {"p05": 0.001, "p50": "1 %", "p95": 0.02}], None),
        (PositiveHours, [{"min": "0 h", "mode": "1 d", "max": "2 d"}], 24.0),
        (Number, [{"min": -3, "mode": 0, "max": 3}], 0.0),
        (Money, [{"min": "1 kGBP", "mode": "2 kGBP", "max": "3000 GBP"}], Money(2000.0, "GBP")),
        (
            MoneyPerKilowattHour,
            [{"min": "1 GBP / kWh", "mode": "2000 GBP / MWh", "max": "3 GBP / kWh"}],
            MoneyPer(2.0, "GBP", "kWh"),
        ),
    ],
)
def test_any_number_may_be_asked_of_experts(kind: Any, experts: list[object], mean: object) -> None:
    stated = read(kind, *experts)
    if mean is not None:
        assert stated.value == mean
    adapter = TypeAdapter(Stated[kind])
    written = adapter.dump_python(stated, mode="json")
    assert set(written) == {"experts", "assumption"}
    assert adapter.validate_python(json.loads(json.dumps(written))) == stated
    assert pickle.loads(pickle.dumps(stated)) == stated


@pytest.mark.parametrize("kind", [Duration, Count, bool])
def test_what_is_no_plain_number_is_not(kind: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        read(kind, {"min": 1, "mode": 2, "max": 3})
    assert caught.value.errors()[0]["type"] == "extra_forbidden"


class Model(BaseModel):
    """Parameters of several kinds."""

    delay: Stated[Hours] | None = None
    share: Stated[Share] | None = None
    cost: Stated[Money] | None = None


GOOD = "{p05: 1 d, p50: 2 d, p95: 3 d}"


@pytest.mark.parametrize(
    ("field", "experts", "said"),
    [
        ("delay", "[]", "delay.experts: an empty list is no table of experts; allowed: a list of 1 to 100, each"),
        ("delay", "{a: 1}", "delay.experts: a mapping with the keys a is no table of experts"),
        ("delay", f"[{', '.join([GOOD] * 101)}]", "delay.experts: a list of 101 is no table of experts"),
        ("delay", "[4 d]", 'delay.experts[1]: "4 d" is no answer; allowed: {p05, p50, p95} or {min, mode, max}'),
        ("delay", f"[{GOOD}, {{p05: 3 d, p50: 2 d, p95: 4 d}}]",
         "delay.experts[2]: the answer has p05 3 d, p50 2 d, p95 4 d; allowed: p05 <= p50 <= p95 and p05 < p95"),
        ("delay", "[{p05: 2 d, p50: 2 d, p95: 2 d}]", "delay.experts[1]: the answer has p05 2 d, p50 2 d, p95 2 d; "),
        ("delay", "[{min: 2 d, mode: 2 d, max: 2 d}]", "allowed: min <= mode <= max and min < max"),
        ("delay", "[{p05: 0 d, p50: 2 d, p95: 3 d}]", "delay.experts[1]: the answer.p05 is 0 d; allowed: above 0"),
        ("delay", "[{p05: 1, p50: 2 d, p95: 3 d}]", 'the answer.p05: 1 needs a unit, for example "1 d" or "1 h"'),
        ("delay", "[{p05: 1 d, p50: 2 d}]", "delay.experts[1]: an answer has the points p05, p50; allowed: p05, "),
        ("delay", "[{p05: 1 d, p50: 2 d, p59: 3 d}]", 'Did you mean "p95"?'),
        ("delay", "[{p05: 1 d, p50: 2 d, p95: 3 d, weight: -1}]", "delay.experts[1]: weight is -1; allowed: 0 or more"),
        ("delay", "[{p05: 1 d, p50: 2 d, p95: 3 d, weight: .inf}]", "is not a finite number"),
        ("delay", "[{name: 3, p05: 1 d, p50: 2 d, p95: 3 d}]", "delay.experts[1]: name is 3; allowed: text"),
        ("delay", "[{p05: 1 d, p50: 2 d, p95: 3 d, weight: 0}, {p05: 1 d, p50: 2 d, p95: 4 d, weight: 0}]",
         "delay.experts: every expert has the weight 0; allowed: at least one above 0, or no weights"),
        ("delay", "[{name: A, p05: 1 d, p50: 2 d, p95: 3 d}, {name: A, p05: 1 d, p50: 2 d, p95: 4 d}]",
         'delay.experts: two experts are called "A"; allowed: a name of their own for each, or none'),
        ("share", "[{p05: 0.1, p50: 0.5, p95: 0.9}]",
         "share.experts[1]: the answer as a lognormal law goes above 1; allowed: min, mode and max from 0 to 1"),
        ("share", "[{min: 0.1, mode: 0.5, max: 1.9}]", "share.experts[1]: the answer.max: 1.9 is out of range"),
        ("cost", "[{min: 1 GBP, mode: 2 GBP, max: 3 GBP}, {min: 1 USD, mode: 2 USD, max: 3 USD}]",
         'cost.experts[2]: the answer.min: "1 USD" is not in GBP; allowed: the same unit as the answers before it'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_with_file_and_line(field: str, experts: str, said: str) -> None:
    text = f"{field}:\n  assumption: x\n  experts: {experts}\n"
    with pytest.raises(InputErrors) as caught:
        validate_document(document_from_text(text, "mine.yaml"), Model)
    (sentence,) = caught.value.messages
    assert sentence.startswith("mine.yaml, line 3: ")
    assert said in sentence


def test_each_wrong_answer_is_said_on_its_own_line() -> None:
    text = (
        "delay:\n  assumption: x\n  experts:\n  - {p05: 3 d, p50: 2 d, p95: 4 d}\n"
        f"  - {GOOD}\n  - {{p05: 2 d, p50: 2 d, p95: 2 d}}\n"
    )
    with pytest.raises(InputErrors) as caught:
        validate_document(document_from_text(text, "mine.yaml"), Model)
    assert [sentence.split(":")[0] for sentence in caught.value.messages] == [
        "mine.yaml, line 4",
        "mine.yaml, line 6",
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("value: 3 d", "delay.experts is given beside a value; allowed: one of the two"),
        ("range: [1 d, 2 d]", "delay.range is given beside experts; allowed: leave it out: it follows from experts"),
        ("pool: cooke", 'delay.pool is "cooke"; allowed: linear'),
        ("seen: {events: 0, in: 3 d}", "delay.seen is not a known key; allowed: value, source, assumption, range"),
    ],
)
def test_what_does_not_go_together_is_said(more: str, said: str) -> None:
    text = f"delay:\n  assumption: x\n  experts: [{GOOD}]\n  {more}\n"
    with pytest.raises(InputErrors) as caught:
        validate_document(document_from_text(text, "mine.yaml"), Model)
    assert said in caught.value.messages[0]
