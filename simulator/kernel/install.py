"""Mechanism 7. Install: adoption regimes, rings run by the vendor, hold-backs run by the customer
(as `model.install`).
"""

from __future__ import annotations

import math

from simulator.chance.keys import Purpose
from simulator.kernel.agenda import ran_out
from simulator.kernel.draws import joint, quantile, uniform
from simulator.kernel.layout import (
    NOTHING,
    carriers,
    compromises,
    dependencies,
    numbers,
    place_of,
    products,
    rings,
    rows,
    run,
)
from simulator.kernel.linker import address, float64, int64, leaf, part, uint64, void
from simulator.kernel.posture import hold_back, reach_left, rings_now
from simulator.kernel.protection import is_update, reachable

_DELAY, _RING, _FIRST = int(Purpose.INSTALL_DELAY), int(Purpose.RING), int(Purpose.INSTALL_FIRST)
_CARRIERS = place_of("carriers")


@part(int64, address, int64, int64, int64, int64, float64, uint64)
def new_carrier(k, x, dependency, organisation, host_group, coverage, key):
    """A host group that takes, or will take, the code."""
    r = run(k)[0]
    c = r.carriers
    if c >= len(carriers(k)):
        c = ran_out(k, _CARRIERS)
    else:
        r.carriers = c + 1
    own = carriers(k)[c]
    own.compromise, own.dependency, own.organisation, own.host_group = x, dependency, organisation, host_group
    own.coverage, own.key, own.path = coverage, key, NOTHING
    own.install, own.acts, own.noticed = 0.0, math.inf, math.inf
    own.scheduled = own.installed = own.acted = own.told = own.chosen = 0
    own.next = NOTHING
    return c


@leaf
def add_carrier(k, x, c):
    """One more carrier of a compromise."""
    own = compromises(k)[x]
    if own.last_carrier == NOTHING:
        own.first_carrier = c
    else:
        carriers(k)[own.last_carrier].next = c
    own.last_carrier = c
    own.count += 1


@leaf
def _ring_start(k, ring, u):
    """Opening time of the ring that a uniform falls into."""
    own, table, below = rings(k)[ring], numbers(k), 0.0
    middle = own.first + (own.end - own.first) // 2
    for n in range(own.first, middle):
        below += table[n]
        if u < below:
            return table[middle + n - own.first]
    return table[own.end - 1]


@part(void, address, int64, int64, int64, uint64, int64)
def add_carriers_of(k, x, p, path, cause_key, vendor_controls_rings):
    """Everyone a release of a product on a path can reach, with install times counted from the release."""
    product = products(k)[p]
    law = product.adoption[path]
    update = is_update(path)
    ring, asked = NOTHING, False
    earliest, first = math.inf, NOTHING
    for place in range(product.first_dependency, product.end_dependency):
        d = rows(k)[place]
        if not reachable(k, d, path):
            continue
        own = dependencies(k)[d]
        if not asked and update:
            ring, asked = rings_now(k, p), True
        key = joint(own.key, cause_key)
        delay = quantile(k, law, uniform(k, _DELAY, key, 0))
        if update:
            if ring != NOTHING and not vendor_controls_rings:
                delay = delay + _ring_start(k, ring, uniform(k, _RING, key, 0))
            delay = delay + hold_back(k, d)
        c = new_carrier(k, x, d, own.organisation, own.host_group, own.coverage * reach_left(k, d), key)
        carriers(k)[c].path, carriers(k)[c].install = path, delay
        add_carrier(k, x, c)
        if product.first_at_release:
            lot = uniform(k, _FIRST, key, 0)
            if lot < earliest:
                earliest, first = lot, c
    if first != NOTHING:
        carriers(k)[first].install = 0.0
