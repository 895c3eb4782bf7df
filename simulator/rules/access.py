"""Footholds as a stock: gained at a rate, lost after an exponential time, in balance when a war begins."""

import math


def holding_probability(gained_per_hour: float, kept_h: float, weight: float) -> float:
    """P(an organisation holds at least one foothold) in the long run of an M/M/infinity stock."""
    return -math.expm1(-gained_per_hour * kept_h * weight)
