"""Sampling by strata and plain sampling are two ways to the same figures, on every scenario that ships.

200 futures either way, with different seeds; 3.29 standard errors of the difference are allowed, so that a right
model fails one of these 27 comparisons about three times in a hundred, and with these seeds it does not.
"""

from __future__ import annotations

import pytest

from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.risk.condition import probability_of_compromise
from simulator.risk.estimate import Estimate
from simulator.risk.loss import average_annual_loss, probability_of_loss
from simulator.scenario.load import load
from tests.batch.runs import SHIPPED, differ

FUTURES = 200


def figures(results: Results) -> dict[str, Estimate]:
    return {
        "AAL": average_annual_loss(results, results.measure),
        "P(any loss)": probability_of_loss(results, results.measure),
        "P(compromise)": probability_of_compromise(results),
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_strata_and_plain_sampling_agree(name: str) -> None:
    loaded = load(name)
    strata = run(loaded, replications=FUTURES, seed=21)
    plain = run(loaded, replications=FUTURES, seed=22, crude=True)
    assert plain.crude
    found = zip(figures(strata).items(), figures(plain).values(), strict=True)
    assert [wrong for (what, one), other in found for wrong in differ(what, one, other)] == []
