"""Run a scenario, or go on with a run that ended early."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulator.batch import interrupts
from simulator.batch.asked import Asked, checked
from simulator.batch.crew import Hands, crew_for
from simulator.batch.engines import AUTO, chosen, make_ready
from simulator.batch.gathering import Gathering, Progress
from simulator.batch.ignorance import hazard_ranges
from simulator.batch.order import Order, read_order
from simulator.batch.plan import Design, Planner
from simulator.batch.reach import vendor_reach
from simulator.batch.results import Results, figures
from simulator.batch.rounds import planned, ran
from simulator.batch.store import FORMAT, MANIFEST, METRICS, TIMINGS, RunFolder, read_manifest
from simulator.batch.tables import SCHEMAS, Tables
from simulator.batch.workers import make_arms
from simulator.chance.driver import Driver
from simulator.chance.future import Stratum
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.errors import InputError
from simulator.scenario.load import LoadedScenario


def run(
    loaded: LoadedScenario,
    *,
    replications: int | None = None,
    precision: float | None = None,
    metric: str | None = None,
    seed: int = 1,
    workers: int = 1,
    scheduler: str | None = None,
    crude: bool = False,
    engine: str = AUTO,
    block: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> Results:
    """Simulate a scenario and return its results; with `out`, also write them to that folder.

    `precision` is a relative standard error (0.05 for 5 %) of `metric` (left out: the average annual loss; names
    as in `simulator.risk.metric`), judged only after complete rounds. `scheduler` is the address of a Dask
    scheduler, or "local"; `engine` one of `simulator.batch.engines`. Equal arguments but `workers` and `scheduler`
    give equal bytes, and equal tables and metrics with any engine. A KeyboardInterrupt
    ends the run with what is complete, marked partial; `resume` goes on with it. Raises InputError for a
    scenario, a number or a folder that will not do.
    """
    hands = Hands(workers, scheduler)
    asked = checked(Asked(replications, precision, metric, seed, crude, chosen(engine, loaded.scenario), block))
    if out is None:
        return carry_out(Order.of(loaded, asked), hands, None, progress)
    folder = RunFolder.create(Path(out))
    try:
        order = Order.of(loaded, asked)
        folder.begin(order.plain(), order.run)
        return carry_out(order, hands, folder, progress)
    except BaseException:
        folder.leave_if_empty()
        raise
    finally:
        folder.lock.release()


def resume(
    out: str | Path,
    *,
    scenario: LoadedScenario | None = None,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Results:
    """Go on with the run in a folder that was killed, interrupted or had no more room, to the bytes it would have had.

    Blocks that are there and whole are not run again. A run that is complete is read. With a `scenario`, it has
    to be the one that the run was begun with. Raises InputError for another scenario, version or kind of machine,
    and for a folder without a run.
    """
    place = Path(out)
    hands = Hands(workers, scheduler)
    folder = RunFolder.reopen(place)
    try:
        order = read_order(place)
        complete = (place / MANIFEST).exists() and read_manifest(place)["state"] == "complete"
        if order is None and not complete:
            empty = not any(place.iterdir())
            advice = f"start one with --out {place}" if empty else "give the folder of a run that ended early"
            raise InputError(f"{place} holds no run that was begun; {advice}")
        if scenario is not None:
            (order or Order.from_plain(read_manifest(place))).check_scenario(scenario)
        if order is None or complete:
            folder.drop_blocks()
            return Results.read(place)
        order.check_here()
        folder.drop_results()
        folder.begin(order.plain(), order.run)
        return carry_out(order, hands, folder, progress)
    finally:
        folder.lock.release()


def carry_out(order: Order, hands: Hands, folder: RunFolder | None, progress: Progress | None) -> Results:
    """Run, or go on with, what is ordered. Blocks that the folder holds already are not run again."""
    started = time.monotonic()
    loaded, asked = order.loaded, order.asked
    make_ready(asked.engine)  # in this thread, which Ctrl-C reaches, and before the first futures are drawn
    arms = make_arms([loaded.scenario], loaded.register)
    plan = planned(arms, asked.seed, asked.crude)
    gathering = Gathering(plan, arms.base.world, asked, folder, progress)
    with crew_for(hands, [loaded.scenario], loaded.register, arms, asked) as crew:
        interrupted = not ran(Planner(plan, asked.block), crew, gathering)
    if interrupted and any(n < 2 for n in gathering.counts.values()):
        if folder is not None:
            folder.drop_blocks()
        raise KeyboardInterrupt
    with interrupts.ignored():
        if folder is not None:
            folder.write_tables(gathering.unbroken())
            tables = folder.read_tables(sum(gathering.counts.values()))
        else:
            tables = gathering.tables()
        results = finished(order, arms.base, plan, tables, gathering.counts, interrupted)
        if folder is not None:
            _save(results, folder, time.monotonic() - started)
        return results


def finished(
    order: Order, driver: Driver, plan: Design, tables: Tables, counts: Mapping[Stratum, int], interrupted: bool
) -> Results:
    """Results of a run from its tables, with so many replications of each stratum."""
    return Results(
        **{name: getattr(tables, name) for name in SCHEMAS},
        strata=plan.table(counts),
        reach=vendor_reach(driver.world),
        manifest=_manifest(order, driver, plan, sum(counts.values()), interrupted),
    )


def _save(results: Results, folder: RunFolder, seconds: float) -> None:
    """All that is not there yet; the manifest last. An interrupted run keeps its blocks, to go on with."""
    for name in ("strata", "reach"):
        folder.write_table(name, getattr(results, name))
    folder.write_json(METRICS, figures(results))
    folder.write_json(TIMINGS, {"seconds": round(seconds, 3), "machine": platform.machine()})
    folder.write_json(MANIFEST, results.manifest)
    if not results.partial:
        folder.drop_blocks()


def _manifest(order: Order, driver: Driver, plan: Design, replications: int, interrupted: bool) -> dict[str, Any]:
    """Everything that identifies a run; equal runs have equal manifests."""
    world = driver.world
    return {
        "format": FORMAT,
        "state": "partial" if interrupted else "complete",
        **order.plain(),
        "seed": order.asked.seed,
        "plan": {"crude": plan.strata == (Stratum.CRUDE,), **plan.plain()},
        "finished": replications,
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
