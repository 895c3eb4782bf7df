"""A belief that hazards are s times as large reweights futures: s^N e^(-(s - 1) H), channel by channel.

Seeds are fixed. At a fresh seed each comparison with |z| < 3.29 would fail about once in a thousand.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from simulator.chance.future import Answer, Future, Stratum
from tests.driven import futures, probability, sample
from tests.properties.worlds import Parts, random_parts

SEED = 21
Z = 3.29
COUNT = 2000


def weight(future: Future, scales: Sequence[float]) -> float:
    """Likelihood of a future if each channel's hazard of success were so many times as large."""
    total = 1.0
    for k, (s, h) in enumerate(zip(scales, future.hazards, strict=True)):
        n = sum(a.channel == k and a.answer is Answer.SUCCEEDED for a in future.attempts)
        total *= s**n * math.exp(-(s - 1.0) * h)
    return total


def z_of(values: Sequence[float], expected: float) -> float:
    sample = np.array(values)
    return float((sample.mean() - expected) / (sample.std(ddof=1) / math.sqrt(len(sample))))


def world(seed: int) -> Parts:
    more = ({"refusal"} if seed % 2 else set()) | ({"instruments"} if seed == 2 else set())
    return random_parts(seed, {"coercion", "intrusion", "access"} | more, 3)


@pytest.mark.slow
@pytest.mark.parametrize("s", [0.3, 1.5])
@pytest.mark.parametrize("seed", range(4))
def test_weights_of_plain_futures_have_mean_one(seed: int, s: float) -> None:
    driver = world(seed).driver()
    drawn = futures(driver, SEED, Stratum.CRUDE, np.arange(COUNT))
    scales = [s] * len(driver.channels)
    assert abs(z_of([weight(f, scales) for f in drawn], 1.0)) < Z
    one_only = [s if k == 1 else 1.0 for k in range(len(driver.channels))]
    assert abs(z_of([weight(f, one_only) for f in drawn], 1.0)) < Z


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_weights_have_mean_one_over_strata_too(seed: int) -> None:
    driver = world(seed).driver()
    numbers, none = 1_000_000 + np.arange(10_000), np.zeros(10_000, dtype=np.int64)
    paths = -np.expm1(-sample(driver, SEED, numbers, none).hazard)
    p, p_se = paths.mean(), paths.std(ddof=1) / math.sqrt(len(paths))
    mean = variance = 0.0
    means = []
    for stratum, share in ((Stratum.NONE, 1.0 - p), (Stratum.AT_LEAST_ONE, p)):
        drawn = futures(driver, SEED, stratum, np.arange(COUNT))
        values = np.array([weight(f, [1.5] * len(driver.channels)) for f in drawn])
        means.append(values.mean())
        mean += share * values.mean()
        variance += share**2 * values.var(ddof=1) / COUNT
    variance += (p_se * (means[1] - means[0])) ** 2
    assert abs(mean - 1.0) / math.sqrt(variance) < Z


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_reweighted_futures_have_the_probabilities_of_larger_hazards(seed: int) -> None:
    """Twice the hazard, by weights of the old futures and by an exact calculation of the new world."""
    made = random_parts(seed, {"coercion", "access", "intrusion"}, 3)
    sections = json.loads(json.dumps(made.sections))
    for theatre in sections["theatres"].values():
        theatre["coercion"]["campaign"] = "all_at_once"
        table = theatre["coercion"]["hazard"]
        theatre["coercion"]["hazard"] = {r: _times(rate, 0.8) for r, rate in table.items()}
    # Every order is obeyed and works, so that nothing but the hazard of success hangs on the belief.
    for state in sections["jurisdictions"].values():
        state |= {"legal_reach": 1, "resistance": 0}
    for product in sections["products"].values():
        product["paths"] = dict.fromkeys(product["paths"], 1)
    believed = json.loads(json.dumps(sections))
    for theatre in believed["theatres"].values():
        table = theatre["coercion"]["hazard"]
        theatre["coercion"]["hazard"] = {r: _times(rate, 2.0) for r, rate in table.items()}
        release = theatre["access_stock"]["release"]
        theatre["access_stock"]["release"] = {r: _times(rate, 2.0) for r, rate in release.items()}
    believed["intrusion"]["rate"] = _times(believed["intrusion"]["rate"], 2.0)
    driver = replace(made, sections=sections).driver()
    expected = probability(replace(made, sections=believed).driver(), SEED)
    assert expected.method == "matrix exponential"
    drawn = futures(driver, SEED, Stratum.CRUDE, np.arange(COUNT))
    scales = [2.0] * len(driver.channels)
    used = [weight(f, scales) * any(a.answer is Answer.SUCCEEDED for a in f.attempts) for f in drawn]
    assert abs(z_of(used, expected.value)) < Z


def _times(rate: str, factor: float) -> str:
    return f"{float(rate.split()[0]) * factor!r} / year"
