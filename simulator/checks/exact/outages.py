"""Routes to an outage, running by hand, and visits to the site (V50, V60)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def three_routes(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Expected loss of one operator by route, each a function of an exponential time of repair."""
    repair, clear = inputs["mean_repair_hours"], inputs["mean_clear_hours"]
    stopped_h = (1.0 - inputs["stopped_output"]) / (1.0 / repair + 1.0 / clear)
    found: dict[str, float] = {}
    for sector, group in inputs["sectors"].items():
        struck = inputs["activation"] * group["coverage"]
        at_once, later = _by_hand(group["manual"], repair)
        unsafe = struck * group["unsafe_control"] * group["stays_on_unsafe"]
        off = struck * group["unsafe_control"] - unsafe
        view = struck * group["loss_of_view"]
        stop = struck * group["precautionary_stop"]
        customers = group["operators"] * inputs["size"]
        found[f"customer_hours_{sector}"] = customers * (
            off * repair + view * (at_once + later) * repair + stop * stopped_h
        )
        found[f"interruptions_{sector}"] = customers * (
            off + view * (at_once + later) + stop * (1.0 - inputs["stopped_output"])
        )
        if unsafe > 0.0:
            found[f"unsafe_person_hours_{sector}"] = customers * inputs["people_per_customer"] * unsafe * repair
    return found


def _by_hand(manual: Mapping[str, float], repair: float) -> tuple[float, float]:
    """Share lost at once, and at the steps that come before the end: step k with probability exp(-k x every / repair).

    As the end has no memory, both the customers interrupted and the hours lost are this share, times one and times
    the mean time of repair.
    """
    left, later, k = manual["share"], 0.0, 0
    while manual["falls_by"] and left > manual["floor"]:
        k += 1
        fall = min(manual["falls_by"], left - manual["floor"])
        left -= fall
        later += fall * math.exp(-k * manual["every_hours"] / repair)
    return 1.0 - manual["share"], later


def visits_to_the_site(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """One crew, the largest site first: each waits for those before it, run by hand, and then is visited."""
    lost = hours = rebuilt = now = 0.0
    dark_from = inputs["telecom_out_hours"][0] + inputs["radio_hours"]
    dark_to = inputs["telecom_out_hours"][1]
    by_hand = inputs["by_hand"]
    for customers in sorted(inputs["sites"], reverse=True):
        visit = inputs["visit_hours"] * (inputs["slower"] if dark_from <= now < dark_to else 1.0)
        visited = by_hand * (1.0 - inputs["crew_share"])
        lost += customers * (now * (1.0 - by_hand) + visit * (1.0 - visited))
        rebuilt += min(customers * inputs["rebuild_per_customer"], inputs["rebuild_cap"])
        hours += visit
        now += visit
    restart = inputs["restart_hours"]
    return {
        "customer_hours_water": lost,
        "customer_hours_energy": restart * inputs["grid_customers"],
        "last_restored_hours": now,
        "cost": (hours + restart) / 24.0 * inputs["response_per_day"] + rebuilt,
    }
