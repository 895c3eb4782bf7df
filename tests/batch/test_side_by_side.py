"""Arms on the futures of a base: who does the work, what is run again, and what an interruption leaves."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pytest
from scipy.stats import binomtest

from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.batch.side_by_side import Arm, SideBySide, run_side_by_side
from simulator.batch.store import TABLES
from simulator.chance.future import Stratum
from simulator.decisions.compare import compare
from simulator.risk.condition import probability_of_compromise
from simulator.risk.estimate import Estimate
from simulator.risk.loss import average_annual_loss
from simulator.scenario.combination import in_force
from simulator.scenario.load import LoadedScenario
from simulator.scenario.shipped import known_answer
from tests.batch.offered import OFFERS, offering
from tests.batch.runs import EITHER, differ, run_of

FUTURES = 400
"""Two rounds."""


class Stopper:
    """A progress callback that presses Ctrl-C when so many blocks have come in."""

    def __init__(self, blocks: int) -> None:
        self.blocks = blocks

    def __call__(self, done: int, asked: int, estimate: Estimate | None) -> None:
        self.blocks -= 1
        if self.blocks == 0:
            raise KeyboardInterrupt


def scenarios() -> list[LoadedScenario]:
    return [offering(), *(in_force(offering(), [name]) for name in OFFERS)]


@cache
def alone() -> SideBySide:
    """By one worker."""
    return run_side_by_side(scenarios(), replications=FUTURES, seed=5)


def arm(name: str) -> Arm:
    return alone().arms[list(OFFERS).index(name)]


def hostile() -> pd.Series:
    """Whether each future of the base has a success."""
    return alone().base.replications["successes"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("engine", EITHER)
def test_two_workers_give_the_tables_of_one(engine: str) -> None:
    shared = run_side_by_side(scenarios(), replications=FUTURES, seed=5, workers=2, engine=engine)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(shared.base, name), getattr(alone().base, name))
        for mine, its in zip(shared.arms, alone().arms, strict=True):
            pd.testing.assert_frame_equal(getattr(mine.results, name), getattr(its.results, name))
            pd.testing.assert_frame_equal(mine.spending, its.spending)
    assert [a.rerun for a in shared.arms] == [a.rerun for a in alone().arms]
    assert [manifest(a.results) for a in shared.arms] == [manifest(a.results) for a in alone().arms]


def manifest(results: Results) -> dict[str, Any]:
    """What it says beside the engine."""
    asked = {key: value for key, value in results.manifest["asked"].items() if key != "engine"}
    return dict(results.manifest) | {"asked": asked}


def test_all_share_numbers_strata_and_weights() -> None:
    for one in alone().arms:
        for column in ("replication", "stratum", "round"):
            assert list(one.results.replications[column]) == list(alone().base.replications[column])
        pd.testing.assert_frame_equal(one.results.strata, alone().base.strata)


@pytest.mark.parametrize("name", ["monitoring", "copies"])
def test_only_futures_in_which_something_hostile_happens_are_run_again(name: str) -> None:
    """Nothing else ever asks about noticing or restoring in this scenario."""
    assert arm(name).rerun == hostile().sum()
    assert 100 < arm(name).rerun < FUTURES


def test_what_never_begins_or_is_never_asked_is_not_run_again() -> None:
    assert arm("for_nobody").rerun == 0
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(arm("for_nobody").results, table), getattr(alone().base, table))


def test_a_disclosure_is_enough_and_needed() -> None:
    disclosed = alone().base.events.groupby("replication")["detection_h"].max().notna()
    assert arm("backup").rerun == disclosed.sum()


def test_an_act_at_a_date_touches_every_future() -> None:
    assert arm("ban").rerun == FUTURES


def test_a_control_touches_where_attempts_differ() -> None:
    """At least where a success was lost or gained, and not everywhere."""
    before, after = alone().base.replications["successes"], arm("signed").results.replications["successes"]
    assert (before != after).sum() <= arm("signed").rerun < FUTURES
    assert (before != after).sum() > 50


def test_untouched_futures_are_those_of_the_base() -> None:
    quiet = alone().base.replications[~hostile()]["replication"]
    for name in ("monitoring", "copies", "backup"):
        for table in ("replications", "events"):
            mine, its = (getattr(r, table) for r in (alone().base, arm(name).results))
            pd.testing.assert_frame_equal(
                mine[mine["replication"].isin(quiet)].reset_index(drop=True),
                its[its["replication"].isin(quiet)].reset_index(drop=True),
            )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["monitoring", "signed", "ban"])
def test_an_arm_says_what_a_run_of_its_own_says(name: str) -> None:
    """A right model misses one time in a thousand, for each of three figures. The seeds are independent.

    The chance of a compromise by a binomial test: the stratum is that of all arms, and of its futures an arm has a
    success in the share that its own chance, known from driver paths, has of the stratum's.
    """
    own = run(in_force(offering(), [name]), replications=600, seed=6)
    mine = arm(name).results
    found = [average_annual_loss(r, "customer_hours") for r in (mine, own)]
    assert differ("AAL", *found) == []
    stratum = mine.strata[mine.strata["stratum"] == Stratum.AT_LEAST_ONE]
    share = probability_of_compromise(own).value / float(stratum["probability"].iloc[0])
    some = mine.replications[mine.replications["stratum"] == Stratum.AT_LEAST_ONE]
    if not some["successes"].all():
        assert differ("P(compromise)", *(probability_of_compromise(r) for r in (mine, own))) == []
    assert binomtest(int((some["successes"] > 0).sum()), len(some), min(share, 1.0)).pvalue > 0.001
    none = mine.replications[mine.replications["stratum"] == Stratum.NONE]
    assert not none["successes"].any()


@pytest.mark.slow
def test_the_base_says_what_a_run_of_its_own_says() -> None:
    """The base's futures are others than in a run without arms, for candidates come from the envelope."""
    own = run_of(known_answer("v17_from_war"), replications=600, seed=7)
    found = [average_annual_loss(r, "customer_hours") for r in (alone().base, own)]
    assert differ("AAL", *found) == []


@pytest.mark.slow
def test_interrupted_it_gives_what_is_complete() -> None:
    found = compare(offering(), ["monitoring", "signed"], replications=5_000, seed=5, progress=Stopper(4))
    assert found.base.partial
    assert all(one.arm.results.partial for one in found.compared)
    count = len(found.base.replications)
    assert 0 < count < 5_000
    assert all(len(one.arm.results.replications) == count for one in found.compared)
    whole = run_side_by_side(
        [offering(), *(in_force(offering(), [n]) for n in ("monitoring", "signed"))], replications=256, seed=5
    )
    for one, its in zip(found.compared, whole.arms, strict=True):
        mine = one.arm.results.replications
        pd.testing.assert_frame_equal(mine, its.results.replications[: len(mine)])
    assert [one.arm.rerun for one in found.compared] <= [its.rerun for its in whole.arms]


def test_interrupted_before_both_strata_were_seen_nothing_can_be_said() -> None:
    with pytest.raises(KeyboardInterrupt):
        run_side_by_side(scenarios()[:2], replications=5_000, seed=5, progress=Stopper(1))
