"""Workers that die, fail or go on without a parent. A block is a pure function of its key, so a retry is harmless."""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pandas as pd
import pytest

from simulator.batch.block import run_block
from simulator.batch.faults import RunFault
from simulator.batch.plan import Block
from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.batch.store import TABLES
from simulator.batch.workers import make_arms
from simulator.chance.arms import Arms
from simulator.chance.future import Stratum
from simulator.risk.estimate import Estimate
from simulator.scenario.load import LoadedScenario, load
from simulator.scenario.shipped import known_answer
from simulator.scenario.stated import stated_values
from tests.batch.runs import EITHER
from tests.children import wait_for_the_end_of_children

FUTURES = 640
needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill a process at once")


class Killer:
    """A progress callback that kills a worker when so many blocks have come in."""

    def __init__(self, *when: int) -> None:
        self.when = when
        self.blocks = 0
        self.killed = 0

    def __call__(self, done: int, asked: int, estimate: Estimate | None) -> None:
        self.blocks += 1
        if self.blocks in self.when:
            victim = multiprocessing.active_children()[0]
            assert victim.pid is not None
            os.kill(victim.pid, signal.SIGKILL)
            victim.join()
            self.killed += 1


def run_with(killer: Killer) -> Results:
    return run(
        load(known_answer("v17_from_war")), replications=FUTURES, seed=5, workers=2, engine="simpy", progress=killer
    )


@needs_kill
@pytest.mark.slow
def test_a_worker_killed_once_costs_a_retry_and_nothing_else() -> None:
    killer = Killer(2)
    found = run_with(killer)
    assert killer.killed == 1
    undisturbed = run(load(known_answer("v17_from_war")), replications=FUTURES, seed=5, engine="simpy")
    assert not found.partial
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(undisturbed, name))


@needs_kill
@pytest.mark.slow
def test_a_worker_killed_twice_is_reported_with_its_block() -> None:
    killer = Killer(1, 2, 3, 4, 5, 6)  # what was done before the first is still handed over
    with pytest.raises(RunFault, match=r"died twice; blocks \d+.* \(first replication \d+\) were not finished") as told:
        run_with(killer)
    assert killer.killed >= 2
    assert "\n" not in str(told.value)
    wait_for_the_end_of_children()


def with_nan(name: str, field: str) -> LoadedScenario:
    """A known scenario, one law of which gives what is not a number."""
    loaded = deepcopy(load(known_answer(name)))
    (law,) = [s.value for path, s in stated_values(loaded.scenario) if ".".join(map(str, path)) == field]
    object.__setattr__(law, "a", math.nan)
    return loaded


@pytest.mark.parametrize("engine", EITHER)
@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_loss_that_is_no_number_is_named(engine: str, workers: int) -> None:
    loaded = with_nan("v17_from_war", "restoration.repair.time")
    says = (
        r"^block 1: replication 1, cause coerced_update: customer_hours_water is nan; "
        r"this is a fault of the model, not of the scenario$"
    )
    with pytest.raises(RunFault, match=says):
        run(loaded, replications=8, engine=engine, workers=workers)


@pytest.mark.parametrize("engine", EITHER)
def test_futures_that_cannot_be_drawn_are_told_in_a_sentence(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Arms, *arguments: object) -> object:
        raise RuntimeError("no driver path of this stratum was found: its probability is too small")

    loaded = load(known_answer("v17"))
    arms = make_arms([loaded.scenario], loaded.register)
    monkeypatch.setattr(Arms, "parts", refuse)
    with pytest.raises(RunFault, match=r"block 3 \(first replication 129\): no driver path"):
        run_block(arms, 1, Block(3, 0, Stratum.AT_LEAST_ONE, (129, 131)), engine)


@pytest.mark.slow
def test_a_script_without_a_guard_may_use_several_workers(tmp_path: Path) -> None:
    """Worker processes do not import the script that starts them, so it does not run again in each."""
    script = tmp_path / "script.py"
    script.write_text(
        "from simulator import load, run\n"
        f"results = run(load({str(known_answer('v17'))!r}), replications=300, workers=2, engine='simpy')\n"
        "print(len(results.replications), __file__.endswith('script.py'))\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "300 True"), done.stderr
