"""What the second ways share: the case, how near is near, and equations solved."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from simulator.checks.case import all_cases

YEAR_H = 8766.0


def case(name: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Inputs and expected figures."""
    found = all_cases()[name]
    return found.inputs, found.expected


def near(expected: object, relative: float = 1e-7) -> Any:
    return pytest.approx(expected, rel=relative, abs=1e-12)


def assert_near_in_sampling(found: Any, expected: float) -> None:
    """A sample mean within 3.29 standard errors: fails once in a thousand where all is right; seeds are fixed."""
    sample = np.asarray(found, dtype=float)
    assert abs(sample.mean() - expected) < 3.29 * sample.std(ddof=1) / math.sqrt(len(sample))


def solved(slope: Any, start: Any, begin: float, end: float) -> Any:
    """The solution at `end` of a system of ordinary differential equations."""
    return solve_ivp(slope, (begin, end), start, method="DOP853", rtol=1e-11, atol=1e-14).y[:, -1]
