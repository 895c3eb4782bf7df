"""One replication: a pure function, whose losses are what its service history says, and which comes to an end."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.chance.future import Stratum
from simulator.model.kinds import Kind
from simulator.model.replication import simulate
from simulator.rules.quantile import Law
from simulator.scenario.words import SECTORS
from tests.model.worlds import (
    FREE,
    HOSTS,
    SUPPLY_CHAIN,
    coercion,
    exponential,
    futures_of,
    given,
    link,
    log_of,
    organisation,
    play,
    plays,
    product,
    routes,
    runs,
    stage,
    strike,
    theatre,
    total_hours,
    unserved,
    vendor,
    wiper,
)


def anything(seed: int) -> Driver:
    """A small random world in which every mechanism may be at work."""
    r = random.Random(seed)

    def sometimes(share: float, **section: Any) -> dict[str, Any]:
        return section if r.random() < share else {}

    people = [
        organisation(
            f"o{k}",
            r.choice(SECTORS),
            customers=r.choice([0.0, 1.0, 10.0, 1000.0]),
            own_teams=r.randint(0, 2),
            pool="ir",
            generation_kw=r.choice([0.0, 0.0, 200.0]),
            critical=r.random() < 0.5,
        )
        for k in range(r.randint(2, 9))
    ]
    density = r.choice([0.1, 0.4])
    pairs = [(a.name, b.name) for a in people for b in people if a is not b]
    links = [any_link(r, a, b) for a, b in pairs if r.random() < density]
    links += [link(a, b, kind="trust") for a, b in pairs if a < b and r.random() < 0.3]
    names = [o.name for o in people]
    ends: list[float | str] = ["r", "s", round(r.uniform(0, 40), 2)]
    outages = [(r.choice(names), round(r.uniform(0, 60), r.choice([0, 3])), r.choice(ends)) for _ in range(3)]
    manual = {"share": 0.8, "floor": 0.2, "falls_by": 0.2, "every": "4 h"}
    sections = {
        **{k: v for k, v in SUPPLY_CHAIN.items() if k != "service"},
        "vendors": {"v": vendor(), "w": vendor("Q")},
        "products": {
            "p": product(fault="crash", protects=0.6, rings={"shares": [0.3, 0.7], "starts": ["0 h", "9 h"]}),
            "q": product("w", first_at_release=True),
        },
        "adoption": {"a": exponential("5 h")},
        "payloads": {
            "wiper": wiper(
                trigger=r.choice(["on_install", "synchronised"]),
                delay=exponential("6 h"),
                activation=0.7,
                **sometimes(0.5, worm=0.5, worm_delay=exponential("3 h")),
            )
        },
        "detection": {"d": {"own": exponential("40 h"), "pull": exponential("5 h")}},
        "restoration": {
            "r": {"kind": "visit", "time": exponential("10 h"), "crew_share": 0.4, "slower_without_telecom": 2},
            "s": {"kind": "rebuild", "time": "12 h"},
        },
        "service": {
            "on_activation": routes({"precautionary_stop": 0.3, "loss_of_view": 0.4, "unsafe_control": 0.2}),
            "stop_on_disclosure": dict.fromkeys(HOSTS, 0.5),
            "stopped_output": 0.3,
            "unsafe_water": 0.3,
            "manual": dict.fromkeys(SECTORS, manual),
            **sometimes(0.5, stop_time=exponential("5 h")),
        },
        "pools": {
            "ir": {
                "teams": r.randint(1, 3),
                "priority": r.choice(["first_come", "random", "largest_first", "customers_per_repair_hour"]),
                **sometimes(0.4, routine={"arrivals": "0.05 / h", "service": "8 h"}),
            }
        },
        "faults": {
            "crash": {
                "rate": "1 / year",
                "path": "code_release",
                "activation": 0.8,
                "detection": "d",
                "restoration": "s",
            }
        },
        "theatres": {"north": theatre("crisis", coercion=coercion({"crisis": "0.5 / year"}))},
        "impact": FREE
        | {
            "value_per_person_day": {"water": "9 USD"},
            "response_per_team_day": "500 USD",
            "removal_per_customer": "2 USD",
            "insurance": {"insured": 0.7, "retention": "100 USD", "limit": "900 USD"},
        },
        "given": given(*outages, compromises=[strike(r.randint(0, 40))] if r.random() < 0.7 else []),
        **sometimes(0.5, grid={"load": "900 kW", "reserve": "100 kW", "slow_reserve": "150 kW", "slow_after": "3.3 h"}),
        **sometimes(0.5, telecom_proxy={"rate": "50 / year", "restoration": "r"}),
        **sometimes(
            0.5,
            crime={
                "rate": "4 / year",
                "reference_customers": 1000,
                "size_exponent": 0.5,
                "stale_after": "90 d",
                "restoration": "s",
            },
        ),
        **sometimes(
            0.5,
            hacktivists={
                "crowd": {
                    "theatre": "north",
                    "rate": {"crisis": "20 / year"},
                    "branching": 0.4,
                    "decay": "90 / year",
                    "duration": exponential("9 h"),
                    "output_lost": 0.3,
                }
            },
        ),
        **sometimes(
            0.4,
            instruments=[
                {
                    "name": "ban",
                    "kind": "ban",
                    "trigger": {"at": "20 h"},
                    "vendors": ["v"],
                    "comply": 0.6,
                    "comply_delay": exponential("30 h"),
                    "notice": "50 h",
                }
            ],
            removal={"time": exponential("40 h"), "overrun": 1.5, "integrators": 2},
        ),
    }
    rows = runs([o for o in people if r.random() < 0.7]) + runs([o for o in people if r.random() < 0.4], "q")
    rows += runs([o for o in people if r.random() < 0.3], host_group="near_ot")
    return stage(sections, people, rows, links)


def any_link(r: random.Random, consumer: str, provider: str) -> Any:
    return link(
        consumer,
        provider,
        r.choice([Law.fixed(0.0), Law.exponential(5.0), Law.fixed(3.0)]),
        fallback=r.choice([0.0, 0.5, 0.9, 1.0]),
        carries=r.choice([1.0, 0.5]),
        recharge=r.choice([0.0, 1.0, 0.5]),
        refilled_after_h=r.choice([math.inf, 0.0, 2.0]),
        restart_lag_h=r.choice([0.0, 0.0, 1.0, 7.0]),
        deliveries=r.randint(0, 2),
    )


@pytest.mark.parametrize("seed", range(60))
def test_losses_are_what_the_history_of_service_says(seed: int) -> None:
    driver = anything(seed)
    outcome = play(driver, seed)
    assert total_hours(outcome) == pytest.approx(unserved(driver, outcome), rel=1e-9)
    for loss in outcome.losses:
        assert min(loss.customer_hours) >= 0.0
        assert min(loss.operator, loss.customers, loss.society, loss.insurer, loss.vendor, loss.government) >= 0.0
        assert min(loss.cause.interruptions) >= 0.0
        assert loss.cause.unsafe_person_hours >= 0.0


@pytest.mark.parametrize("seed", range(60))
def test_all_service_comes_back(seed: int) -> None:
    outcome = play(anything(seed), seed)
    last = {sector: people for _, sector, people in outcome.history}
    assert set(last.values()) <= {0.0}
    assert min((people for _, _, people in outcome.history), default=0.0) >= 0.0
    for loss in outcome.losses:
        assert math.fsum(change for _, _, change in loss.cause.people_out) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("seed", range(30))
def test_the_log_is_in_order_and_every_child_has_its_parent(seed: int) -> None:
    outcome = play(anything(seed), seed)
    log = log_of(outcome)
    assert outcome.sim_events == len(log)
    for number, entry in enumerate(log):
        assert -1 <= entry.parent < number
        if entry.parent >= 0:
            assert log[entry.parent].time_h <= entry.time_h
    assert [e.time_h for e in log] == sorted(e.time_h for e in log)


@pytest.mark.parametrize("seed", range(10))
def test_a_replication_is_a_pure_function(seed: int) -> None:
    driver = anything(seed)
    (future,) = futures_of(driver, 1)
    once, again = (simulate(driver, 1, future, keep_log=True) for _ in range(2))
    silent = simulate(driver, 1, future)
    assert once.log == again.log
    assert silent.log is None
    assert [x.cost for x in silent.losses] == [x.cost for x in once.losses]
    assert [x.customer_hours for x in silent.losses] == [x.customer_hours for x in once.losses]
    assert (silent.sim_events, silent.history) == (once.sim_events, once.history)


def test_the_number_of_a_replication_fixes_it_in_any_company() -> None:
    driver = anything(7)
    for stratum in Stratum:
        together = plays(driver, 6, stratum, keep_log=True)
        assert play(driver, 4, stratum).log == together[4].log
    assert play(driver, 4).log != play(driver, 5).log
    assert play(driver, 4).log != play(driver, 4, seed=2).log


def test_events_of_nearly_every_kind_happen_in_these_worlds() -> None:
    """What the random worlds above cover; the rest has tests of its own."""
    seen = {e.kind for seed in range(60) for e in log_of(play(anything(seed), seed))}
    apart = {Kind.SANCTIONS, Kind.UPDATES_STOP, Kind.FOOTHOLD}
    silent = {Kind.TEAM_FREE}
    assert set(Kind) - seen == apart | silent
