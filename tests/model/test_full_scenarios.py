"""V17 and V19 through the whole model, with strata: regimes, one-shot use, install race, restoration, nuisances."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.chance.driver import Driver
from simulator.chance.future import Stratum
from tests.driven import probability
from tests.model.worlds import (
    FREE,
    SUPPLY_CHAIN,
    coercion,
    exponential,
    plays,
    product,
    runs,
    stage,
    theatre,
    total_hours,
    towns,
    wiper,
    z_of_share,
    z_score,
)

RACE = {
    "products": {"p": product(paths={"code_release": 0.6}, first_at_release=True)},
    "payloads": {"wiper": wiper(trigger="dormant", delay=None)},
    "detection": {"d": {"own": exponential("50 h"), "pull": "0 h"}},
    "adoption": {"a": exponential("4 h")},
}


def scenario_a(start: str) -> Driver:
    people = towns(20, customers=50_000.0, own_teams=0, pool="ir")
    home = (
        SUPPLY_CHAIN
        | RACE
        | {
            "theatres": {"north": theatre(start, coercion=coercion())},
            "service": {
                "on_activation": {},
                "stop_on_disclosure": {"office": 1},
                "stopped_output": 0,
                "unsafe_water": 0,
            },
            "pools": {"ir": {"teams": 3, "priority": "first_come"}},
            "restoration": {"r": {"kind": "rebuild", "time": exponential("24 h")}},
        }
    )
    return stage(home, people, runs(people))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "chance", "aal", "exceedance"),
    [
        ("peace", 0.001876172771, 77899.21998, (0.001792175203, 0.001416435089, 4.713791054e-05)),
        ("war_direct", 0.07179437078, 2980922.423, (0.06858008655, 0.05420186644, 0.001803797966)),
    ],
)
def test_scenario_a_v17(start: str, chance: float, aal: float, exceedance: tuple[float, ...]) -> None:
    driver = scenario_a(start)
    p = probability(driver, 1).value
    assert p == pytest.approx(chance, rel=1e-6)
    assert not any(o.losses for o in plays(driver, 50, Stratum.NONE))
    count = 1500
    lost = [total_hours(o) for o in plays(driver, count, Stratum.AT_LEAST_ONE)]
    assert abs(z_score(lost, aal / p)) < 3.29
    for level, expected in zip((5e6, 2e7, 1e8), exceedance, strict=True):
        assert abs(z_of_share(sum(x > level for x in lost), count, expected / p)) < 3.29


def scenario_b() -> Driver:
    people = towns(20)
    severity = {"empirical": {"values": [1, 2, 3], "weights": [6, 3, 1]}}
    home = (
        SUPPLY_CHAIN
        | RACE
        | {
            "theatres": {"north": theatre(coercion=coercion())},
            "impact": FREE | {"abstract": {"per_compromise": 20, "per_install": 5}},
            "hacktivists": {
                "crowd": {
                    "theatre": "north",
                    "rate": {"peace": "1 / year", "crisis": "4 / year", "war_direct": "10 / year"},
                    "duration": "1 h",
                    "output_lost": 0,
                    "abstract_loss": severity,
                }
            },
        }
    )
    return stage(home, people, runs(people))


def test_scenario_b_v19() -> None:
    """Annual sums and largest events of two kinds of loss differ, and both strata matter."""
    driver = scenario_b()
    p = probability(driver, 1).value
    count = 1200
    sums, largest, nuisance = {}, {}, {}
    for stratum in (Stratum.NONE, Stratum.AT_LEAST_ONE):
        outcomes = [[x.cause for x in o.losses] for o in plays(driver, count, stratum)]
        sums[stratum] = np.array([sum(c.abstract for c in causes) for causes in outcomes])
        largest[stratum] = np.array([max((c.abstract for c in causes), default=0.0) for causes in outcomes])
        nuisance[stratum] = np.array([sum(c.abstract for c in causes if c.kind == "hacktivist") for causes in outcomes])
    weight = {Stratum.NONE: 1 - p, Stratum.AT_LEAST_ONE: p}

    def z(values: dict[Stratum, np.ndarray], expected: float) -> float:
        mean = sum(weight[s] * v.mean() for s, v in values.items())
        variance = sum(weight[s] ** 2 * v.var(ddof=1) / count for s, v in values.items())
        return float((mean - expected) / math.sqrt(variance))

    assert abs(z(sums, 1.874739438)) < 3.29
    assert abs(z(nuisance, 1.715513463)) < 3.29
    assert abs(z({s: sums[s] - nuisance[s] for s in sums}, 0.1592259748)) < 3.29
    for level, aep, oep in (
        (2, 0.269130776, 0.108195383),
        (30, 0.001867043305, 0.00185184537),
        (100, 0.0006486407746, 0.0004861726762),
    ):
        assert abs(z({s: (v > level).astype(float) for s, v in sums.items()}, aep)) < 3.29
        assert abs(z({s: (v > level).astype(float) for s, v in largest.items()}, oep)) < 3.29
