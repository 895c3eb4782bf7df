"""Mechanism 18. Who is chosen: a race with rates in proportion to targeting weights (methods 1.7).

In a race the winner only changes if the newcomer wins, so adding an organisation moves few other fates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from simulator.chance.entities import joint_array
from simulator.chance.keys import Purpose
from simulator.model.setting import Setting


def pick_targets(setting: Setting, keys: Sequence[int]) -> list[int]:
    """One organisation for each key, with probability proportional to its weight."""
    organisations = setting.entities.organisation_array
    races = setting.draws.uniforms(Purpose.TARGET, [joint_array(organisations, key) for key in keys]).tolist()
    weight = setting.world.organisations.weight
    return [min(range(len(lots)), key=lambda i: -math.log1p(-lots[i]) / weight[i]) for lots in races]
