"""Chance as a person writes it: `36 d`, or `lognormal: {p05: 1 d, p50: 4 d, p95: 20 d}`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulator.rules import quantile
from simulator.rules.quantile import Law
from simulator.scenario.errors import InputError, did_you_mean, listed, shown
from simulator.scenario.quantity import parse

FORMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "lognormal": (("median", "sigma"), ("p05", "p50", "p95")),
    "pert": (("min", "mode", "max"),),
    "weibull": (("shape", "scale"),),
    "exponential": (("mean",),),
    "gamma": (("mean", "shape"),),
    "uniform": (("low", "high"),),
    "empirical": (("values", "weights"), ("values",)),
}
"""The laws a person may write, each with the keys of each of its forms."""

MAX_POINTS = 10_000
CHECKED_AT = (1e-9, 0.5, 1.0 - 1e-9)

Reader = Callable[[object], float]
"""Reads one quantity in the unit of the law. Raises InputError."""


def read_law(given: object, read: Reader) -> Law:
    """The law that a quantity (a fixed value) or a mapping with one law in it stands for.

    Raises InputError where the form, the order of its parameters or its far tail is wrong.
    """
    if isinstance(given, Law):
        return given
    if not isinstance(given, Mapping):
        return Law.fixed(read(given))
    if len(given) != 1:
        raise InputError(f"{shown(given)} is not one distribution; allowed: exactly one of {listed(FORMS)}")
    ((name, parameters),) = given.items()
    if name not in FORMS:
        hint = did_you_mean(name, list(FORMS))
        said = f"{shown(name)} is not a distribution; allowed: {listed(FORMS)}"
        raise InputError(said + (hint and f". {hint}"))
    law = _READERS[name](checked_keys(name, parameters, FORMS[name]), read)
    if not _finite(law):
        raise InputError(f"{name} is too wide: its tail runs to infinity; allowed: a narrower distribution")
    return law


def checked_keys(name: str, parameters: object, forms: Sequence[tuple[str, ...]]) -> dict[str, object]:
    """A mapping that has the keys of one of the forms. Raises InputError."""
    allowed = " or ".join("{" + ", ".join(keys) + "}" for keys in forms)
    if not isinstance(parameters, Mapping):
        raise InputError(f"{name} is {shown(parameters)}; allowed: {allowed}")
    if set(parameters) not in [set(keys) for keys in forms]:
        known = sorted({key for keys in forms for key in keys})
        hint = next((h for key in parameters if key not in known and (h := did_you_mean(key, known))), "")
        keys = listed(parameters) or "none"
        raise InputError(f"{name} has the keys {keys}; allowed: {allowed}" + (hint and f". {hint}"))
    return dict(parameters)


def _finite(law: Law) -> bool:
    try:
        numbers = [*(law.quantile(u) for u in CHECKED_AT), law.mean(), law.variance()]
    except OverflowError:
        return False
    return all(math.isfinite(number) for number in numbers)


def _lognormal(given: dict[str, object], read: Reader) -> Law:
    if "sigma" in given:
        return Law.lognormal(
            above_zero("lognormal", "median", given, read), above_zero("lognormal", "sigma", given, plain)
        )
    points = ascending("lognormal", ("p05", "p50", "p95"), given, read)
    above_zero("lognormal", "p05", given, read)
    return Law.lognormal_quantiles(*points)


def _pert(given: dict[str, object], read: Reader) -> Law:
    return Law.pert(*ascending("pert", ("min", "mode", "max"), given, read))


def _weibull(given: dict[str, object], read: Reader) -> Law:
    return Law.weibull(above_zero("weibull", "shape", given, plain), above_zero("weibull", "scale", given, read))


def _exponential(given: dict[str, object], read: Reader) -> Law:
    return Law.exponential(above_zero("exponential", "mean", given, read))


def _gamma(given: dict[str, object], read: Reader) -> Law:
    return Law.gamma(above_zero("gamma", "mean", given, read), above_zero("gamma", "shape", given, plain))


def _uniform(given: dict[str, object], read: Reader) -> Law:
    return Law.uniform(*ascending("uniform", ("low", "high"), given, read))


def _empirical(given: dict[str, object], read: Reader) -> Law:
    values = _list("empirical", "values", given, read)
    if "weights" not in given:
        return Law.empirical(values)
    weights = _list("empirical", "weights", given, plain)
    if len(weights) != len(values):
        raise InputError(f"empirical has {len(weights)} weights and {len(values)} values; allowed: as many")
    if min(weights) < 0.0 or not 0.0 < math.fsum(weights) < math.inf:
        raise InputError("empirical.weights is out of range; allowed: each 0 or more, one of them above 0")
    return Law.empirical(values, weights)


_READERS: dict[str, Callable[[dict[str, object], Reader], Law]] = {
    "lognormal": _lognormal,
    "pert": _pert,
    "weibull": _weibull,
    "exponential": _exponential,
    "gamma": _gamma,
    "uniform": _uniform,
    "empirical": _empirical,
}


def plain(given: object) -> float:
    """A number without a unit. Raises InputError."""
    return parse(given, "number")


def _parameter(name: str, key: str, given: object, read: Reader) -> float:
    try:
        return read(given)
    except InputError as error:
        raise InputError(f"{name}.{key}: {error}") from None


def above_zero(name: str, key: str, given: Mapping[str, object], read: Reader) -> float:
    """One parameter, which must be above 0. Raises InputError."""
    number = _parameter(name, key, given[key], read)
    if number <= 0.0:
        raise InputError(f"{name}.{key} is {_as_given(given[key])}; allowed: above 0")
    return number


def ascending(name: str, keys: tuple[str, ...], given: Mapping[str, object], read: Reader) -> list[float]:
    """The parameters in the order of `keys`: never falling, and the last above the first."""
    numbers = [_parameter(name, key, given[key], read) for key in keys]
    if numbers != sorted(numbers) or numbers[0] == numbers[-1]:
        said = ", ".join(f"{key} {_as_given(given[key])}" for key in keys)
        ends = f" and {keys[0]} < {keys[-1]}" if len(keys) > 2 else ""
        raise InputError(f"{name} has {said}; allowed: {(' <= ' if ends else ' < ').join(keys)}{ends}")
    return numbers


def _list(name: str, key: str, given: dict[str, object], read: Reader) -> list[float]:
    items = given[key]
    if not isinstance(items, (list, tuple)) or not 0 < len(items) <= MAX_POINTS:
        raise InputError(f"{name}.{key} is {shown(items)}; allowed: a list of 1 to {MAX_POINTS} numbers")
    return [_parameter(name, f"{key}[{i}]", item, read) for i, item in enumerate(items, start=1)]


def _as_given(value: object) -> str:
    return shown(value).strip('"')


def law_json_schema(value: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of a mapping with exactly one law in it, of values with the given schema."""
    laws: dict[str, Any] = {}
    for name, forms in FORMS.items():
        kinds = [_form_schema(keys, value) for keys in forms]
        laws[name] = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    one_law = {"type": "object", "properties": laws, "minProperties": 1, "maxProperties": 1}
    return one_law | {"additionalProperties": False}


def _form_schema(keys: tuple[str, ...], value: dict[str, Any]) -> dict[str, Any]:
    number = {"type": "number"}
    parts: dict[str, Any] = {key: number if key in ("sigma", "shape") else value for key in keys}
    for key in {"values", "weights"} & set(keys):
        parts[key] = {"type": "array", "items": value if key == "values" else number, "minItems": 1}
    return {"type": "object", "properties": parts, "required": list(keys), "additionalProperties": False}


def write_law(law: Law, write: Callable[[float], object]) -> object:
    """The text or mapping that `read_law` turns into this law; exact but for rounding in a split lognormal
    (written as its three points) and in the weights of an empirical law.
    """
    a, b, c = law.a, law.b, law.c
    if law.kind == quantile.FIXED:
        return write(a)
    if law.kind == quantile.LOGNORMAL:
        return {"lognormal": {"median": write(a), "sigma": b}}
    if law.kind == quantile.SPLIT_LOGNORMAL:
        low, high = a * math.exp(-b * quantile.Z95), a * math.exp(c * quantile.Z95)
        return {"lognormal": {"p05": write(low), "p50": write(a), "p95": write(high)}}
    if law.kind == quantile.PERT:
        return {"pert": {"min": write(a), "mode": write(b), "max": write(c)}}
    if law.kind == quantile.WEIBULL:
        return {"weibull": {"shape": a, "scale": write(b)}}
    if law.kind == quantile.EXPONENTIAL:
        return {"exponential": {"mean": write(a)}}
    if law.kind == quantile.GAMMA:
        return {"gamma": {"mean": write(a), "shape": b}}
    if law.kind == quantile.UNIFORM:
        return {"uniform": {"low": write(a), "high": write(b)}}
    weights = [high - low for low, high in zip((0.0, *law.cumulative), law.cumulative, strict=False)]
    return {"empirical": {"values": [write(point) for point in law.points], "weights": weights}}
