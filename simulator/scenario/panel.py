"""Several experts in place of a number: `experts: [{p05: 1 d, p50: 4 d, p95: 9 d}, {min: 1 d, mode: 2 d, max: 9 d}]`.

What the experts say becomes one law, the linear pool of their laws (methods: V25).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from simulator.evidence.experts import ThreePoints, linear_pool
from simulator.rules.quantile import Law
from simulator.scenario.errors import InputError, InputErrors, Problem, did_you_mean, listed, printable, shown
from simulator.scenario.laws import CHECKED_AT, above_zero, ascending, plain
from simulator.scenario.quantity import (
    MODEL_UNIT,
    Amount,
    AmountPer,
    Dimension,
    Dimensioned,
    Money,
    MoneyPer,
    Written,
    parse,
    text_json_schema,
    unit_written,
)

QUANTILES = ("p05", "p50", "p95")
PERT = ("min", "mode", "max")
FORMS = (QUANTILES, PERT)
"""The points of a lognormal law and of a PERT law."""
MOST = 100
"""Experts to a table."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one expert said: three points of one form, in the unit of the table."""

    name: str
    form: tuple[str, ...]
    points: tuple[float, float, float]
    weight: float = 1.0

    @property
    def law(self) -> Law:
        """The law through the points."""
        return Law.lognormal_quantiles(*self.points) if self.form == QUANTILES else Law.pert(*self.points)

    @property
    def implied_median(self) -> float | None:
        """The median that the outer points imply by themselves; None for an answer that states no median."""
        return ThreePoints(*self.points).implied_median if self.form == QUANTILES else None


@dataclass(frozen=True, slots=True)
class Panel:
    """The answers, in `unit`: that of the model, the money of the first answer, or "" for a plain number.

    `of` reads the values that they are about.
    """

    answers: tuple[Answer, ...]
    unit: str
    of: Dimensioned | Amount | AmountPer

    @property
    def dimension(self) -> Dimension:
        """What the experts were asked for."""
        return _dimension(self.of)

    @property
    def law(self) -> Law:
        """The linear pool."""
        return _pooled(tuple(answer.law for answer in self.answers), tuple(answer.weight for answer in self.answers))

    def unit_of(self, written: Sequence[Mapping[str, object]]) -> tuple[str, float]:
        """The unit in which the first point was written, and its size in the unit of the table."""
        return unit_written(written[0][self.answers[0].form[0]], self.dimension)

    def amount(self, number: float) -> object:
        """A number as a value of the parameter. Raises InputError where it is out of range."""
        return self.of.read(self.written(number))

    def written(self, number: float) -> object:
        """A number in the unit of the table, as a person would write it."""
        return f"{number!r} {self.unit}" if self.unit else number


@lru_cache(maxsize=64)
def _pooled(laws: tuple[Law, ...], weights: tuple[float, ...]) -> Law:
    return linear_pool(laws, weights)


@dataclass(frozen=True, slots=True)
class Experts(Written):
    """Marks the table of experts of a value that `of` reads."""

    of: Dimensioned | Amount | AmountPer

    def read(self, given: object) -> Panel:
        """Raises InputErrors with what is wrong with each expert."""
        if isinstance(given, Panel):
            return given
        if not isinstance(given, (list, tuple)) or not 0 < len(given) <= MOST:
            allowed = "{name, weight, p05, p50, p95} or {name, weight, min, mode, max}"
            raise InputError(f"{shown(given)} is no table of experts; allowed: a list of 1 to {MOST}, each {allowed}")
        units = _Units(self.of)
        answers: list[Answer] = []
        problems: list[str | Problem] = []
        for number, one in enumerate(given):
            try:
                answers.append(_answer(one, f"expert {number + 1}", units))
            except InputError as error:
                problems.append(Problem((number,), given="", hint=str(error)))
        names = [answer.name for answer in answers]
        twice = next((name for name in names if names.count(name) > 1), None)
        if problems:
            raise InputErrors(problems)
        if twice is not None:
            raise InputError(f"two experts are called {shown(twice)}; allowed: a name of their own for each, or none")
        if not any(answer.weight for answer in answers):
            raise InputError("every expert has the weight 0; allowed: at least one above 0, or no weights")
        return Panel(tuple(answers), units.unit, self.of)

    def write(self, value: Panel) -> object:
        """The table; equal weights and names by number are left out."""
        return [
            ({} if answer.name == f"expert {number}" else {"name": answer.name})
            | {key: value.written(point) for key, point in zip(answer.form, answer.points, strict=True)}
            | ({} if answer.weight == 1.0 else {"weight": answer.weight})
            for number, answer in enumerate(value.answers, start=1)
        ]

    def json_schema(self) -> dict[str, Any]:
        """A list of answers."""
        of = self.of
        point = (
            Dimensioned(of.dimension).json_schema() if isinstance(of, Dimensioned) else text_json_schema(_dimension(of))
        )
        known = {"name": {"type": "string"}, "weight": {"type": "number", "minimum": 0}}
        one = {
            "type": "object",
            "properties": known | dict.fromkeys((*QUANTILES, *PERT), point),
            "additionalProperties": False,
            "anyOf": [{"required": list(form)} for form in FORMS],
        }
        return {"type": "array", "items": one, "minItems": 1, "maxItems": MOST}


class _Units:
    """Reads the points of all answers to one question, which must be in one unit of money."""

    def __init__(self, of: Dimensioned | Amount | AmountPer) -> None:
        self.dimension = _dimension(of)
        self.unit = MODEL_UNIT.get(self.dimension, "")

    def read(self, given: object) -> float:
        quantity = parse(given, self.dimension)
        if not isinstance(quantity, (Money, MoneyPer)):
            return float(quantity)
        unit = str(quantity).split(" ", 1)[1]
        self.unit = self.unit or unit
        if unit != self.unit:
            raise InputError(f"{shown(given)} is not in {self.unit}; allowed: the same unit as the answers before it")
        return quantity.amount


def _dimension(of: Dimensioned | Amount | AmountPer) -> Dimension:
    if isinstance(of, Dimensioned):
        return of.dimension
    return "money" if isinstance(of, Amount) else "money_rate"


def _answer(given: object, name: str, units: _Units) -> Answer:
    if not isinstance(given, Mapping):
        raise InputError(f"{shown(given)} is no answer; allowed: {{p05, p50, p95}} or {{min, mode, max}}")
    points = [key for key in given if key not in ("name", "weight")]
    form = next((form for form in FORMS if set(form) == set(points)), None)
    if form is None:
        known = ("name", "weight", *QUANTILES, *PERT)
        hint = next((h for key in points if key not in known and (h := did_you_mean(key, known))), "")
        said = f"an answer has the points {listed(points) or 'none'}; allowed: p05, p50 and p95, or min, mode and max"
        raise InputError(said + (hint and f". {hint}"))
    low, middle, high = ascending("the answer", form, given, units.read)
    if form == QUANTILES:
        above_zero("the answer", "p05", given, units.read)
    weight = plain(given.get("weight", 1.0))
    if weight < 0.0:
        raise InputError(f"weight is {shown(weight)}; allowed: 0 or more")
    said_name = given.get("name", name)
    if not isinstance(said_name, str) or not said_name.strip():
        raise InputError(f"name is {shown(said_name)}; allowed: text")
    answer = Answer(printable(said_name.strip()), form, (low, middle, high), weight)
    if units.dimension == "share" and answer.law.quantile(CHECKED_AT[-1]) > 1.0:
        raise InputError("the answer as a lognormal law goes above 1; allowed: min, mode and max from 0 to 1")
    return answer
