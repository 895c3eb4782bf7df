"""Strata: no successful malicious compromise, or at least one; their probabilities and their futures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.chance.arms import Arms, Batch
from simulator.chance.assembly import assembled
from simulator.chance.channels import Channel
from simulator.chance.columns import FutureColumns
from simulator.chance.driver import Driver
from simulator.chance.elementary import exp, expm1
from simulator.chance.future import Future, Stratum
from simulator.chance.keyed import Keyed
from simulator.chance.keys import Purpose, stable_hash
from simulator.chance.regimes import Paths

Floats = NDArray[np.float64]
PROBABILITY_PATHS = 131_072
"""Driver paths over which a stratum probability is averaged where no closed form holds (at least 1e5)."""
DIFFERENCE_PATHS = 4_096
"""Driver paths over which what arms add to the base's probability is averaged."""
_CHUNK = 8_192
_RESERVED = 2**31
"""Replication numbers from here on belong to the estimate of the stratum probability."""
_PROPOSED = 8_192
"""Driver paths proposed at once."""
_MOST_TRIES = 4_000_000
_LOTTERY = stable_hash("stratum")


@dataclass(frozen=True)
class StratumProbability:
    """P(at least one successful malicious compromise within the horizon, in any arm)."""

    value: float
    se: float
    method: str


def probability(arms: Arms, seed: int) -> StratumProbability:
    """Exact by matrix exponential where the driver is a finite chain, else averaged over many paths.

    Of several kinds of arm, that of the base is found so, and what the others add averaged over fewer paths: it
    varies far less.
    """
    if arms.ceiling() == 0.0:
        return StratumProbability(0.0, 0.0, "no malicious hazard")
    if len(arms.kinds) > 1:
        base = probability(Arms([arms.base]), seed)
        added, se = _averaged(arms, seed, DIFFERENCE_PATHS, _beyond_base)
        method = f"{base.method}, and what arms add over {DIFFERENCE_PATHS:,} driver paths"
        return StratumProbability(base.value + added, math.hypot(base.se, se), method)
    if arms.exact():
        survival = 1.0
        for t in range(len(arms.base.chains)):
            survival *= _survival(arms.base, t)
        return StratumProbability(1.0 - survival, 0.0, "matrix exponential")
    value, se = _averaged(arms, seed, PROBABILITY_PATHS, _of_any)
    return StratumProbability(value, se, f"mean over {PROBABILITY_PATHS:,} driver paths")


def _of_any(arms: Arms, batch: Batch) -> Floats:
    return -expm1(-batch.hazard)


def _beyond_base(arms: Arms, batch: Batch) -> Floats:
    return exp(-arms.hazard_of(batch, arms.kind[0])) - exp(-batch.hazard)


def _averaged(arms: Arms, seed: int, paths: int, figure: Callable[[Arms, Batch], Floats]) -> tuple[float, float]:
    """Mean of a figure over driver paths of its own, and the standard error of the mean."""
    chunk = max(_CHUNK // len(arms.kinds), 256)
    values = np.empty(paths)
    for start in range(0, paths, chunk):
        numbers = np.arange(start, min(start + chunk, paths), dtype=np.int64)
        draw = Keyed(seed, _RESERVED + numbers, np.zeros(len(numbers), dtype=np.int64))
        for rows, batch in arms.parts(draw, arms.base.paths(draw)):
            values[numbers[rows]] = figure(arms, batch)
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


def drawn(arms: Arms, seed: int, stratum: Stratum, replications: NDArray[np.int64]) -> tuple[FutureColumns, ...]:
    """The futures of the given replications, conditional on their stratum, as columns: one set per arm.

    Paths are proposed by attempt number and accepted in proportion to their probability of the stratum;
    then, in the stratum of at least one, the first success is placed by its truncated hazard.
    Raises RuntimeError where no path is found, or orders are refused without end.
    """
    numbers = np.asarray(replications, dtype=np.int64)
    attempts = np.zeros(len(numbers), dtype=np.int64)
    if stratum is not Stratum.CRUDE:
        attempts = _accepted(arms, seed, stratum, numbers)
    draw = Keyed(seed, numbers, attempts)
    parts = arms.parts(draw, arms.base.paths(draw))
    order = np.argsort(np.concatenate([rows for rows, _ in parts]))
    made = [assembled(arms, batch, stratum) for _, batch in parts]
    return tuple(FutureColumns.joined(own).rows(order) for own in zip(*made, strict=True))


def futures(arms: Arms, seed: int, stratum: Stratum, replications: NDArray[np.int64]) -> list[tuple[Future, ...]]:
    """As `drawn`, but as objects: for each replication, one per arm."""
    if not len(replications):
        return []
    columns = drawn(arms, seed, stratum, replications)
    return [tuple(own.row(i) for own in columns) for i in range(len(replications))]


def _accepted(arms: Arms, seed: int, stratum: Stratum, replications: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of the first driver path of each replication that its stratum accepts."""
    ceiling = -math.expm1(-arms.ceiling())
    found = np.zeros(len(replications), dtype=np.int64)
    waiting = np.arange(len(replications))
    first_try, tries = 0, 1
    while len(waiting):
        if first_try > _MOST_TRIES:
            raise RuntimeError("no driver path of this stratum was found: its probability is too small")
        attempts = np.tile(np.arange(first_try, first_try + tries), len(waiting))
        draw = Keyed(seed, np.repeat(replications[waiting], tries), attempts)
        hit = np.full(len(draw.attempts), False)
        hit[_taken(arms, draw, stratum, ceiling)] = True
        grid = hit.reshape(len(waiting), tries)
        done = grid.any(axis=1)
        found[waiting[done]] = first_try + grid[done].argmax(axis=1)
        accepted = max(int(grid.sum()), 1) / grid.size
        waiting = waiting[~done]
        first_try += tries
        tries = min(math.ceil(1.5 / accepted), max(_PROPOSED // max(len(waiting), 1), 1))
    return found


def _taken(arms: Arms, draw: Keyed, stratum: Stratum, ceiling: float) -> NDArray[np.int64]:
    """The rows of `draw` whose driver paths the stratum accepts.

    Of at least one success only what the regimes alone do not rule out is worth the work of dates and refusals.
    """
    paths = arms.base.paths(draw)
    lottery = draw.uniform(Purpose.STRATUM_ACCEPT, _LOTTERY, 0)
    if stratum is Stratum.NONE:
        return np.flatnonzero(lottery < exp(-_hazard(arms, draw, paths)))
    open_ = np.flatnonzero(lottery * ceiling <= -expm1(-arms.bound(paths)))
    hazard = _hazard(arms, draw.only(open_), tuple(p.only(open_) for p in paths))
    return open_[lottery[open_] < -expm1(-hazard) / ceiling]


def _hazard(arms: Arms, draw: Keyed, paths: tuple[Paths, ...]) -> Floats:
    hazard = np.zeros(len(draw.replications))
    for rows, batch in arms.parts(draw, paths):
        hazard[rows] = batch.hazard
    return hazard


def _survival(driver: Driver, theatre: int) -> float:
    """p0 expm(Q' T) 1, where Q' loses the successes and moves to states armed, moved or burnt by failures."""
    from scipy.linalg import expm

    chain = driver.chains[theatre]
    n = len(chain.initial)
    killing = np.zeros(n)
    failing: Channel | None = None
    for channel in driver.channels:
        if channel.theatre != theatre:
            continue
        if channel.refusable:
            failing = channel
        else:
            killing += channel.hazard * channel.success
    if failing is None:
        return float(chain.initial @ expm((chain.generator - np.diag(killing)) * driver.world.horizon_h).sum(axis=1))
    assert failing.compliance is not None
    assert failing.coercion is not None
    refusal = failing.coercion.refusal
    blocked = failing.hazard * (failing.compliance - failing.success)
    refused = failing.hazard * (1.0 - failing.compliance)
    burn = refused * (refusal.publicise.value + refusal.leave.value)
    burn += blocked * float(failing.coercion.failed_use_burns)
    move = refused * refusal.move.value
    after = refusal.hazard_after_move.value
    wins = failing.hazard * failing.success
    zero = np.zeros((n, n))
    armed = chain.generator - np.diag(killing + wins + burn + move)
    moved = chain.generator - np.diag(killing + after * (wins + burn))
    spent = chain.generator - np.diag(killing)
    whole = np.block(
        [
            [armed, np.diag(move), np.diag(burn)],
            [zero, moved, np.diag(after * burn)],
            [zero, zero, spent],
        ]
    )
    initial = np.concatenate([chain.initial, np.zeros(2 * n)])
    return float(initial @ expm(whole * driver.world.horizon_h).sum(axis=1))
