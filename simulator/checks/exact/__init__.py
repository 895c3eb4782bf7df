"""Exact answers: each function takes the inputs of a case and returns figures in the shape of its `expected`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.checks.exact import bursts, experts, inference

EXACT: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    "V08": bursts.repairs_at_once,
    "V20": inference.none_seen,
    "V21": inference.exceedance_of_an_uncertain_rate,
    "V22": inference.quiet_years,
    "V25": experts.laws_of_experts,
    "V26": experts.classical_model,
}
"""By id of the case."""
