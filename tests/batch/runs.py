"""Runs that several tests look at, each made once a process, and comparisons of estimates."""

from __future__ import annotations

import math
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from simulator.batch.engines import KERNEL, SIMPY
from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.checks.figure import SURE, Z
from simulator.risk.estimate import Estimate
from simulator.scenario.load import load
from simulator.scenario.shipped import shipped_scenarios

SHIPPED = [name for name in shipped_scenarios() if not name.startswith("defaults")]

needs_numba = pytest.mark.skipif(find_spec("numba") is None, reason="the kernel needs Numba")
EITHER = [SIMPY, pytest.param(KERNEL, marks=needs_numba)]
"""Both engines, to have a test run with each."""


@cache
def run_of(scenario: str | Path, **arguments: Any) -> Results:
    """Equal arguments give the run that is already there."""
    return run(load(scenario), **arguments)


def miss(name: str, found: Estimate, exact: float, most_se: float = math.inf) -> list[str]:
    """What is wrong with an estimate of a known figure: off by 3.29 standard errors, or an error too large."""
    wrong = []
    if found.se == 0.0:
        if abs(found.value - exact) > SURE * abs(exact):
            wrong.append(f"{name}: {found.value:.8g} without error, exact is {exact:.8g}")
    elif not abs(found.value - exact) < Z * found.se:
        wrong.append(f"{name}: {found.value:.6g} +- {found.se:.2g}, exact is {exact:.6g}")
    if not found.se <= most_se * abs(exact):
        wrong.append(f"{name}: standard error {found.se / abs(exact):.2%} of the exact figure, asked {most_se:.0%}")
    return wrong


def differ(name: str, first: Estimate, second: Estimate) -> list[str]:
    """What is wrong with two independent estimates of one figure."""
    se = math.hypot(first.se, second.se)
    gap = abs(first.value - second.value)
    if gap < Z * se or gap <= SURE * abs(first.value):
        return []
    return [f"{name}: {first.value:.5g} +- {first.se:.2g} and {second.value:.5g} +- {second.se:.2g}"]
