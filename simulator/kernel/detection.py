"""Mechanism 8. Detection is shared: the first detector anywhere reveals all (as `model.detection`)."""

from __future__ import annotations

import math

from simulator.chance.keys import Purpose
from simulator.kernel.draws import joint, quantile, uniform
from simulator.kernel.layout import (
    NOTHING,
    carriers,
    causes,
    codes,
    compromises,
    detections,
    selections,
    targets,
)
from simulator.kernel.linker import address, float64, int64, leaf, part, uint64, void
from simulator.kernel.posture import finder_left, notice_left

_OWN, _FINDER, _VISIBLE = int(Purpose.DETECT_OWN), int(Purpose.DETECT_FINDER), int(Purpose.DETECT_VISIBLE)
_PULL = int(Purpose.PULL_DELAY)


@leaf
def _slowness(k, detection, regime):
    """Noise of a regime hides signals: a factor on times to notice."""
    return detection.slower[regime] if regime != NOTHING else 1.0


@part(void, address, int64)
def draw_notice(k, c):
    """When a carrier alone would notice what it has installed."""
    carrier = carriers(k)[c]
    own = compromises(k)[carrier.compromise]
    detection = detections(k)[codes(k)[own.code].detection]
    slower = _slowness(k, detection, causes(k)[own.cause].regime)
    time = quantile(k, detection.own, uniform(k, _OWN, carrier.key, 0))
    carrier.noticed = carrier.install + slower * notice_left(k, carrier.organisation) * time


@part(float64, address, int64)
def first_detection(k, x):
    """Absolute time of the first detection by a carrier, an outside finder, or what the code visibly does."""
    own = compromises(k)[x]
    if math.isfinite(own.given_detection):
        return own.given_detection
    cause, code = causes(k)[own.cause], codes(k)[own.code]
    detection = detections(k)[code.detection]
    first = acting = math.inf
    c = own.first_carrier
    while c != NOTHING:
        first = min(first, carriers(k)[c].noticed)
        acting = min(acting, carriers(k)[c].acts)
        c = carriers(k)[c].next
    if detection.finder != NOTHING:
        time = quantile(k, detection.finder, uniform(k, _FINDER, cause.key, 0))
        sooner = math.inf
        for place in range(own.first_target, own.end_target, 2):
            sooner = min(sooner, finder_left(k, targets(k)[place]))
        if own.first_target == own.end_target:
            sooner = 1.0
        first = min(first, own.start + time * _slowness(k, detection, cause.regime) * sooner)
    if detection.visible != NOTHING and math.isfinite(acting):
        first = min(first, acting + quantile(k, detection.visible, uniform(k, _VISIBLE, cause.key, 0)))
    if code.selection != NOTHING:
        first = min(first, _hands_on(k, x, selections(k)[code.selection], cause.key))
    return first


@leaf
def _hands_on(k, x, selection, key):
    """Espionage adds hazards of its own: each active target, each dormant install, and outside."""
    own, first = compromises(k)[x], math.inf
    c = own.first_carrier
    while c != NOTHING:
        carrier = carriers(k)[c]
        active = math.isfinite(carrier.acts)
        rate = selection.per_active if active else selection.per_dormant
        start = carrier.acts if active else carrier.install
        if rate > 0.0:
            first = min(first, start - math.log1p(-uniform(k, _VISIBLE, carrier.key, 1)) / rate)
        c = carrier.next
    if selection.outside > 0.0:
        first = min(first, own.start - math.log1p(-uniform(k, _FINDER, joint(key, uint64(1)), 0)) / selection.outside)
    return first


@part(float64, address, int64)
def pull_delay(k, x):
    """From detection to withdrawal; a vendor under orders may take its time."""
    own = compromises(k)[x]
    detection = detections(k)[codes(k)[own.code].detection]
    law = detection.pull
    if own.coerced and detection.pull_if_coerced != NOTHING:
        law = detection.pull_if_coerced
    return quantile(k, law, uniform(k, _PULL, causes(k)[own.cause].key, 0))
