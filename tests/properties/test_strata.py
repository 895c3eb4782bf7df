"""Strata agree with plain Monte Carlo, and exact probabilities with averages over paths, on random worlds.

Seeds are fixed. At a fresh seed each comparison with |z| < 3.29 would fail about once in a thousand.
"""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.chance.driver import Driver
from simulator.chance.future import Answer, Future, Stratum
from simulator.model.replication import Outcome, simulate
from tests.driven import futures, probability, sample
from tests.properties.worlds import MECHANISMS, Parts, random_parts

SEED = 11
Z = 3.29
DATED = {"link", "sanctions", "instruments"}
"""Mechanisms with which the driver is no finite chain."""


def finite(seed: int) -> Parts:
    """Theatres whose driver is a finite chain: refusals, moves, burnt assets, intrusions, footholds."""
    drawn = random.Random(seed)
    on = {"coercion", "refusal"} | {m for m in ("intrusion", "access", "phases") if drawn.random() < 0.5}
    made = random_parts(seed, on, 3)
    sections = json.loads(json.dumps(made.sections))
    for theatre in sections["theatres"].values():
        theatre["coercion"]["campaign"] = "all_at_once"
    return replace(made, sections=sections)


def anything(seed: int, always: str = "coercion") -> Parts:
    drawn = random.Random(seed)
    return random_parts(seed, {always} | {m for m in MECHANISMS if drawn.random() < 0.5}, drawn.randint(2, 5))


def path_probabilities(driver: Driver, count: int, first: int = 0) -> NDArray[np.float64]:
    """P(at least one success) given each of many driver paths."""
    numbers = first + np.arange(count, dtype=np.int64)
    return -np.expm1(-sample(driver, SEED, numbers, np.zeros(count, dtype=np.int64)).hazard)


def successes(future: Future) -> int:
    return sum(a.answer is Answer.SUCCEEDED for a in future.attempts)


def z_of(difference: float, *standard_errors: float) -> float:
    return difference / math.sqrt(sum(se**2 for se in standard_errors))


@pytest.mark.parametrize("seed", range(12))
def test_the_exact_probability_is_the_mean_over_paths(seed: int) -> None:
    driver = finite(seed).driver()
    assert driver.exact()
    exact = probability(driver, SEED)
    assert (exact.method, exact.se) == ("matrix exponential", 0.0)
    values = path_probabilities(driver, 20_000)
    assert abs(z_of(values.mean() - exact.value, values.std(ddof=1) / math.sqrt(len(values)))) < Z


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_plain_futures_succeed_as_often_as_the_probability_says(seed: int) -> None:
    """Whatever is dated, linked or husbanded."""
    driver = anything(seed).driver()
    values = path_probabilities(driver, 10_000, first=1_000_000)
    crude = futures(driver, SEED, Stratum.CRUDE, np.arange(3000))
    hits = np.array([successes(f) > 0 for f in crude], dtype=float)
    errors = [x.std(ddof=1) / math.sqrt(len(x)) for x in (hits, values)]
    assert abs(z_of(hits.mean() - values.mean(), *errors)) < Z


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_strata_have_none_and_at_least_one_success(seed: int) -> None:
    driver = anything(seed).driver()
    for stratum in (Stratum.NONE, Stratum.AT_LEAST_ONE):
        counts = [successes(f) for f in futures(driver, SEED, stratum, np.arange(60))]
        assert max(counts) == 0 if stratum is Stratum.NONE else min(counts) >= 1


MEASURES = {
    "customer-hours": lambda o: sum(sum(loss.customer_hours) for loss in o.losses),
    "malicious customer-hours": lambda o: sum(sum(x.customer_hours) for x in o.losses if x.cause.malicious),
    "installs": lambda o: float(sum(loss.cause.installs for loss in o.losses)),
    "successes": lambda o: float(o.successes),
    "refusals": lambda o: float(len(o.future.attempts) - o.successes),
    "first success": lambda o: 0.0 if math.isnan(o.first_success_h) else o.first_success_h,
    "changes of regime": lambda o: float(sum(len(path.times_h) for path in o.future.regimes)),
    "peak": lambda o: sum(o.peak_people),
}


def measured(driver: Driver, stratum: Stratum, count: int) -> NDArray[np.float64]:
    numbers = np.arange(count, dtype=np.int64)
    outcomes: list[Outcome] = [simulate(driver, SEED, f) for f in futures(driver, SEED, stratum, numbers)]
    return np.array([[measure(o) for measure in MEASURES.values()] for o in outcomes])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_stratified_means_agree_with_crude_ones(seed: int) -> None:
    driver = anything(seed).driver()
    paths = path_probabilities(driver, 10_000, first=1_000_000)
    p, p_se = paths.mean(), paths.std(ddof=1) / math.sqrt(len(paths))
    crude = measured(driver, Stratum.CRUDE, 400)
    none, some = measured(driver, Stratum.NONE, 200), measured(driver, Stratum.AT_LEAST_ONE, 200)
    means = p * some.mean(axis=0) + (1.0 - p) * none.mean(axis=0)
    variance = p**2 * some.var(axis=0, ddof=1) / len(some)
    variance += (1.0 - p) ** 2 * none.var(axis=0, ddof=1) / len(none)
    variance += (p_se * (some.mean(axis=0) - none.mean(axis=0))) ** 2
    variance += crude.var(axis=0, ddof=1) / len(crude)
    scale = np.sqrt(np.where(variance > 0.0, variance, 1.0))
    found = dict(zip(MEASURES, ((means - crude.mean(axis=0)) / scale).tolist(), strict=True))
    assert {name: z for name, z in found.items() if abs(z) >= Z} == {}
