"""Activity around the start of a war, and theatres that are linked (V63, V64)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.chance.regimes import time_spent
from simulator.checks.exact.occupancy import generator
from simulator.rules.clock import HOURS_PER_YEAR


def mobilisation_and_surge(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Four states: crisis, mobilising (still crisis), war surging, war settled.

    A war begins as often as the rate says, so mobilisations begin 1 / (1 - stands down) times as often.
    """
    states = ["crisis", "mobilising", "surging", "settled"]
    war, back = inputs["to_war_per_year"], inputs["to_crisis_per_year"]
    ends = HOURS_PER_YEAR / inputs["mean_mobilisation_hours"]
    stays = inputs["stands_down"]
    q = generator(
        states,
        {
            "crisis": {"mobilising": war / (1.0 - stays)},
            "mobilising": {"crisis": stays * ends, "surging": (1.0 - stays) * ends},
            "surging": {"settled": HOURS_PER_YEAR / inputs["mean_surge_hours"], "crisis": back},
            "settled": {"crisis": back},
        },
    )
    activity = np.array([1.0, inputs["mobilisation_multiplier"], inputs["surge_multiplier"], 1.0])
    by_regime = np.array([inputs["nuisance_in_crisis"]] * 2 + [inputs["nuisance_in_war"]] * 2)
    years = time_spent(np.array([1.0, 0.0, 0.0, 0.0]), q, HOURS_PER_YEAR) / HOURS_PER_YEAR
    return {
        "nuisance": years @ (activity * by_regime),
        "intrusions": inputs["crime_per_year"] * (years @ activity),
    }


def linked(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Four pairs of regimes; the south escalates faster while the east is at war."""
    up, down, quicker = inputs["to_war_per_year"], inputs["to_crisis_per_year"], inputs["multiplier"]
    pairs = ["calm calm", "war calm", "calm war", "war war"]
    q = generator(
        pairs,
        {
            "calm calm": {"war calm": up, "calm war": up},
            "war calm": {"calm calm": down, "war war": quicker * up},
            "calm war": {"war war": up, "calm calm": down},
            "war war": {"calm war": down, "war calm": down},
        },
    )
    hours = time_spent(np.array([1.0, 0.0, 0.0, 0.0]), q, inputs["years"] * HOURS_PER_YEAR)
    east, south = hours[[1, 3]].sum(), hours[[2, 3]].sum()
    per_hour = inputs["nuisance_per_year"] / HOURS_PER_YEAR
    return {
        "war_hours_east": east,
        "war_hours_south": south,
        "nuisance_east": east * per_hour,
        "nuisance_south": south * per_hour,
    }
