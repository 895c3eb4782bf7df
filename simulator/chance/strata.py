"""Strata: no successful malicious compromise, or at least one; their probabilities and their futures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.chance.arms import Arms, Batch
from simulator.chance.channels import Channel
from simulator.chance.driver import Driver
from simulator.chance.future import Future, Stratum
from simulator.chance.keyed import Keyed
from simulator.chance.keys import Purpose, stable_hash
from simulator.chance.successes import futures_of

Floats = NDArray[np.float64]
PROBABILITY_PATHS = 131_072
"""Driver paths over which a stratum probability is averaged where no closed form holds (at least 1e5)."""
DIFFERENCE_PATHS = 4_096
"""Driver paths over which what arms add to the base's probability is averaged."""
_CHUNK = 8_192
_RESERVED = 2**31
"""Replication numbers from here on belong to the estimate of the stratum probability."""
_MOST_TRIES_AT_ONCE = 64
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
    return -np.expm1(-batch.hazard)


def _beyond_base(arms: Arms, batch: Batch) -> Floats:
    return np.exp(-arms.hazard_of(batch, arms.kind[0])) - np.exp(-batch.hazard)


def _averaged(arms: Arms, seed: int, paths: int, figure: Callable[[Arms, Batch], Floats]) -> tuple[float, float]:
    """Mean of a figure over driver paths of its own, and the standard error of the mean."""
    chunk = max(_CHUNK // len(arms.kinds), 256)
    parts = []
    for start in range(0, paths, chunk):
        count = min(chunk, paths - start)
        numbers = _RESERVED + np.arange(start, start + count, dtype=np.int64)
        parts.append(figure(arms, arms.sample(seed, numbers, np.zeros(count, dtype=np.int64))))
    values = np.concatenate(parts)
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


def futures(arms: Arms, seed: int, stratum: Stratum, replications: NDArray[np.int64]) -> list[tuple[Future, ...]]:
    """The futures of the given replications, conditional on their stratum: for each, one per arm.

    Paths are proposed by attempt number and accepted in proportion to their probability of the stratum;
    then, in the stratum of at least one, the first success is placed by its truncated hazard.
    """
    if stratum is Stratum.CRUDE:
        batch = arms.sample(seed, replications, np.zeros(len(replications), dtype=np.int64))
        return [futures_of(arms, batch, i, seed, stratum) for i in range(len(replications))]
    ceiling = -np.expm1(-arms.ceiling()) if stratum is Stratum.AT_LEAST_ONE else 1.0
    found: dict[int, tuple[Future, ...]] = {}
    waiting = np.asarray(replications, dtype=np.int64)
    first_try = 0
    tries = 1
    while len(waiting):
        if first_try > _MOST_TRIES:
            raise RuntimeError("no driver path of this stratum was found: its probability is too small")
        attempts = np.arange(first_try, first_try + tries)
        batch = arms.sample(seed, np.repeat(waiting, tries), np.tile(attempts, len(waiting)))
        chance = np.exp(-batch.hazard) if stratum is Stratum.NONE else -np.expm1(-batch.hazard) / ceiling
        lottery = Keyed(seed, batch.replications, batch.attempts)
        accepted = lottery.uniform(Purpose.STRATUM_ACCEPT, _LOTTERY, 0) < chance
        grid = accepted.reshape(len(waiting), tries)
        done = grid.any(axis=1)
        for row in np.flatnonzero(done):
            i = int(row) * tries + int(grid[row].argmax())
            found[int(waiting[row])] = futures_of(arms, batch, i, seed, stratum)
        waiting = waiting[~done]
        first_try += tries
        tries = min(2 * tries, _MOST_TRIES_AT_ONCE)
    return [found[int(r)] for r in replications]


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
