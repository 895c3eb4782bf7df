"""When a mitigation works at each of those it is meant for: its start, a roll-out of their own, or never."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from simulator.chance.entities import Keys, joint_array
from simulator.chance.keyed import quantiles
from simulator.chance.keys import Draws, Purpose
from simulator.scenario.mitigations import Mitigation


def working_from(draws: Draws, entities: Keys, key: int, mitigation: Mitigation, start_h: float) -> Sequence[float]:
    """Hours (n,) for entities with these hashes (n,); inf for those that never do it.

    `key` is the hash of the mitigation's name. Nobody's date depends on anybody else.
    """
    count = len(entities)
    if math.isinf(start_h) or (mitigation.rollout is None and mitigation.comply is None):
        return [start_h] * count
    keys = joint_array(entities, key)
    hours = np.full(count, start_h)
    if mitigation.rollout is not None:
        hours += quantiles(mitigation.rollout.value, draws.uniforms(Purpose.COMPLY_DELAY, keys))
    if mitigation.comply is not None:
        hours[draws.uniforms(Purpose.COMPLY, keys) >= mitigation.comply.value] = math.inf
    found: list[float] = hours.tolist()
    return found
