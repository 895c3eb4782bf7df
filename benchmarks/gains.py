"""Where the speed comes from: the kernel, skipping what does not happen, and sampling, told apart.

All on one portfolio, that of the core path, in which a release comes only if the home state uses its vendor. Each
step keeps what the step before gained; the figure is processor time to a standard error of 5 % on the average
annual loss.
"""

from __future__ import annotations

import numpy as np

from benchmarks import kernel_adapter
from benchmarks.core_path import core_path, rare_core_path
from benchmarks.costs import Costs, Spreads, costs
from benchmarks.kernel_adapter import NotThere
from benchmarks.pairing import processor_seconds, short
from benchmarks.sizes import Sizes
from benchmarks.table import Row, missing, reported
from simulator.batch.plan import FLOOR_SHARE, design
from simulator.chance.arms import Arms
from simulator.chance.future import Stratum
from tests.model.worlds import plays, total_hours

SEED = 1
RELATIVE_ERROR = 0.05


def rows(sizes: Sizes) -> list[Row]:
    driver = rare_core_path(sizes.organisations)
    arms = Arms([driver])
    plan = design(arms, SEED, crude=False)
    cost = costs(arms, plan, SEED, sizes.costs)
    losses = np.array([total_hours(o) for o in plays(driver, 2 * sizes.costs, Stratum.AT_LEAST_ONE, SEED)])
    spreads = Spreads(np.array(plan.probabilities), np.array([0.0, losses.mean()]), np.array([0.0, losses.std(ddof=1)]))
    compromise = plan.probabilities[1]
    needed = spreads.crude_variance / (RELATIVE_ERROR * spreads.value) ** 2
    everything = needed * cost.crude(spreads.probability)
    skipping = needed * (cost.draw_crude + compromise * cost.play[1])
    found = [
        reported(
            f"5 % on the AAL of a rare release (1 in {1 / compromise:.0f}), crude SimPy",
            f"{needed:,.0f} replications, {short(everything)} s",
        ),
        reported("  gain from skipping replications in which nothing happens", f"x {short(everything / skipping)}"),
    ]
    what = "  gain from the kernel, on what is left"
    try:
        kernel = _kernel_seconds(sizes)
    except NotThere as reason:
        found.append(missing(what, "", str(reason)))
        play = cost.play[1]
        before = skipping
    else:
        play = kernel
        before = needed * (cost.draw_crude + compromise * play)
        found.append(reported(what, f"x {short(skipping / before)}"))
    sampled = _stratified_seconds(spreads, cost, play)
    found.append(reported("  gain from sampling by strata, on what is left", f"x {short(before / sampled)}"))
    found.append(reported("  all together", f"x {short(everything / sampled)}, {short(sampled)} s"))
    return found


def _stratified_seconds(spreads: Spreads, cost: Costs, play: float) -> float:
    """Four fifths of the replications have a compromise; of the rest only the futures are drawn."""
    share = np.array([FLOOR_SHARE, 1.0 - FLOOR_SHARE])
    needed = spreads.variance(share) / (RELATIVE_ERROR * spreads.value) ** 2
    return needed * float(share @ (cost.draw + np.array([0.0, play])))


def _kernel_seconds(sizes: Sizes) -> float:
    """Of one release, draws included."""
    driver = core_path(sizes.organisations)
    kernel_adapter.play(driver, SEED, 1)
    return processor_seconds(lambda: kernel_adapter.play(driver, SEED, sizes.compiled))[0] / sizes.compiled
