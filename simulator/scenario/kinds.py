"""What a model class allows at a place, read off its annotations: its keys, and its kind in plain words."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from simulator.scenario.distribution import Distribution, Stated, keys_for
from simulator.scenario.errors import FieldPath, listed
from simulator.scenario.quantity import WANTED, Amount, AmountPer, Dimensioned, Money, MoneyPer
from simulator.scenario.seen import Seen

PLAIN = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def kinds_at(model: Any, path: FieldPath) -> list[Any]:
    """The annotations that may hold at a path below a model class: several below a union, or none."""
    kinds = [model]
    for part in path:
        kinds = [inner for kind in kinds for inner in _inside(kind, part)]
    return kinds


def keys_of(kinds: Sequence[Any]) -> list[str]:
    """The keys that a mapping of any of these kinds may have."""
    keys: dict[str, None] = {}
    for kind in kinds:
        for member in _members(kind):
            bare = _bare(member)
            if isinstance(bare, type) and issubclass(bare, BaseModel):
                keys.update((field.alias or name, None) for name, field in bare.model_fields.items())
            elif get_origin(bare) is Stated:
                keys.update(dict.fromkeys(keys_for(get_args(bare)[0])))
            elif _is_mapping(bare):
                keys.update(dict.fromkeys(map(str, get_args(_bare(get_args(bare)[0])))))
    return list(keys)


def in_words(kinds: Sequence[Any]) -> str:
    """The kinds as a person would say them: `a time, for example "36 d" or "36 h"`; "" where unknown."""
    words = dict.fromkeys(word for kind in kinds for member in _members(kind) if (word := _word(member)))
    return ", or ".join(words)


def _word(kind: Any) -> str:
    for marker in get_args(kind)[1:] if get_origin(kind) is Annotated else ():
        if isinstance(marker, Dimensioned):
            return _wanted(marker.dimension)
        if isinstance(marker, Distribution):
            return f"{_wanted(marker.dimension)}, or a distribution"
        if isinstance(marker, (Amount, AmountPer)):
            return _wanted("money" if isinstance(marker, Amount) else "money_rate")
    bare = _bare(kind)
    origin = get_origin(bare)
    if origin is Stated:
        return in_words(get_args(bare)[:1])
    if origin is Literal:
        return listed(get_args(bare))
    if bare in (Money, MoneyPer):
        return _wanted("money" if bare is Money else "money_rate")
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return f"a mapping with the keys {listed(keys_of([bare]))}"
    if _is_mapping(bare):
        return "a mapping"
    return "a list" if origin in (list, tuple, set, frozenset, Sequence) else PLAIN.get(bare, "")


def _wanted(dimension: str) -> str:
    words, example = WANTED[dimension]
    return f"{words}, for example {example}"


def _bare(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _members(kind: Any) -> list[Any]:
    """The kinds a union is made of, without None."""
    bare = _bare(kind)
    if get_origin(bare) in (Union, types.UnionType):
        return [inner for member in get_args(bare) if member is not type(None) for inner in _members(member)]
    return [kind]


def _is_mapping(bare: Any) -> bool:
    return get_origin(bare) in (dict, Mapping)


def _inside(kind: Any, part: str | int) -> list[Any]:
    return [inner for member in _members(kind) for inner in _inside_one(_bare(member), part)]


def _inside_one(bare: Any, part: str | int) -> list[Any]:
    arguments = get_args(bare)
    origin = get_origin(bare)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        named = (field for name, field in bare.model_fields.items() if part in (name, field.alias))
        return [Annotated[(f.annotation, *f.metadata)] if f.metadata else f.annotation for f in named]
    if origin is Stated:
        if part in ("source", "assumption"):
            return [str]
        if part == "seen":
            return [Seen]
        return [arguments[0]] if part in ("value", "range") else _inside(arguments[0], part)
    if _is_mapping(bare):
        return [arguments[1]]
    if origin is tuple and isinstance(part, int):
        return [arguments[part] if part < len(arguments) and arguments[-1] is not ... else arguments[0]]
    return [arguments[0]] if origin in (list, set, frozenset, Sequence) else []
