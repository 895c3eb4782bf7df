"""Many jobs at one moment and few teams (V08, V42)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.linalg import expm

from simulator.chance.regimes import Floats


def repairs_at_once(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V08: N exponential repairs, c teams: the number left falls by stages of mean 1 / (min(k, c) mu)."""
    left = np.arange(inputs["N"], 0, -1)
    stage = inputs["mean_service_hours"] / np.minimum(left, inputs["c"])
    downtime = left * stage
    generator = downtime_stages(inputs["N"], inputs["c"], inputs["mean_service_hours"])
    return {
        "makespan": stage.sum(),
        "sd_makespan": np.sqrt((stage**2).sum()),
        "mean_restore": downtime.sum() / inputs["N"],
        "total_downtime": downtime.sum(),
        "sd_total": np.sqrt((downtime**2).sum()),
        "P_total_downtime_exceeds": [expm(generator * t)[0].sum() for t in inputs["tail_levels_hours"]],
    }


def downtime_stages(most: int, teams: int, mean: float) -> Floats:
    """Generator (most, most) of the total downtime, from the stage with `most` repairs left to that with one.

    Total downtime is the integral of the number left, so stage k contributes k times its length: a sum of
    exponentials whose tail is that of a phase-type law.
    """
    left = np.arange(most, 0, -1)
    rate = np.minimum(left, teams) / (left * mean)
    generator: Floats = np.diag(-rate) + np.diag(rate[:-1], 1)
    return generator


def order_of_repairs(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V42: customer-hours of the sites, by who comes first."""
    weights, teams = np.sort(inputs["weights_thousand_customers"])[::-1], inputs["teams"]
    place = np.arange(1, len(weights) + 1)
    ends = inputs["mean_repair_h"] * (1.0 + np.maximum(place - teams, 0) / teams)
    return {
        "largest_first": weights @ ends,
        "smallest_first": weights[::-1] @ ends,
        "random_order": weights.sum() * ends.mean(),
    }
