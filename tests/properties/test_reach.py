"""A home state weighs all it can reach, so one operator moves its decision by no more than that operator's share."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.chance.driver import Driver
from simulator.chance.exposure import bound_share, instrument_drain, reach_of, targeted
from simulator.chance.future import Stratum
from simulator.chance.husbandry import mean_drain_h
from tests.driven import futures, sample
from tests.properties.worlds import Parts, parts, random_parts

SEED = 5


def without_operator(made: Parts, k: int) -> Parts:
    """The world without one of its organisations, counted round and round."""
    gone = made.organisations[k % len(made.organisations)].name
    return replace(
        made,
        recipe=f"without_operator({made.recipe}, {k})",
        organisations=tuple(o for o in made.organisations if o.name != gone),
        dependencies=tuple(d for d in made.dependencies if d.organisation != gone),
        links=tuple(x for x in made.links if gone not in (x.organisation, x.provider)),
    )


def reaching(made: Parts, outside: float) -> Parts:
    """The same world with other numbers of customers outside the portfolio."""
    sections = json.loads(json.dumps(made.sections))
    for vendor in sections["vendors"].values():
        vendor["reach_outside"] = outside
    return replace(made, recipe=f"reaching({made.recipe}, {outside})", sections=sections)


def share_of(driver: Driver, name: str, vendors: tuple[int, ...]) -> float:
    """Customers of an operator that runs a product of these vendors, over what they reach without it."""
    world = driver.world
    i = world.organisations.names.index(name)
    products = {p for v in vendors for p in world.products_of(v)}
    if not any(world.dependencies.product[k] in products for k in world.dependencies.of_organisation[i]):
        return 0.0
    customers = world.organisations.customers[i]
    return customers / (reach_of(world, vendors) - customers)


def hazards(made: Parts) -> np.ndarray:
    """Integrated hazard of use along a hundred driver paths."""
    numbers = np.arange(100)
    return sample(made.driver(), SEED, numbers, np.zeros(100, dtype=np.int64)).hazard


@settings(max_examples=40)
@given(parts(without=("instruments", "sanctions")), st.integers(0, 5))
def test_without_instruments_an_operator_does_not_move_the_hazard(made: Parts, k: int) -> None:
    numbers = np.arange(10)
    before, after = (futures(p.driver(), SEED, Stratum.CRUDE, numbers) for p in (made, without_operator(made, k)))
    assert before == after


@pytest.mark.slow
@settings(max_examples=60)
@given(parts(without=("sanctions",), always=("instruments",)), st.integers(0, 5), st.sampled_from([5e3, 5e4, 5e5]))
def test_an_operator_moves_the_curve_of_an_instrument_by_its_share_at_most(made: Parts, k: int, outside: float) -> None:
    world = reaching(made, outside)
    before, after = world.driver(), without_operator(world, k).driver()
    for instrument in before.world.scenario.instruments:
        vendors = targeted(before.world, instrument)
        share = share_of(before, world.organisations[k % len(world.organisations)].name, vendors)
        moved = abs(bound_share(after.world, instrument) - bound_share(before.world, instrument))
        assert moved <= share * (1.0 + 1e-12)
        hours = np.linspace(0.0, 5000.0, 50)
        stopped = np.zeros(len(hours), dtype=bool)
        drained = np.abs(
            instrument_drain(after.world, instrument).at(hours, stopped)
            - instrument_drain(before.world, instrument).at(hours, stopped)
        )
        assert drained.max() <= share * (1.0 + 1e-12) + 1e-15


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("operator", [0, 1])
def test_an_operator_moves_the_hazard_in_proportion_to_its_share(seed: int, operator: int) -> None:
    """The more the state reaches elsewhere, the less one operator matters: ten times the reach, a tenth.

    An order of a state is exponential in what it can still reach, so a per cent less of that can be a few
    per cent less of hazard: here up to three.
    """
    made = random_parts(seed, {"coercion", "instruments"}, 5)
    gone = made.organisations[operator].name
    moves, shares = [], []
    for outside in (1e6, 1e7, 1e8):
        world = reaching(made, outside)
        before, after = hazards(world), hazards(without_operator(world, operator))
        driver = world.driver()
        stocks = [c.vendors for c in driver.channels] + [
            targeted(driver.world, i) for i in driver.world.scenario.instruments
        ]
        moves.append(float(np.abs(after / before - 1.0).max()))
        shares.append(max(share_of(driver, gone, stock) for stock in stocks))
    for move, share in zip(moves, shares, strict=True):
        assert move <= 3.0 * share
    assert moves[1] <= 0.11 * moves[0]
    assert moves[2] <= 0.11 * moves[1]


def test_what_waits_for_a_disclosure_does_not_hurry_the_state() -> None:
    made = random_parts(1, {"coercion", "instruments"}, 4)
    known = [i for i in made.sections["instruments"] if "disclosure" not in i["trigger"]]
    assert len(known) < len(made.sections["instruments"])
    assert hazards(made.changed(instruments=known)).tolist() == hazards(made).tolist()


def test_sanctions_on_one_state_do_not_hurry_another() -> None:
    made = random_parts(1, {"coercion", "instruments", "sanctions"}, 4)
    rule = {"name": "rule", "kind": "ban", "trigger": {"at": "100 d"}, "home_state": "Boria"}
    rule |= {"comply": 0.7, "comply_delay": "300 d"}
    with_sanctions = made.changed(instruments=[rule]).driver()
    without = made.changed(instruments=[rule], sanctions=None).driver()
    channels = [c for c in without.channels if c.theatre == without.world.theatres.index("south")]
    assert channels
    for channel in channels:
        assert mean_drain_h(with_sanctions.world, channel) == mean_drain_h(without.world, channel)
