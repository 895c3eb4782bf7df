"""Arms side by side: what changes nothing, what may be reused, and the law of each arm, on random worlds.

Seeds are fixed. At a fresh seed each comparison with |z| < 3.29 would fail about once in a thousand.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.batch.arm import ArmOfBase
from simulator.batch.side_by_side import run_side_by_side
from simulator.batch.store import TABLES
from simulator.chance.arms import Arms
from simulator.chance.driver import Driver
from simulator.chance.future import Answer, Future, Stratum
from simulator.chance.segments import rate_at
from simulator.chance.strata import futures, probability
from simulator.model.replication import simulate
from simulator.scenario.combination import in_force
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer
from simulator.scenario.words import PATHS
from tests.batch.offered import with_offers
from tests.driven import sample
from tests.model.mitigated import measure, staged
from tests.model.worlds import (
    NEVER,
    SUPPLY_CHAIN,
    THREE_REGIMES,
    coercion,
    exponential,
    runs,
    strike,
    theatre,
    towns,
    vendor,
    z_score,
)
from tests.properties.arms import (
    EFFECTS,
    arms_of,
    compatible,
    driver_of,
    loaded_of,
    random_mitigation,
    random_mitigations,
    same_tables,
    table_bytes,
)
from tests.properties.worlds import MECHANISMS, Parts, parts, random_parts

SEED = 23
Z = 3.29
NOTHING = measure(
    {
        "hold_updates": "0 h",
        "reach_left": 1,
        "activation_left": {"disruption": 1, "espionage": 1, "fault": 1},
        "routes_left": {"precautionary_stop": 1, "loss_of_view": 1, "unsafe_control": 1},
        "notice_left": 1,
        "restoration_left": {"restart": 1, "rebuild": 1, "visit": 1},
        "buffers": {"added": "0 h"},
        "finder_left": 1,
    }
)
"""Works everywhere from the start, and leaves everything as it is."""


def anything(seed: int, count: int = 4) -> Parts:
    drawn = random.Random(seed)
    return random_parts(seed, {"coercion"} | {m for m in MECHANISMS if drawn.random() < 0.5}, count)


def drawn_futures(arms: Arms, count: int, stratum: Stratum = Stratum.CRUDE, seed: int = SEED) -> list[Any]:
    return futures(arms, seed, stratum, np.arange(count, dtype=np.int64))


# An arm that changes nothing


@pytest.mark.slow
@settings(max_examples=25, deadline=None, derandomize=True)
@given(made=parts(always=["coercion"]))
def test_an_arm_that_changes_nothing_changes_no_byte(made: Parts) -> None:
    arms = arms_of(made, {"nothing": NOTHING}, ("nothing",))
    for own, other in drawn_futures(arms, 3):
        assert own.attempts == other.attempts
        assert same_tables(simulate(arms.drivers[0], SEED, own), simulate(arms.drivers[1], SEED, other))


@pytest.mark.slow
@pytest.mark.parametrize("stratified", [True, False])
def test_in_a_comparison_it_equals_the_base(stratified: bool) -> None:
    """In strata on a known scenario, and plain on a world with many mechanisms."""
    offers = {"nothing": NOTHING}
    made = with_offers(load(known_answer("v17_from_war")), offers) if stratified else loaded_of(anything(2), offers)
    found = run_side_by_side([made, in_force(made, ["nothing"])], replications=60, seed=SEED, crude=not stratified)
    (arm,) = found.arms
    assert arm.rerun > 0  # it was asked about, so it was run
    for name in TABLES:
        assert table_bytes(getattr(found.base, name)) == table_bytes(getattr(arm.results, name))


# Reuse


def judged(arms: Arms, count: int, stratum: Stratum = Stratum.CRUDE) -> tuple[int, int, list[str]]:
    """Replications of the first arm judged untouched and touched, and the untouched that do end otherwise."""
    arm = ArmOfBase(arms.base.world, arms.drivers[1])
    untouched = touched = 0
    wrong = []
    for first, own in drawn_futures(arms, count, stratum):
        base = simulate(arms.base, SEED, first)
        if arm.touched(first, own, base):
            touched += 1
            continue
        untouched += 1
        if not same_tables(base, simulate(arm.driver, SEED, own)):
            wrong.append(f"{stratum.name} {first.replication}")
    return untouched, touched, wrong


def worlds_for(effect: str) -> list[int]:
    """Ten; a quorum needs some in which code is released at all."""
    seeds = range(100)
    if effect == "signing":
        return [s for s in seeds if "code_release" in anything(s).sections["products"]["anvil"]["paths"]][:10]
    return list(seeds[:10])


@pytest.mark.slow
@pytest.mark.parametrize("effect", EFFECTS)
def test_what_is_judged_untouched_would_have_come_out_the_same(effect: str) -> None:
    """Ten worlds an effect, three futures of each kind; some are judged untouched, some touched: neither is idle."""
    untouched = touched = 0
    for seed in worlds_for(effect):
        made = anything(seed)
        mitigation = random_mitigation(np.random.default_rng(seed), made, effect)
        arms = arms_of(made, {"m": mitigation}, ("m",))
        for stratum in (Stratum.CRUDE, Stratum.AT_LEAST_ONE):
            same, other, wrong = judged(arms, 3, stratum)
            assert wrong == [], (seed, mitigation)
            untouched, touched = untouched + same, touched + other
    assert touched > 0
    assert untouched > 0


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True)
@given(made=parts(), seed=st.integers(0, 10**6))
def test_the_same_of_any_world_and_two_mitigations(made: Parts, seed: int) -> None:
    offers = random_mitigations(seed, made, 2)
    if compatible(made, offers, ("m0", "m1")):
        assert judged(arms_of(made, offers, ("m0", "m1")), 3)[2] == []


def test_a_disclosure_after_the_horizon_touches() -> None:
    """Release at 8750 h, disclosure at 8800 h and withdrawal at 8848 h; towns install at 8810 h and stop at once."""
    people = towns(2)
    home = SUPPLY_CHAIN | {"given": {"compromises": [strike(8750, detected_after="50 h")]}}
    home |= {"adoption": {"a": "60 h"}, "detection": {"d": {"own": NEVER, "pull": "48 h"}}}
    home |= {"service": SUPPLY_CHAIN["service"] | {"stop_on_disclosure": {"office": 1}}}
    faster = measure({"restoration_left": {"rebuild": 0.5}}, starts={"disclosure": True})
    arms = Arms([staged(home, people, runs(people)), staged(home, people, runs(people), m=faster)])
    ((first, own),) = drawn_futures(arms, 1)
    base = simulate(arms.base, SEED, first)
    assert base.disclosures
    assert base.disclosures[0][0] > arms.base.world.horizon_h
    assert not same_tables(base, simulate(arms.drivers[1], SEED, own))
    assert ArmOfBase(arms.base.world, arms.drivers[1]).touched(first, own, base)


# The law of each arm


def husbanded() -> Parts:
    """A state at war that saves what it has (V39), with two thirds of its reach in the portfolio.

    The slow ban adds hazard of use, the fast one and closed paths take some away.
    """
    people = tuple(towns(4))
    pressed = coercion(
        {"peace": "2.396702063e-06 / year", "crisis": "0.003763963723 / year", "war_direct": "0.1135022082 / year"},
        saves_for_war=1,
        occasions={"peace": "4 / year", "crisis": "12 / year", "war_direct": "12 / year"},
        burn_cost={"peace": 1, "crisis": 1, "war_direct": 0.8},
        espionage_value={"peace": 0.05, "crisis": 0.05, "war_direct": 0.05},
    )
    sections = SUPPLY_CHAIN | {
        "horizon": "2 years",
        "theatres": {"east": theatre("war_direct", THREE_REGIMES, coercion=pressed)},
        "vendors": {"v": vendor(reach_outside=2000)},
        "restoration": {"r": {"kind": "rebuild", "time": exponential("24 h"), "needs_team": False}},
    }
    return Parts("husbanded", sections, people, tuple(runs(people)), ())


def a_ban(name: str, notice: str, every: str) -> dict[str, Any]:
    act = {"name": name, "kind": "ban", "trigger": {"at": "0 h"}, "vendors": ["v"], "comply": 1}
    act |= {"comply_delay": "5 years", "notice": exponential(notice), "falls": {"levels": 10, "every": every}}
    return measure({"instrument": act})


BANS = {
    "slow": a_ban("slow", "1 year", "0.15 years"),
    "fast": a_ban("fast", "1 h", "0.025 years"),
    "shut": measure({"close_paths": ["code_release"]}, starts={"at": "0.5 years"}, comply=0.5),
}


def refusing(seed: int) -> tuple[Parts, dict[str, Any]]:
    """A random world with refusals, moves and intrusions; controls, a quorum and a ban."""
    made = random_parts(seed, {"coercion", "refusal", "intrusion", "access", "removal"}, 3)
    rng = np.random.default_rng(seed)
    return made, {e: random_mitigation(rng, made, e) for e in ("controls", "signing", "ban")}


CASES: dict[str, Callable[[], tuple[Parts, dict[str, Any]]]] = {
    "husbanded": lambda: (husbanded(), BANS),
    **{f"refusing {seed}": (lambda seed=seed: refusing(seed)) for seed in range(2)},
}


def successes(future: Future) -> int:
    return sum(a.answer is Answer.SUCCEEDED for a in future.attempts)


def measured(driver: Driver, future: Future, seed: int) -> list[float]:
    """Any success, the number of successes, and customer-hours lost to hostile causes."""
    outcome = simulate(driver, seed, future)
    lost = sum(sum(x.customer_hours) for x in outcome.losses if x.cause.malicious)
    return [float(outcome.successes > 0), float(outcome.successes), lost]


def together(arms: Arms, a: int, stratum: Stratum, count: int) -> NDArray[np.float64]:
    drawn = drawn_futures(arms, count, stratum)
    return np.array([measured(arms.drivers[a], own[a], SEED) for own in drawn])


def alone(driver: Driver, count: int) -> NDArray[np.float64]:
    """Other seed, other numbers: independent of what was sampled together."""
    drawn = futures(Arms([driver]), SEED + 1, Stratum.CRUDE, np.arange(count, dtype=np.int64))
    return np.array([measured(driver, own, SEED + 1) for (own,) in drawn])


def apart(first: NDArray[np.float64], variance: NDArray[np.float64], second: NDArray[np.float64]) -> list[float]:
    """z of each figure: a mean with its variance, against a sample."""
    spread = np.sqrt(variance + second.var(axis=0, ddof=1) / len(second))
    return ((first - second.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)).tolist()


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_an_arm_has_the_law_of_a_run_of_its_own(case: str) -> None:
    """Plain and in strata, 500 futures each: P(success), the mean number of successes and the mean loss."""
    made, offers = CASES[case]()
    arms = arms_of(made, offers, *((name,) for name in offers))
    p = probability(arms, SEED)
    count = 500
    for a, driver in enumerate(arms.drivers):
        own = alone(driver, count)
        crude = together(arms, a, Stratum.CRUDE, count)
        assert max(map(abs, apart(crude.mean(axis=0), crude.var(axis=0, ddof=1) / count, own))) < Z, (case, a)
        none, some = (together(arms, a, s, count) for s in (Stratum.NONE, Stratum.AT_LEAST_ONE))
        assert not none[:, :2].any()
        mean = p.value * some.mean(axis=0) + (1.0 - p.value) * none.mean(axis=0)
        variance = (p.value**2 * some.var(axis=0, ddof=1) + (1.0 - p.value) ** 2 * none.var(axis=0, ddof=1)) / count
        variance += (p.se * (some.mean(axis=0) - none.mean(axis=0))) ** 2
        assert max(map(abs, apart(mean, variance, own))) < Z, (case, a)
        exact = path_probability(driver)
        se = math.sqrt(variance[0] + exact[1] ** 2)
        assert abs(mean[0] - exact[0]) < Z * se, (case, a)


def path_probability(driver: Driver, count: int = 8_000) -> tuple[float, float]:
    """P(at least one success) of a driver by itself, over paths of its own."""
    numbers = 1_000_000 + np.arange(count, dtype=np.int64)
    values = -np.expm1(-sample(driver, SEED, numbers, np.zeros(count, dtype=np.int64)).hazard)
    return float(values.mean()), float(values.std(ddof=1) / math.sqrt(count))


def test_the_slow_ban_adds_and_the_others_take_away() -> None:
    """So both directions are tried above; far beyond the error (0.2 %)."""
    chances = {n: path_probability(driver_of(husbanded(), BANS, *([n] if n else [])))[0] for n in ("", *BANS)}
    assert chances["slow"] > 1.5 * chances[""]
    assert chances["fast"] < 0.5 * chances[""]
    assert chances["shut"] < 0.9 * chances[""]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_the_envelope_is_nowhere_below_an_arm(case: str) -> None:
    made, offers = CASES[case]()
    arms = arms_of(made, offers, *((name,) for name in offers))
    assert len(arms.kinds) > 1
    rows = 200
    batch = arms.sample(SEED, np.arange(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64))
    rng = np.random.default_rng(SEED)
    for _ in range(50):
        at = rng.uniform(0.0, arms.base.world.horizon_h, rows)
        for k in arms.decided:
            top = rate_at(batch.edges, batch.envelope[k], at)
            for course in batch.courses:
                assert (rate_at(course.edges, course.rates[k], at) <= top).all()
    assert all((arms.hazard_of(batch, n) <= batch.hazard * (1.0 + 1e-12)).all() for n in range(len(arms.kinds)))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_a_success_in_any_arm_is_as_likely_as_the_stratum_says(case: str) -> None:
    """What no arm takes in the stratum of at least one makes up for the envelope's excess."""
    made, offers = CASES[case]()
    arms = arms_of(made, offers, *((name,) for name in offers))
    p = probability(arms, SEED).value

    def any_success(stratum: Stratum, count: int, seed: int) -> NDArray[np.float64]:
        drawn = drawn_futures(arms, count, stratum, seed)
        return np.array([float(any(successes(own) for own in each)) for each in drawn])

    some, crude = any_success(Stratum.AT_LEAST_ONE, 1500, SEED), any_success(Stratum.CRUDE, 3000, SEED + 1)
    assert 0.3 < some.mean() <= 1.0
    se = math.sqrt(p**2 * some.var(ddof=1) / len(some) + crude.var(ddof=1) / len(crude))
    assert abs(p * some.mean() - crude.mean()) < Z * se
    assert not any_success(Stratum.NONE, 300, SEED).any()


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_arms_in_another_order_fare_the_same(case: str) -> None:
    made, offers = CASES[case]()
    names = list(offers)
    forth = arms_of(made, offers, *((name,) for name in names))
    back = arms_of(made, offers, *((name,) for name in reversed(names)))
    assert probability(forth, SEED) == probability(back, SEED)
    for stratum in (Stratum.CRUDE, Stratum.AT_LEAST_ONE):
        for one, other in zip(drawn_futures(forth, 12, stratum), drawn_futures(back, 12, stratum), strict=True):
            assert one[0] == other[0]
            assert one[1:] == other[:0:-1]


def test_arms_that_change_no_rate_are_of_one_kind_and_share_their_futures() -> None:
    made = anything(1)
    offers = {"nothing": NOTHING, "teams": measure({"own_teams": 1}), "monitoring": measure({"notice_left": 0.5})}
    arms = arms_of(made, offers, *((name,) for name in offers))
    assert len(arms.kinds) == 1
    for own in drawn_futures(arms, 10):
        assert len({future.attempts for future in own}) == 1


# Several measures on one hazard


@pytest.mark.parametrize(("stops", "left"), [((0.7, 0.7), 0.09), ((0.7, 1.0), 0.0), ((1.0, 1.0), 0.0)])
def test_two_measures_of_seven_tenths_leave_nine_hundredths(stops: tuple[float, float], left: float) -> None:
    """Of an intruder's chances: no sampling, for the rate is the same throughout."""
    people = towns(2)
    names = ("first", "second")
    home = SUPPLY_CHAIN | {
        "theatres": {"east": theatre("peace", {})},
        "intrusion": {"theatre": "east", "rate": "0.5 / year", "payload": "wiper"},
        "controls": {n: {"efficacy": dict.fromkeys(PATHS, s)} for n, s in zip(names, stops, strict=True)},
    }
    apart_ = staged(home, people, runs(people), **{n: measure({"controls": [n]}) for n in names})
    as_one = staged(home, people, runs(people), m=measure({"controls": list(names)}))
    for driver in (apart_, as_one):
        found = probability(Arms([driver]), SEED)
        assert found.value == pytest.approx(-math.expm1(-0.5 * left), rel=1e-9, abs=0.0)
        assert found.value >= 0.0


def test_two_measures_of_seven_tenths_on_successes_seen() -> None:
    """1,500 futures of the base and of both measures together, on common numbers."""
    people = towns(2)
    home = SUPPLY_CHAIN | {
        "theatres": {"east": theatre("peace", {})},
        "intrusion": {"theatre": "east", "rate": "3 / year", "payload": "wiper"},
        "controls": {n: {"efficacy": dict.fromkeys(PATHS, 0.7)} for n in ("a", "b")},
    }
    base = staged(home, people, runs(people))
    with_both = staged(home, people, runs(people), **{n: measure({"controls": [n]}) for n in ("a", "b")})
    drawn = drawn_futures(Arms([base, with_both]), 1500)
    assert abs(z_score([float(successes(own)) for own, _ in drawn], 3.0)) < Z
    assert abs(z_score([float(successes(own)) for _, own in drawn], 0.27)) < Z
    times = [({a.time_h for a in own.attempts}, {a.time_h for a in arm.attempts}) for own, arm in drawn]
    assert all(after <= before for before, after in times)  # thinned, not drawn anew
