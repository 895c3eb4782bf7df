"""Several scenarios of one portfolio on the same simulated futures: one base, and arms that change something."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from simulator.batch.asked import Asked, checked
from simulator.batch.block import ArmBlock
from simulator.batch.crew import Hands, crew_for
from simulator.batch.engines import AUTO, chosen, make_ready
from simulator.batch.gathering import Gathering, Progress, joined
from simulator.batch.order import Order
from simulator.batch.plan import Planner
from simulator.batch.results import Results
from simulator.batch.rounds import planned, ran
from simulator.batch.run import finished
from simulator.batch.spending import SPENDING
from simulator.batch.tables import SCHEMAS, Tables, frame
from simulator.batch.workers import make_arms
from simulator.scenario.load import LoadedScenario


@dataclass(frozen=True)
class Arm:
    """One arm: its results on the futures of the base, and what its mitigations cost besides."""

    results: Results
    spending: pd.DataFrame
    """Columns of `simulator.batch.spending.SPENDING`."""
    rerun: int
    """Replications that had to be simulated again; in all others nothing was touched that the arm changes."""


@dataclass(frozen=True)
class SideBySide:
    """Results on common futures. Replications, strata and weights are the same in all."""

    base: Results
    arms: tuple[Arm, ...]
    seconds: float


def run_side_by_side(
    scenarios: Sequence[LoadedScenario],
    *,
    replications: int | None = None,
    precision: float | None = None,
    seed: int = 1,
    workers: int = 1,
    crude: bool = False,
    engine: str = AUTO,
    progress: Progress | None = None,
) -> SideBySide:
    """Simulate a base (the first) and arms on common random numbers (DESIGN section 5).

    Candidates of malicious success come from the envelope of the hazards over all arms, and all share strata
    and weights. Effort is shared out, and a precision judged, on the base. `engine` is one of
    `simulator.batch.engines`, the same for base and arms. Equal arguments but `workers` give equal results, and equal
    tables with any engine. A KeyboardInterrupt ends it with what is complete, marked partial. Raises InputError.
    """
    started = time.monotonic()
    hands = Hands(workers)
    engine = chosen(engine, *(loaded.scenario for loaded in scenarios))
    asked = checked(Asked(replications, precision, seed=seed, crude=crude, engine=engine))
    make_ready(asked.engine)
    base = scenarios[0]
    arms = make_arms([loaded.scenario for loaded in scenarios], base.register)
    plan = planned(arms, seed, crude)
    gathering = Gathering(plan, arms.base.world, asked, None, progress)
    with crew_for(hands, [loaded.scenario for loaded in scenarios], base.register, arms, asked) as crew:
        interrupted = not ran(Planner(plan, asked.block), crew, gathering)
    if interrupted and any(n < 2 for n in gathering.counts.values()):
        raise KeyboardInterrupt
    tables = gathering.tables()
    counts = gathering.counts
    own = finished(Order.of(base, asked), arms.base, plan, tables, counts, interrupted)
    found = []
    for a, loaded in enumerate(scenarios[1:]):
        blocks = [gathering.memory[block.number].arms[a] for block in gathering.unbroken()]
        whole = _whole(tables, blocks)
        other = finished(Order.of(loaded, asked), arms.drivers[a + 1], plan, whole, counts, interrupted)
        spending = pd.concat([b.spending for b in blocks], ignore_index=True) if blocks else frame([], SPENDING)
        found.append(Arm(other, spending, sum(len(b.replications) for b in blocks)))
    return SideBySide(own, tuple(found), time.monotonic() - started)


def _whole(base: Tables, blocks: Sequence[ArmBlock]) -> Tables:
    """Tables of an arm: those of the base, with the replications that were simulated again in their place."""
    again = np.array([number for block in blocks for number in block.replications], dtype=np.int64)
    if not len(again):
        return base
    changed = joined([block.tables for block in blocks])
    whole = {}
    for name, schema in SCHEMAS.items():
        before, after = getattr(base, name), getattr(changed, name)
        kept = before[~before["replication"].isin(again)]
        whole[name] = pd.concat([kept, after], ignore_index=True).astype(schema)
    order = base.replications["replication"].to_numpy()
    whole["replications"] = whole["replications"].set_index("replication").loc[order].reset_index()
    return replace(base, **whole)
