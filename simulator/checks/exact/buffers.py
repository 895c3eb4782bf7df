"""Batteries and fuel between a supplier and who depends on it (V13, V41)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.rules.quantile import Law

Interval = tuple[float, float]


def outlasted(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V13: what is left of an exponential outage beyond the buffer has the mean of the whole outage."""
    outage = inputs["outage_mean_h"]
    fixed = 1.0 - Law.exponential(outage).cdf(inputs["deterministic_buffer_h"])
    drawn = outage / (outage + inputs["exponential_buffer_mean_h"])
    return {
        "p_fail_det": fixed,
        "mean_downtime_det": fixed * outage,
        "p_fail_exp": drawn,
        "mean_downtime_exp": drawn * outage,
        "leontief_linear_same_dependency_h": outage,
    }


def timeline(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V41: by the arithmetic of its events, without the model."""
    telecom, water = inputs["telecom"], inputs["water"]
    dark: Sequence[Interval] = [(start, end) for start, end in inputs["energy_out_h"]]
    silent = _telecom_down(dark, telecom["battery_h"], telecom["recharge_h_per_h"], telecom["restart_lag_h"])
    dry = _without_fuel(dark, water["diesel_h"], water["refuel_full_at_h"])
    by_hand = [(start + water["scada_grace_h"], end) for start, end in silent if end - start > water["scada_grace_h"]]

    def output(hour: float) -> float:
        if _inside(dry, hour):
            return 0.0
        return float(water["manual_output"]) if _inside(by_hand, hour) else 1.0

    steps = [(0.0, output(0.0))]
    for hour in sorted({hour for interval in (*dry, *by_hand) for hour in interval}):
        if output(hour) != steps[-1][1]:
            steps.append((hour, output(hour)))
    ends = [hour for hour, _ in steps[1:]]
    unserved = sum((end - hour) * (1.0 - level) for (hour, level), end in zip(steps[:-1], ends, strict=True))
    return {
        "telecom_down_intervals": silent,
        "telecom_down_hours": sum(end - start for start, end in silent),
        "water_output_steps": steps,
        "water_unserved_full_hours": unserved,
        "people_days_without_water": inputs["people"] * unserved / 24.0,
    }


def _telecom_down(dark: Sequence[Interval], battery_h: float, recharge: float, lag_h: float) -> list[Interval]:
    """From the empty battery to power and a restart; the battery charges while there is power."""
    down, charge, since = [], battery_h, 0.0
    for start, end in dark:
        charge = min(battery_h, charge + recharge * (start - since))
        if end - start > charge:
            down.append((start + charge, end + lag_h))
        charge, since = max(charge - (end - start), 0.0), end
    return down


def _without_fuel(dark: Sequence[Interval], fuel_h: float, refuelled_at_h: float) -> list[Interval]:
    """From empty tanks to power. They are filled once, at an hour at which there is power."""
    dry, left, filled = [], fuel_h, False
    for start, end in dark:
        if not filled and refuelled_at_h <= start:
            left, filled = fuel_h, True
        if end - start > left:
            dry.append((start + left, end))
        left = max(left - (end - start), 0.0)
    return dry


def _inside(intervals: Sequence[Interval], hour: float) -> bool:
    return any(start <= hour < end for start, end in intervals)
