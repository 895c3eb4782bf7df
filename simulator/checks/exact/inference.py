"""What data, and silence, leave of a belief (V20 to V22)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from simulator.evidence.rates import Counted, GammaRate
from simulator.evidence.silence import still_usable

OF_HALF = "half_detectable_"
"""A figure of this name is for the prior named after it, with the share that would surface."""


def none_seen(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Gamma(a, b) becomes Gamma(a + events, b + exposure); the classical bound needs no prior."""
    exposure, events = inputs["exposure_vendor_years"], inputs["events"]
    priors = {name: GammaRate(prior["shape"], prior["rate"]) for name, prior in inputs["priors"].items()}

    def figures(prior: GammaRate, visible: float = 1.0) -> Mapping[str, float]:
        belief = prior.after(Counted(events, exposure, visible))
        return {
            "mean": belief.law().mean(),
            "median": belief.law().quantile(0.5),
            "upper95": belief.law().quantile(0.95),
            "p_at_least_one": belief.p_at_least_one(inputs["future_vendor_years"]),
        }

    surfacing = inputs["share_that_would_surface"]
    return {
        **{name: figures(prior) for name, prior in priors.items()},
        **{name: figures(priors[name.removeprefix(OF_HALF)], share) for name, share in surfacing.items()},
        "rule_of_three": 3.0 / exposure,
        "exact_classical_upper95": -math.log(0.05) / exposure,
    }


def exceedance_of_an_uncertain_rate(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Over all rates that may be true, and at their mean, which hides that the loss may be several times as high."""
    belief = GammaRate(inputs["shape"], inputs["exposure"])
    window, shares = inputs["window_years"], inputs["P_severity_exceeds"]
    rate = belief.law()
    return {
        "OEP_predictive": [belief.p_exceeded(share, window) for share in shares],
        "OEP_plug_in_mean": [-math.expm1(-rate.mean() * window * share) for share in shares],
        "AAL_upper95_over_mean": rate.quantile(0.95) / rate.mean(),
    }


def quiet_years(inputs: Mapping[str, Any]) -> Mapping[str, float]:
    """With every use seen, with some seen, and where the state saves its asset for war."""
    prior, years, visible = inputs["prior"], inputs["years"], inputs["prob_use_becomes_public"]
    hazard, restrained = inputs["hazard_if_hostile"], inputs["peacetime_restraint_hazard"]
    return {
        "post_full_visibility": still_usable(prior, hazard, years),
        "post_partial_visibility": still_usable(prior, hazard, years, visible),
        "post_if_asset_saved_for_war": still_usable(prior, restrained, years, visible),
    }
