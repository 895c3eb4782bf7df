"""How far the stated ranges of unseen hazards reach: what a central estimate must not hide.

Losses from rare causes are nearly proportional to the hazard, so the range of a hazard, averaged over the
time spent in each regime, is close to the range of the loss (DESIGN section 7).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulator.chance.channels import Channel, by_regime
from simulator.chance.driver import Driver
from simulator.chance.regimes import expected_time
from simulator.scenario.distribution import Stated
from simulator.scenario.words import Regime

TOO_WIDE = 10.0
"""A central estimate is not shown where the stated range spans more than this factor."""
ALL = "all"
"""Every malicious cause together: all at the low ends of their ranges, or all at the high ends."""


def hazard_ranges(driver: Driver) -> dict[str, list[float]]:
    """Per kind of malicious cause, and for all together: lowest and highest expected successes over those of the run.

    Only parameters that state a range count; a channel used once saturates; instruments and refusals are left
    out of the ratio.
    """
    totals: dict[str, np.ndarray] = {}
    times = {theatre: _time_in_states(driver, theatre) for theatre in {c.theatre for c in driver.channels}}
    for channel in driver.channels:
        rates = np.array([_rate(driver, channel, end) for end in ("value", "low", "high")])
        expected = rates @ (times[channel.theatre] * channel.success)
        if channel.once:
            expected = -np.expm1(-expected)
        totals[channel.kind] = totals.get(channel.kind, np.zeros(3)) + expected
    totals[ALL] = sum(totals.values(), np.zeros(3))
    return {
        kind: [float(low / value), float(high / value)]
        for kind, (value, low, high) in totals.items()
        if value > 0.0 and (low, high) != (value, value)
    }


def _time_in_states(driver: Driver, theatre: int) -> np.ndarray:
    """Expected hours in each expanded state, or those that a scripted path spends there."""
    chain, horizon = driver.chains[theatre], driver.world.horizon_h
    if theatre not in driver.given:
        return expected_time(chain, horizon)
    path = driver.given[theatre]
    spent = np.diff(np.append(np.minimum(path.times, horizon), horizon))
    return np.bincount(path.states, weights=spent, minlength=len(chain.initial))


def _rate(driver: Driver, channel: Channel, end: str) -> np.ndarray:
    """Attempts per hour by expanded state, at the stated value or at one end of its range."""
    chain = driver.chains[channel.theatre]
    scenario = driver.world.scenario
    if channel.coercion is not None:
        return by_regime(_ends(channel.coercion.hazard, end), 0.0, chain)
    stock = scenario.theatres[driver.world.theatres[channel.theatre]].access_stock
    if channel.kind == "access_release" and stock is not None:
        return by_regime(_ends(stock.release, end), 0.0, chain)
    assert scenario.intrusion is not None
    used = scenario.intrusion.rate.value
    rate = _ends({"peace": scenario.intrusion.rate}, end)["peace"]
    return channel.hazard * (rate / used) if used > 0.0 else channel.hazard


def _ends(table: Mapping[Regime, Stated[float]], end: str) -> dict[Regime, float]:
    def pick(stated: Stated[float]) -> float:
        if end == "value" or stated.range is None:
            return stated.value
        return stated.range[0] if end == "low" else stated.range[1]

    return {regime: pick(stated) for regime, stated in table.items()}
