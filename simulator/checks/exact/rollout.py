"""A staged rollout in which chance decides who is in which ring (V70)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def rings_drawn(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Share of customers reached before the pull, each in ring i with probability r_i, by itself.

    A customer in a ring that opens at s is reached if nobody has found the release at s less the pull delay d. None of
    the others has with probability (sum_j r_j exp(-h (s - d - s_j)+))^(N - 1), for they are alike and independent;
    those in the first ring have it at once.
    """
    rings = list(zip(inputs["ring_shares"], inputs["ring_start_hours"], strict=True))
    others = inputs["customers"] - 1

    def unfound(hour: float) -> float:
        hazard = inputs["detection_rate_per_infected_per_hour"]
        one = sum(share * math.exp(-hazard * max(hour - start, 0.0)) for share, start in rings)
        return float(one**others)

    return {"fraction_reached_staged": sum(r * unfound(s - inputs["pull_delay_hours"]) for r, s in rings)}
