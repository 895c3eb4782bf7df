"""A state whose asset has lost part of its reach (V71)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from scipy.special import lambertw


def part_of_the_reach(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Stakes shrink with the reach b and the cost of burning the asset does not.

    The value of the asset solves (rho + kappa) J = nu theta b exp(-(B + J) / (theta b)), as in V15 with theta b for
    theta, so the rate is (rho + kappa) W(nu exp(-B / (theta b)) / (rho + kappa)).
    """
    stakes = inputs["stakes_mean"] * inputs["reach_left"]
    patience = inputs["discount_plus_loss_rate"]
    z = inputs["occasions_per_year"] * math.exp(-inputs["burn_cost"] / stakes) / patience
    rate = patience * float(lambertw(z).real)
    return {"use_rate_per_year": rate, "p_use": -math.expm1(-rate * inputs["years"])}
