"""Conflict regimes: exact laws (V01, V02, V03, V14, V43) and sample paths that follow them.

Seeds are fixed; at a fresh seed each comparison with |z| < 3.29 would fail about once in a thousand.
"""

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy.linalg import expm

from simulator.chance.keyed import Keyed
from simulator.chance.keys import Purpose, salted, stable_hash
from simulator.chance.philox import uniforms
from simulator.chance.regimes import (
    Chain,
    Mobilisation,
    Paths,
    Sojourn,
    Surge,
    expand,
    expected_time,
    occupancy,
    sample_paths,
    survival,
)
from simulator.rules.clock import HOURS_PER_YEAR as YEAR
from simulator.scenario.errors import InputError

NAMES = ("peace", "crisis", "war")
Q = np.array([[-0.1, 0.1, 0.0], [0.5, -0.75, 0.25], [0.0, 0.4, -0.4]])
HAZARD = np.array([0.002, 0.02, 0.15])
EAST = stable_hash("theatre:east")
SEED = 77
Z = 3.29


@pytest.fixture(scope="module")
def plain() -> Chain:
    return expand(NAMES, Q, "peace")


@pytest.fixture(scope="module")
def rich() -> Chain:
    return expand(
        NAMES,
        Q * 4,
        "peace",
        sojourn={"peace": Sojourn.hyperexponential(0.7, 10.0), "war": Sojourn.erlang(3)},
        surge={"war": Surge(500.0, 10.0), "crisis": Surge(200.0, 2.0)},
        mobilisation=[Mobilisation("war", 1500.0, 5.0, 0.4)],
    )


def per_regime(chain: Chain, law: np.ndarray) -> np.ndarray:
    return np.bincount(chain.regime, weights=law, minlength=3)


def test_v01(plain: Chain) -> None:
    assert occupancy(plain, YEAR) == pytest.approx([0.9234724656, 0.06811460075, 0.008412933605], rel=1e-6)
    assert occupancy(plain, 5 * YEAR) == pytest.approx([0.8062134725, 0.1328741687, 0.06091235876], rel=1e-6)
    long_run = [0.7547169811, 0.1509433962, 0.09433962264]
    assert occupancy(plain, 5000 * YEAR) == pytest.approx(long_run, rel=1e-6)
    years = expected_time(plain, 5 * YEAR) / YEAR
    assert years == pytest.approx([4.363839329, 0.4851948109, 0.1509658599], rel=1e-6)


def test_v02_by_an_erlang_sojourn() -> None:
    chain = expand(("peace", "war"), [[0, 0.2], [1.0, 0]], "peace", sojourn={"war": Sojourn.erlang(2)})
    at_war = [occupancy(chain, t * YEAR)[chain.regime == 1].sum() for t in (0.5, 1, 3, 10)]
    assert at_war == pytest.approx([0.08534300743, 0.13291184, 0.1663368881, 0.1666666665], rel=1e-6)


def count_moments(generator: np.ndarray, rates: np.ndarray, start: np.ndarray, t: float) -> tuple[float, float]:
    """Mean and variance of an MMPP count: derivatives at z = 1 of p0 exp((Q + (z - 1) diag(rates)) t) 1."""
    n = len(rates)
    block = np.kron(np.eye(3), generator) + np.kron(np.eye(3, k=1), np.diag(rates))
    grown = expm(block * t)
    mean = (start @ grown[:n, n : 2 * n]).sum()
    pairs = 2.0 * (start @ grown[:n, 2 * n :]).sum()
    return mean, pairs + mean - mean**2


def test_v03(plain: Chain) -> None:
    rates = np.array([1.0, 4.0, 10.0]) / YEAR
    found = count_moments(plain.generator, rates, plain.initial, YEAR)
    assert found == pytest.approx((1.143675642, 1.493981382), rel=1e-6)
    assert survival(plain, rates, YEAR) == pytest.approx(0.3454333043, rel=1e-6)
    settled = count_moments(plain.generator, rates, occupancy(plain, 5000 * YEAR), YEAR)
    assert settled == pytest.approx((2.301886792, 8.975236629), rel=1e-6)
    two = expand(("calm", "busy"), [[0, 0.2], [1.0, 0]], "calm")
    mean, variance = count_moments(two.generator, np.array([2.0, 12.0]) / YEAR, occupancy(two, 500 * YEAR), 3 * YEAR)
    assert (mean, variance, variance / mean) == pytest.approx((11.0, 61.68139897, 5.607399906), rel=1e-6)


def test_v14(plain: Chain) -> None:
    killing = HAZARD / YEAR
    used = [1.0 - survival(plain, killing, t * YEAR) for t in (1, 5, 10)]
    assert used == pytest.approx([0.003126954618, 0.0369717369, 0.09745647816], rel=1e-6)
    by_regime = expected_time(plain, 5 * YEAR, killing) * killing
    assert by_regime == pytest.approx([0.008667169327, 0.009350210025, 0.01895435755], rel=1e-6)
    war = expand(NAMES, Q, "war")
    assert 1.0 - survival(war, killing, YEAR) == pytest.approx(0.1196572846, rel=1e-6)
    naive = 1.0 - np.exp(-expected_time(plain, 5 * YEAR) @ killing)
    assert naive == pytest.approx(0.04024424989, rel=1e-6)


def test_v43(plain: Chain) -> None:
    killing = HAZARD / YEAR
    one, two = survival(plain, killing, 5 * YEAR), survival(plain, 2 * killing, 5 * YEAR)
    both = 1.0 - 2.0 * one + two
    assert (1.0 - one, both) == pytest.approx((0.0369717369, 0.006433786531), rel=1e-6)
    assert both / (1.0 - one) ** 2 == pytest.approx(4.706812949, rel=1e-6)


@pytest.mark.parametrize("shape", [Sojourn(), Sojourn.erlang(4), Sojourn.hyperexponential(0.8, 20.0)])
def test_the_shape_of_a_sojourn_keeps_its_mean(shape: Sojourn) -> None:
    chain = expand(("a", "b"), [[0, 2.0], [0, 0]], "a", sojourn={"a": shape})
    mean = expected_time(chain, 200 * YEAR)[chain.regime == 0].sum()
    assert mean == pytest.approx(YEAR / 2, rel=1e-6)
    still = occupancy(chain, YEAR / 2)[chain.regime == 0].sum()
    if shape.phases == 4:
        assert still == pytest.approx(np.exp(-4) * (1 + 4 + 8 + 64 / 6), rel=1e-9)
    if shape.share:
        short = (0.8 + 0.2 * 20.0) * 2.0
        assert still == pytest.approx(0.8 * np.exp(-short / 2) + 0.2 * np.exp(-short / 40), rel=1e-9)


def test_a_surge_decays_and_ends_with_its_regime() -> None:
    chain = expand(("peace", "war"), [[0, 1e6], [2.0, 0]], "peace", surge={"war": Surge(YEAR / 3, 10.0)})
    surging = chain.activity == 10.0
    assert [chain.labels[i] for i in np.flatnonzero(surging)] == ["war, surge"]
    assert chain.entry[1, surging] == 1.0
    # From entry the surge is left at 3 + 2 a year; of all time at war 2 / (2 + 3) is spent in it.
    law = occupancy(chain, 100 * YEAR)
    assert law[surging].sum() / law[chain.regime == 1].sum() == pytest.approx(0.4, rel=1e-6)
    settled = expand(("peace", "war"), [[0, 1.0], [2.0, 0]], "war", surge={"war": Surge(9.0, 10.0)})
    assert settled.activity[settled.initial > 0.0].tolist() == [1.0]


def test_mobilisation_is_reported_as_the_regime_before_and_keeps_the_rate_of_war() -> None:
    way = Mobilisation("war", 2000.0, 5.0, 0.6)
    chain = expand(("peace", "crisis", "war"), Q, "peace", mobilisation=[way])
    phase = chain.labels.index("crisis, mobilising for war")
    assert (chain.regime[phase], chain.activity[phase]) == (1, 5.0)
    assert not any("peace, mobilising" in label for label in chain.labels)
    crisis, war = chain.labels.index("crisis"), chain.labels.index("war")
    assert chain.generator[crisis, war] == 0.0
    assert chain.generator[crisis, phase] == pytest.approx(0.25 / 0.4 / YEAR)
    assert chain.generator[phase, [crisis, war]] == pytest.approx([0.6 / 2000, 0.4 / 2000])
    law = occupancy(chain, 5000 * YEAR)
    into_war = law[phase] * chain.generator[phase, war]
    assert into_war / law[crisis] == pytest.approx(0.25 / YEAR, rel=1e-9)


def test_without_mobilisation_and_surge_nothing_is_added(plain: Chain) -> None:
    assert plain.generator * YEAR == pytest.approx(Q)
    assert (plain.labels, plain.activity.tolist()) == (NAMES, [1.0, 1.0, 1.0])
    assert plain.escalation.tolist() == [[False, True, False], [False, False, True], [False, False, False]]


def states_at(paths: Paths, t: float) -> np.ndarray:
    index = (paths.times <= t).sum(axis=1) - 1
    return np.take_along_axis(paths.states, index[:, None], axis=1)[:, 0]


def keyed(replications: ArrayLike, attempts: ArrayLike) -> Keyed:
    numbers = np.asarray(replications, dtype=np.int64)
    return Keyed(SEED, numbers, np.broadcast_to(np.asarray(attempts, dtype=np.int64), numbers.shape))


def worst_z(found: np.ndarray, expected: np.ndarray, rows: int) -> float:
    seen = np.bincount(found, minlength=len(expected)) / rows
    error = np.sqrt(expected * (1.0 - expected) / rows)
    assert not seen[expected < 1e-15].any()
    kept = expected > 1e-15
    return float(np.max(np.abs(seen - expected)[kept] / error[kept]))


@pytest.mark.parametrize("case", ["plain", "rich"])
def test_sample_paths_have_the_exact_occupancy(case: str, request: pytest.FixtureRequest) -> None:
    chain = request.getfixturevalue(case)
    rows = 30_000
    paths = sample_paths(chain, keyed(np.arange(rows), 0), EAST, 5 * YEAR)
    for years in (0.2, 1.0, 4.9):
        assert worst_z(states_at(paths, years * YEAR), occupancy(chain, years * YEAR), rows) < Z
    ends = np.minimum(np.append(paths.times[:, 1:], np.full((rows, 1), np.inf), axis=1), 5 * YEAR)
    spent = np.where(np.isfinite(paths.times), ends - np.minimum(paths.times, 5 * YEAR), 0.0)
    for state, hours in enumerate(expected_time(chain, 5 * YEAR)):
        each = (spent * (paths.states == state)).sum(axis=1)
        assert abs(each.mean() - hours) < Z * each.std() / np.sqrt(rows) + 1e-9


def test_paths_begin_at_zero_and_rise_to_the_horizon(rich: Chain) -> None:
    paths = sample_paths(rich, keyed(np.arange(300), 0), EAST, 20 * YEAR)
    assert (paths.times[:, 0] == 0.0).all()
    finite = np.isfinite(paths.times)
    assert (finite[:, :-1] >= finite[:, 1:]).all()
    assert paths.times[finite].max() < 20 * YEAR
    moved = finite[:, 1:]
    assert (paths.times[:, 1:][moved] > paths.times[:, :-1][moved]).all()
    before, after = paths.states[:, :-1], paths.states[:, 1:]
    assert (rich.generator[before[moved], after[moved]] > 0.0).all()
    assert (before[~moved] == after[~moved]).all()


def test_a_path_depends_on_nothing_but_its_key(rich: Chain) -> None:
    together = sample_paths(rich, keyed(np.arange(50), np.arange(50) % 3), EAST, 10 * YEAR)
    for i in (0, 1, 17, 49):
        alone = sample_paths(rich, keyed([i], [i % 3]), EAST, 10 * YEAR)
        size = alone.times.shape[1]
        assert alone.times[0].tolist() == together.times[i, :size].tolist()
        assert alone.states[0].tolist() == together.states[i, :size].tolist()
        assert np.isinf(together.times[i, size:]).all()


def test_the_first_jump_by_hand(plain: Chain) -> None:
    paths = sample_paths(plain, keyed([3], [2]), EAST, 1e6)
    u = uniforms(SEED, [3], Purpose.REGIME_HOLD, salted(EAST, [2]), 1)[0]
    assert paths.times[0, 1] == pytest.approx(-np.log1p(-u) / 0.1 * YEAR, rel=1e-12)


def product_generator(driver: Chain, follower: Chain, multipliers: np.ndarray) -> np.ndarray:
    """Generator of both theatres together, driver state major."""
    n, m = len(driver.initial), len(follower.initial)
    joint = np.kron(driver.generator, np.eye(m))
    for a in range(n):
        own = follower.generator - np.diag(np.diag(follower.generator))
        own = np.where(follower.escalation, multipliers[driver.regime[a]] * own, own)
        joint[a * m : (a + 1) * m, a * m : (a + 1) * m] += own - np.diag(own.sum(axis=1))
    return joint


@pytest.mark.parametrize("case", ["plain", "rich"])
def test_a_linked_theatre_follows_the_joint_chain(case: str, request: pytest.FixtureRequest) -> None:
    follower = request.getfixturevalue(case)
    leader = expand(NAMES, Q * 5, "peace")
    multipliers = np.array([1.0, 6.0, 0.0])
    rows, horizon = 30_000, 3 * YEAR
    first = sample_paths(leader, keyed(np.arange(rows), 0), stable_hash("theatre:west"), horizon)
    second = sample_paths(follower, keyed(np.arange(rows), 0), EAST, horizon, (first, leader.regime, multipliers))
    joint = product_generator(leader, follower, multipliers)
    start = np.kron(leader.initial, follower.initial)
    for years in (1.0, 2.9):
        law = start @ expm(joint * years * YEAR)
        found = states_at(first, years * YEAR) * len(follower.initial) + states_at(second, years * YEAR)
        often = law * rows > 20
        seen = np.bincount(found, minlength=len(law)) / rows
        z = np.abs(seen - law)[often] / np.sqrt(law * (1 - law) / rows)[often]
        # Largest of up to 40 dependent cells: Bonferroni keeps the false alarm rate below 0.001.
        assert z.max() < 4.3
        apart = np.kron(occupancy(leader, years * YEAR), occupancy(follower, years * YEAR))
        assert (np.abs(seen - apart)[often] / np.sqrt(law * (1 - law) / rows)[often]).max() > 10


def test_a_link_of_ones_changes_no_path(rich: Chain, plain: Chain) -> None:
    leader = sample_paths(plain, keyed(np.arange(40), 0), stable_hash("theatre:west"), 10 * YEAR)
    link = (leader, plain.regime, np.ones(3))
    linked = sample_paths(rich, keyed(np.arange(40), 0), EAST, 10 * YEAR, link)
    free = sample_paths(rich, keyed(np.arange(40), 0), EAST, 10 * YEAR)
    assert np.array_equal(linked.states, free.states)
    finite = np.isfinite(free.times)
    assert linked.times[finite] == pytest.approx(free.times[finite], rel=1e-9)


def test_a_run_away_chain_is_refused(monkeypatch: pytest.MonkeyPatch, plain: Chain) -> None:
    monkeypatch.setattr("simulator.chance.regimes.MOST_JUMPS", 20)
    with pytest.raises(InputError, match="more than 20 jumps"):
        sample_paths(plain, keyed([0, 1], 0), EAST, 1000 * YEAR)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rates_per_year": Q[:2]}, "square"),
        ({"rates_per_year": -Q}, "0 or more"),
        ({"start": "truce"}, "no regime 'truce'"),
        ({"sojourn": {"peace": Sojourn.erlang(0)}}, "erlang must be 1"),
        ({"sojourn": {"peace": Sojourn.hyperexponential(1.0, 2.0)}}, "share"),
        ({"sojourn": {"peace": Sojourn.hyperexponential(0.5, 0.0)}}, "ratio"),
        ({"sojourn": {"peace": Sojourn(2, 0.5, 3.0)}}, "not both"),
        ({"surge": {"war": Surge(0.0, 2.0)}}, "above 0 hours"),
        ({"surge": {"war": Surge(1.0, -2.0)}}, "multiplier"),
        ({"mobilisation": [Mobilisation("war", 10.0, 2.0, 1.0)]}, "stands_down"),
        ({"mobilisation": [Mobilisation("war", 10.0, 2.0, 0.0)] * 2}, "one is allowed"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, object], words: str) -> None:
    given = {"regimes": NAMES, "rates_per_year": Q, "start": "peace"} | change
    with pytest.raises(InputError, match=words):
        expand(**given)
