"""What hostile code does once it is out: across trust links, or everywhere at one moment (V57, V58)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from scipy.integrate import quad


def across_trust_links(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """First passage through a triangle with a tail. A crossing has probability p and takes an exponential time.

    The second is reached at once or through the third, and the other way round, by ways that share no link; the fourth
    after the third by one more crossing.
    """
    p, m, end = inputs["P_cross"], inputs["mean_crossing_hours"], inputs["withdrawn_hours"]

    def one(t: float) -> float:
        return float(p * -math.expm1(-t / m))

    def two(t: float) -> float:
        return float(p * p * (1.0 - (1.0 + t / m) * math.exp(-t / m)))

    def density(t: float) -> float:
        """Of the hour at which the third is reached."""
        first = p / m * math.exp(-t / m) * (1.0 - two(t))
        return float(first + p * p * t / m**2 * math.exp(-t / m) * (1.0 - one(t)))

    start = inputs["groups"] * inputs["activation"]
    inner = 1.0 - (1.0 - one(end)) * (1.0 - two(end))
    fourth, _ = quad(lambda t: density(t) * one(end - t), 0.0, end, epsabs=1e-13)
    return {"struck": start * (1.0 + 2.0 * inner + fourth), "fourths_struck": start * fourth}


def at_one_moment(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Given that k of n would act, the first of them does at the moment set, or later at a minimum of k installs."""
    n, works = inputs["operators"], inputs["activation"]
    moment, window, m = inputs["moment_hours"], inputs["visible_hours"], inputs["mean_install_hours"]
    early, late = math.exp(-moment / m), math.exp(-window / m)
    struck = spared = 0.0
    for k in range(n + 1):
        share = math.comb(n, k) * works**k * (1.0 - works) ** (n - k)
        none_early = early**k
        if k:
            in_time = k * (1.0 - early * late) - k * early * (1.0 - late) * early ** (k - 1)
            struck += share * (in_time + none_early * (1.0 + (k - 1) * (1.0 - late)))
        withdrawn = early * (1.0 - none_early) + k / (k + 1.0) * early ** (k + 1)
        spared += share * (n - k) * (1.0 - late * withdrawn)
    return {"installs": struck + spared, "struck": struck}
