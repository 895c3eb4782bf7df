"""When a state uses an asset it can use once: V14, V15, V39, and the effect of bans under three attitudes."""

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.optimize import minimize_scalar
from scipy.special import lambertw

from simulator.chance.coercion import (
    BASES,
    Decision,
    HazardTable,
    Stage,
    calibrate,
    hazard_table,
    lone_asset,
    solve_value,
    stakes_threshold,
)
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.errors import InputError

Q = np.array([[-0.1, 0.1, 0.0], [0.5, -0.75, 0.25], [0.0, 0.4, -0.4]])
OCCASIONS = np.array([4.0, 12.0, 12.0])
STATES = np.arange(3)
FAST, SLOW = (1e4, 40.0), (1.0, 10 / 1.5)
V39 = Decision(
    occasions=OCCASIONS,
    stakes=np.array([0.1, 0.18, 0.28]),
    burn_cost=np.array([1.0, 1.0, 0.8]),
    espionage=np.full(3, 0.05),
    discount=0.1,
    unused_loss=0.02,
    generator=Q,
)


def outcome(table: HazardTable, notice: float, drain: float, start: int, years: float) -> tuple[float, float]:
    """P(use), and the expected base exposed at the moment of use, under a ban announced at time 0.

    Exact, on the chain of announced, then draining at each level, times the regimes.
    """
    levels = table.bases[::-1]
    base = np.concatenate([levels[:1], levels])
    stage = [Stage.ANNOUNCED] + [Stage.DRAINING] * len(levels)
    onward = np.diag([notice] + [drain] * (len(levels) - 1), k=1)
    n = len(base) * 3
    generator = np.kron(onward - np.diag(onward.sum(axis=1)), np.eye(3)) + np.kron(np.eye(len(base)), Q)
    use = np.concatenate([table.use_rate(s, STATES, b) for s, b in zip(stage, base, strict=True)])
    block = np.zeros((2 * n, 2 * n))
    block[:n, :n] = generator - np.diag(use)
    block[:n, n:] = np.eye(n)
    used = expm(block * years)[start, n:] * use
    return used.sum(), used @ np.repeat(base, 3)


def unbanned(table: HazardTable, start: int, years: float) -> float:
    use = table.use_rate(Stage.NONE, STATES, 1.0)
    return 1.0 - expm((Q - np.diag(use)) * years)[start].sum()


def test_v39_value_and_rates_without_a_ban() -> None:
    table = hazard_table(V39, 1.0)
    assert table.value[Stage.NONE, -1] == pytest.approx([0.4327711267, 0.4520940821, 0.5050350983], rel=1e-6)
    rate = table.use_rate(Stage.NONE, STATES, 1.0)
    myopic = hazard_table(V39, 0.0).use_rate(Stage.NONE, STATES, 1.0)
    assert rate == pytest.approx([2.396702063e-06, 0.003763963723, 0.1135022082], rel=1e-6)
    assert myopic == pytest.approx([0.000181599719, 0.04639104167, 0.6891914312], rel=1e-6)
    assert myopic / rate == pytest.approx([75.77066914, 12.32505016, 6.072053067], rel=1e-6)


def test_v39_an_announced_ban_raises_the_rate_of_use() -> None:
    rate = hazard_table(V39, 1.0, *SLOW).use_rate(Stage.ANNOUNCED, STATES, 1.0)
    assert rate == pytest.approx([8.107377765e-05, 0.02690166237, 0.3608629334], rel=1e-6)


def test_v39_the_rate_dies_with_the_base() -> None:
    table = hazard_table(V39, 1.0, *FAST)
    rate = table.use_rate(Stage.DRAINING, 2, BASES[::-1])
    expected = [0.6475778849, 0.4787584946, 0.3258943895, 0.1974623801, 0.1006670524, 0.03901390737]
    expected += [0.009378906987, 0.0008693119, 7.448651395e-06, 4.664815396e-12, 0.0]
    assert rate == pytest.approx(expected, rel=1e-6)


def test_v39_probability_of_use_in_two_years_of_war() -> None:
    assert unbanned(hazard_table(V39, 1.0), 2, 2) == pytest.approx(0.1498997975, rel=1e-6)
    assert outcome(hazard_table(V39, 1.0, *FAST), *FAST, 2, 2)[0] == pytest.approx(0.04288330223, rel=1e-6)
    assert outcome(hazard_table(V39, 1.0, *SLOW), *SLOW, 2, 2)[0] == pytest.approx(0.3044672983, rel=1e-6)


def test_the_value_solves_its_equation_in_every_stage_and_level() -> None:
    notice, drain = SLOW
    value = solve_value(V39, BASES, notice, drain)
    for level in range(1, len(BASES)):
        b = BASES[level]
        below, draining = value[Stage.DRAINING, level - 1], value[Stage.DRAINING, level]
        for stage, leaving, after in (
            (Stage.NONE, 0.0, draining),
            (Stage.ANNOUNCED, notice, draining),
            (Stage.DRAINING, drain, below),
        ):
            j = value[stage, level]
            stakes = V39.stakes * b
            gain = OCCASIONS * stakes * np.exp(-(V39.burn_cost + j) / stakes)
            right = Q @ j - 0.02 * j + 0.05 * b + gain + leaving * (after - j)
            assert right == pytest.approx(0.1 * j, rel=1e-9)
    assert not value[:, 0].any()


CALIBRATED = (0.002, 0.02, 0.15)
BANS = {  # eta: immediate and slow ban from war over 2 years, slow ban from peace over 5 (methods 1.2)
    0.0: (0.007, 0.122, 0.005),
    0.5: (0.018, 0.218, 0.014),
    1.0: (0.041, 0.326, 0.029),
}


@pytest.mark.parametrize("eta", BANS)
def test_bans_under_three_attitudes(eta: float) -> None:
    """The expected share hit is the expected base exposed at the moment of use.

    Burn cost 1, espionage 0.05 a year, discount 0.1, loss of unused assets 0.02; figures to the three
    decimals they are stated with.
    """
    burn = np.ones(3)
    stakes = calibrate(CALIBRATED, OCCASIONS, burn, 0.05, 0.1, 0.02, Q, eta)
    decision = Decision(OCCASIONS, stakes, burn, np.full(3, 0.05), 0.1, 0.02, Q)
    slow, fast = hazard_table(decision, eta, *SLOW), hazard_table(decision, eta, *FAST)
    assert slow.use_rate(Stage.NONE, STATES, 1.0) == pytest.approx(CALIBRATED, rel=1e-9)
    # V14's hazards: without a ban the share is the same under every attitude.
    assert unbanned(slow, 0, 5) == pytest.approx(0.0369717369, rel=1e-6)
    assert unbanned(slow, 2, 2) == pytest.approx(0.198, abs=5e-4)
    found = (outcome(fast, *FAST, 2, 2)[1], outcome(slow, *SLOW, 2, 2)[1], outcome(slow, *SLOW, 0, 5)[1])
    assert found == pytest.approx(BANS[eta], abs=5e-4)


def test_calibration_in_hours_equals_calibration_in_years() -> None:
    years = calibrate(CALIBRATED, OCCASIONS, np.ones(3), 0.05, 0.1, 0.02, Q, 1.0)
    h = HOURS_PER_YEAR
    hours = calibrate(np.array(CALIBRATED) / h, OCCASIONS / h, np.ones(3), 0.05 / h, 0.1 / h, 0.02 / h, Q / h, 1.0)
    assert hours == pytest.approx(years, rel=1e-9)


def test_calibration_inverts_the_rate_of_use() -> None:
    rng = np.random.default_rng(5)
    for _ in range(150):
        n = int(rng.integers(1, 7))
        generator = rng.exponential(0.5, (n, n))
        np.fill_diagonal(generator, 0.0)
        np.fill_diagonal(generator, -generator.sum(axis=1))
        occasions, eta = rng.uniform(1, 15, n), rng.choice([0.0, 0.3, 0.5, 1.0])
        stakes = rng.uniform(0.05, 3.0, n) * (rng.uniform(size=n) > 0.2)
        rest = (rng.uniform(0.1, 5, n), rng.uniform(0, 0.3, n), 0.1, rng.uniform(0, 0.2), generator)
        table = hazard_table(Decision(occasions, stakes, *rest), eta, bases=np.array([0.0, 1.0]))
        hazard = table.use_rate(Stage.NONE, np.arange(n), 1.0)
        assert calibrate(hazard, occasions, *rest, eta) == pytest.approx(stakes, rel=1e-6)


def test_a_state_that_saves_its_asset_has_a_highest_hazard() -> None:
    alone = (12.0,), (1.0,), 0.0, 0.1, 0.02, np.zeros((1, 1)), 1.0
    highest = 0.12 * float(lambertw(12.0 / 0.12).real)
    assert calibrate((0.999 * highest,), *alone)[0] > 100.0
    with pytest.raises(InputError, match="wait for a better day"):
        calibrate((1.001 * highest,), *alone)


def test_no_hazard_means_no_stakes() -> None:
    stakes = calibrate((0.0, 0.0, 0.15), OCCASIONS, np.ones(3), 0.05, 0.1, 0.02, Q, 1.0)
    assert stakes[:2].tolist() == [0.0, 0.0]
    table = hazard_table(Decision(OCCASIONS, stakes, np.ones(3), np.full(3, 0.05), 0.1, 0.02, Q), 1.0, *SLOW)
    rate = table.use_rate(Stage.NONE, STATES, 1.0)
    assert rate[:2].tolist() == [0.0, 0.0]
    assert rate[2] == pytest.approx(0.15, rel=1e-9)


def test_between_levels_the_value_is_linear_in_the_base() -> None:
    table = hazard_table(V39, 1.0, *SLOW)
    for base, weight in ((0.55, 0.5), (0.62, 0.2)):
        low = int(base * 10)
        value = (1 - weight) * table.value[1, low, 2] + weight * table.value[1, low + 1, 2]
        expected = 12.0 * np.exp(-(0.8 + value) / (0.28 * base))
        assert table.use_rate(Stage.ANNOUNCED, 2, base) == pytest.approx(expected, rel=1e-9)
    rates = table.use_rate([[0], [1]], 2, [0.0, 0.3, 1.0])
    assert rates.shape == (2, 3)
    assert rates[:, 0].tolist() == [0.0, 0.0]
    assert (np.diff(rates, axis=1) > 0.0).all()
    assert (rates[1, 1:] > rates[0, 1:]).all()


def test_v15_lone_asset() -> None:
    value, rate = lone_asset(12.0, 0.25, 1.0, 0.12)
    assert (value, rate) == (pytest.approx(0.2031596927, rel=1e-6), pytest.approx(0.09751665248, rel=1e-6))
    assert 12.0 * np.exp(-4.0) / 0.12 == pytest.approx(1.831563889, rel=1e-6)
    assert 12.0 * np.exp(-4.0) / rate == pytest.approx(2.253847533, rel=1e-6)


def test_one_regime_has_the_value_of_a_lone_asset() -> None:
    one = Decision(np.array([12.0]), np.array([0.25]), np.array([1.0]), np.zeros(1), 0.1, 0.02, np.zeros((1, 1)))
    value, rate = lone_asset(12.0, 0.25, 1.0, 0.12)
    table = hazard_table(one, 1.0)
    assert table.value[Stage.NONE, -1, 0] == pytest.approx(value, rel=1e-9)
    assert table.use_rate(Stage.NONE, 0, 1.0) == pytest.approx(rate, rel=1e-9)


def test_v15_threshold() -> None:
    threshold, value = stakes_threshold(0.9, 0.8, 0.2)
    assert (threshold, value) == (
        pytest.approx(0.835957291, rel=1e-6),
        pytest.approx(1.548069057, rel=1e-6),
    )

    def loss(t: float) -> float:
        return -np.exp(-t) * (t + 1.0) / (1.0 - 0.72 + np.exp(-t) * 0.54)

    best = minimize_scalar(loss, bounds=(0, 5), method="bounded", options={"xatol": 1e-9})
    assert (threshold, value) == (pytest.approx(best.x, rel=1e-5), pytest.approx(-best.fun, rel=1e-9))
    assert stakes_threshold(0.9, 0.8, 0.2, 3.0) == (
        pytest.approx(3 * threshold),
        pytest.approx(3 * value),
    )


def test_a_resource_that_survives_use_better_than_waiting_is_used_at_once() -> None:
    threshold, value = stakes_threshold(0.9, 0.2, 0.8)
    assert (threshold, value) == (0.0, pytest.approx(1.0 / (1.0 - 0.18 - 0.54)))


@pytest.mark.parametrize(
    ("hazard", "burn", "eta", "words"),
    [
        ((0.1, 0.1, 12.0), 1.0, 1.0, "below the rates of occasions"),
        ((0.1, 0.1, -1.0), 1.0, 1.0, "0 or more"),
        ((0.1, 0.1, 0.1), 0.0, 0.0, "above 0"),
    ],
)
def test_hazards_no_stakes_can_give_are_refused(hazard: tuple[float, ...], burn: float, eta: float, words: str) -> None:
    with pytest.raises(InputError, match=words):
        calibrate(hazard, OCCASIONS, np.full(3, burn), 0.05, 0.1, 0.02, Q, eta)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match="from 0 to 1"):
        hazard_table(V39, 1.5)
    with pytest.raises(InputError, match="begin at 0"):
        solve_value(V39, np.array([0.5, 1.0]))
    endless = Decision(OCCASIONS, V39.stakes, V39.burn_cost, V39.espionage, 0.0, 0.0, Q)
    with pytest.raises(InputError, match="must not both be 0"):
        solve_value(endless)
