"""The table of known answers: `cases.yaml`, one entry a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np
import yaml


@dataclass(frozen=True)
class Case:
    """A question with an exact answer.

    `expected` holds figures in mappings and lists; each was found in two independent ways (`derivation`,
    `second_way`), and published ones are named in `source`. `not_yet` says what the project lacks to answer it.
    """

    id: str
    title: str
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]
    relative: float
    absolute: float
    derivation: str
    second_way: str
    source: str
    not_yet: str


@cache
def all_cases() -> Mapping[str, Case]:
    """Every case by id, in the order of the table."""
    text = files("simulator.checks").joinpath("cases.yaml").read_text(encoding="utf-8")
    return MappingProxyType({entry["id"]: _case_from(entry) for entry in yaml.safe_load(text)})


def _case_from(entry: Mapping[str, Any]) -> Case:
    tolerance = entry.get("tolerance", {})
    return Case(
        id=entry["id"],
        title=entry["title"],
        inputs=entry["inputs"],
        expected=entry["expected"],
        relative=float(tolerance.get("relative", 0.0)),
        absolute=float(tolerance.get("absolute", 0.0)),
        derivation=entry["derivation"],
        second_way=entry["second_way"],
        source=entry.get("source", ""),
        not_yet=entry.get("not_yet", ""),
    )


def leaves(figures: object, name: str = "") -> Iterator[tuple[str, float]]:
    """(name, value) of every number in mappings, lists and arrays: `p_t1.0`, `published.Lq`. Text is passed over."""
    if isinstance(figures, Mapping):
        for key, inner in figures.items():
            yield from leaves(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(figures, (list, tuple, np.ndarray)):
        for number, inner in enumerate(figures):
            yield from leaves(inner, f"{name}.{number}")
    elif not isinstance(figures, str):
        yield name, float(figures)  # type: ignore[arg-type]
