"""The kernel says of a future what the event model says, event by event and bit for bit."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, seed, settings

pytest.importorskip("numba", reason="the compiled kernel needs numba: pip install geocyber[fast]")

from simulator.batch.workers import make_arms
from simulator.chance.columns import FutureColumns
from simulator.kernel import memory
from simulator.kernel.engine import Engine, Played
from simulator.scenario.load import load
from tests.kernel.equality import difference_of_tables, first_difference
from tests.kernel.told import SEED, drawn, told
from tests.kernel.worlds import World, random_world, world_of, worlds

PARTS = 25
EACH = 20
"""Scenarios of a part; parts are what workers share."""
REPLICATIONS = 2
"""Of every stratum."""


def check(world: World, each: int = REPLICATIONS) -> tuple[int, int]:
    """Both engines agree on a scenario. How many replications and events that was."""
    outcomes = told(world.driver, each)
    found = first_difference(world.driver, outcomes)
    if found:
        pytest.fail(f"{world!r}\n{found}", pytrace=False)
    return len(outcomes), sum(outcome.sim_events for outcome in outcomes)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_the_same_events_losses_and_curves(part: int) -> None:
    @seed(part)
    @settings(max_examples=EACH, print_blob=False, database=None)
    @given(worlds())
    def agree(world: World) -> None:
        check(world)

    agree()


@pytest.mark.overnight
@pytest.mark.parametrize("part", range(100))
def test_ten_thousand_scenarios(part: int) -> None:
    """The scenarios numbered 0 to 9,999; prints how many events they came to, and how long that took."""
    began, numbers = time.process_time(), range(part * 100, part * 100 + 100)
    played, events = map(sum, zip(*(check(world_of(number)) for number in numbers), strict=True))
    seconds = time.process_time() - began
    done = f"{played} replications, {events} events, {seconds:.0f} s, no difference"
    print(f"scenarios {numbers[0]} to {numbers[-1]}: {done}")


def same(one: Played, other: Played) -> bool:
    names = ("results", "losses", "loss_targets", "curves")
    return all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in names)


@pytest.mark.parametrize("number", [4, 15, 31, 58])
def test_tables_that_start_tiny_grow_and_say_the_same(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_SMALL", 1)
    check(world_of(number), each=3)


@pytest.mark.parametrize("number", [7, 2216])
def test_outages_that_come_round_a_circle(number: int) -> None:
    """Two scenarios in which one would go on for ever if it could feed itself, one of them at a single instant."""
    check(world_of(number))


def test_a_memory_used_before_says_what_a_fresh_one_says() -> None:
    """Forth and back in one memory, against each future in a memory of its own."""
    driver = world_of(15).driver
    columns = FutureColumns.of(drawn(driver, 6))
    order = np.arange(len(columns), dtype=np.int64)
    engine = Engine(driver)
    used = [engine.play(SEED, columns), engine.play(SEED, columns.rows(order[::-1].copy()))]
    fresh = [Engine(driver).play(SEED, columns.rows(order[n : n + 1])) for n in order]
    for name in ("losses", "curves"):
        rows = [getattr(played, name).copy() for played in (used[0], *fresh)]
        for table in rows:
            table["row"] = 0
            for field in {"first_target", "end_target"} & set(table.dtype.names):
                table[field] = 0
        assert rows[0].tobytes() == b"".join(table.tobytes() for table in rows[1:])
    assert used[0].results.tobytes() == b"".join(played.results.tobytes() for played in fresh)
    assert used[1].results.tobytes() == used[0].results[::-1].tobytes()


def test_two_threads_say_what_one_says() -> None:
    driver = world_of(15).driver
    columns = FutureColumns.of(drawn(driver, 8))
    order = np.arange(len(columns), dtype=np.int64)
    halves = [columns.rows(order[: len(order) // 2]), columns.rows(order[len(order) // 2 :])]
    engine = Engine(driver)
    apart = [engine.play(SEED, half) for half in halves] * 20
    with ThreadPoolExecutor(2) as threads:
        together = list(threads.map(lambda half: engine.play(SEED, half), halves * 20))
    assert all(map(same, together, apart))


def test_dates_of_vendors_behind_mitigations_of_operators() -> None:
    """Only what vendors do has a date at each vendor, so the columns of others do not count."""
    world = random_world(15, {"faults", "coercion", "instruments"}, {"mitigations"}, 4)
    kinds = {one.of_vendors for one in world.driver.world.mitigations}
    assert kinds == {True, False}
    check(world, each=4)


def test_a_difference_is_seen() -> None:
    """The check itself can fail: a replication compared with another's events, and with another's figures."""
    driver = world_of(15).driver
    outcomes = told(driver, 1)
    played = Engine(driver).play(SEED, FutureColumns.of([outcome.future for outcome in outcomes]))
    assert difference_of_tables(driver, outcomes, played) == ""
    assert "model" in difference_of_tables(driver, outcomes[::-1], played)
    played.losses["insurer"][-1] = np.nextafter(played.losses["insurer"][-1], np.inf)
    assert "insurer of loss" in difference_of_tables(driver, outcomes, played)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(4))
def test_forty_organisations(number: int) -> None:
    """More than a handful lose by one cause: what is sorted is sorted another way."""
    on = {"coercion", "faults", "hacktivists", "crime", "proxy", "grid"}
    check(random_world(number, on, {"everywhere", "money", "loops", "hands", "mitigations", "names"}, 40), each=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["uk_2022", "us_state"])
def test_shipped_scenarios(name: str) -> None:
    loaded = load(Path(__file__).parents[2] / "scenarios" / f"{name}.yaml")
    driver = make_arms([loaded.scenario], loaded.register).base
    found = first_difference(driver, told(driver, 2))
    assert found == ""
