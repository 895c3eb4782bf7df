"""Who pays, and what is counted apart (V61, V62)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def costs_by_payer(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """One use at most. An operator's cost is a + b X, X exponential, so an insured layer is a difference of tails.

    E min(s (a + b X - r)^+, limit) = s b m (exp(-x1 / m) - exp(-x2 / m)) between the times x1 and x2 at which the cover
    begins and is used up.
    """
    half = inputs["half_year"]
    in_peace = -math.expm1(-inputs["hazard_in_peace"] * half)
    in_war = (1.0 - in_peace) * -math.expm1(-inputs["hazard_in_war"] * half)
    m, n, customers = inputs["mean_repair_hours"], inputs["operators"], inputs["customers"]
    fixed = min(inputs["rebuild_per_customer"] * customers, inputs["rebuild_cap"])
    hourly = (inputs["response_per_day"] + inputs["lost_revenue_per_customer_day"] * customers) / 24.0
    begins = (inputs["retention"] - fixed) / hourly
    used_up = begins + inputs["limit"] / (inputs["insured"] * hourly)
    layer = inputs["insured"] * hourly * m * (math.exp(-begins / m) - math.exp(-used_up / m))
    gross = n * (fixed + hourly * m)
    worth = n * customers * inputs["people_per_customer"] * m / 24.0 * inputs["value_per_person_day"]
    used = in_peace + in_war
    groundless = inputs["groundless_shows"] * (1.0 + 1.0 - used)
    return {
        "P_use": used,
        "groundless": groundless,
        "operator": used * (1.0 - inputs["vendor_liability"]) * gross - in_peace * n * layer,
        "insurer": in_peace * n * layer,
        "vendor": used * inputs["vendor_liability"] * gross,
        "customers": used * worth,
        "society": used * inputs["society_share"] * worth,
        "government": used * inputs["government_share"] * worth + groundless * inputs["groundless_cost"],
    }


def espionage_apart(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Given that work succeeds at k of n, a birth chain with killing: victims join one by one until one is found.

    With j victims the next joins at (k - j) / m and the campaign ends at j f; the chain visits every state before the
    last, so the expected number of victims is the sum of the chances of visiting each.
    """
    n, works = inputs["operators"], inputs["activation"]
    joins, found = 1.0 / inputs["mean_install_hours"], 1.0 / inputs["mean_hours_to_find_a_victim"]
    victims = hours = 0.0
    for k in range(1, n + 1):
        visited = math.comb(n, k) * works**k * (1.0 - works) ** (n - k)
        hours += visited / (k * joins)
        for j in range(1, k + 1):
            leaves = (k - j) * joins + j * found
            victims += visited
            hours += visited / leaves
            visited *= (k - j) * joins / leaves
    return {
        "victims": victims,
        "cost_operator": victims * inputs["per_victim"],
        "customer_hours": 0.0,
        "hours_to_detection": hours,
    }
