"""Exact answers: each function takes the inputs of a case and returns figures in the shape of its `expected`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.checks.exact import (
    buffers,
    bursts,
    coercion,
    controls,
    counts,
    detection,
    estimators,
    interdependence,
    losses,
    queues,
    regimes,
    service,
    whole,
)

EXACT: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    "V01": regimes.shares_of_time,
    "V02": regimes.erlang_war,
    "V03": counts.counts_by_regime,
    "V04": counts.excited,
    "V05": losses.sums_by_recursion,
    "V06": losses.annual_exceedance,
    "V07": queues.erlang,
    "V08": bursts.repairs_at_once,
    "V09": detection.race,
    "V10": detection.first_finder,
    "V11": detection.staged_rollout,
    "V12": interdependence.inoperability,
    "V13": buffers.outlasted,
    "V14": regimes.one_use,
    "V15": coercion.single_regime,
    "V16": controls.quorum,
    "V17": whole.scenario_a,
    "V19": whole.scenario_b,
    "V30": estimators.ranks,
    "V31": estimators.years_without_loss,
    "V32": estimators.errors_of_the_tail,
    "V33": estimators.futures_needed,
    "V34": service.indices,
    "V36": controls.stealth,
    "V37": estimators.importance_sampling,
    "V39": coercion.use_it_or_lose_it,
    "V40": estimators.paired_difference,
    "V41": buffers.timeline,
    "V42": bursts.order_of_repairs,
    "V43": regimes.two_vendors,
    "V44": controls.displacement,
}
"""By id of the case."""
