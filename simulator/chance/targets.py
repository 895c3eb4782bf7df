"""What a success gives into hostile hands: which products of its channel, and by which path."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.chance.channels import Channel
from simulator.chance.dates import DateTables
from simulator.chance.driver import Driver
from simulator.chance.entities import joint
from simulator.chance.keyed import Keyed
from simulator.chance.keys import Purpose

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Chosen = tuple[NDArray[np.bool_], Integers]


def given(driver: Driver, k: int, draw: Keyed, time: Floats, occurrence: Integers, dates: DateTables) -> Chosen:
    """Products (N, P) that N successes of a channel at `time` (N,) take, and the path (N, P) to each."""
    channel = driver.channels[k]
    assert channel.standing is not None
    likely = driver.options(k, time, dates)
    each = np.cumsum(likely, axis=-1)[..., -1]
    choose = _obedient if channel.coercion is not None else _intruded
    chosen = choose(draw, channel, occurrence, each)
    path = np.zeros(each.shape, dtype=np.int64)
    for n, product in enumerate(channel.standing.products):
        rows = np.flatnonzero(chosen[:, n])
        key = joint(driver.entities.products[product], channel.key)
        path[rows, n] = _path(draw.only(rows), key, occurrence[rows], likely[rows, n])
    return chosen, path


def _obedient(draw: Keyed, channel: Channel, occurrence: Integers, success: Floats) -> NDArray[np.bool_]:
    """Products that give way: those whose success exceeds the campaign's one mark, below that of the best."""
    u = draw.uniform(Purpose.COERCION_MARK, channel.key, 2 * occurrence)
    gives: NDArray[np.bool_] = (u * success.max(axis=1))[:, None] < success
    return gives


def _intruded(draw: Keyed, channel: Channel, occurrence: Integers, success: Floats) -> NDArray[np.bool_]:
    """An intruder in the build uses one of the vendor's least guarded products."""
    best = (success == success.max(axis=1)[:, None]) & (success > 0.0)
    u = draw.uniform(Purpose.INTRUSION_PATH, channel.key, occurrence)
    number = (u * best.sum(axis=1)).astype(np.int64)
    used: NDArray[np.bool_] = best & (np.cumsum(best, axis=1) == number[:, None] + 1)
    return used


def _path(draw: Keyed, key: int, occurrence: Integers, likely: Floats) -> Integers:
    """The path (N,) each attempt, known to work, went by: in proportion to choice x success (N, paths)."""
    below = np.cumsum(likely, axis=1)
    certain = likely.max(axis=1) == below[:, -1]
    path: Integers = likely.argmax(axis=1)
    open_ = np.flatnonzero(~certain)
    reached = (draw.only(open_).uniform(Purpose.INTRUSION_PATH, key, occurrence[open_]) * below[open_, -1])[:, None]
    under = reached < below[open_]
    last = likely.shape[1] - 1 - (likely[open_, ::-1] > 0.0).argmax(axis=1)
    path[open_] = np.where(under.any(axis=1), under.argmax(axis=1), last)
    return path
