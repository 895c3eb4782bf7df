"""Mechanism 7. Install: adoption regimes, rings run by the vendor, hold-backs run by the customer (V11)."""

from __future__ import annotations

from simulator.chance.entities import joint_array
from simulator.chance.keys import Purpose
from simulator.model.compromise import Carrier
from simulator.model.posture import Posture
from simulator.model.protection import UPDATE_PATHS, Protection
from simulator.model.setting import Setting
from simulator.scenario.vendors import Rings


def carriers_of(
    setting: Setting,
    protection: Protection,
    posture: Posture,
    product: int,
    path: int,
    cause_key: int,
    vendor_controls_rings: bool,
) -> list[Carrier]:
    """Everyone a release of `product` on `path` can reach, with install times counted from the release.

    A vendor that acts under orders passes its own rings by; it cannot pass a customer's hold-back.
    """
    world = setting.world
    dependencies = world.dependencies
    rows = [k for k in dependencies.of_product[product] if protection.reachable(k, path)]
    if not rows:
        return []
    spec = world.scenario.products[world.products.names[product]]
    law = world.products.adoption[product][path]
    assert law is not None
    keys = joint_array(setting.entities.dependency_array[rows], cause_key)
    delays = [law.quantile(u) for u in setting.draws.uniforms(Purpose.INSTALL_DELAY, keys).tolist()]
    if path in UPDATE_PATHS:
        rings = posture.rings(product, spec.rings)
        if rings is not None and not vendor_controls_rings:
            places = setting.draws.uniforms(Purpose.RING, keys).tolist()
            delays = [d + ring_start(rings, u) for d, u in zip(delays, places, strict=True)]
        delays = [d + posture.hold_back(k) for d, k in zip(delays, rows, strict=True)]
    if spec.first_at_release:
        lots = setting.draws.uniforms(Purpose.INSTALL_FIRST, keys).tolist()
        delays[lots.index(min(lots))] = 0.0
    return [
        Carrier(
            dependency=k,
            organisation=dependencies.organisation[k],
            host_group=dependencies.host_group[k],
            coverage=protection.coverage[k] * posture.reach(k),
            key=key,
            path=path,
            install_h=delay,
        )
        for k, key, delay in zip(rows, keys.tolist(), delays, strict=True)
    ]


def ring_start(rings: Rings, u: float) -> float:
    """Opening time of the ring that a uniform falls into."""
    below = 0.0
    for share, start in zip(rings.shares, rings.starts, strict=True):
        below += share
        if u < below:
            return start
    return rings.starts[-1]
