"""Quantiles of many uniforms at once."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.chance.keyed import quantiles
from simulator.rules.quantile import Law

LAWS = (
    Law.fixed(7.0),
    Law.exponential(3.3),
    Law.uniform(3.3, 7.7),
    Law.pert(2160.0, 8760.0, 17520.0),
    Law.lognormal(5.0, 0.7),
    Law.empirical([1.0, 4.0, 9.0]),
)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: str(law.kind))
def test_they_are_those_of_each_by_itself_to_the_last_bit(law: Law) -> None:
    u = np.random.default_rng(1).random(5_000)
    one_by_one = np.array([law.quantile(x) for x in u.tolist()])
    assert quantiles(law, u).tobytes() == one_by_one.tobytes()
