"""Rounds of blocks: which replications run, in which stratum, in which order."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.batch.plan import (
    BLOCK,
    BLOCKS_OF_A_ROUND,
    FLOOR_SHARE,
    LARGE_BLOCK,
    PILOT,
    Block,
    Design,
    Planner,
    block_size,
    design,
    stratum_of,
)
from simulator.batch.workers import make_driver
from simulator.chance.arms import Arms
from simulator.chance.future import Stratum
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer

BOTH = Design((Stratum.NONE, Stratum.AT_LEAST_ONE), (0.9, 0.1), 0.0, "made up")
ONE = Design((Stratum.NONE,), (1.0,), 0.0, "made up")
CRUDE = Design((Stratum.CRUDE,), (1.0,), 0.0, "made up")


def deviations(sds: dict[Stratum, float]) -> list[list[float]]:
    """Of one figure."""
    return [list(sds.values())]


def counts(blocks: list[Block]) -> dict[Stratum, int]:
    return {s: sum(len(b.replications) for b in blocks if b.stratum is s) for s in {b.stratum for b in blocks}}


def test_the_pilot_is_equal_shares_in_alternating_blocks() -> None:
    blocks = Planner(BOTH).pilot(10_000)
    assert counts(blocks) == {Stratum.NONE: PILOT, Stratum.AT_LEAST_ONE: PILOT}
    assert [b.stratum for b in blocks] == [Stratum.NONE, Stratum.AT_LEAST_ONE] * (PILOT // BLOCK)
    assert [b.number for b in blocks] == list(range(len(blocks)))


@pytest.mark.parametrize("most", [4, 5, 7, 100, 255])
def test_a_small_run_has_a_small_pilot(most: int) -> None:
    found = counts(Planner(BOTH).pilot(most))
    assert found == {Stratum.NONE: most // 2, Stratum.AT_LEAST_ONE: most // 2}


def test_numbers_follow_from_stratum_and_index() -> None:
    planner = Planner(BOTH)
    blocks = planner.pilot(10_000)
    blocks += planner.round(deviations({Stratum.NONE: 1.0, Stratum.AT_LEAST_ONE: 30.0}), 1_500)
    for stratum in BOTH.strata:
        numbers = [n for b in blocks if b.stratum is stratum for n in b.replications]
        assert numbers == [2 * i + int(stratum) for i in range(len(numbers))]
        assert {stratum_of(n, crude=False) for n in numbers} == {stratum}
    crude = [n for b in Planner(CRUDE).pilot(10_000) for n in b.replications]
    assert crude == list(range(PILOT))
    assert stratum_of(7, crude=True) is Stratum.CRUDE


@pytest.mark.parametrize("total", [257, 300, 1_000, 5_003])
@pytest.mark.parametrize("sds", [(1.0, 1.0), (0.0, 50.0), (50.0, 0.0), (0.0, 0.0)])
def test_a_round_fills_up_to_the_total_and_keeps_the_floors(total: int, sds: tuple[float, float]) -> None:
    planner = Planner(BOTH, BLOCK)
    blocks = planner.pilot(total)
    blocks += planner.round(deviations(dict(zip(BOTH.strata, sds, strict=True))), total)
    assert sum(counts(blocks).values()) == total
    assert min(counts(blocks).values()) >= int(FLOOR_SHARE * total)
    assert [b.number for b in blocks] == list(range(len(blocks)))
    assert [b.round for b in blocks] == sorted(b.round for b in blocks)
    assert max(len(b.replications) for b in blocks) <= BLOCK


@pytest.mark.parametrize(
    ("count", "size"),
    [(0, 64), (1, 64), (1_023, 64), (1_024, 128), (2_047, 128), (2_048, 256), (8_192, 1_024), (2**30, 1_024)],
)
def test_blocks_are_as_large_as_suits_the_number_of_a_round(count: int, size: int) -> None:
    assert block_size(count) == size


@given(st.integers(0, 2**30))
def test_a_round_of_large_blocks_has_enough_of_them(count: int) -> None:
    size = block_size(count)
    assert BLOCK <= size <= LARGE_BLOCK
    assert size.bit_count() == 1
    assert size == BLOCK or count // size >= BLOCKS_OF_A_ROUND
    assert size == LARGE_BLOCK or count // (2 * size) < BLOCKS_OF_A_ROUND


def test_blocks_grow_with_the_rounds_unless_their_size_is_given() -> None:
    wanted = deviations({Stratum.NONE: 1.0, Stratum.AT_LEAST_ONE: 1.0})
    for given_size, sizes in ((None, [64, 256, 1_024]), (100, [100, 100, 100])):
        planner = Planner(BOTH, given_size)
        rounds = [planner.pilot(100_000), planner.round(wanted, 5_000), planner.round(wanted, 100_000)]
        assert [max(len(b.replications) for b in blocks) for blocks in rounds] == sizes
        numbers = sorted(n for blocks in rounds for b in blocks for n in b.replications)
        assert len(set(numbers)) == len(numbers) == 100_000


def test_effort_goes_where_the_spread_is() -> None:
    planner = Planner(BOTH)
    pilot = planner.pilot(10_000)
    loud = counts(pilot + planner.round(deviations({Stratum.NONE: 0.1, Stratum.AT_LEAST_ONE: 50.0}), 4_000))
    planner = Planner(BOTH)
    pilot = planner.pilot(10_000)
    calm = counts(pilot + planner.round(deviations({Stratum.NONE: 50.0, Stratum.AT_LEAST_ONE: 0.1}), 4_000))
    assert loud[Stratum.AT_LEAST_ONE] == calm[Stratum.NONE] == 3_200  # four fifths: the floor of the other holds


def test_any_prefix_of_the_blocks_holds_both_strata() -> None:
    planner = Planner(BOTH)
    blocks = planner.pilot(20_000)
    blocks += planner.round(deviations({Stratum.NONE: 0.1, Stratum.AT_LEAST_ONE: 50.0}), 20_000)
    for end in range(2, len(blocks) + 1):
        assert set(counts(blocks[:end])) == set(BOTH.strata)


def test_a_stratum_beyond_its_share_leaves_less_for_the_other() -> None:
    planner = Planner(BOTH)
    planner.pilot(10_000)
    added = planner.round(deviations({Stratum.NONE: 0.0, Stratum.AT_LEAST_ONE: 50.0}), 300)
    assert counts(added) == {Stratum.AT_LEAST_ONE: 44}


def test_later_rounds_go_on_where_earlier_ones_ended() -> None:
    planner = Planner(ONE)
    blocks = planner.pilot(1_000)
    for total in (200, 201, 1_000):
        blocks += planner.round(deviations({Stratum.NONE: 1.0}), total)
    assert [n for b in blocks for n in b.replications] == [2 * i for i in range(1_000)]
    assert {b.round for b in blocks} == {0, 1, 2, 3}


def test_designs_of_scenarios() -> None:
    def of(name: str, crude: bool = False) -> Design:
        loaded = load(known_answer(name))
        return design(Arms([make_driver(loaded.scenario, loaded.register)]), 1, crude)

    both = of("v17")
    assert both.strata == (Stratum.NONE, Stratum.AT_LEAST_ONE)
    assert both.probabilities == pytest.approx((1.0 - 0.001876172771, 0.001876172771), rel=1e-6)
    assert sum(both.probabilities) == 1.0
    assert of("v17", crude=True).strata == (Stratum.CRUDE,)
    assert of("v42").strata == (Stratum.NONE,)  # nothing malicious in it


def test_the_strata_table_counts_what_there_is() -> None:
    blocks = Planner(BOTH).pilot(10_000)
    table = BOTH.table(counts(blocks[:3]))
    expected = pd.DataFrame(
        {"stratum": [0, 1], "probability": [0.9, 0.1], "probability_se": [0.0, 0.0], "replications": [2 * BLOCK, BLOCK]}
    )
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)
