"""Exact answers: each function takes the inputs of a case and returns figures in the shape of its `expected`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.checks.exact import bursts, reach, rollout

EXACT: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    "V11b": rollout.rings_drawn,
    "V15b": reach.part_of_the_reach,
    "V08": bursts.repairs_at_once,
}
"""By id of the case."""
