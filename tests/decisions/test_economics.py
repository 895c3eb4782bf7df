"""Present values, benefit and cost against answers by hand."""

import math

import numpy as np
import pytest

from simulator.decisions.economics import appraise, present_benefit, present_losses, present_spending
from simulator.risk.sampling import sampling
from simulator.scenario.errors import InputError
from simulator.scenario.words import PAYERS
from tests.decisions.made import costed, spending, spending_in_all
from tests.risk.made import strata

YEAR_H = 8766.0
HALVED_IN_A_YEAR = math.log(2.0) / YEAR_H


def test_present_values_by_hand() -> None:
    """At a rate that halves money in a year, 100 paid after one year is 50, after two years 25."""
    tables = costed(
        3,
        [
            (0, "faulty_update", "operator", 100.0, YEAR_H),
            (0, "coerced_update", "customers", 40.0, 0.0),
            (2, "faulty_update", "operator", 100.0, 2 * YEAR_H),
            (1, "instrument", "operator", 80.0, YEAR_H),
            (1, "mitigation", "government", 10.0, 0.0),
            (2, "sanctions", "vendor", 8.0, 3 * YEAR_H),
        ],
    )
    assert present_losses(tables, HALVED_IN_A_YEAR) == pytest.approx([90.0, 0.0, 26.0])
    assert present_losses(tables, HALVED_IN_A_YEAR, ["operator"]) == pytest.approx([50.0, 0.0, 25.0])
    assert present_losses(tables, 0.0) == pytest.approx([140.0, 0.0, 108.0])
    assert present_spending(tables, None, HALVED_IN_A_YEAR) == pytest.approx([0.0, 50.0, 0.0])
    spent = spending((0, "fence", "operator", 5.0), (1, "fence", "government", 7.0), (1, "cage", "operator", 1.0))
    assert present_spending(tables, spent, HALVED_IN_A_YEAR) == pytest.approx([5.0, 58.0, 0.0])
    assert present_spending(tables, spent, HALVED_IN_A_YEAR, ["operator"]) == pytest.approx([5.0, 41.0, 0.0])


def test_an_appraisal_by_hand() -> None:
    """Losses of 100 and 200 are avoided in two of four futures; acting costs 30 in each, half of it public."""
    base = costed(
        4, [(0, "faulty_update", "operator", 100.0, YEAR_H), (1, "faulty_update", "customers", 400.0, YEAR_H)]
    )
    arm = costed(4, [(1, "faulty_update", "customers", 200.0, YEAR_H)])
    both = spending(*((row, "fence", payer, 15.0) for row in range(4) for payer in ("operator", "government")))
    found = appraise(base, arm, HALVED_IN_A_YEAR, spending=both)
    assert found.society.benefit.value == pytest.approx((50 + 100) / 4)
    assert (found.society.cost.low, found.society.cost.value, found.society.cost.high) == (30.0, 30.0, 30.0)
    assert found.society.net.value == pytest.approx(37.5 - 30)
    assert found.society.ratio.value == pytest.approx(37.5 / 30)
    # The cost is the same throughout: the only error is that of the benefits.
    assert found.society.net.se == pytest.approx(math.sqrt(np.var([50, 100, 0, 0], ddof=1) / 4))
    assert found.operator.benefit.value == pytest.approx(12.5)
    assert found.operator.net.value == pytest.approx(12.5 - 15)
    assert found.gap.value == pytest.approx(7.5 - (12.5 - 15))
    assert (found.society.verdict, found.operator.verdict) == ("unclear", "unclear")
    table = found.by_payer.set_index(["payer", "figure"])["value"]
    assert table["customers", "benefit"] == pytest.approx(25.0)
    assert table["government", "cost"] == 15.0
    assert table["government", "net"] == -15.0
    assert table["vendor", "net"] == 0.0
    assert [table[:, "net"].sum(), len(table)] == pytest.approx([7.5, 3 * len(PAYERS)])


def many(n: int, avoided: int, loss: float, payer: str = "operator"):
    base = costed(n, [(row, "faulty_update", payer, loss, 0.0) for row in range(avoided)])
    return base, costed(n, [])


@pytest.mark.parametrize(("cost", "verdict"), [(5.0, "pays"), (20.0, "unclear"), (40.0, "does not pay")])
def test_verdicts(cost: float, verdict: str) -> None:
    """Losses of 100 avoided in 200 of 1,000 futures: benefit 20, standard error 1.27."""
    found = appraise(*many(1000, 200, 100.0), 0.0, spending=spending_in_all(1000, "operator", cost))
    half = 1.96 * found.society.benefit.se
    assert found.society.net.low == pytest.approx(20.0 - cost - half, abs=0.01)
    assert (found.society.verdict, found.operator.verdict) == (verdict, verdict)
    assert found.society.ratio.low == pytest.approx(found.society.benefit.low / cost)
    assert found.society.ratio.high == pytest.approx(found.society.benefit.high / cost)
    assert found.gap.row()["value"] == found.gap.high == 0.0


def test_one_payer_pays_and_another_gains() -> None:
    found = appraise(*many(1000, 200, 100.0, "customers"), 0.0, spending=spending_in_all(1000, "operator", 5.0))
    assert (found.society.verdict, found.operator.verdict) == ("pays", "does not pay")
    assert found.gap.value == pytest.approx(20.0)
    assert found.operator.ratio.value == 0.0


def test_transfers_cancel() -> None:
    """A grant: the government pays 0.3 of what the operator would; society is no richer."""
    grant = spending(
        *(
            (row, "fence", payer, paid)
            for row in range(200)
            for payer, paid in (("operator", -0.3), ("government", 0.3))
        )
    )
    found = appraise(costed(200, []), costed(200, []), 0.0, spending=grant)
    assert (found.society.net.value, found.society.net.low, found.society.net.high) == (0.0, 0.0, 0.0)
    assert found.society.verdict == "unclear"
    assert found.operator.net.value == pytest.approx(0.3)
    assert found.operator.verdict == "pays"
    assert found.operator.ratio.note == "no ratio: what it is divided by is not above zero"
    assert found.gap.value == pytest.approx(-0.3)


def test_zero_cost_and_zero_benefit() -> None:
    free = appraise(*many(1000, 200, 100.0), 0.0, spending=spending())
    assert (free.society.cost.value, free.society.cost.high) == (0.0, 0.0)
    assert (free.society.net.value, free.society.net.low) == (
        free.society.benefit.value,
        free.society.benefit.low,
    )
    assert math.isnan(free.society.ratio.value)
    assert "no ratio" in free.society.ratio.note
    base, _ = many(1000, 200, 100.0)
    vain = appraise(base, base, 0.0, spending=spending_in_all(1000, "operator", 2.0))
    unseen = 100.0 * -math.log(0.05) / 1000  # up to 3 in 1,000 may spare as much as the largest loss
    assert (vain.society.benefit.value, vain.society.benefit.high) == (0.0, pytest.approx(unseen))
    assert vain.society.benefit.low == -vain.society.benefit.high
    assert (vain.society.ratio.value, vain.society.ratio.low, vain.society.ratio.high) == (0.0, 0.0, 0.0)
    assert vain.society.verdict == "does not pay"
    nothing = appraise(base, base, 0.0, spending=spending())
    assert nothing.society.verdict == nothing.operator.verdict == "unclear"
    assert "do not differ in any of the 1,000" in nothing.society.net.note


def test_an_arm_that_is_worse() -> None:
    worse, base = many(1000, 200, 100.0)
    found = appraise(base, worse, 0.0, spending=spending_in_all(1000, "operator", 2.0))
    assert found.society.benefit.value == -20.0
    assert found.society.benefit.high < 0.0
    assert found.society.ratio.value == -10.0
    assert found.society.verdict == "does not pay"


def test_few_losses_are_called_rough_though_every_future_has_a_cost() -> None:
    found = appraise(*many(1000, 20, 100.0), 0.0, spending=spending_in_all(1000, "operator", 0.1))
    for estimate in (found.society.benefit, found.society.net, found.society.ratio):
        assert "rough interval: 20 effective replications with a difference" in estimate.note
    assert found.society.verdict == "pays"
    assert found.society.ratio.low == pytest.approx(found.society.benefit.low / 0.1)
    three = appraise(*many(1000, 3, 100.0), 0.0, spending=spending_in_all(1000, "operator", 0.01))
    assert three.society.verdict == "unclear"


def test_a_cost_that_varies_a_little_does_not_make_a_rare_benefit_surer() -> None:
    uneven = spending(*((k, "fence", "operator", 0.1 + 0.2 * (k % 2)) for k in range(1000)))
    society = appraise(*many(1000, 3, 1.0), 0.0, spending=uneven).society
    assert society.net.low <= society.benefit.low - society.cost.value + 1e-12
    assert society.net.high >= society.benefit.high - society.cost.value - 1e-12


def test_the_base_may_act_too() -> None:
    base, arm = many(100, 50, 10.0)
    found = appraise(
        base,
        arm,
        0.0,
        spending=spending_in_all(100, "operator", 3.0),
        base_spending=spending_in_all(100, "operator", 2.0),
    )
    assert found.society.cost.value == pytest.approx(1.0)


def test_strata_weigh() -> None:
    design = strata([50, 50], [0.9, 0.1])
    base = costed(100, [(row, "coerced_update", "operator", 100.0, 0.0) for row in range(50, 90)], design)
    arm = costed(100, [], design)
    assert sampling(base).count == 100
    found = appraise(base, arm, 0.0, spending=spending_in_all(100, "operator", 1.0))
    assert found.society.benefit.value == pytest.approx(0.1 * 80.0)
    assert found.society.cost.value == pytest.approx(1.0)
    assert present_benefit(base, arm, 0.0)[49:51].tolist() == [0.0, 100.0]


def test_what_cannot_be_used_is_refused() -> None:
    base, arm = many(10, 5, 10.0)
    with pytest.raises(InputError, match="discount rate is -1 per hour; it must be zero or more"):
        present_losses(base, -1.0)
    with pytest.raises(InputError, match='payer of a mitigation is "nobody"; allowed: operator'):
        appraise(base, arm, 0.0, spending=spending((0, "fence", "nobody", 1.0)))
    with pytest.raises(ValueError, match="replication 10 is not in"):
        appraise(base, arm, 0.0, spending=spending((10, "fence", "operator", 1.0)))
    with pytest.raises(ValueError, match="not a finite number"):
        appraise(base, arm, 0.0, spending=spending((1, "fence", "operator", math.nan)))
    undated = costed(10, [(0, "faulty_update", "operator", 1.0, math.nan)])
    with pytest.raises(ValueError, match="not a finite number"):
        present_losses(undated, 0.1)
