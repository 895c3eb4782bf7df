"""Mechanism 8. Detection is shared: the first detector anywhere reveals all (V09, V10)."""

from __future__ import annotations

import math

import numpy as np

from simulator.chance.entities import joint
from simulator.chance.keys import Purpose
from simulator.model.compromise import Carrier, Compromise
from simulator.model.posture import Posture
from simulator.model.setting import Setting
from simulator.scenario.threats import Detection
from simulator.scenario.words import Regime


def notice_times(
    setting: Setting, posture: Posture, carriers: list[Carrier], detection: Detection, regime: str
) -> None:
    """Draw when each carrier alone would notice what it has installed."""
    keys = np.array([c.key for c in carriers], dtype=np.uint64)
    slower = slowness(detection, regime)
    law = detection.own.value
    for carrier, u in zip(carriers, setting.draws.uniforms(Purpose.DETECT_OWN, keys).tolist(), strict=True):
        carrier.noticed_h = carrier.install_h + slower * posture.notice(carrier.organisation) * law.quantile(u)


def first_detection(setting: Setting, posture: Posture, compromise: Compromise) -> float:
    """Absolute time of the first detection by a carrier, an outside finder, or what the code visibly does.

    Only carriers that install before the release is withdrawn count, and none can notice before it installs,
    so the minimum over all is the minimum over those.
    """
    if math.isfinite(compromise.given_detection_h):
        return compromise.given_detection_h
    detection = compromise.behaviour.detection
    cause = compromise.cause
    times = [c.noticed_h for c in compromise.carriers]
    if detection.finder is not None:
        u = setting.draws.uniform(Purpose.DETECT_FINDER, cause.key)
        sooner = min((posture.finder(p) for p in compromise.products), default=1.0)
        delay = detection.finder.value.quantile(u) * slowness(detection, cause.regime) * sooner
        times.append(compromise.start_h + delay)
    acting = min((c.acts_h for c in compromise.carriers), default=math.inf)
    if detection.visible is not None and math.isfinite(acting):
        times.append(
            acting + detection.visible.value.quantile(setting.draws.uniform(Purpose.DETECT_VISIBLE, cause.key))
        )
    times += _hands_on(setting, compromise)
    return min(times, default=math.inf)


def pull_delay(setting: Setting, compromise: Compromise) -> float:
    """From detection to withdrawal; a vendor under orders may take its time."""
    detection = compromise.behaviour.detection
    law = detection.pull.value
    if compromise.coerced and detection.pull_if_coerced is not None:
        law = detection.pull_if_coerced.value
    return law.quantile(setting.draws.uniform(Purpose.PULL_DELAY, compromise.cause.key))


def slowness(detection: Detection, regime: str) -> float:
    """Noise of a regime hides signals: a factor on times to notice."""
    table: dict[Regime, float] = {r: s.value for r, s in detection.slower.items()}
    return table.get(regime, 1.0)  # type: ignore[call-overload, no-any-return]


def _hands_on(setting: Setting, compromise: Compromise) -> list[float]:
    """Espionage adds hazards of its own: each active target, each dormant install, and outside."""
    selection = compromise.behaviour.selection
    if selection is None:
        return []
    draws, cause = setting.draws, compromise.cause
    times = []
    for carrier in compromise.carriers:
        active = math.isfinite(carrier.acts_h)
        rate = selection.found_per_active.value if active else selection.found_per_dormant.value
        start = carrier.acts_h if active else carrier.install_h
        if rate > 0.0:
            u = draws.uniform(Purpose.DETECT_VISIBLE, carrier.key, 1)
            times.append(start - math.log1p(-u) / rate)
    if selection.found_outside.value > 0.0:
        u = draws.uniform(Purpose.DETECT_FINDER, joint(cause.key, 1))
        times.append(compromise.start_h - math.log1p(-u) / selection.found_outside.value)
    return times
