"""Another kind of machine: its exponentials and logarithms differ in the last bit, the metrics of a run in no more."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import numpy as np
import pytest

from simulator.batch.engines import SIMPY
from simulator.batch.reproduce import CLOSE, apart
from simulator.batch.results import figures
from simulator.batch.run import run
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer

IN_MATH = (
    "exp",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "pow",
    "sin",
    "cos",
    "tan",
    "gamma",
    "lgamma",
    "erf",
    "erfc",
)
IN_NUMPY = ("exp", "expm1", "log", "log1p", "power")


def nudged(real: Callable[..., float]) -> Callable[..., float]:
    """Off by one unit in the last place, up or down as the digits of the result happen to be."""

    def other(*arguments: float) -> float:
        value = real(*arguments)
        if value == round(value) or not math.isfinite(value):  # what is exact everywhere
            return value
        return math.nextafter(value, math.inf if hash(value) % 2 else -math.inf)

    return other


def nudged_array(real: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    def other(*arguments: object, **more: object) -> np.ndarray:
        value = real(*arguments, **more)
        if not isinstance(value, (np.ndarray, np.floating)) or value.dtype != np.float64:
            return value
        up = np.nextafter(value, np.where(value * 1e9 % 2.0 < 1.0, np.inf, -np.inf))
        return np.where((value == np.round(value)) | ~np.isfinite(value), value, up)[()]

    return other


@pytest.mark.slow
@pytest.mark.parametrize(("name", "futures"), [("v17_from_war", 300), ("uk_2022", 100), ("v42_random", 300)])
def test_metrics_agree_to_twelve_digits(name: str, futures: int, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(name if name == "uk_2022" else known_answer(name))

    def told() -> object:
        return json.loads(json.dumps(figures(run(loaded, replications=futures, seed=8, engine=SIMPY))))

    here = told()
    for function in IN_MATH:
        monkeypatch.setattr(math, function, nudged(getattr(math, function)))
    for function in IN_NUMPY:
        monkeypatch.setattr(np, function, nudged_array(getattr(np, function)))
    there = told()
    assert json.dumps(here) != json.dumps(there)  # the nudges arrive
    assert list(apart(here, there)) == [], f"apart by more than {CLOSE:g}"
