"""Parts of the kernel timed by themselves: draws, turns of the agenda, and what a replication comes to in the end."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.pairing import processor_seconds
from simulator.chance.columns import FutureColumns
from simulator.kernel.agenda import at, next_event
from simulator.kernel.draws import uniform
from simulator.kernel.engine import Engine
from simulator.kernel.layout import run
from simulator.kernel.linker import address, entry, float64, int64, link, linked, uint64, void
from simulator.kernel.memory import Memory
from simulator.kernel.outcome import conclude

MANY = 200_000
AGAIN = 20


@entry(float64, address, int64)
def bench_draws(k: int, count: int) -> float:
    """That many exponential times, which stand for the laws of the model."""
    reached = 0.0
    for n in range(count):
        reached -= math.log1p(-uniform(k, 1, uint64(n), 0))
    return reached


@entry(void, address, int64, int64)
def bench_turns(k: int, count: int, waiting: int) -> None:
    """That many turns taken out of an agenda on which so many wait, each put in again at a later time."""
    run(k)[0].heap_size = 0
    for n in range(waiting):
        at(k, uniform(k, 2, uint64(n), 0), 1, n, 0, -1, 0, -1, -1, math.nan)
    for n in range(count):
        next_event(k)
        at(k, run(k)[0].now + uniform(k, 3, uint64(n), 0), 1, n, 0, -1, 0, -1, -1, math.nan)


@entry(void, address, int64)
def bench_outcome(k: int, times: int) -> None:
    """What the last replication came to, found that many times."""
    r = run(k)[0]
    losses, curves, targets = r.all_losses, r.all_curves, r.all_targets
    for _ in range(times):
        r.all_losses, r.all_curves, r.all_targets = losses, curves, targets
        conclude(k)


def seconds_of_parts(engine: Engine, seed: int, columns: FutureColumns) -> dict[str, float]:
    """Processor seconds that draws, agenda and outcomes of these replications take by themselves."""
    link()
    memory = engine.memory()
    memory["rules"]["seed"] = seed
    memory.look_at(columns)
    draws = turns = 0
    output = 0.0
    waiting: list[int] = []
    for row in range(len(columns)):
        draws_before = int(memory["run"]["draws"][0])
        while True:
            memory["run"]["all_losses"] = memory["run"]["all_curves"] = memory["run"]["all_targets"] = 0
            linked("play")(memory.address, row)
            if memory["run"]["full"][0] < 0:
                break
            memory.grow()
        draws += int(memory["run"]["draws"][0]) - draws_before
        turns += int(memory["run"]["sequence"][0])
        waiting.append(int(memory["run"]["sequence"][0]) // 2)
        output += _seconds(memory, "bench_outcome", AGAIN) / AGAIN
    half = max(sum(waiting) // len(waiting), 1)
    one_draw = _seconds(memory, "bench_draws", MANY) / MANY
    one_turn = max(_seconds(memory, "bench_turns", MANY, half) / MANY - one_draw, 0.0)
    return {"randomness": draws * one_draw, "heap": turns * one_turn, "output": output}


def _seconds(memory: Memory, name: str, *arguments: Any) -> float:
    return processor_seconds(lambda: linked(name)(memory.address, *arguments))[0]
