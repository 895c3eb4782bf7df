"""Mechanism 18. Who is chosen: a race with rates in proportion to targeting weights (methods 1.7).

In a race the winner only changes if the newcomer wins, so adding an organisation moves few other fates.
"""

from __future__ import annotations

import math

from simulator.chance.entities import joint_array
from simulator.chance.keys import Purpose
from simulator.model.setting import Setting


def pick_target(setting: Setting, key: int) -> int:
    """One organisation, with probability proportional to its weight."""
    lots = setting.draws.uniforms(Purpose.TARGET, joint_array(setting.entities.organisation_array, key)).tolist()
    weight = setting.world.organisations.weight
    return min(range(len(lots)), key=lambda i: -math.log1p(-lots[i]) / weight[i])
