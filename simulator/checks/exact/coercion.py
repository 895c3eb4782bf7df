"""When a state uses an asset that it can use once (V15, V39)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.linalg import expm

from simulator.chance.coercion import Decision, HazardTable, Stage, hazard_table, lone_asset, stakes_threshold
from simulator.chance.regimes import Floats, survival
from simulator.checks.exact.chains import chain_of
from simulator.rules.clock import HOURS_PER_YEAR

WAR = 2


def single_regime(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V15."""
    asset, threshold = inputs["lambert"], inputs["threshold"]
    occasions, stakes, burn = asset["occasions_per_year"], asset["stakes_mean"], asset["burn_cost"]
    decay = asset["discount_plus_loss_rate"]
    value, rate = lone_asset(occasions, stakes, burn, decay)
    myopic = occasions * math.exp(-burn / stakes)
    least, worth = stakes_threshold(threshold["discount_w"], threshold["persistence_P"], threshold["stealth_S"])
    return {
        "lambert_z": myopic / decay,
        "asset_value": value,
        "use_rate_per_year": rate,
        "myopic_rate": myopic,
        "restraint_factor": myopic / rate,
        "threshold_T": least,
        "value_at_T": worth,
    }


def use_it_or_lose_it(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V39: three regimes, and a ban at once or with a year of notice. All rates are per year."""
    generator = np.asarray(inputs["Q_per_year"])
    decision = Decision(
        occasions=np.asarray(inputs["occasions_per_year"]),
        stakes=np.asarray(inputs["stakes_mean_theta"]),
        burn_cost=np.asarray(inputs["burn_cost"]),
        espionage=np.asarray(inputs["espionage_flow"]),
        discount=inputs["discount"],
        unused_loss=inputs["unused_loss_rate"],
        generator=generator,
    )
    bases = np.sort(inputs["base_levels"])
    immediate, slow = (
        (ban["notice_rate"], ban["drain_levels_per_year"]) for ban in (inputs["ban_immediate"], inputs["ban_slow"])
    )
    free = hazard_table(decision, 1.0, bases=bases)
    fast_table = hazard_table(decision, 1.0, *immediate, bases)
    slow_table = hazard_table(decision, 1.0, *slow, bases)
    states = np.arange(len(generator))
    rate = free.use_rate(Stage.NONE, states, 1.0)
    myopic = hazard_table(decision, 0.0, bases=bases).use_rate(Stage.NONE, states, 1.0)
    at_war = chain_of(generator.tolist(), [float(state == WAR) for state in states])
    horizon = inputs["horizon_years"]
    return {
        "J_no_ban": free.value[Stage.NONE, -1],
        "use_rate_no_ban": rate,
        "myopic_rate": myopic,
        "restraint_factor": myopic / rate,
        "use_rate_after_slow_ban_announced": slow_table.use_rate(Stage.ANNOUNCED, states, 1.0),
        "use_rate_in_war_by_base_effective_fast": fast_table.use_rate(Stage.DRAINING, WAR, inputs["base_levels"]),
        "P_use_2y_no_ban": 1.0 - survival(at_war, rate / HOURS_PER_YEAR, horizon * HOURS_PER_YEAR),
        "P_use_2y_ban_immediate_fast": used_under_ban(fast_table, *immediate, WAR, horizon),
        "P_use_2y_ban_one_year_notice_slow": used_under_ban(slow_table, *slow, WAR, horizon),
    }


def used_under_ban(table: HazardTable, notice: float, drain: float, start: int, years: float) -> float:
    """P(use) from regime `start` under a ban announced at time 0.

    The killed chain runs over announced, then draining from each level to the next, times the regimes.
    """
    levels = table.bases[::-1]
    base = np.concatenate((levels[:1], levels))
    stage = np.array([Stage.ANNOUNCED] + [Stage.DRAINING] * len(levels))
    regimes = len(table.decision.generator)
    onward = np.diag([notice] + [drain] * (len(levels) - 1), k=1)
    moves = np.kron(onward - np.diag(onward.sum(axis=1)), np.eye(regimes))
    moves += np.kron(np.eye(len(base)), table.decision.generator)
    use: Floats = table.use_rate(stage[:, None], np.arange(regimes), base[:, None]).ravel()
    return 1.0 - float(expm((moves - np.diag(use)) * years)[start].sum())
