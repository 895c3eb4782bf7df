"""Mechanism 6. Espionage or disruption: few targets and long dwell, or all customers at once and fast discovery.

Espionage picks its targets by the greedy rule (V36) on what each is worth; disruption acts wherever it works.
"""

from __future__ import annotations

import numpy as np

from simulator.chance.entities import joint
from simulator.chance.keys import Purpose
from simulator.model.compromise import Behaviour, Carrier, Compromise
from simulator.model.posture import Posture
from simulator.model.setting import Setting
from simulator.rules.breadth import breadth
from simulator.rules.quantile import Law
from simulator.rules.total import total
from simulator.scenario.threats import Fault, Payload


def behaviour_of(setting: Setting, payload: Payload) -> Behaviour:
    """A payload as the code that runs."""
    scenario = setting.world.scenario
    return Behaviour(
        mode=payload.mode,
        trigger=payload.trigger,
        detection=scenario.detection[payload.detection],
        restoration=payload.restoration,
        activation=payload.activation.value,
        worm=payload.worm.value if payload.worm is not None else 0.0,
        selection=payload.selection,
    )


def fault_behaviour(setting: Setting, fault: Fault) -> Behaviour:
    """A faulty update is code that acts at once and hides nothing."""
    return Behaviour(
        mode="fault",
        trigger="on_install",
        detection=setting.world.scenario.detection[fault.detection],
        restoration=fault.restoration,
        activation=fault.activation.value,
    )


def plan_actions(setting: Setting, posture: Posture, compromise: Compromise, delay: Law | None) -> None:
    """When each carrier's code would act; inf where it never does."""
    behaviour = compromise.behaviour
    carriers = compromise.carriers
    if behaviour.trigger == "dormant" or not carriers:
        return
    chosen = carriers
    if behaviour.selection is not None:
        chosen = _targets(setting, compromise)
    keys = np.array([c.key for c in chosen], dtype=np.uint64)
    works = setting.draws.uniforms(Purpose.ACTIVATE, keys).tolist()
    chances = [behaviour.activation * posture.activation(c.organisation, behaviour.mode) for c in chosen]
    law = delay if delay is not None else Law.fixed(0.0)
    if behaviour.trigger == "synchronised":
        moment = compromise.start_h + law.quantile(setting.draws.uniform(Purpose.TRIGGER, compromise.cause.key))
        for carrier, u, chance in zip(chosen, works, chances, strict=True):
            if u < chance:
                carrier.acts_h = max(carrier.install_h, moment)
        return
    waits = setting.draws.uniforms(Purpose.TRIGGER, keys).tolist()
    for carrier, u, chance, wait in zip(chosen, works, chances, waits, strict=True):
        if u < chance:
            carrier.acts_h = carrier.install_h + law.quantile(wait)


def _targets(setting: Setting, compromise: Compromise) -> list[Carrier]:
    """The portfolio's part of the n* organisations worth most (targeting weight x customers), one host group each: V36.

    With carriers elsewhere n* is chosen over all of them: worth falls as one over the rank (Zipf's law), and the
    portfolio's carriers lie evenly among the ranks, each at a uniform place of its own stretch, in order of worth.
    So the portfolio is chosen from with the share n* has of all carriers.
    """
    selection = compromise.behaviour.selection
    assert selection is not None
    o = setting.world.organisations
    worth = [w * c for w, c in zip(o.weight, o.customers, strict=True)]
    first: dict[int, Carrier] = {}
    for carrier in compromise.carriers:
        best = first.get(carrier.organisation)
        if best is None or carrier.host_group > best.host_group:
            first[carrier.organisation] = carrier
    ranked = sorted(first.values(), key=lambda c: (-worth[c.organisation], c.organisation))
    elsewhere = _carriers_elsewhere(setting, compromise)
    everyone = len(ranked) + elsewhere
    count, _ = breadth(
        (1.0 / (r + 1) for r in range(everyone)) if elsewhere else (worth[c.organisation] for c in ranked),
        selection.found_per_active.value,
        selection.discount.value,
        selection.found_outside.value,
        len(compromise.carriers) + elsewhere,
        selection.found_per_dormant.value,
    )
    keys = np.array([c.key for c in ranked], dtype=np.uint64)
    places = setting.draws.uniforms(Purpose.TARGET, keys).tolist()
    stretch = everyone / len(ranked)
    return [c for r, (c, place) in enumerate(zip(ranked, places, strict=True)) if (r + place) * stretch < count]


def _carriers_elsewhere(setting: Setting, compromise: Compromise) -> int:
    """Organisations outside the portfolio that carry the code too, from the reach of its vendors."""
    selection = compromise.behaviour.selection
    if selection is None or selection.elsewhere is None:
        return 0
    world = setting.world
    reach = total(world.scenario.vendors[world.vendors[v]].reach_outside.value for v in compromise.vendors)
    return round(selection.elsewhere.value * reach / 1e6)


def worm_reach(setting: Setting, compromise: Compromise, source: int, delay: Law) -> list[tuple[int, int, float]]:
    """(organisation, key, hours) to which the code crosses trust links from `source`."""
    found = []
    entities = setting.entities.organisations
    for neighbour in setting.world.trust[source]:
        key = joint(joint(entities[neighbour], entities[source]), compromise.cause.key)
        if setting.draws.uniform(Purpose.WORM, key) < compromise.behaviour.worm:
            found.append((neighbour, key, delay.quantile(setting.draws.uniform(Purpose.WORM_DELAY, key))))
    return found
