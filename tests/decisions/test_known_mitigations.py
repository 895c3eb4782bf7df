"""Known answers about mitigations, beyond the figures that `tests/checks/test_known.py` asks for: who and why."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.batch.workers import make_arms
from simulator.chance.coercion import Stage
from simulator.chance.driver import Driver
from simulator.checks.case import all_cases
from simulator.checks.simulated.asked import comparison, share_used, used
from simulator.decisions.findings import about, findings
from simulator.risk.paired import paired_average_annual_loss
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.combination import in_force
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer
from tests.batch.runs import miss


@pytest.mark.slow
def test_what_does_not_touch_the_update_path_does_nothing_and_says_why() -> None:
    tried = comparison("v16", ["transparency_centre", "data_relocation", "quorum_of_four"], replications=3_000, seed=16)
    rows = findings(tried).set_index("name")
    for name in ("transparency_centre", "data_relocation"):
        row = rows.loc[name]
        assert row["aal_low"] <= 0.0 <= row["aal_high"]
        assert "code release, which this leaves open" in row["reason"]
        change = used(tried.base) - used(tried.of(name).arm.results)
        assert abs(change.mean()) < 0.01
    row = rows.loc["quorum_of_four"]
    assert row["aal_low"] > 0.0
    assert "instead of 70 %" in row["reason"]
    assert used(tried.of("data_relocation").arm.results).equals(used(tried.base))


@pytest.mark.slow
def test_v36_a_spy_chooses_anew() -> None:
    """Nothing of the choice is left to chance. Without the three worth most, the best n by trying all."""
    tried = comparison("v36", ["largest_refuse"], replications=40, seed=36)
    one = tried.of("largest_refuse")
    left = 10.0 / np.arange(4, 61)
    dormant, n = 997, np.arange(1, len(left) + 1)
    value = np.cumsum(left) / (0.15 + dormant * 0.0002 + n * 0.05)
    assert set(tried.base.replications["espionage_victims"]) == {all_cases()["V36"].expected["n_star"]}
    assert set(one.arm.results.replications["espionage_victims"]) == {n[value.argmax()]}
    assert set(one.arm.results.events["installs"]) == {dormant}


@pytest.mark.slow
def test_v39_without_strata() -> None:
    """15,000 plain replications of all three side by side; 4 % on the rarest. Each line allows 3.29 standard errors."""
    tried = comparison("v39", ["slow_ban", "fast_ban"], replications=15_000, seed=40, crude=True)
    exact = all_cases()["V39"].expected
    slow, fast = (tried.of(name).arm.results for name in ("slow_ban", "fast_ban"))
    wrong = miss("without", share_used(tried.base), exact["P_use_2y_no_ban"], 0.02)
    wrong += miss("slow", share_used(slow), exact["P_use_2y_ban_one_year_notice_slow"], 0.02)
    wrong += miss("fast", share_used(fast), exact["P_use_2y_ban_immediate_fast"], 0.04)
    assert wrong == []


def test_v39_stakes_value_and_hazards() -> None:
    """No sampling: calibration gives back the stakes of the case, to the figures of its hazards (ten)."""
    changed = in_force(load(known_answer("v39")), ["slow_ban"])
    driver: Driver = make_arms([changed.scenario], changed.register).base
    rates = driver.use[0]
    assert rates is not None
    table, case = rates.table, all_cases()["V39"]
    states = [list(driver.chains[0].regime).index(r) for r in (0, 2, 4)]
    whole = len(table.bases) - 1
    assert table.decision.stakes[states] == pytest.approx(case.inputs["stakes_mean_theta"], rel=1e-8)
    assert table.value[Stage.NONE, whole, states] == pytest.approx(case.expected["J_no_ban"], rel=1e-8)
    announced = table.use_rate(Stage.ANNOUNCED, np.array(states), 1.0) * HOURS_PER_YEAR
    assert announced == pytest.approx(case.expected["use_rate_after_slow_ban_announced"], rel=1e-7)


@pytest.mark.slow
def test_v40_no_use_that_the_base_does_not_have() -> None:
    tried = comparison("v40", ["control"], replications=1_000, seed=41)
    difference = used(tried.base) - used(tried.of("control").arm.results)
    assert set(difference) == {0.0, 1.0}


@pytest.mark.slow
def test_v44_controls_move_the_attack_to_another_path() -> None:
    """The paths by which it came tell that it moved."""
    tried = comparison("v44", ["controls"], replications=2_000, seed=44)
    one = tried.of("controls")
    assert set(tried.base.events["path"]) == {"code_release"}
    assert set(one.arm.results.events["path"]) == {"cloud_command"}
    assert one.reason == "An obeyed order works in 50 % of cases instead of 80 %, then by cloud command"
    assert about(tried)["variance_ratio"] > 1.0
    low = paired_average_annual_loss(tried.base, one.arm.results, "customer_hours").low
    assert math.isfinite(low)
    assert low > 0.0
