"""Run a scenario: rounds of blocks until a number of replications or a precision is reached."""

from __future__ import annotations

import math
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import simulator
from simulator.batch import interrupts
from simulator.batch.gathering import Gathering, Progress
from simulator.batch.ignorance import hazard_ranges
from simulator.batch.plan import Design, Planner, design
from simulator.batch.processes import checked_workers
from simulator.batch.reach import vendor_reach
from simulator.batch.results import Results, figures
from simulator.batch.store import FORMAT, MANIFEST, METRICS, TABLES, TIMINGS, RunFault, RunFolder
from simulator.batch.tables import Tables
from simulator.batch.workers import Workers, make_arms
from simulator.chance.arms import Arms
from simulator.chance.driver import Driver
from simulator.chance.future import Stratum
from simulator.risk.precision import more_replications, relative_error
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.errors import InputError
from simulator.scenario.load import LoadedScenario

DEFAULT_REPLICATIONS = 2_000
MOST_REPLICATIONS = 2**30
"""Replication numbers above this belong to the estimate of the stratum probability."""
ENOUGH_LOSSES = 100
ENOUGH_WITHOUT_LOSS = 20_000
"""Replications without any loss after which no precision is waited for."""
FEWEST_FOR_PRECISION = 2_000
"""A smaller run stops just when its rare large losses have not come yet: intervals then cover 82 to 87 %, not 95 %."""
GROWTH = 2.0
"""A round may at most double what was run before it, so that allocation keeps learning."""


@dataclass(frozen=True)
class Target:
    """What a run is asked for: a number of replications, or a relative standard error of the AAL."""

    replications: int | None = None
    precision: float | None = None
    most: int = 1_000_000


def run(
    loaded: LoadedScenario,
    *,
    replications: int | None = None,
    precision: float | None = None,
    seed: int = 1,
    workers: int = 1,
    crude: bool = False,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> Results:
    """Simulate a scenario and return its results; with `out`, also write them to that folder.

    `precision` is a relative standard error of the average annual loss (0.05 for 5 %), judged only after
    complete rounds. Equal arguments but `workers` give equal bytes. A KeyboardInterrupt ends the run with
    what is complete, marked partial. Raises InputError for a scenario, a number or a folder that will not do.
    """
    started = time.monotonic()
    target = checked_target(replications, precision, workers, seed)
    folder = RunFolder.create(Path(out)) if out is not None else None
    try:
        arms = make_arms([loaded.scenario], loaded.register)
        driver = arms.base
        plan = planned(arms, seed, crude)
        crew = Workers([loaded.scenario], loaded.register, arms, seed, workers)
        gathering = Gathering(plan, driver.world, folder, progress)
        interrupted = not ran(Planner(plan), crew, gathering, target)
        tables = gathering.tables()
        if interrupted and any(n < 2 for n in plan.table(tables)["replications"]):
            if folder is not None:
                folder.drop_blocks()
            raise KeyboardInterrupt
        with interrupts.ignored():
            results = finished(loaded, driver, plan, tables, target, seed, interrupted)
            if folder is not None:
                _save(results, folder, time.monotonic() - started)
            return results
    except BaseException:
        if folder is not None:
            folder.leave_if_empty()
        raise


def planned(arms: Arms, seed: int, crude: bool) -> Design:
    """The strata of a run. Raises RunFault where they cannot be found."""
    try:
        return design(arms, seed, crude)
    except RuntimeError as fault:  # too many refusals
        raise RunFault(f"the probability of a compromise could not be found: {fault}") from fault


def ran(planner: Planner, crew: Workers, gathering: Gathering, target: Target) -> bool:
    """Run rounds until the target is reached. False if it was interrupted."""
    try:
        _rounds(planner, crew, gathering, target)
    except KeyboardInterrupt:
        return False
    finally:
        crew.close()
    return True


def _rounds(planner: Planner, crew: Workers, gathering: Gathering, target: Target) -> None:
    most = target.replications if target.replications is not None else target.most
    gathering.asked = target.replications or 0
    gathering.take(crew, planner.pilot(most))
    while (wanted := _next_total(gathering, target)) > gathering.done:
        gathering.asked = max(gathering.asked, wanted)
        gathering.take(crew, planner.round(gathering.tables(), wanted))


def _next_total(gathering: Gathering, target: Target) -> int:
    """Replications there should be after the next round."""
    if target.replications is not None:
        return target.replications
    assert target.precision is not None
    estimate = gathering.estimate()
    done = gathering.done
    if done < FEWEST_FOR_PRECISION:
        return min(FEWEST_FOR_PRECISION, target.most)
    if relative_error(estimate) <= target.precision and estimate.with_loss >= ENOUGH_LOSSES:
        return done
    if estimate.with_loss == 0 and done >= ENOUGH_WITHOUT_LOSS:
        return done
    missing = more_replications(estimate, relative_se=target.precision)
    wanted = GROWTH * done if missing is None else min(done + max(missing, 64) * 1.05, GROWTH * done)
    return min(math.ceil(wanted), target.most)


def finished(
    loaded: LoadedScenario,
    driver: Driver,
    plan: Design,
    tables: Tables,
    target: Target,
    seed: int,
    interrupted: bool,
) -> Results:
    """Results of a run from its tables."""
    return Results(
        tables.replications,
        tables.events,
        tables.years,
        tables.service,
        plan.table(tables),
        vendor_reach(driver.world),
        _manifest(loaded, driver, plan, tables, target, seed, interrupted),
    )


def _save(results: Results, folder: RunFolder, seconds: float) -> None:
    for name in TABLES:
        folder.write_table(name, getattr(results, name))
    folder.write_json(METRICS, figures(results))
    folder.write_json(TIMINGS, {"seconds": round(seconds, 3), "machine": platform.machine()})
    folder.write_json(MANIFEST, results.manifest)
    folder.drop_blocks()


def _manifest(
    loaded: LoadedScenario,
    driver: Driver,
    plan: Design,
    tables: Tables,
    target: Target,
    seed: int,
    interrupted: bool,
) -> dict[str, Any]:
    """Everything that identifies a run; equal runs have equal manifests."""
    import numpy
    import scipy
    import simpy

    world = driver.world
    finished = len(tables.replications)
    return {
        "format": FORMAT,
        "state": "partial" if interrupted else "complete",
        "scenario": {
            "name": world.scenario.name,
            "title": world.scenario.title,
            "digest": loaded.digest,
            "text": loaded.text,
        },
        "versions": {
            "geocyber": simulator.__version__,
            "python": platform.python_version(),
            "numpy": numpy.__version__,
            "scipy": scipy.__version__,
            "simpy": simpy.__version__,
        },
        "seed": seed,
        "plan": {
            "crude": plan.strata == (Stratum.CRUDE,),
            "replications": target.replications,
            "precision": target.precision,
            "probability_method": plan.method,
        },
        "finished": finished,
        "conditional": world.scenario.given is not None,
        "hazard_ranges": hazard_ranges(driver),
        "horizon_years": world.horizon_h / HOURS_PER_YEAR,
        "measure": world.scenario.measure,
        "currency": world.scenario.currency,
        "customers": world.customers,
        "people": world.people,
        "organisations": len(world.organisations.names),
        "vendors": len(world.vendors),
    }


def checked_target(replications: int | None, precision: float | None, workers: int, seed: int) -> Target:
    """What is asked of a run. Raises InputError for a number that will not do."""
    if not 0 <= seed < 2**64:
        raise InputError(f"seed is {seed}; allowed: 0 to {2**64 - 1}")
    if replications is not None and precision is not None:
        raise InputError("give either a number of replications or a precision, not both")
    if replications is not None and not 4 <= replications <= MOST_REPLICATIONS:
        raise InputError(f"{replications} replications; allowed: 4 to {MOST_REPLICATIONS:,}")
    if precision is not None and not 0.0 < precision < 1.0:
        raise InputError(f"a precision of {precision:g}; allowed: above 0 and below 1, for example 5%")
    checked_workers(workers)
    if replications is None and precision is None:
        replications = DEFAULT_REPLICATIONS
    return Target(replications, precision)
