"""Chance and doubt as a person writes them: a distribution, and a parameter with where it comes from.

`36 d`, `lognormal: {p05: 1 d, p50: 4 d, p95: 20 d}`, or `{value: 36 d, source: ...}` around either.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from simulator.rules import quantile
from simulator.rules.quantile import Law
from simulator.scenario.errors import InputError, InputErrors, Problem, shown
from simulator.scenario.laws import CHECKED_AT, FORMS, read_law, write_law
from simulator.scenario.quantity import (
    MODEL_UNIT,
    Dimensioned,
    Money,
    MoneyPer,
    PlainDimension,
    Written,
    parse,
    text_json_schema,
)

T = TypeVar("T")

KEYS = ("value", "source", "assumption", "range", "ignorance")
"""The keys of a parameter written as a mapping."""

MAX_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Distribution(Written):
    """Marks a Law field with the dimension of its values: `Duration = Annotated[Law, Distribution("time")]`.

    A law of a share stays within 0 and 1; `least` is the lowest value of a law of plain numbers.
    """

    dimension: PlainDimension
    least: float = -math.inf

    def read(self, given: object) -> Law:
        """The law in the model's unit. Raises InputError."""
        law = read_law(given, self._read_value)
        if self.dimension == "share" and law.quantile(CHECKED_AT[-1]) > 1.0:
            raise InputError(f"{shown(given)} goes above 1; allowed: shares from 0 to 1, for example as pert")
        return law

    def _read_value(self, given: object) -> float:
        number = parse(given, self.dimension)
        if number < self.least:
            raise InputError(f"{shown(given)} is out of range; allowed: {self.least:g} or more")
        return number

    def write(self, value: Law) -> object:
        """The law as a person would write it."""
        unit = MODEL_UNIT.get(self.dimension)
        return write_law(value, lambda number: f"{number!r} {unit}" if unit else number)

    def json_schema(self) -> dict[str, Any]:
        """A quantity, or a mapping with exactly one law in it."""
        number: dict[str, Any] = {"type": "number"}
        value = text_json_schema(self.dimension) if self.dimension in MODEL_UNIT else number
        laws: dict[str, Any] = {}
        for name, forms in FORMS.items():
            kinds = [_form_schema(keys, value) for keys in forms]
            laws[name] = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
        one_law = {"type": "object", "properties": laws, "minProperties": 1, "maxProperties": 1}
        return {"anyOf": [value, one_law | {"additionalProperties": False}]}


def _form_schema(keys: tuple[str, ...], value: dict[str, Any]) -> dict[str, Any]:
    number = {"type": "number"}
    parts: dict[str, Any] = {key: number if key in ("sigma", "shape") else value for key in keys}
    for key in {"values", "weights"} & set(keys):
        parts[key] = {"type": "array", "items": value if key == "values" else number, "minItems": 1}
    return {"type": "object", "properties": parts, "required": list(keys), "additionalProperties": False}


Duration = Annotated[Law, Distribution("time")]
"""Hours."""
Factor = Annotated[Law, Distribution("number", least=0.0)]
"""A plain number of 0 or more that multiplies something."""
Severity = Annotated[Law, Distribution("number", least=0.0)]
"""A size of 0 or more: customers, or units of loss."""
ShareLaw = Annotated[Law, Distribution("share")]
RateLaw = Annotated[Law, Distribution("rate")]
"""Per hour."""
PowerLaw = Annotated[Law, Distribution("power")]
"""Kilowatts."""


class Stated(Generic[T]):
    """The value of a parameter, with its source or the assumption behind it. Frozen.

    `range` is the plausible low and high. `ignorance` is a law of what the true value is, in the unit of the
    value (for money, in its currency); where the value is itself a law, it is the law of a factor on it.
    """

    # Not a dataclass: pydantic would take over the schema of a generic one.
    __slots__ = KEYS

    value: T
    source: str | None
    assumption: str | None
    range: tuple[T, T] | None
    ignorance: Law | None

    def __init__(
        self,
        value: T,
        source: str | None = None,
        assumption: str | None = None,
        range: tuple[T, T] | None = None,
        ignorance: Law | None = None,
    ) -> None:
        for key, part in zip(KEYS, (value, source, assumption, range, ignorance), strict=True):
            object.__setattr__(self, key, part)

    def __setattr__(self, key: str, part: object) -> None:
        raise AttributeError(f"a stated value cannot be changed: {key}")

    def _parts(self) -> tuple[object, ...]:
        return tuple(getattr(self, key) for key in KEYS)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stated) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        said = (f"{key}={part!r}" for key, part in zip(KEYS, self._parts(), strict=True) if part is not None)
        return f"Stated({', '.join(said)})"

    def __reduce__(self) -> tuple[type[Stated[Any]], tuple[object, ...]]:
        return Stated, self._parts()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        kind = (get_args(source) or (Any,))[0]
        value = handler.generate_schema(kind)
        note = core_schema.str_schema(strip_whitespace=True, min_length=1, max_length=MAX_NOTE)
        fields = {
            "value": core_schema.typed_dict_field(value, required=True),
            "source": core_schema.typed_dict_field(note),
            "assumption": core_schema.typed_dict_field(note),
        }
        ignorance = _ignorance_type(kind)
        if ignorance is not None:
            fields["range"] = core_schema.typed_dict_field(core_schema.tuple_schema([value, value]))
            fields["ignorance"] = core_schema.typed_dict_field(handler.generate_schema(ignorance))
        return core_schema.no_info_wrap_validator_function(
            _read,
            core_schema.typed_dict_schema(fields, extra_behavior="forbid", total=False),
            serialization=core_schema.wrap_serializer_function_ser_schema(_write, when_used="json"),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        mapping = handler.resolve_ref_schema(handler(schema))
        mapping.pop("title", None)
        return {"anyOf": [mapping["properties"]["value"], mapping]}


def _read(given: object, handler: core_schema.ValidatorFunctionWrapHandler) -> Stated[Any]:
    """A bare value, or a mapping that has any of the keys above."""
    if isinstance(given, Stated):
        return given
    if not (isinstance(given, Mapping) and set(KEYS) & set(given)):
        return Stated(handler({"value": given})["value"])
    fields = handler(dict(given))
    stated = Stated(**fields)
    if stated.source is None and stated.assumption is None:
        raise InputError("neither a source nor an assumption is given; allowed: either, or both")
    if isinstance(stated.value, (Money, MoneyPer)) and stated.ignorance is not None:
        stated = Stated(**fields | {"ignorance": _money_ignorance(stated.value, given["ignorance"])})
    if stated.range is not None:
        _check_range(stated, given)
    return stated


def _ignorance_type(kind: Any) -> Any:
    """The type of ignorance about this kind of value; None where the value is no number."""
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if plain in (Money, MoneyPer):
        return Any  # read with the currency of the value, see _money_ignorance
    marker = next((m for m in get_args(kind)[1:] if isinstance(m, Written)), None)
    if isinstance(marker, Dimensioned):
        return Annotated[Law, Distribution(marker.dimension)]
    return Factor if isinstance(marker, Distribution) else None


def _money_ignorance(value: Money | MoneyPer, given: object) -> Law:
    def read(amount: object) -> float:
        money = parse(amount, "money") if isinstance(value, Money) else parse(amount, "money_rate")
        if _unit(money) != _unit(value):
            raise InputError(f"{shown(amount)} is not in {_unit(value)}; allowed: the same unit as the value")
        return money.amount

    try:
        return read_law(given, read)
    except InputError as error:
        raise InputErrors([Problem(("ignorance",), given="", hint=str(error))]) from None


def _check_range(stated: Stated[Any], given: Mapping[str, Any]) -> None:
    low, high = stated.range or (None, None)
    units = {_unit(one) for one in (low, stated.value, high)}
    sizes = [size for size in map(_size, (low, stated.value, high)) if size is not None]
    if len(units) > 1 or sizes != sorted(sizes):
        first, last, value = (shown(part).strip('"') for part in (*given["range"], given["value"]))
        allowed = f"low <= {value} <= high" if len(sizes) == 3 else "low <= high"
        raise InputErrors([Problem(("range",), f"{first} to {last}", allowed)])


def _size(value: object) -> float | None:
    """What can be put in order; None for a law that is not fixed."""
    if isinstance(value, (Money, MoneyPer)):
        return value.amount
    if isinstance(value, Law):
        return value.a if value.kind == quantile.FIXED else None
    return value if isinstance(value, (int, float)) else None


def _unit(value: object) -> str:
    if isinstance(value, MoneyPer):
        return f"{value.currency} / {value.per}"
    return value.currency if isinstance(value, Money) else ""


def _write(stated: Stated[Any], handler: core_schema.SerializerFunctionWrapHandler) -> object:
    """The bare value where nothing is said about it, else the mapping."""
    fields = {key: getattr(stated, key) for key in KEYS if getattr(stated, key) is not None}
    if isinstance(stated.value, (Money, MoneyPer)) and stated.ignorance is not None:
        unit = _unit(stated.value)
        fields["ignorance"] = write_law(stated.ignorance, lambda amount: f"{amount!r} {unit}")
    written = handler(fields)
    return written if len(fields) > 1 else written["value"]
