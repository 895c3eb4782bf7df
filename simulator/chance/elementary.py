"""Functions of arrays that round as the C library does, and so as scalar code and compiled code do.

NumPy's own differ from it in the last digit, and from one processor to the next.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulator.chance import loops

Floats = NDArray[np.float64]


def exp(values: Floats) -> Floats:
    """e to the power of each value; the values must stay below 709."""
    return _each(math.exp, values)


def expm1(values: Floats) -> Floats:
    """e to the power of each value, less one."""
    return _each(math.expm1, values)


def log1p(values: Floats) -> Floats:
    """The logarithm of one plus each value, all above -1."""
    return _each(math.log1p, values)


def exponential_time(u: Floats) -> Floats:
    """A time of mean 1 from each uniform in (0, 1)."""
    return -log1p(-u)


def _each(function: Callable[[float], float], values: Floats) -> Floats:
    if f"fill_{function.__name__}" in loops.compiled:
        out = np.empty(values.size)
        loops.run(f"fill_{function.__name__}", values.ravel(), out)
        return out.reshape(values.shape)
    found = np.fromiter(map(function, values.ravel().tolist()), np.float64, values.size)
    return found.reshape(values.shape)
