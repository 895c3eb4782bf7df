"""Mitigations of operators compose per operator: doing the same twice takes nobody out of reach twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.chance.departures import Departures
from simulator.chance.driver import Driver
from simulator.scenario.portfolio import Dependency
from tests.model.worlds import SUPPLY_CHAIN, coercion, product, stage, theatre, towns

TOWNS = [f"town{n:02d}" for n in range(4)]


def mitigation(does: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"title": "t", "about": "a", "grade": "D", "does": does} | fields


def world(mitigations: dict[str, Any], products: tuple[str, ...] = ("p",), **changes: Any) -> Driver:
    """Four towns of one size run these products of one rival vendor; `other` is at hand to replace them."""
    people = towns(4)
    runs = [Dependency(o.name, p, "office", 1.0, 0.0) for o in people for p in products]
    paths = {"paths": {"code_release": 0.5, "cloud_command": 0.5}}
    chain = SUPPLY_CHAIN | {
        "vendors": SUPPLY_CHAIN["vendors"] | {"w": SUPPLY_CHAIN["vendors"]["v"] | {"home": "Q"}},
        "products": {p: product() | paths | {"adoption": dict.fromkeys(paths["paths"], "slow")} for p in products}
        | {"other": product("w")},
        "adoption": {"slow": "10 h", **SUPPLY_CHAIN["adoption"]},
        "theatres": {"north": theatre("war_direct", {}, coercion=coercion({"war_direct": "0.1 / year"}))},
        "mitigations": mitigations,
        "in_force": list(mitigations),
    }
    return stage(chain | changes, people, runs)


def left(driver: Driver, hour: float = 1e4) -> np.ndarray:
    """Share of the stock's reach left on code release and on cloud command."""
    (gone,) = [d for d in driver.departures if d is not None]
    assert isinstance(gone, Departures)
    starts = np.zeros((1, len(driver.world.mitigations)))
    return gone.left(np.array([[hour]]), starts)[0, 0, [0, 2]]


def half(**fields: Any) -> dict[str, Any]:
    return {"organisations": TOWNS[:2]} | fields


REPLACE = {"replace": {"by": {"p": "other"}, "planned": True}}
SHUT = {"close_paths": ["cloud_command"]}


def test_the_same_operators_are_not_taken_out_twice() -> None:
    both = {"out": mitigation(REPLACE, scope=half()), "shut": mitigation(SHUT, scope=half())}
    assert left(world(both)).tolist() == pytest.approx([0.5, 0.5])
    apart = {"out": mitigation(REPLACE, scope=half()), "shut": mitigation(SHUT, scope={"organisations": TOWNS[2:]})}
    assert left(world(apart)).tolist() == pytest.approx([0.5, 0.0])


def test_an_operator_leaves_when_the_last_product_of_the_stock_is_gone() -> None:
    first = {"one": mitigation(REPLACE)}
    assert left_or_all(world(first, ("p", "p2"))).tolist() == [1.0, 1.0]
    second = {"replace": {"by": {"p2": "other"}, "planned": True}}
    assert left(world(first | {"two": mitigation(second)}, ("p", "p2"))).tolist() == pytest.approx([0.0, 0.0])


def left_or_all(driver: Driver) -> np.ndarray:
    return np.ones(2) if all(d is None for d in driver.departures) else left(driver)


def test_those_who_do_not_comply_stay_within_reach() -> None:
    """Two shut it independently with probabilities 0.6 and 0.5: 0.4 x 0.5 stay open."""
    both = {"a": mitigation(SHUT, comply=0.6), "b": mitigation(SHUT, comply=0.5)}
    assert left(world(both)).tolist() == pytest.approx([1.0, 0.2])


def test_a_roll_out_takes_time() -> None:
    slow = {"a": mitigation(SHUT, rollout={"uniform": {"low": "0 h", "high": "1000 h"}})}
    driver = world(slow)
    assert left(driver, 500.0).tolist() == pytest.approx([1.0, 0.5], abs=0.02)
    assert left(driver, 2000.0).tolist() == pytest.approx([1.0, 0.0])
