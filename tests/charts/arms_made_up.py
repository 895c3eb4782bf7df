"""Made-up comparisons: frames of arms as an analysis would give them, and what they have in common."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from simulator.charts.arms import MEASURES, About, Ban, Joint, Verdict

ABOUT: About = {
    "title": "A war next door",
    "name": "war_next_door",
    "horizon_years": 5.0,
    "replications": 20_000,
    "seed": 7,
    "currency": "GBP",
    "return_period": 200.0,
    "discount": 0.035,
    "variance_ratio": 14.0,
    "conditional": False,
    "joint": {},
    "bans": [],
}


def verdict_of(low: float, high: float) -> Verdict:
    if low > 0:
        return "pays"
    return "does not pay" if high < 0 else "unclear"


def arm(name: str, benefit: float, cost: float, error: float = 0.0, **given: Any) -> dict[str, Any]:
    """One arm; `error` is half the interval of its benefit, nan where none can be given."""
    row: dict[str, Any] = {
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "together": False,
        "members": [name],
        "tail_worse": False,
        "rerun": 0.1,
        "grade": "C",
        "reason": "",
        "note": "",
    }
    for measure in MEASURES:
        row |= {measure: 0.0, f"{measure}_low": 0.0, f"{measure}_high": 0.0}
    net = benefit - cost
    row |= {"benefit": benefit, "benefit_low": benefit - error, "benefit_high": benefit + error}
    row |= {"cost": cost, "cost_low": math.nan, "cost_high": math.nan}
    row |= {"net": net, "net_low": net - error, "net_high": net + error}
    ratios = [x / cost if cost > 0 else math.nan for x in (benefit, benefit - error, benefit + error)]
    row |= dict(zip(("ratio", "ratio_low", "ratio_high"), ratios, strict=True))
    row["verdict"] = verdict_of(net - error, net + error)
    row["operator_verdict"] = row["verdict"]
    return row | given


def also(row: dict[str, Any]) -> dict[str, Any]:
    """The arm with what its benefit brings besides: a quarter of it to operators, days, outages, a cheaper bad year."""
    half = row["benefit_high"] - row["benefit"]
    own, own_error = row["benefit"] / 4 - row["cost"], half / 4
    row |= {"operator_net": own, "operator_net_low": own - own_error, "operator_net_high": own + own_error}
    row["operator_verdict"] = verdict_of(own - own_error, own + own_error)
    scales = {"person_days_energy": 2e-4, "person_days_water": 3e-5, "outage": 4e-11, "var": 3.0, "tvar": 4.0}
    for measure, scale in scales.items():
        value, error = row["benefit"] * scale, half * scale * 1.5
        row |= {measure: value, f"{measure}_low": value - error, f"{measure}_high": value + error}
    return row


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows))


def realistic() -> pd.DataFrame:
    """22 mitigations and three sets: costs from thousands to hundreds of millions."""
    rows = [
        arm("hold_updates_for_48_hours", 310e6, 6.4e6, 62e6, title="Hold updates for 48 hours", grade="B"),
        arm("staged_rollout", 190e6, 1.1e6, 45e6, title="Staged rollout by vendors", grade="B"),
        arm("signing_quorum", 96e6, 9e6, 38e6, title="Signing quorum outside the home state", grade="C"),
        arm("segmentation", 74e6, 88e6, 29e6, title="Segmentation of office and plant", grade="B"),
        arm("offline_copies", 41e6, 22e6, 24e6, title="Offline copies for restoration"),
        arm("drills", 12e6, 3.1e6, 9.9e6, title="Drills for running by hand"),
        arm("egress_filter", 8.2e6, 4.0e6, 7.1e6, title="Egress filter"),
        arm("more_teams", 25e6, 31e6, 11e6, title="Two more response teams each"),
        arm("shared_pool", 5.1e6, 4.6e6, 2.2e6, title="National pool of response teams"),
        arm("monitoring", 3.3e6, 14e6, 4.4e6, title="Monitoring round the clock", grade="A"),
        arm("second_source", 44e6, 260e6, 30e6, title="Second source on half of the machines"),
        arm("replace_now", 120e6, 690e6, 90e6, title="Replace at once", tail_worse=True, grade="C"),
        arm("replace_at_end_of_contract", 61e6, 52e6, 40e6, title="Replace when the contract ends"),
        arm("backup_power", 19e6, 140e6, 6e6, title="Two more days of backup power", grade="A"),
        arm("transparency_centre", 21e3, 4.8e6, 180e3, title="Transparency centre", grade="B",
            reason="Reviews take 60 days; an update is active after a day, so next to none is caught in time."),
        arm("moved_data_centres", 0.0, 35e6, 0.0, title="Vendor's data centres moved abroad", grade="B",
            reason="Where data lie changes nothing about who can sign an update."),
        arm("private_warning", 1.4e6, 42e3, 2.3e6, title="Private warning to operators", grade="D"),
        arm("public_advice", 9.5e6, 310e3, 11e6, title="Public advice against use", grade="D"),
        arm("covered_list", 17e6, 2.4e6, 21e6, title="Covered list for new purchases", grade="C"),
        arm("ban_short_notice", 88e6, 410e6, 70e6, title="Ban, removal within 90 days", grade="C"),
        arm("ban_long_notice", -130e6, 330e6, 60e6, title="Ban, removal within two years", tail_worse=True, grade="C"),
        arm("emergency_order", 2.2e6, 75e3, 6e6, title="Emergency order to stop use", grade="D"),
        arm("cheap_three", 420e6, 10.6e6, 71e6, together=True, title="Hold, stage and drill", grade="B",
            members=["hold_updates_for_48_hours", "staged_rollout", "drills"]),
        arm("all_operators_can", 520e6, 155e6, 80e6, together=True, title="All that operators can do alone",
            members=["hold_updates_for_48_hours", "segmentation", "offline_copies", "drills", "egress_filter"]),
        arm("ban_and_teams", -60e6, 361e6, 75e6, together=True, title="Ban with long notice and more teams",
            members=["ban_long_notice", "more_teams"], tail_worse=True),
    ]  # fmt: skip
    return frame(*map(also, rows))


JOINT: dict[str, Joint] = {
    "cheap_three": {
        "sum": 512e6,
        "joint": 420e6,
        "difference": 92e6,
        "low": 55e6,
        "high": 130e6,
        "sentence": "They guard against the same updates.",
    }
}
BANS: list[Ban] = [
    {
        "mitigation": "ban_long_notice",
        "horizon_years": years,
        "saves": saves,
        "without": 0.198,
        "with": with_ban,
        "sentence": sentence,
    }
    for years, saves, with_ban, sentence in [
        (2.0, 0.0, 0.122, "Fewer are left to hit."),
        (2.0, 1.0, 0.326, "The state uses what it is about to lose."),
        (10.0, 0.0, 0.15, ""),
        (10.0, 1.0, 0.17, ""),
    ]
]
