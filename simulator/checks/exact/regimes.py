"""Regimes of conflict, and use of an update channel at a hazard that follows them (V01, V02, V14, V43)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from simulator.chance.regimes import Sojourn, expand, expected_time, occupancy, survival
from simulator.checks.exact.chains import hourly, regimes, stationary
from simulator.rules.clock import HOURS_PER_YEAR


def shares_of_time(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V01."""
    chain = regimes(inputs)
    first, second = (occupancy(chain, years * HOURS_PER_YEAR) for years in inputs["t"])
    return {
        "p_t1": first,
        "p_t5": second,
        "stationary": stationary(chain),
        "expected_years_in_state_over_5": expected_time(chain, inputs["horizon"] * HOURS_PER_YEAR) / HOURS_PER_YEAR,
    }


def erlang_war(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V02: a war in stages."""
    rates = [[0.0, inputs["peace_exit_rate"]], [1.0 / inputs["war_mean"], 0.0]]
    chain = expand(("peace", "war"), rates, "peace", sojourn={"war": Sojourn.erlang(inputs["war_shape"])})
    war = chain.regime == 1
    return {
        "p_war": [occupancy(chain, years * HOURS_PER_YEAR)[war].sum() for years in inputs["t"]],
        "stationary_war": stationary(chain)[war].sum(),
    }


def one_use(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V14: the chance that the asset is used by each horizon, and in which regime."""
    chain, hazard = regimes(inputs), hourly(inputs["hazard_per_year"])
    year, five, ten = (years * HOURS_PER_YEAR for years in inputs["horizons"])
    at_war = replace(chain, initial=np.array([0.0, 0.0, 1.0]))
    return {
        "p_use_1y": 1.0 - survival(chain, hazard, year),
        "p_use_5y": 1.0 - survival(chain, hazard, five),
        "p_use_10y": 1.0 - survival(chain, hazard, ten),
        "p_use_5y_by_regime": expected_time(chain, five, hazard) * hazard,
        "p_use_1y_if_war_at_start": 1.0 - survival(at_war, hazard, year),
        "naive_5y": -math.expm1(-float(expected_time(chain, five) @ hazard)),
    }


def two_vendors(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V43: given the regimes the two are independent, so neither is used at twice the hazard of one."""
    chain, hazard = regimes(inputs), hourly(inputs["hazard_per_year"])
    horizon = inputs["T"] * HOURS_PER_YEAR
    unused, neither = survival(chain, hazard, horizon), survival(chain, 2.0 * hazard, horizon)
    each, both = 1.0 - unused, 1.0 - 2.0 * unused + neither
    return {
        "p_each": each,
        "p_both": both,
        "p_both_if_independent": each**2,
        "dependence_factor": both / each**2,
    }
