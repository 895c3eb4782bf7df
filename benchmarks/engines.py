"""Rows that compare engines on the core path: the same rules, the same draws, the same answers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

Work = Callable[[], float]


def rows(sizes: Sizes) -> list[Row]:
    """All engines there are, in turn. Costs are per event, for the engines in Python play fewer replications."""
    driver = core_path(sizes.organisations)
    with works(driver, sizes.compiled, sizes.interpreted) as found:
        measured = interleaved(found, sizes.rounds)
    return [
        *_against_cpp(measured, sizes),
        *_against_simpy(measured),
        attempted("two threads / one, wall time", f">= {TWO_THREADS_AGAINST_ONE}", lambda: _threads(driver, sizes)),
        *_shares(driver, sizes),
    ]


@contextmanager
def works(driver: Driver, compiled: int, interpreted: int) -> Iterator[dict[str, Work]]:
    """Each engine as a work that returns its processor seconds per event."""
    with TemporaryDirectory() as folder:
        found: dict[str, Work] = {}
        futures = futures_of(driver, interpreted, seed=SEED)
        outcomes = [simulate(driver, SEED, future) for future in futures]
        few = sum(o.sim_events for o in outcomes)
        found["model"] = lambda: processor_seconds(lambda: [simulate(driver, SEED, f) for f in futures])[0] / few
        found["textbook"] = lambda: (
            processor_seconds(lambda: [textbook.customer_hours(driver, SEED, r) for r in range(interpreted)])[0] / few
        )
        if compiler() is not None:
            world = Path(folder) / "world"
            write_world(driver, world)
            program, other = built(Path(folder)), built(Path(folder), O3_FLAGS)
            many = sum(ran(program, world, SEED, compiled).events)
            found["C++"] = lambda: ran(program, world, SEED, compiled).seconds / many
            found["C++ -O3"] = lambda: ran(other, world, SEED, compiled).seconds / many
            if kernel_adapter.engine() == "kernel":
                found["kernel"] = lambda: (
                    processor_seconds(lambda: kernel_adapter.play(driver, SEED, compiled))[0] / many
                )
        yield found


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
        return [missing(what, target, _why_no_kernel()), *found]
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
        found = [missing(what, "", _why_no_kernel()) for what in named]
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


def _shares(driver: Driver, sizes: Sizes) -> list[Row]:
    what = "share of kernel time in randomness, heap, rules, output"

    def measure() -> Row:
        shares = kernel_adapter.shares_of_time(driver, SEED, sizes.compiled)
        return reported(what, ", ".join(f"{name} {share:.0%}" for name, share in shares.items()))

    return [attempted(what, "", measure)]


def _why_no_kernel() -> str:
    try:
        kernel_adapter.need_kernel()
    except NotThere as reason:
        return str(reason)
    return "no g++ to count its events by"


def _level(flags: tuple[str, ...]) -> str:
    return next(flag for flag in flags if flag.startswith("-O"))


def _millions(seconds_per_event: list[float]) -> Spread:
    return Spread.of([1e-6 / s for s in seconds_per_event])
