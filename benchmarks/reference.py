"""The C++ yardstick from Python: build it, hand it a world, run it, read what it says."""

from __future__ import annotations

import atexit
import math
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import ArrayLike

from simulator.chance.driver import Driver
from simulator.chance.keys import stable_hash
from simulator.rules.quantile import EXPONENTIAL, FIXED, LOGNORMAL, UNIFORM, WEIBULL, Law
from simulator.scenario.words import HOST_GROUPS, SECTORS

SOURCE = Path(__file__).with_name("core_path.cpp")
FLAGS = ("-std=c++17", "-O2", "-march=native", "-ffp-contract=off")
"""For this processor, as Numba compiles, and no product fused with a sum. -O3 was slower: see the benchmark."""
O3_FLAGS = tuple("-O3" if flag == "-O2" else flag for flag in FLAGS)
_LAWS = {FIXED: 0, UNIFORM: 1, EXPONENTIAL: 2, LOGNORMAL: 3, WEIBULL: 4}
"""Kinds of law the program knows, by its numbers."""


@dataclass(frozen=True)
class Event:
    """One line of its log."""

    time_h: float
    kind: int
    who: int


@dataclass(frozen=True)
class Answer:
    """What replications came to; `seconds` is the processor time of all of them, reading and printing left out."""

    events: tuple[int, ...]
    customer_hours: tuple[float, ...]
    sums_of_times: tuple[float, ...]
    log: tuple[Event, ...]
    seconds: float


def compiler() -> str | None:
    """Path of g++, if there is one."""
    return shutil.which("g++")


@cache
def built(flags: tuple[str, ...] = FLAGS) -> Path:
    """The program, compiled once for the life of this process. Raises RuntimeError with what the compiler said."""
    found = compiler()
    if found is None:
        raise RuntimeError("there is no g++; on Debian: apt-get install g++")
    program = _folder() / ("core_path" + "".join(flags).replace("=", ""))
    done = subprocess.run([found, *flags, "-o", str(program), str(SOURCE)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"g++ refused {SOURCE.name}: {done.stderr.strip()}")
    return program


@cache
def _folder() -> Path:
    folder = TemporaryDirectory(prefix="core_path-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def ran(program: Path, world: Path, seed: int, count: int, first: int = 0, log: bool = False) -> Answer:
    """Replications first, first + 1, ... of a world in a file. Raises RuntimeError if the program ends badly."""
    command = [str(program), str(world), str(seed), str(first), str(count), *(["log"] if log else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{program.name} ended with {done.returncode}: {done.stderr.strip()}")
    told = done.stdout.splitlines()
    events = [Event(float.fromhex(t), int(k), int(w)) for t, k, w in map(str.split, told[: -count - 1])]
    rows = [line.split() for line in told[-count - 1 : -1]]
    return Answer(
        events=tuple(int(n) for n, _, _ in rows),
        customer_hours=tuple(float(hours) for _, hours, _ in rows),
        sums_of_times=tuple(float(total) for _, _, total in rows),
        log=tuple(events),
        seconds=float(told[-1]),
    )


def write_world(driver: Driver, path: Path) -> None:
    """The arrays of a core-path world, each as its length and its values of eight bytes.

    Raises ValueError for a world that holds more than the program knows.
    """
    world = driver.world
    scenario, o, links = world.scenario, world.organisations, world.links
    _refuse_more_than_the_core_path(driver)
    assert scenario.given is not None
    (release,) = scenario.given.compromises
    payload = scenario.payloads[release.payload]
    detection, shape = scenario.detection[payload.detection], scenario.restoration[payload.restoration]
    (adoption,) = [law for law in world.products.adoption[0] if law is not None]
    assert payload.delay is not None
    assert detection.finder is not None
    assert detection.visible is not None
    buffers = set(links.buffer) or {Law.fixed(0.0)}
    laws = [
        adoption,
        payload.delay.value,
        detection.own.value,
        detection.finder.value,
        detection.visible.value,
        detection.pull.value,
        shape.time.value,
        *buffers,
    ]
    routes = scenario.service.on_activation[SECTORS[0]][HOST_GROUPS[0]]
    per_hour = [-c / max(shape.time.value.mean(), 1e-9) for c in o.customers]
    cause = stable_hash(f"given/{release.product}/{release.at}")
    with path.open("wb") as file:
        for values, kind in [
            ([release.at, payload.activation.value, routes.precautionary_stop.value], "<f8"),
            ([scenario.pools[world.pools[0]].teams.value, cause], "<u8"),
            ([x for law in laws for x in (float(_LAWS[law.kind]), law.a, law.b)], "<f8"),
            (o.customers, "<f8"),
            (per_hour, "<f8"),
            (links.recharge, "<f8"),
            (links.restart_lag_h, "<f8"),
            (driver.entities.organisations, "<u8"),
            (world.dependencies.organisation, "<u8"),
            (driver.entities.dependencies, "<u8"),
            (np.cumsum([0, *map(len, links.from_provider)]), "<u8"),
            ([k for rows in links.from_provider for k in rows], "<u8"),
            (links.consumer, "<u8"),
            (driver.entities.links, "<u8"),
        ]:
            _write(file, values, kind)


def _write(file: object, values: ArrayLike, kind: str) -> None:
    column = np.asarray(values, dtype=kind)
    np.array([len(column)], dtype="<u8").tofile(file)  # type: ignore[arg-type]
    column.tofile(file)  # type: ignore[arg-type]


def _refuse_more_than_the_core_path(driver: Driver) -> None:
    world = driver.world
    scenario, o, d, links = world.scenario, world.organisations, world.dependencies, world.links
    routes = {r for by_host in scenario.service.on_activation.values() for r in by_host.values()}
    others = (scenario.intrusion, scenario.crime, scenario.grid, scenario.telecom_proxy, scenario.sanctions)
    allowed = {
        "one given compromise": scenario.given is not None and len(scenario.given.compromises) == 1,
        "the core path, and no other mechanism": not any(others)
        and not (scenario.theatres or scenario.faults or scenario.hacktivists or scenario.instruments)
        and not scenario.in_force,
        "one product, on all machines of one host group at each organisation": len(world.products.names) == 1
        and len(set(d.organisation)) == len(d.names)
        and set(d.coverage) <= {1.0}
        and set(d.hold_back_h) <= {0.0},
        "one pool of teams by customers per repair hour, without routine work, and no own teams": len(world.pools) == 1
        and scenario.pools[world.pools[0]].routine is None
        and scenario.pools[world.pools[0]].priority == "customers_per_repair_hour"
        and set(o.own_teams) == {0},
        "stops of service, as likely everywhere": len(routes) == 1
        and all(r.loss_of_view.value == r.unsafe_control.value == 0.0 for r in routes)
        and scenario.service.stopped_output.value == 0.0,
        "links that carry everything, with one law of buffers": set(links.carries) <= {1.0}
        and set(links.fallback) <= {0.0}
        and set(links.deliveries) <= {0}
        and set(links.refilled_after_h) <= {math.inf}
        and len(set(links.buffer)) <= 1,
        "links from one tier to the next, and no loops": all(
            o.sector[i] > o.sector[j] for i, j in zip(links.provider, links.consumer, strict=True)
        ),
    }
    for rule, holds in allowed.items():
        if not holds:
            raise ValueError(f"the C++ yardstick knows only {rule}")
