"""What becomes of orders that are refused (V65)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.checks.exact.occupancy import after, generator


def orders_refused(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """One vendor: at home or moved, then used, burnt, exposed or gone for good. A resisted order changes nothing."""
    obeys, works, refusal = inputs["compliance"], inputs["success"], inputs["refusal"]
    refused = 1.0 - obeys
    ends = {
        "used": obeys * works,
        "burnt": obeys * (1.0 - works),
        "exposed": refused * refusal["publicise"],
        "gone": refused * refusal["leave"],
    }
    rate, slower = inputs["orders_per_year"], inputs["hazard_after_move"]
    states = ["home", "moved", *ends]
    q = generator(
        states,
        {
            "home": {name: rate * share for name, share in ends.items()} | {"moved": rate * refused * refusal["move"]},
            "moved": {name: slower * rate * share for name, share in ends.items()},
        },
    )
    start = np.eye(len(states))[0]
    law = dict(zip(states, after(start, q, inputs["year_hours"]), strict=True))
    seen = dict(zip(states, after(start, q, inputs["updates_seen_at_hours"]), strict=True))
    return {
        "used": inputs["vendors"] * law["used"],
        "exposed": inputs["vendors_watched"] * law["exposed"],
        "gone": inputs["vendors_tried"] * seen["gone"],
    }
