"""Random mitigations of random worlds, and several worlds of one portfolio side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator

from simulator.batch.tables import SCHEMAS, tables_of
from simulator.chance.arms import Arms
from simulator.chance.driver import Driver
from simulator.chance.entities import Entities
from simulator.model.replication import Outcome
from simulator.scenario.combination import clashes, with_instruments
from simulator.scenario.load import LoadedScenario
from simulator.scenario.portfolio import Register
from simulator.scenario.references import check_register, check_scenario
from simulator.scenario.schema import Scenario
from simulator.scenario.words import PATHS
from simulator.world.world import build
from tests.model.mitigated import measure
from tests.model.worlds import BASE, exponential
from tests.properties.worlds import PRODUCTS, Parts

CONTROLS = {"signed_abroad": {"efficacy": dict.fromkeys(PATHS, 0.6)}}
BY_VENDORS = ("controls", "signing", "rings", "finder_left")
EFFECTS = (
    *("hold_updates", "close_paths", "reach_left", "activation_left", "routes_left", "notice_left"),
    *("restoration_left", "own_teams", "pool_teams", "buffers", "manual", "replace", "planned", "second_source"),
    *(*BY_VENDORS, "ban", "warning", "order"),
)


def scenario_of(parts: Parts, mitigations: dict[str, Any], *in_force: str) -> Scenario:
    """The scenario with these mitigations on offer, and some of them in force."""
    offers = {"mitigations": mitigations, "in_force": sorted(in_force), "controls": CONTROLS}
    return with_instruments(Scenario.model_validate(BASE | dict(parts.sections) | offers))


def register_of(parts: Parts) -> Register:
    return Register(parts.organisations, parts.dependencies, parts.links)


def driver_of(parts: Parts, mitigations: dict[str, Any], *in_force: str) -> Driver:
    scenario, register = scenario_of(parts, mitigations, *in_force), register_of(parts)
    complaints = [*check_scenario(scenario), *check_register(scenario, register)]
    assert not complaints, complaints
    world = build(scenario, register)
    return Driver(world, Entities.of(world))


def loaded_of(parts: Parts, mitigations: dict[str, Any], *in_force: str) -> LoadedScenario:
    """As if it had been read from a file."""
    return LoadedScenario(
        scenario_of(parts, mitigations, *in_force), register_of(parts), Path("made.yaml"), "{}", "made"
    )


def arms_of(parts: Parts, mitigations: dict[str, Any], *arms: tuple[str, ...]) -> Arms:
    """A base without mitigations, and arms with some each."""
    return Arms([driver_of(parts, mitigations), *(driver_of(parts, mitigations, *arm) for arm in arms)])


def compatible(parts: Parts, mitigations: dict[str, Any], names: tuple[str, ...]) -> bool:
    return not clashes(scenario_of(parts, mitigations), register_of(parts), names)


def random_mitigation(rng: Generator, parts: Parts, effect: str) -> dict[str, Any]:
    """One with this effect; scope, start, roll-out and compliance at random."""
    does = _does(rng, effect, parts)
    if "instrument" in does:
        return measure(does)
    fields: dict[str, Any] = {"starts": _start(rng, effect, parts)}
    if rng.random() < 0.4:
        names = [o.name for o in parts.organisations]
        fields["scope"] = {"organisations": names[: int(rng.integers(1, len(names) + 1))]}
    if rng.random() < 0.4:
        fields["rollout"] = exponential("40 d")
    if rng.random() < 0.4:
        fields["comply"] = 0.6
    return measure(does, **fields)


def same_tables(first: Outcome, second: Outcome) -> bool:
    """Every table, every figure."""
    mine, its = tables_of([first], 0), tables_of([second], 0)
    return all(getattr(mine, name).equals(getattr(its, name)) for name in SCHEMAS)


def table_bytes(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def _start(rng: Generator, effect: str, parts: Parts) -> dict[str, Any]:
    ways: list[dict[str, Any]] = [
        {"at": "0 h"},
        {"at": f"{int(rng.integers(1, 600))} d"},
        {"theatre": "north", "regime": "war_direct"},
    ]
    waits: list[dict[str, Any]] = [{"disclosure": True}]
    if "instruments" in parts.sections:
        ways += [{"warning": "warning"}, {"warning": "ban"}]
        waits += [{"warning": "order"}]
    if effect not in BY_VENDORS:
        ways += waits
    return ways[int(rng.integers(len(ways)))]


def _does(rng: Generator, effect: str, parts: Parts) -> dict[str, Any]:
    share = round(float(rng.uniform(0.0, 0.9)), 2)
    old, new = (str(name) for name in rng.choice(sorted(PRODUCTS), 2, replace=False))
    vendor = PRODUCTS[old]
    act = {"vendors": [vendor], "comply": 0.8, "comply_delay": exponential("20 d")}
    begins = {"trigger": {"theatre": "north", "regime": "war_direct"}}
    ban = act | begins | {"name": "new ban", "kind": "ban", "notice": "60 d"}
    warning = act | begins | {"name": "new warning", "kind": "private_warning", "comply": 0.3}
    order = act | {"name": "new order", "kind": "emergency_order", "trigger": {"disclosure": True}}
    made: dict[str, dict[str, Any]] = {
        "hold_updates": {"hold_updates": f"{int(rng.integers(1, 100))} h"},
        "close_paths": {"close_paths": [str(p) for p in rng.choice(PATHS, 2, replace=False)]},
        "reach_left": {"reach_left": share},
        "activation_left": {"activation_left": {"disruption": share, "espionage": share}},
        "routes_left": {"routes_left": {"precautionary_stop": share, "loss_of_view": 1, "unsafe_control": share}},
        "notice_left": {"notice_left": share},
        "restoration_left": {"restoration_left": {"rebuild": share, "restart": share}},
        "own_teams": {"own_teams": 1},
        "pool_teams": {"pool_teams": {"shared": 1}},
        "buffers": {"buffers": {"added": "10 h", "deliveries": 1}},
        "manual": {"manual": {"share": 0.95, "floor": 0.6, "falls_by": 0.1}},
        "replace": {"replace": {"by": {old: new}}},
        "planned": {"replace": {"by": {old: new}, "planned": True}},
        "second_source": {"second_source": {"by": {old: new}, "share": 0.4}},
        "controls": {"controls": ["signed_abroad"]},
        "signing": {
            "signing": {
                **{"insiders": 3, "outsiders": 2, "quorum": 3},
                **{"insider_complies": 0.7, "outsider_signs_blind": 0.1, "common_cause": 0},
            }
        },
        "rings": {"rings": {"shares": [0.2, 0.8], "starts": ["0 h", "50 h"]}},
        "finder_left": {"finder_left": share},
        "ban": {"instrument": ban},
        "warning": {"instrument": warning},
        "order": {"instrument": order},
    }
    return made[effect]


def random_mitigations(seed: int, parts: Parts, count: int) -> dict[str, Any]:
    """Several with different effects, `m0` and so on."""
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(EFFECTS), count, replace=False).tolist()
    return {f"m{n}": random_mitigation(rng, parts, EFFECTS[k]) for n, k in enumerate(chosen)}
