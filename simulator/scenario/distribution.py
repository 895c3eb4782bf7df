"""Chance and doubt as a person writes them: a distribution, and a parameter with where it comes from.

`36 d`, `lognormal: {p05: 1 d, p50: 4 d, p95: 20 d}`, or `{value: 36 d, source: ...}` around either. In place of a
value a rate may say what was seen of it, and a number what several experts say: see `simulator.scenario.seen` and
`simulator.scenario.panel`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import InitErrorDetails, core_schema

from simulator.rules import quantile
from simulator.rules.quantile import Law
from simulator.scenario.errors import InputError, InputErrors, Problem, shown
from simulator.scenario.laws import CHECKED_AT, law_json_schema, read_law, write_law
from simulator.scenario.panel import Experts, Panel
from simulator.scenario.quantity import (
    MODEL_UNIT,
    Amount,
    AmountPer,
    Dimensioned,
    Money,
    MoneyPer,
    PlainDimension,
    Written,
    parse,
    text_json_schema,
)
from simulator.scenario.seen import ALLOWED as PRIORS
from simulator.scenario.seen import Seen

T = TypeVar("T")

SAID = ("value", "source", "assumption", "range", "ignorance", "seen", "experts")
KEYS = (*SAID, "pool")
"""The keys of a parameter written as a mapping; the last may only be `linear` and says nothing by itself."""

MAX_NOTE = 2000

GONE = " (what an extended file says is taken away by null)"


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
        return {"anyOf": [value, law_json_schema(value)]}


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

    With `experts`, or `seen` with a prior, nobody wrote a value: it is the mean of the pool or of the posterior,
    `ignorance` is that law and `range` its central 90 %. `seen` without a prior stands beside a value and changes
    nothing.
    """

    # Not a dataclass: pydantic would take over the schema of a generic one.
    __slots__ = SAID

    value: T
    source: str | None
    assumption: str | None
    range: tuple[T, T] | None
    ignorance: Law | None
    seen: Seen | None
    experts: Panel | None

    def __init__(
        self,
        value: T,
        source: str | None = None,
        assumption: str | None = None,
        range: tuple[T, T] | None = None,
        ignorance: Law | None = None,
        seen: Seen | None = None,
        experts: Panel | None = None,
    ) -> None:
        for key, part in zip(SAID, (value, source, assumption, range, ignorance, seen, experts), strict=True):
            object.__setattr__(self, key, part)

    def __setattr__(self, key: str, part: object) -> None:
        raise AttributeError(f"a stated value cannot be changed: {key}")

    def _parts(self) -> tuple[object, ...]:
        return tuple(getattr(self, key) for key in SAID)

    @property
    def derived(self) -> bool:
        """Does the value come of data or of experts, rather than being written?"""
        return self.experts is not None or (self.seen is not None and self.seen.prior is not None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stated) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        said = (f"{key}={part!r}" for key, part in zip(SAID, self._parts(), strict=True) if part is not None)
        return f"Stated({', '.join(said)})"

    def __reduce__(self) -> tuple[type[Stated[Any]], tuple[object, ...]]:
        return Stated, self._parts()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        kind = (get_args(source) or (Any,))[0]
        value = handler.generate_schema(kind)
        note = core_schema.str_schema(strip_whitespace=True, min_length=1, max_length=MAX_NOTE)
        fields = {
            "value": core_schema.typed_dict_field(value),
            "source": core_schema.typed_dict_field(note),
            "assumption": core_schema.typed_dict_field(note),
        }
        ignorance = _ignorance_type(kind)
        if ignorance is not None:
            fields["range"] = core_schema.typed_dict_field(core_schema.tuple_schema([value, value]))
            fields["ignorance"] = core_schema.typed_dict_field(handler.generate_schema(ignorance))
        marker = _marker_of_experts(kind)
        if marker is not None:
            fields["experts"] = core_schema.typed_dict_field(handler.generate_schema(Annotated[Panel, marker]))
            fields["pool"] = core_schema.typed_dict_field(core_schema.literal_schema(["linear"]))
        if _is_rate(kind):
            fields["seen"] = core_schema.typed_dict_field(handler.generate_schema(Seen))
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
        instead = [key for key in ("value", "seen", "experts") if key in mapping["properties"]]
        mapping |= {"anyOf": [{"required": [key]} for key in instead]} if instead[1:] else {"required": instead}
        return {"anyOf": [mapping["properties"]["value"], mapping]}


def _read(given: object, handler: core_schema.ValidatorFunctionWrapHandler) -> Stated[Any]:
    """A bare value, or a mapping that has any of the keys above."""
    if isinstance(given, Stated):
        return given
    if not (isinstance(given, Mapping) and set(KEYS) & set(given)):
        return Stated(handler({"value": given})["value"])
    fields = handler(dict(given))
    _check_together(fields, given)
    fields.pop("pool", None)
    stated = Stated(**fields) if "value" in fields else _come_of(fields)
    if stated.source is None and stated.assumption is None:
        raise InputError("neither a source nor an assumption is given; allowed: either, or both")
    if stated.derived:
        return stated
    if isinstance(stated.value, (Money, MoneyPer)) and stated.ignorance is not None:
        stated = Stated(**fields | {"ignorance": _money_ignorance(stated.value, given["ignorance"])})
    if stated.range is not None:
        _check_range(stated, given)
    return stated


def keys_for(kind: Any) -> tuple[str, ...]:
    """The keys that a parameter of this kind of value may have as a mapping."""
    left_out = {
        *(() if _ignorance_type(kind) is not None else ("range", "ignorance")),
        *(() if _marker_of_experts(kind) is not None else ("experts", "pool")),
        *(() if _is_rate(kind) else ("seen",)),
    }
    return tuple(key for key in KEYS if key not in left_out)


def _ignorance_type(kind: Any) -> Any:
    """The type of ignorance about this kind of value; None where the value is no number."""
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if plain in (Money, MoneyPer):
        return Any  # read with the currency of the value, see _money_ignorance
    marker = _marker(kind)
    if isinstance(marker, Dimensioned):
        return Annotated[Law, Distribution(marker.dimension)]
    return Factor if isinstance(marker, Distribution) else None


def _marker(kind: Any) -> Written | None:
    return next((m for m in get_args(kind)[1:] if isinstance(m, Written)), None)


def _marker_of_experts(kind: Any) -> Experts | None:
    """How the experts of such a value are read; None where the value is no number, or a whole one."""
    of = {Money: Amount(), MoneyPer: AmountPer()}.get(kind) or _marker(kind)
    whole = isinstance(of, Dimensioned) and of.whole
    return Experts(of) if isinstance(of, (Dimensioned, Amount, AmountPer)) and not whole else None


def _is_rate(kind: Any) -> bool:
    of = _marker(kind)
    return isinstance(of, Dimensioned) and of.dimension == "rate"


def _check_together(fields: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Raises InputErrors, or the error of a missing value, for keys that do not go together."""
    basis = [key for key in ("experts", "seen") if key in fields]
    has_prior = "seen" in fields and fields["seen"].prior is not None

    def refuse(key: str, beside: str, allowed: str) -> InputErrors:
        return InputErrors([Problem((key,), f"given beside {beside}", allowed)])

    if "pool" in fields and "experts" not in fields:
        raise refuse("pool", "no experts", "only with experts")
    if len(basis) > 1:
        raise refuse("seen", "experts", "one of the two")
    if "value" in fields:
        if "experts" in fields:
            raise refuse("experts", "a value", f"one of the two: the mean of what they say is the value{GONE}")
        if has_prior:
            raise refuse("seen", "a value, with a prior", f"leave out the prior or the value{GONE}")
        if basis and "ignorance" not in fields:
            raise refuse("seen", "a value without ignorance", "ignorance as well: the belief the data bear on")
        return
    if not basis:
        missing = InitErrorDetails(type="missing", loc=("value",), input=given)
        raise ValidationError.from_exception_data("Stated", [missing])
    if basis == ["seen"] and not has_prior:
        problem = Problem(("seen", "prior"), "missing", f"{PRIORS}; or a value with ignorance beside seen")
        raise InputErrors([problem])
    for key in ("range", "ignorance"):
        if key in fields:
            raise refuse(key, basis[0], f"leave it out: it follows from {basis[0]}{GONE}")


def _come_of(fields: dict[str, Any]) -> Stated[Any]:
    """A parameter whose value is the mean of a pool or of a posterior, with that law and its central 90 %."""
    if "experts" in fields:
        panel: Panel = fields["experts"]
        law = panel.law
        low, mean, high = (panel.amount(number) for number in (law.quantile(0.05), law.mean(), law.quantile(0.95)))
        return Stated(**fields, value=mean, range=(low, high), ignorance=law)
    seen: Seen = fields["seen"]
    try:
        law = seen.posterior(seen.prior)
    except ValueError as error:
        raise InputErrors([Problem(("seen",), given="", hint=str(error))]) from None
    return Stated(**fields, value=law.mean(), range=(law.quantile(0.05), law.quantile(0.95)), ignorance=law)


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
    left_out = {"value", "range", "ignorance"} if stated.derived else set()
    fields = {key: getattr(stated, key) for key in SAID if getattr(stated, key) is not None and key not in left_out}
    if isinstance(stated.value, (Money, MoneyPer)) and stated.ignorance is not None and "ignorance" in fields:
        unit = _unit(stated.value)
        fields["ignorance"] = write_law(stated.ignorance, lambda amount: f"{amount!r} {unit}")
    written = handler(fields)
    return written["value"] if fields.keys() == {"value"} else written
