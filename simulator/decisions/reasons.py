"""Why a vendor's measure does little: the attacker sees it, and takes the best path left (V44)."""

from __future__ import annotations

import numpy as np

from simulator.chance.driver import Driver
from simulator.chance.entities import Entities
from simulator.risk.words import percent
from simulator.scenario.load import LoadedScenario
from simulator.scenario.words import PATHS
from simulator.world.world import build

ALIKE = 0.02
"""Success that falls by less than this share of itself is called the same."""


def reason_of(base: LoadedScenario, changed: LoadedScenario) -> str:
    """A sentence for mitigations that act on how an order succeeds; "" for others.

    It tells the success of an obeyed order on the best path, of the vendors in scope, without and with them.
    """
    before, after = (_driver(loaded) for loaded in (base, changed))
    touched = {v for one in after.world.mitigations if one.effect.controls or one.effect.signing for v in one.vendors}
    added = set(changed.scenario.in_force) - set(base.scenario.in_force)
    if not touched or any(not _of_controls(changed, name) for name in added):
        return ""
    sentences = []
    for k, channel in enumerate(after.channels):
        standing, was = channel.standing, before.channels[k].standing
        if channel.coercion is None or standing is None or was is None or not touched & set(channel.vendors):
            continue
        on = [np.array(True)] * len(standing.switches)
        everyone = np.ones(len(PATHS))
        without, with_it = was.options(everyone, ()), standing.options(everyone, on)
        old, new = float(without.sum(axis=1).max(initial=0.0)), float(with_it.sum(axis=1).max(initial=0.0))
        best = _said(int(np.unravel_index(int(with_it.argmax()), with_it.shape)[1]))
        if old - new <= ALIKE * old:
            narrowed = _narrowed(was.by_path(()), standing.by_path(on))
            said = (
                f"an obeyed order still works in {percent(new)} of cases, by {best}, which this leaves open; {narrowed}"
            )
        else:
            said = f"an obeyed order works in {percent(new)} of cases instead of {percent(old)}, then by {best}"
        sentences.append(said)
    unique = list(dict.fromkeys(sentences))
    return unique[0][0].upper() + unique[0][1:] if unique else ""


def _narrowed(before: np.ndarray, after: np.ndarray) -> str:
    """What becomes of each path by itself, (paths,) each."""
    changed = [
        f"by {_said(path)} alone it would be {percent(new)} instead of {percent(old)}"
        for path, (old, new) in enumerate(zip(before.tolist(), after.tolist(), strict=True))
        if old - new > ALIKE * old
    ]
    return ", ".join(changed) or "it narrows no path"


def _said(path: int) -> str:
    return PATHS[path].replace("_", " ")


def _of_controls(loaded: LoadedScenario, name: str) -> bool:
    effect = loaded.scenario.mitigations[name].does
    return bool(effect.controls) or effect.signing is not None


def _driver(loaded: LoadedScenario) -> Driver:
    world = build(loaded.scenario, loaded.register)
    return Driver(world, Entities.of(world))
