"""Exact answers: each function takes the inputs of a case and returns figures in the shape of its `expected`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.checks.exact import bursts, reach, rollout

EXACT: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    "V08": bursts.repairs_at_once,
    "V70": rollout.rings_drawn,
    "V71": reach.part_of_the_reach,
}
"""By id of the case."""
