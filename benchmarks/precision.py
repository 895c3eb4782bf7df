"""Time to 5 % standard error on the two figures that lead every report, for each shipped scenario.

Compared with crude SimPy: plain sampling, every replication played. Its variance follows from the strata exactly, so
it need not be run to its end.
"""

from __future__ import annotations

import math

import numpy as np

from benchmarks.costs import Costs, Spreads, costs
from benchmarks.kernel_adapter import run_scenario
from benchmarks.pairing import processor_seconds, short
from benchmarks.sizes import Sizes
from benchmarks.table import Row, reported
from simulator.batch.engines import AUTO, SIMPY, chosen
from simulator.batch.plan import Design, design
from simulator.batch.results import Results
from simulator.batch.workers import make_arms
from simulator.risk.arrays import Floats
from simulator.risk.loss import annual_losses, horizon_losses
from simulator.risk.quantile import upper_quantile
from simulator.risk.sampling import sampling
from simulator.scenario.load import load
from simulator.scenario.shipped import shipped_scenarios

SEED = 1
RELATIVE_ERROR = 0.05
RETURN_PERIOD = 200.0


def rows(sizes: Sizes) -> list[Row]:
    return [row for name in sizes.scenarios or sorted(shipped_scenarios()) for row in scenario_rows(name, sizes)]


def scenario_rows(name: str, sizes: Sizes) -> list[Row]:
    loaded = load(name)
    arms = make_arms([loaded.scenario], loaded.register)
    plan = design(arms, SEED, crude=False)
    cost = costs(arms, plan, SEED, sizes.costs)
    count = sizes.strata * (1 if chosen(AUTO) == SIMPY else 10)
    seconds, results = processor_seconds(lambda: run_scenario(loaded, count, workers=1))
    each = seconds / len(results.replications)
    return [
        _row(f"{name}: 5 % on the AAL", average_error(results), results, plan, cost, each),
        _row(
            f"{name}: 5 % on the 1-in-{RETURN_PERIOD:.0f} annual loss",
            quantile_error(results),
            results,
            plan,
            cost,
            each,
        ),
    ]


Errors = tuple[float, Floats]
"""Relative standard error of a figure, and the value of each replication whose mean it hangs on."""


def average_error(results: Results) -> Errors:
    value = horizon_losses(results, results.measure)
    moments = sampling(results).moments(value)
    return (moments.se / moments.mean if moments.mean else math.nan), value


def quantile_error(results: Results) -> Errors:
    sample = annual_losses(results, results.measure).in_memory
    found = upper_quantile(sample, 1.0 / RETURN_PERIOD).estimate
    relative = found.se / found.value if found.value else math.nan
    return relative, sample.units_above(found.value if math.isfinite(found.value) else math.inf)


def _row(what: str, errors: Errors, results: Results, plan: Design, cost: Costs, each: float) -> Row:
    error, value = errors
    if not math.isfinite(error) or error <= 0.0:
        return reported(what, f"no figure from {len(results.replications):,} replications")
    moments = sampling(results).moments(value)
    spreads = Spreads(np.array(plan.probabilities), moments.stratum_means, np.sqrt(moments.stratum_variances))
    size = sampling(results).size
    share = size / size.sum()
    needed = size.sum() * (error / RELATIVE_ERROR) ** 2
    variance = spreads.variance(share)
    crude = spreads.crude_variance * cost.crude(spreads.probability)
    here = needed * each
    against = needed / variance * crude
    parts = [f"{short(here)} s, crude SimPy {short(against)} s: x {short(against / here)}"]
    if len(plan.strata) == 1:
        parts.append(f"no strata ({plan.method})")
    else:
        own = crude / (variance * float(share @ cost.stratified))
        bound = crude / spreads.least_time(cost.stratified)
        parts.append(f"of it strata x {short(own)}, at best x {short(bound)} (1 in {1 / plan.probabilities[1]:.3g})")
    return reported(what, "; ".join(parts))
