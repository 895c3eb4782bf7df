"""How far the stated ranges of unseen hazards reach: what a central estimate must not hide (DESIGN section 7)."""

from __future__ import annotations

from simulator.chance.channels import Channel
from simulator.chance.driver import Driver
from simulator.scenario.distribution import Stated

TOO_WIDE = 10.0
"""A central estimate is not shown where the stated range spans more than this factor."""


def hazard_ranges(driver: Driver) -> dict[str, list[float]]:
    """Per kind of malicious cause: lowest and highest stated hazard over the one used, over all its channels.

    Only parameters that state a range count. Losses from rare causes are nearly proportional to the hazard.
    """
    found: dict[str, list[float]] = {}
    for channel in driver.channels:
        for stated in _hazards(driver, channel):
            if stated.range is None or stated.value <= 0.0:
                continue
            low, high = stated.range[0] / stated.value, stated.range[1] / stated.value
            before = found.get(channel.kind, [1.0, 1.0])
            found[channel.kind] = [min(before[0], low), max(before[1], high)]
    return found


def _hazards(driver: Driver, channel: Channel) -> list[Stated[float]]:
    scenario = driver.world.scenario
    theatre = scenario.theatres[driver.world.theatres[channel.theatre]]
    if channel.coercion is not None:
        return list(channel.coercion.hazard.values())
    if channel.kind == "access_release" and theatre.access_stock is not None:
        return list(theatre.access_stock.release.values())
    return [scenario.intrusion.rate] if scenario.intrusion is not None else []
