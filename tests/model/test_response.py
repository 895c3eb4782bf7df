"""Mechanism 10: a finite pool of teams, own and shared, with priorities and routine work (V07, V08, V42)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.chance.driver import Driver
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from simulator.scenario.errors import InputError
from tests.model.worlds import (
    entries,
    exponential,
    given,
    hours,
    organisation,
    play,
    plays,
    stage,
    subjects,
    total_hours,
    z_of_share,
    z_score,
)


def burst(
    customers: list[float],
    teams: int,
    time: str | dict[str, Any],
    priority: str = "first_come",
    own_teams: int = 0,
    at: list[float] | None = None,
    **pool: Any,
) -> Driver:
    """Outages that only a team can end."""
    people = [
        organisation(f"site{k:02d}", customers=c, own_teams=own_teams, pool="ir") for k, c in enumerate(customers)
    ]
    starts = at or [0.0] * len(people)
    return stage(
        {
            "pools": {"ir": {"teams": teams, "priority": priority} | pool},
            "restoration": {"r": {"kind": "rebuild", "time": time}},
            "given": given(*((o.name, t, "r") for o, t in zip(people, starts, strict=True))),
        },
        people,
    )


def test_a_burst_of_jobs_v08() -> None:
    driver = burst([1.0] * 20, teams=3, time=exponential("24 h"))
    outcomes = plays(driver, 800)
    makespan = [max(t for t, _, _ in o.history) for o in outcomes]
    total = [total_hours(o) for o in outcomes]
    assert abs(z_score(makespan, 180.0)) < 3.29
    assert abs(z_score([(m - 180.0) ** 2 for m in makespan], 43.26661531**2)) < 3.29
    assert abs(z_score(total, 1704.0)) < 3.29
    assert abs(z_score([x / 20 for x in total], 85.2)) < 3.29
    assert abs(z_score([(x - 1704.0) ** 2 for x in total], 429.5486003**2)) < 3.29
    for level, share in ((1000, 0.9708629356), (2000, 0.2284310234), (3000, 0.005998346003)):
        assert abs(z_of_share(sum(x > level for x in total), 800, share)) < 3.29


@pytest.mark.parametrize(
    ("priority", "expected"),
    [
        ("customers_per_repair_hour", 975.0),
        ("largest_first", 975.0),
        ("smallest_first", 1860.0),
        ("random", 1376.0),
    ],
)
def test_the_order_of_restoration_v42(priority: str, expected: float) -> None:
    driver = burst([50.0, 20.0, 10.0, 5.0, 1.0], teams=2, time=exponential("10 h"), priority=priority)
    assert abs(z_score([total_hours(o) for o in plays(driver, 1500)], expected)) < 3.29


def test_first_come_serves_in_the_order_of_outages() -> None:
    at = [3.0, 1.0, 2.0, 0.0]
    driver = burst([1.0, 5.0, 9.0, 2.0], 1, "10 h", at=at)
    outcome = play(driver)
    assert subjects(driver, outcome, Kind.REPAIR_STARTS) == ["site03", "site01", "site02", "site00"]
    assert hours(outcome, Kind.RESTORED) == [10.0, 20.0, 30.0, 40.0]


@pytest.mark.parametrize(
    ("priority", "order"),
    [
        ("largest_first", [0, 2, 3, 1]),
        ("smallest_first", [0, 1, 3, 2]),
        ("customers_per_repair_hour", [0, 3, 2, 1]),
    ],
)
def test_a_heap_of_waiting_jobs(priority: str, order: list[int]) -> None:
    """Site 0 comes first; then the queue rules. Site 3 has fewer customers than site 2 but a shorter repair."""
    people = [
        organisation(f"site{k}", customers=c, own_teams=0, pool="ir") for k, c in enumerate([1.0, 10.0, 90.0, 60.0])
    ]
    shapes = {"slow": {"kind": "rebuild", "time": "20 h"}, "quick": {"kind": "restart", "time": "5 h"}}
    driver = stage(
        {
            "pools": {"ir": {"teams": 1, "priority": priority}},
            "restoration": shapes,
            "given": given(*((f"site{k}", float(k > 0), "quick" if k == 3 else "slow") for k in range(4))),
        },
        people,
    )
    outcome = play(driver)
    assert subjects(driver, outcome, Kind.REPAIR_STARTS) == [f"site{k}" for k in order]


def test_random_order_belongs_to_the_job_and_varies() -> None:
    driver = burst([1.0] * 4, 1, "10 h", priority="random")
    orders = {tuple(subjects(driver, play(driver, k), Kind.REPAIR_STARTS)) for k in range(60)}
    assert len(orders) > 15
    assert len({order[0] for order in orders}) == 4, "priority decides among jobs of one instant"


def test_own_teams_go_before_the_pool_and_take_over_its_queue() -> None:
    """Two outages at one site: the second waits for the pool, which is busy elsewhere, until the own team is free."""
    people = [
        organisation("other", own_teams=0, pool="ir", customers=9000.0),
        organisation("site", own_teams=1, pool="ir"),
    ]
    shapes = {"r": {"kind": "rebuild", "time": "10 h"}, "long": {"kind": "rebuild", "time": "100 h"}}
    driver = stage(
        {
            "pools": {"ir": {"teams": 1}},
            "restoration": shapes,
            "given": given(("other", 0.0, "long"), ("site", 1.0, "r"), ("site", 2.0, "r")),
        },
        people,
    )
    outcome = play(driver)
    starts = [(e.time_h, e.detail) for e in entries(outcome, Kind.REPAIR_STARTS)]
    assert starts == [(0.0, None), (1.0, "own team"), (11.0, "own team")]
    assert hours(outcome, Kind.RESTORED) == [11.0, 21.0, 100.0]


def test_the_pool_helps_while_the_own_team_is_busy() -> None:
    people = [organisation("site", own_teams=1, pool="ir")]
    driver = stage(
        {
            "pools": {"ir": {"teams": 1}},
            "restoration": {"r": {"kind": "rebuild", "time": "10 h"}},
            "given": given(("site", 0.0, "r"), ("site", 3.0, "r")),
        },
        people,
    )
    outcome = play(driver)
    assert [(e.time_h, e.detail) for e in entries(outcome, Kind.REPAIR_STARTS)] == [(0.0, "own team"), (3.0, None)]
    assert hours(outcome, Kind.RESTORED) == [10.0, 13.0]


def test_work_that_needs_no_team_waits_for_none() -> None:
    people = [organisation(f"site{k}", own_teams=0) for k in range(5)]
    driver = stage(
        {
            "restoration": {"r": {"kind": "restart", "time": "2 h", "needs_team": False}},
            "given": given(*((o.name, 1.0, "r") for o in people)),
        },
        people,
    )
    assert hours(play(driver), Kind.RESTORED) == [3.0] * 5


ROUTINE = {"arrivals": "0.25 / h", "service": "10 h"}
LONG_WAIT = 0.3198567042
"""Erlang C of V07: four teams, 2.5 of them busy."""


def waits(priority: str) -> np.ndarray:
    """Waiting times of a single job that meets the pool in its stationary state."""
    driver = burst([1000.0], 4, "1 h", priority=priority, at=[500.0], routine=ROUTINE)
    outcomes = plays(driver, 1500, keep_log=True)
    return np.array([hours(o, Kind.REPAIR_STARTS)[0] - 500.0 for o in outcomes])


def test_a_job_waits_behind_routine_work_as_long_as_erlang_says_v07() -> None:
    found = waits("first_come")
    assert abs(z_of_share(int((found > 0).sum()), 1500, LONG_WAIT)) < 3.29
    assert abs(z_score(found.tolist(), 2.132378028)) < 3.29
    # The wait of those who wait is exponential with mean 1 / (c mu - lambda).
    waited = found[found > 0]
    mean = 1 / (0.4 - 0.25)
    assert abs(z_score(waited.tolist(), mean)) < 3.29
    assert abs(z_of_share(int((waited > mean).sum()), len(waited), float(np.exp(-1)))) < 3.29


def test_a_job_with_customers_passes_routine_work_by() -> None:
    """It waits only for the next team to be free: 1 / (c mu) on average, if all are busy."""
    found = waits("customers_per_repair_hour")
    assert abs(z_of_share(int((found > 0).sum()), 1500, LONG_WAIT)) < 3.29
    assert abs(z_score(found[found > 0].tolist(), 1 / 0.4)) < 3.29


def test_routine_work_holds_up_the_second_job_too() -> None:
    """While the first is served for long, the pool stays in its stationary state with one team fewer."""
    people = [organisation("first", own_teams=0, pool="ir"), organisation("second", own_teams=0, pool="ir")]
    shapes = {"r": {"kind": "rebuild", "time": "1 h"}, "long": {"kind": "rebuild", "time": "3000 h"}}
    driver = stage(
        {
            "pools": {"ir": {"teams": 5, "priority": "first_come", "routine": ROUTINE}},
            "restoration": shapes,
            "given": given(("first", 0.0, "long"), ("second", 1500.0, "r")),
        },
        people,
    )
    found = [hours(o, Kind.REPAIR_STARTS)[1] - 1500.0 for o in plays(driver, 150, keep_log=True)]
    assert abs(z_of_share(sum(w > 0 for w in found), 150, LONG_WAIT)) < 3.29
    assert abs(z_score(found, 2.132378028)) < 3.29


def test_a_pool_forgets_routine_work_between_demands() -> None:
    """Five idle years are not simulated: the second demand meets a fresh stationary state."""
    driver = burst([1000.0, 1000.0], 4, "1 h", at=[10.0, 8000.0], routine=ROUTINE)
    outcomes = plays(driver, 800, keep_log=True)
    assert max(o.sim_events for o in outcomes) < 20
    starts = np.array([hours(o, Kind.REPAIR_STARTS) for o in outcomes]) - [10.0, 8000.0]
    assert abs(z_of_share(int((starts[:, 1] > 0).sum()), 800, LONG_WAIT)) < 3.29
    both = int(((starts[:, 0] > 0) & (starts[:, 1] > 0)).sum())
    assert abs(z_of_share(both, 800, LONG_WAIT**2)) < 3.29


def test_without_routine_work_jobs_start_at_once_and_the_rest_is_the_same() -> None:
    def seen(outcome: Outcome) -> list[tuple[float, float]]:
        starts, ends = hours(outcome, Kind.REPAIR_STARTS), hours(outcome, Kind.RESTORED)
        return [(a, round(b - a, 9)) for a, b in zip(starts, ends, strict=True)]

    busy = burst([1000.0], 4, exponential("30 h"), at=[500.0], routine=ROUTINE)
    idle = burst([1000.0], 4, exponential("30 h"), at=[500.0])
    later = 0
    for replication in range(20):
        ((start, work),) = seen(play(busy, replication))
        ((start_idle, work_idle),) = seen(play(idle, replication))
        assert start_idle == 500.0
        assert start >= start_idle
        assert work == work_idle, "the time of a job is its own"
        later += start > start_idle
    assert later > 2


def test_a_queue_that_grows_for_ever_or_has_nobody_is_refused() -> None:
    with pytest.raises(InputError, match=r"pools.ir: routine work keeps 2\.5 teams busy but there are 2"):
        burst([1.0], 2, "1 h", routine=ROUTINE)
    with pytest.raises(InputError, match='organisation "site00" has no response team of its own'):
        burst([1.0], 0, "1 h")
