"""Known answers about mitigations, from the scenario file through the public `compare` and `run`.

Every comparison allows 3.29 standard errors, so that a right model fails one of them about once in a thousand.
Standard errors are at most 2 % of the exact figure unless the test says otherwise.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.batch.workers import make_arms
from simulator.chance.coercion import Stage
from simulator.chance.driver import Driver
from simulator.chance.strata import probability
from simulator.decisions.compare import Comparison, compare
from simulator.decisions.findings import about, findings
from simulator.risk.condition import probability_of_compromise
from simulator.risk.estimate import Estimate, stratified_mean
from simulator.risk.paired import paired_average_annual_loss
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.combination import in_force
from simulator.scenario.load import load
from tests.batch.runs import known, miss

EXACT: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "batch" / "known.yaml").read_text(encoding="utf-8"))


def used(results: Results) -> Any:
    """Whether each replication has a success, by replication."""
    own = results.replications.set_index("replication")
    return (own["successes"] > 0).astype(float)


def share_used(results: Results) -> Estimate:
    return stratified_mean(used(results), results, probability=True)


def alone(name: str, mitigation: str, **arguments: Any) -> Results:
    """A run of its own with one mitigation in force."""
    return run(in_force(load(known(name)), [mitigation]), **arguments)


# V16


@cache
def quorums() -> Comparison:
    return compare(load(known("v16")), replications=6_000, seed=16)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["quorum_of_four", "quorum_under_one_order"])
def test_v16_a_quorum_in_a_comparison(name: str) -> None:
    """6,000 plain replications: 4.7 % on the rarer answer."""
    exact = EXACT["v16"]
    wrong = miss("one signer", share_used(quorums().base), exact["one_signer"], 0.02)
    wrong += miss(name, share_used(quorums().of(name).arm.results), exact[name], 0.05)
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["quorum_of_four", "quorum_under_one_order"])
def test_v16_a_quorum_in_force_in_a_run_of_its_own(name: str) -> None:
    found = probability_of_compromise(alone("v16", name, replications=200, seed=17))
    assert miss(name, found, EXACT["v16"][name], 0.02) == []


@pytest.mark.slow
def test_what_does_not_touch_the_update_path_does_nothing_and_says_why() -> None:
    comparison = quorums()
    rows = findings(comparison).set_index("name")
    for name in ("transparency_centre", "data_relocation"):
        row = rows.loc[name]
        assert row["aal_low"] <= 0.0 <= row["aal_high"]
        assert "code release, which this leaves open" in row["reason"]
        change = used(comparison.base) - used(comparison.of(name).arm.results)
        assert abs(change.mean()) < 0.01
    row = rows.loc["quorum_of_four"]
    assert row["aal_low"] > 0.0
    assert "instead of 70 %" in row["reason"]
    assert used(comparison.of("data_relocation").arm.results).equals(used(comparison.base))


# V36


@pytest.mark.slow
def test_v36_a_spy_activates_few_and_chooses_anew() -> None:
    """Nothing of the choice is left to chance. Without the three worth most, the best n by trying all."""
    comparison = compare(load(known("v36")), replications=40, seed=36)
    one = comparison.of("largest_refuse")
    left = 10.0 / np.arange(4, 61)
    dormant, n = 997, np.arange(1, len(left) + 1)
    value = np.cumsum(left) / (0.15 + dormant * 0.0002 + n * 0.05)
    assert set(comparison.base.replications["espionage_victims"]) == {EXACT["v36"]["n_star"]}
    assert set(one.arm.results.replications["espionage_victims"]) == {n[value.argmax()]}
    assert set(one.arm.results.events["installs"]) == {dormant}


@pytest.mark.slow
def test_v36_how_fast_the_campaign_is_found() -> None:
    """400 replications: 5 % on the rate. Active installs no longer count as dormant, 0.2 % below the case."""
    found = run(load(known("v36")), replications=400, seed=36)
    years = (found.events["detection_h"] - found.events["start_h"]) / HOURS_PER_YEAR
    rate = 1.0 / years.mean()
    assert abs(rate - EXACT["v36"]["campaign_detection_rate"]) < 3.29 * rate / math.sqrt(len(years))


# V39


@pytest.mark.slow
@pytest.mark.parametrize("ban", ["", "slow_ban", "fast_ban"])
def test_v39_a_ban_and_a_state_that_saves_its_asset(ban: str) -> None:
    """Over driver paths; a run reports the same."""
    loaded = load(known("v39"))
    changed = in_force(loaded, [ban] if ban else [])
    arms = make_arms([changed.scenario], changed.register)
    exact = EXACT["v39"][f"p_use_{ban}" if ban else "p_use"]
    p = probability(arms, 39)
    assert p.se <= 0.02 * exact
    assert abs(p.value - exact) < (3.29 * p.se if p.se else 1e-6 * exact)
    found = run(changed, replications=400, seed=39)
    assert probability_of_compromise(found).value == p.value


@pytest.mark.slow
def test_v39_without_strata() -> None:
    """15,000 plain replications of all three side by side; 4 % on the rarest."""
    comparison = compare(load(known("v39")), replications=15_000, seed=40, crude=True, bans=False)
    exact = EXACT["v39"]
    wrong = miss("without", share_used(comparison.base), exact["p_use"], 0.02)
    wrong += miss("slow", share_used(comparison.of("slow_ban").arm.results), exact["p_use_slow_ban"], 0.02)
    wrong += miss("fast", share_used(comparison.of("fast_ban").arm.results), exact["p_use_fast_ban"], 0.04)
    assert wrong == []


def test_v39_stakes_value_and_hazards() -> None:
    """No sampling: calibration gives back the stakes of the case, to the figures of its hazards (ten)."""
    changed = in_force(load(known("v39")), ["slow_ban"])
    driver: Driver = make_arms([changed.scenario], changed.register).base
    rates = driver.use[0]
    assert rates is not None
    table, exact = rates.table, EXACT["v39"]
    states = [list(driver.chains[0].regime).index(r) for r in (0, 2, 4)]
    whole = len(table.bases) - 1
    assert table.decision.stakes[states] == pytest.approx(exact["stakes"], rel=1e-8)
    assert table.value[Stage.NONE, whole, states] == pytest.approx(exact["value_unused"], rel=1e-8)
    announced = table.use_rate(Stage.ANNOUNCED, np.array(states), 1.0) * HOURS_PER_YEAR
    assert announced == pytest.approx(exact["use_rate_announced"], rel=1e-7)


# V40


@pytest.mark.slow
def test_v40_a_paired_difference_of_rare_events() -> None:
    """5,000 replications, four fifths of them with a use: 1.3 % on the difference, 2.5 % on the ratio."""
    exact = EXACT["v40"]
    comparison = compare(load(known("v40")), replications=5_000, seed=41, bans=False)
    base, arm = comparison.base, comparison.of("control").arm.results
    difference = used(base) - used(arm)
    assert set(difference) == {0.0, 1.0}  # thinned: no use that the base does not have
    wrong = miss("base", share_used(base), exact["p_base"], 0.02)
    found = stratified_mean(difference, base)
    wrong += miss("difference", found, exact["difference"], 0.02)
    d = found.value
    kept = exact["p_base"] - d
    independent = exact["p_base"] * (1.0 - exact["p_base"]) + kept * (1.0 - kept)
    squares = stratified_mean(difference**2, base)
    variance = squares.value - d**2
    # Both follow from d alone; their errors are those of d times the slope.
    wrong += miss("variance", with_error(variance, abs(1.0 - 2.0 * d) * found.se), exact["var_paired"], 0.02)
    wrong += miss("apart", with_error(independent, abs(1.0 - 2.0 * kept) * found.se), exact["var_independent"], 0.02)
    ratio = independent / variance
    slope = (abs(1.0 - 2.0 * kept) + ratio * abs(1.0 - 2.0 * d)) / variance
    wrong += miss("ratio", with_error(ratio, slope * found.se), exact["ratio"], 0.04)
    assert wrong == []


def with_error(value: float, se: float) -> Estimate:
    return Estimate(value, se, value - 1.96 * se, value + 1.96 * se)


# V44


@pytest.mark.slow
def test_v44_controls_move_the_attack_to_another_path() -> None:
    """4,000 plain replications. The paths by which it came tell that it moved."""
    exact = EXACT["v44"]
    comparison = compare(load(known("v44")), replications=4_000, seed=44)
    one = comparison.of("controls")
    wrong = miss("before", share_used(comparison.base), exact["before"], 0.02)
    wrong += miss("after", share_used(one.arm.results), exact["after"], 0.02)
    assert wrong == []
    assert set(comparison.base.events["path"]) == {"code_release"}
    assert set(one.arm.results.events["path"]) == {"cloud_command"}
    assert one.reason == "An obeyed order works in 50 % of cases instead of 80 %, then by cloud command"
    assert about(comparison)["variance_ratio"] > 1.0
    low = paired_average_annual_loss(comparison.base, one.arm.results, "customer_hours").low
    assert math.isfinite(low)
    assert low > 0.0
