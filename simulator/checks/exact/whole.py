"""Whole scenarios with exact answers (V17, V19): regimes, one use, success, a race, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.linalg import expm
from scipy.optimize import brentq

from simulator.chance.regimes import Chain, Floats, expected_time, survival
from simulator.checks.case import all_cases
from simulator.checks.exact.bursts import downtime_stages
from simulator.checks.exact.chains import hourly, regimes
from simulator.checks.exact.detection import installs_before_detection
from simulator.checks.exact.losses import lattice
from simulator.rules.clock import HOURS_PER_YEAR

SUMS = 512
"""Lattice of a year's sum in V19: one vendor event costs 120 at most, and 130 nuisances in a year do not happen."""


@dataclass(frozen=True)
class Downtime:
    """Total hours of organisations down, given a successful use: a phase-type law."""

    start: Floats
    stages: Floats

    def mean(self) -> float:
        return float(self.start @ np.linalg.solve(-self.stages, np.ones(len(self.start))))

    def above(self, hours: float) -> float:
        """P(downtime > hours)."""
        return float((self.start @ expm(self.stages * hours)).sum())

    def excess(self, hours: float) -> float:
        """E(downtime - hours)+, the integral of `above` from there on."""
        return float(self.start @ expm(self.stages * hours) @ np.linalg.solve(-self.stages, np.ones(len(self.start))))


def scenario_a(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V17: at most one event a year, so that AEP and OEP are one."""
    installs, _ = installs_before_detection(
        inputs["orgs"], inputs["install_rate_per_h"], inputs["detection_rate_per_infected_per_h"]
    )
    down = Downtime(installs[::-1], downtime_stages(inputs["orgs"], inputs["teams"], inputs["mean_restore_h"]))
    chain, customers = regimes(inputs), inputs["customers_per_org"]
    from_peace = _p_success(inputs, chain)
    from_war = _p_success(inputs, replace(chain, initial=np.array([0.0, 0.0, 1.0])))
    rare = _value_at_risk(down, from_peace, 0.001)
    levels = [level / customers for level in inputs["levels_customer_hours"]]
    return {
        "p_event": from_peace,
        "mean_org_hours_given_event": down.mean(),
        "AAL_customer_hours": from_peace * down.mean() * customers,
        "exceedance": [from_peace * down.above(level) for level in levels],
        "VaR_1in1000": rare * customers,
        "TVaR_1in1000": (rare + from_peace * down.excess(rare) / 0.001) * customers,
        "from_war": {
            "p_event": from_war,
            "AAL": from_war * down.mean() * customers,
            "exceedance": [from_war * down.above(level) for level in levels],
            "VaR_1in100": _value_at_risk(down, from_war, 0.01) * customers,
        },
    }


def _p_success(inputs: Mapping[str, Any], chain: Chain) -> float:
    unused = survival(chain, hourly(inputs["hazard_per_year"]), inputs["horizon_years"] * HOURS_PER_YEAR)
    return float(inputs["success_prob"]) * (1.0 - unused)


def _value_at_risk(down: Downtime, p_event: float, beyond: float) -> float:
    """Hours x with p_event P(downtime > x) = beyond."""
    return float(brentq(lambda x: p_event * down.above(x) - beyond, 0.0, 100.0 * down.mean(), xtol=1e-9, rtol=1e-12))


def scenario_b(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V19: states are the regimes with the asset unused, then the regimes with it used."""
    chain, year = regimes(inputs), inputs["horizon_years"] * HOURS_PER_YEAR
    nuisance, vendor = lattice(inputs["nuisance_pmf"]), _vendor_losses(inputs["vendor_loss"])
    rates, hazard = hourly(inputs["nuisance_rate_per_year"]), hourly(inputs["vendor_hazard_per_year"])
    success = inputs["success_prob"]

    def year_of(nuisance_left: complex, vendor_left: complex) -> complex:
        """Mean of the product of what each event leaves, over a year: G in the two blocks."""
        quiet = chain.generator + np.diag(rates * (nuisance_left - 1.0))
        used = np.diag(hazard * (success * vendor_left + 1.0 - success))
        both = np.block([[quiet - np.diag(hazard), used], [np.zeros_like(quiet), quiet]])
        start = np.concatenate((chain.initial, np.zeros(len(hazard))))
        return complex((start @ expm(both * year)).sum())

    transform = [year_of(f, v) for f, v in zip(np.fft.rfft(nuisance, SUMS), np.fft.rfft(vendor, SUMS), strict=True)]
    law = np.fft.irfft(transform, SUMS)
    mean_nuisance = float(expected_time(chain, year) @ rates) * float(nuisance @ np.arange(len(nuisance)))
    p_used = 1.0 - survival(chain, hazard, year)
    mean_vendor = success * p_used * float(vendor @ np.arange(len(vendor)))
    return {
        "AAL": mean_nuisance + mean_vendor,
        "AAL_nuisance": mean_nuisance,
        "AAL_vendor": mean_vendor,
        "AEP": [law[level + 1 :].sum() for level in inputs["levels"]],
        "OEP": [1.0 - year_of(nuisance[: x + 1].sum(), vendor[: x + 1].sum()).real for x in inputs["levels"]],
    }


def _vendor_losses(loss: Mapping[str, Any]) -> Floats:
    """Probabilities of the loss 0, 1, 2, ... of a successful use."""
    race = all_cases()[loss["installs_as_in"]].inputs
    installs, _ = installs_before_detection(
        race["N"], race["install_rate_per_hour"], race["detection_rate_per_infected_per_hour"]
    )
    law = np.zeros(loss["per_compromise"] + loss["per_install"] * race["N"] + 1)
    law[loss["per_compromise"] + loss["per_install"] * np.arange(1, race["N"] + 1)] = installs
    return law
