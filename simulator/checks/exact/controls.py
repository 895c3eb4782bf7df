"""What an attacker gets past signatures and controls (V16, V44), and how broadly a spy strikes (V36)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.chance.regimes import Floats
from simulator.rules.breadth import breadth
from simulator.rules.paths import success_after_controls
from simulator.rules.signing import signing_success

SIGNERS_INSIDE, SIGNERS_OUTSIDE = 3, 2


def quorum(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V16: five signers, of whom three live under the coercing state."""
    order = inputs["compliance_in_jurisdiction"], inputs["blind_sign_outside"]

    def valid(common_share: float) -> Mapping[str, float]:
        return {
            f"m{needed}": signing_success(needed, SIGNERS_INSIDE, SIGNERS_OUTSIDE, *order, common_share)
            for needed in range(1, SIGNERS_INSIDE + SIGNERS_OUTSIDE + 1)
        }

    return {
        "p_valid_release_independent": valid(0.0),
        "p_valid_release_common_cause": valid(inputs["common_cause_share"]),
    }


def stealth(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V36."""
    targets = inputs["target_values"]
    values = [targets["largest"] / (i + 1) for i in range(targets["targets"])]
    active, dormant = inputs["detection_rate_per_active"], inputs["dormant_installs"]
    asleep = dormant * inputs["detection_rate_per_dormant"]
    chosen, value = breadth(
        values,
        active,
        inputs["discount"],
        dormant=dormant,
        dormant_detection=inputs["detection_rate_per_dormant"],
    )
    return {
        "n_star": chosen,
        "value": value,
        "campaign_detection_rate": asleep + chosen * active,
        "value_all_60": sum(values) / (inputs["discount"] + asleep + len(values) * active),
    }


def displacement(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V44: the attacker sees the controls, and then chooses; what controls do on average is no answer."""
    base: Mapping[str, float] = inputs["base_success"]
    stopped = [inputs["control_efficacy"][path] for path in base]
    before = np.array(list(base.values()))
    after: Floats = np.array(success_after_controls(list(base.values()), [stopped]))
    tried = np.exp(inputs["logit_precision"] * after)
    return {
        "base_best": before.max(),
        "after_best_response": after.max(),
        "after_logit": tried @ after / tried.sum(),
        "naive_mean_after": after.mean(),
        "naive_proportional": before.max() * after.sum() / before.sum(),
    }
