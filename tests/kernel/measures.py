"""Random mitigations in force, so that each effect meets each kind of start, of scope, of roll-out."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator

from simulator.scenario.words import HOST_GROUPS, PATHS, SECTORS
from tests.kernel.laws import some_law
from tests.properties.arms import BY_VENDORS, EFFECTS, compatible, random_mitigation
from tests.properties.worlds import PRODUCTS, VENDORS, Parts


def measures_in_force(rng: Generator, parts: Parts, known: dict[str, Any]) -> dict[str, Any]:
    """Up to eight that can be in force together."""
    found = dict(known)
    for number in range(int(rng.integers(1, 9))):
        effect = str(rng.choice(EFFECTS))
        if effect == "pool_teams" and "shared" not in parts.sections["pools"]:
            continue
        measure = random_mitigation(rng, parts, effect)
        name = f"m{number}"
        act = measure["does"].get("instrument")
        if act is not None:
            name = act["name"]
            act["trigger"] = _trigger(rng)
        else:
            _elaborate(rng, effect, measure)
        offered = found | {name: measure}
        if name not in found and compatible(parts, offered, tuple(offered)):
            found = offered
    for name, measure in list(found.items()):
        offered = found | {name: measure | {"scope": _narrower(rng)}}
        if "scope" in measure and rng.random() < 0.4 and compatible(parts, offered, tuple(offered)):
            found = offered
    return found


def _narrower(rng: Generator) -> dict[str, Any]:
    """By what is bought, from where, or by size."""
    scopes: list[dict[str, Any]] = [
        {"home_states": [str(rng.choice(sorted(set(VENDORS.values()))))]},
        {"kinds": ["endpoint_security"]},
        {"products": [str(p) for p in rng.choice(list(PRODUCTS), 2, replace=False)]},
        {"larger_than": float(rng.choice([100.0, 5e3, 1e5]))},
    ]
    return scopes[int(rng.integers(len(scopes)))]


def _trigger(rng: Generator) -> dict[str, Any]:
    ways: list[dict[str, Any]] = [
        {"at": f"{int(rng.integers(0, 400))} d"},
        {"disclosure": True},
        {"theatre": "north", "regime": "war_direct"},
    ]
    return ways[int(rng.integers(3))]


def _elaborate(rng: Generator, effect: str, measure: dict[str, Any]) -> None:
    """Two effects in one, laws of any kind, scopes by vendor, sector or audience."""
    does = measure["does"]
    if rng.random() < 0.5:
        measure["rollout"] = some_law(rng, 500.0)
    if effect == "routes_left":
        does[effect] = {r: round(float(rng.uniform(0.0, 1.0)), 2) for r in does[effect]}
    if effect == "restoration_left":
        does[effect] |= {"visit": 0.6, "rebuild": float(rng.choice([0.0, 0.7]))}
    if effect == "activation_left":
        does[effect] |= {"fault": 0.4}
    if effect == "buffers":
        does[effect] |= {"deliveries": int(rng.integers(0, 3))}
        if rng.random() < 0.5:
            does[effect]["provider"] = str(rng.choice(SECTORS))
    if effect == "manual":
        does[effect]["falls_by"] = float(rng.choice([0.0, 0.05, 0.2]))
    if effect in BY_VENDORS:
        measure.pop("scope", None)
        if rng.random() < 0.5:
            measure["scope"] = {"vendors": [str(v) for v in rng.choice(list(VENDORS), 2, replace=False)]}
        return
    more = {"notice_left": 0.5, "hold_updates": "30 h", "close_paths": [str(rng.choice(PATHS))], "own_teams": 1}
    for name, value in more.items():
        if name not in does and rng.random() < 0.15:
            does[name] = value
    if "scope" not in measure and rng.random() < 0.5:
        scopes: list[dict[str, Any]] = [
            {"sectors": [str(rng.choice(SECTORS))]},
            {"audience": "critical_infrastructure"},
            {"host_groups": [str(h) for h in HOST_GROUPS[:2]]},
            {"vendors": [str(rng.choice(list(VENDORS)))]},
        ]
        measure["scope"] = scopes[int(rng.integers(4))]
