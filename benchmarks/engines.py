"""Rows that compare engines on the core path: the same rules, the same draws, the same answers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import kernel_adapter, textbook
from benchmarks.core_path import core_path
from benchmarks.kernel_adapter import NotThere
from benchmarks.pairing import Spread, interleaved, processor_seconds, ratio
from benchmarks.reference import FLAGS, O3_FLAGS, built, compiler, ran, write_world
from benchmarks.sizes import Sizes
from benchmarks.table import Row, attempted, judged, missing, reported
from simulator.chance.driver import Driver
from simulator.model.replication import simulate
from tests.model.worlds import futures_of

SEED = 1
KERNEL_AGAINST_CPP = 1.5
TWO_THREADS_AGAINST_ONE = 1.8
SHARES = "share of kernel time in randomness, heap, rules, output"

COMPILED = ("C++", "C++ -O3", "kernel")

Player = Callable[[int], float]
"""Plays replications 0, 1, ... of a world, as many as asked, draws included; returns processor seconds."""


def rows(sizes: Sizes) -> list[Row]:
    """All engines there are, in turn. Costs are per event, for the engines in Python play fewer replications."""
    driver = core_path(sizes.organisations)
    with players(driver) as found:
        works = {name: _per_event(driver, name, play, sizes) for name, play in found.items()}
        measured = interleaved(works, sizes.rounds)
    return [
        *_against_cpp(measured, sizes),
        *_against_simpy(measured),
        attempted("two threads / one, wall time", f">= {TWO_THREADS_AGAINST_ONE}", lambda: _threads(driver, sizes)),
        attempted(SHARES, "", lambda: _shares(driver, sizes)),
    ]


@contextmanager
def players(driver: Driver) -> Iterator[dict[str, Player]]:
    """Every engine that is there, on one core-path world."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        found: dict[str, Player] = {"model": partial(_model, driver), "textbook": partial(_textbook, driver)}
        if compiler() is not None:
            write_world(driver, folder / "world")
            for label, flags in (("C++", FLAGS), ("C++ -O3", O3_FLAGS)):
                found[label] = partial(_cpp, built(flags), folder / "world")
        if kernel_adapter.kernel_there():
            found["kernel"] = partial(_kernel, driver)
        yield found


def events_of(driver: Driver, count: int) -> int:
    """Events of replications 0 to count - 1: the same in every engine."""
    if compiler() is None:
        return sum(simulate(driver, SEED, f).sim_events for f in futures_of(driver, count, seed=SEED))
    with TemporaryDirectory() as name:
        write_world(driver, Path(name) / "world")
        return sum(ran(built(), Path(name) / "world", SEED, count).events)


def _model(driver: Driver, count: int) -> float:
    return processor_seconds(lambda: [simulate(driver, SEED, f) for f in futures_of(driver, count, seed=SEED)])[0]


def _textbook(driver: Driver, count: int) -> float:
    return processor_seconds(lambda: [textbook.customer_hours(driver, SEED, r) for r in range(count)])[0]


def _cpp(program: Path, world: Path, count: int) -> float:
    return ran(program, world, SEED, count).seconds


def _kernel(driver: Driver, count: int) -> float:
    return processor_seconds(lambda: kernel_adapter.play(driver, SEED, count))[0]


def _per_event(driver: Driver, name: str, play: Player, sizes: Sizes) -> Callable[[], float]:
    count = sizes.compiled if name in COMPILED else sizes.interpreted
    events = events_of(driver, count)
    return lambda: play(count) / events


def _against_cpp(measured: dict[str, list[float]], sizes: Sizes) -> list[Row]:
    what, target = f"kernel / C++, core path of {sizes.organisations:,} organisations", f"<= {KERNEL_AGAINST_CPP}"
    if "C++" not in measured:
        return [missing(what, target, "no g++; on Debian: apt-get install g++")]
    found = [
        reported("C++, million events a second", _millions(measured["C++"])),
        reported(f"C++ {_level(O3_FLAGS)} / {_level(FLAGS)}", ratio(measured, "C++ -O3", "C++")),
        reported("textbook SimPy / C++", ratio(measured, "textbook", "C++")),
        reported("this project's SimPy model / C++", ratio(measured, "model", "C++")),
    ]
    if "kernel" not in measured:
        return [missing(what, target, kernel_adapter.MISSING), *found]
    against = ratio(measured, "kernel", "C++")
    return [
        judged(what, target, against, against.middle <= KERNEL_AGAINST_CPP),
        reported("kernel, million events a second", _millions(measured["kernel"])),
        *found,
    ]


def _against_simpy(measured: dict[str, list[float]]) -> list[Row]:
    named = {"textbook SimPy / kernel": "textbook", "this project's SimPy model / kernel": "model"}
    if "kernel" in measured:
        found = [reported(what, ratio(measured, name, "kernel")) for what, name in named.items()]
    else:
        found = [missing(what, "", kernel_adapter.MISSING) for what in named]
    return [*found, reported("this project's SimPy model / textbook SimPy", ratio(measured, "model", "textbook"))]


def _threads(driver: Driver, sizes: Sizes) -> Row:
    """Throughput in wall time, the one figure for which the clock on the wall is the point."""
    kernel_adapter.need_kernel()
    cores = os.cpu_count() or 1
    if cores < 2:
        raise NotThere("one core only")

    def wall(threads: int) -> float:
        start = time.perf_counter()
        kernel_adapter.play(driver, SEED, 4 * sizes.compiled, threads)
        return time.perf_counter() - start

    measured = interleaved({"one": lambda: wall(1), "two": lambda: wall(2)}, sizes.rounds)
    gain = ratio(measured, "one", "two")
    return judged(
        "two threads / one, wall time",
        f">= {TWO_THREADS_AGAINST_ONE}",
        f"{gain}, load {os.getloadavg()[0]:.2f} after",
        gain.middle >= TWO_THREADS_AGAINST_ONE,
    )


def _shares(driver: Driver, sizes: Sizes) -> Row:
    shares = kernel_adapter.shares_of_time(driver, SEED, sizes.compiled)
    return reported(SHARES, ", ".join(f"{name} {share:.0%}" for name, share in shares.items()))


def _level(flags: tuple[str, ...]) -> str:
    return next(flag for flag in flags if flag.startswith("-O"))


def _millions(seconds_per_event: list[float]) -> Spread:
    return Spread.of([1e-6 / s for s in seconds_per_event])
