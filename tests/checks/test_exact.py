"""What is calculated for the known answers: the figures of the table and no others, and what can go wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.checks.case import all_cases, leaves
from simulator.checks.exact import EXACT
from simulator.checks.exact.buffers import timeline
from simulator.checks.exact.losses import by_transform, panjer


@pytest.mark.parametrize("name", EXACT)
def test_every_figure_of_a_case_is_calculated_and_no_other(name: str) -> None:
    case = all_cases()[name]
    assert dict(leaves(EXACT[name](case.inputs))).keys() == dict(leaves(case.expected)).keys()


def test_what_is_not_yet_asked_is_not_calculated_either() -> None:
    assert not [case.id for case in all_cases().values() if case.not_yet and case.id in EXACT]


def test_the_recursion_and_the_transform_agree() -> None:
    severity = np.array([0.1, 0.4, 0.0, 0.3, 0.2])
    recursive, transformed = panjer(3.0, severity, 128), by_transform(3.0, severity, 128)
    assert recursive == pytest.approx(transformed, abs=1e-14)
    assert recursive.sum() == pytest.approx(1.0, abs=1e-14)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"energy_out_h": [[0, 5], [6, 20], [29, 31], [33, 60]]},
        {"water": {"diesel_h": 30, "refuel_full_at_h": 32, "scada_grace_h": 10, "manual_output": 0.25}},
        {"telecom": {"battery_h": 2, "recharge_h_per_h": 0.25, "restart_lag_h": 2.5}},
    ],
)
def test_the_timeline_agrees_with_one_in_small_steps(change: dict[str, object]) -> None:
    inputs = {**all_cases()["V41"].inputs, **change}
    assert timeline(inputs)["water_unserved_full_hours"] == pytest.approx(unserved_in_steps(inputs), abs=0.1)


def unserved_in_steps(inputs: dict[str, object], step: float = 0.005) -> float:
    """Hours of full output that water lacks: charge, fuel and clocks kept from step to step."""
    telecom, water = inputs["telecom"], inputs["water"]
    charge, fuel, filled, unserved = telecom["battery_h"], water["diesel_h"], False, 0.0
    down, powered_for, silent_for = False, math.inf, 0.0
    for k in range(round(100 / step)):
        hour = k * step
        power = not any(start <= hour < end for start, end in inputs["energy_out_h"])
        powered_for = powered_for + step if power else 0.0
        if hour >= water["refuel_full_at_h"] and not filled:
            fuel, filled = water["diesel_h"], True
        if power:
            charge = min(charge + telecom["recharge_h_per_h"] * step, telecom["battery_h"])
            down = down and powered_for < telecom["restart_lag_h"]
        else:
            charge, fuel = max(charge - step, 0.0), max(fuel - step, 0.0)
            down = down or charge == 0.0
        silent_for = silent_for + step if down else 0.0
        runs = power or fuel > 0.0
        unserved += step * (1.0 - (water["manual_output"] if silent_for > water["scada_grace_h"] else 1.0) * runs)
    return unserved
