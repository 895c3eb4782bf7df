"""Philox4x32-10 against published vectors, and the quality of its uniforms."""

import numpy as np
import pytest
from scipy import stats

from simulator.chance.philox import philox_scalar, uniform, uniforms

ONES = 0xFFFFFFFF
VECTORS = [  # kat_vectors of the Random123 distribution
    ((0,) * 6, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
SEED = 20260101
LONG = 2**64 - 1
Z = 3.29


@pytest.mark.parametrize(("given", "expected"), VECTORS)
def test_published_vectors(given: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert philox_scalar(*given) == expected


def test_a_uniform_is_made_of_the_first_two_words() -> None:
    seed, replication, purpose, entity, occurrence = 2**63 + 5, 123456, 17, 0xFEDCBA9876543210, 99
    first, second, _, _ = philox_scalar(0x76543210, 0xFEDCBA98, replication, 17 << 24 | 99, seed & ONES, seed >> 32)
    expected = (((first << 32 | second) >> 11) + 0.5) / 2**53
    assert uniform(seed, replication, purpose, entity, occurrence) == expected


def test_arrays_equal_scalars_bit_for_bit() -> None:
    entities = np.array([0, 1, ONES, ONES + 1, LONG], dtype=np.uint64)
    replications = np.array([0, 7, ONES], dtype=np.int64)[:, None]
    occurrences = np.array([0, 2**24 - 1])[:, None, None]
    for seed, purpose in ((0, 0), (LONG, 255)):
        found = uniforms(seed, replications, purpose, entities, occurrences)
        expected = [
            [[uniform(seed, int(r), purpose, int(e), int(o)) for e in entities] for r in replications[:, 0]]
            for o in occurrences[:, 0, 0]
        ]
        assert found.shape == (2, 3, 5)
        assert np.array_equal(found, np.array(expected))


def test_integers_of_numpy_give_the_same_draw() -> None:
    expected = uniform(SEED, 123456, 17, 0xFEDCBA9876543210, 2**24 - 1)
    given = np.int64(123456), 17, np.uint64(0xFEDCBA9876543210), np.int32(2**24 - 1)
    assert uniform(SEED, *given) == expected


def test_arrays_longer_than_a_block_and_arrays_without_elements() -> None:
    entities = np.arange(20_001, dtype=np.uint64)
    found = uniforms(SEED, 3, 4, entities, 5)
    for i in (0, 8191, 8192, 20_000):
        assert found[i] == uniform(SEED, 3, 4, i, 5)
    assert uniforms(SEED, 3, 4, entities[:0], np.zeros((3, 1))).shape == (3, 0)
    assert uniforms(SEED, 3, 4, 9, 5).shape == ()


def test_uniforms_lie_strictly_inside_the_unit_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    u = uniforms(SEED, 0, 1, np.arange(100_000), 0)
    assert 0.0 < u.min() < u.max() < 1.0
    # The largest 53-bit integer plus a half is a tie that rounds to 2**53.
    assert (float(2**53 - 1) + 0.5) * 2.0**-53 == 1.0
    monkeypatch.setattr("simulator.chance.philox._schedule", lambda _: ())
    assert uniform(0, 0, 0, LONG, 0) == 1.0 - 2.0**-53


@pytest.mark.parametrize(
    "key",
    [
        (SEED, 2**32, 1, 0, 0),
        (SEED, 0, 256, 0, 0),
        (SEED, 0, 1, 0, 2**24),
        (SEED, -1, 1, 0, 0),
        (SEED, 0, 1, 0, -1),
    ],
)
def test_keys_out_of_range_are_refused(key: tuple[int, int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="allowed are"):
        uniform(*key)
    seed, replication, purpose, entity, occurrence = key
    with pytest.raises(ValueError, match="allowed are"):
        uniforms(seed, np.array([replication]), purpose, entity, np.array([occurrence]))


def test_a_seed_out_of_range_is_refused() -> None:
    for seed in (-1, 2**64):
        with pytest.raises(ValueError, match="seed"):
            uniform(seed, 0, 1, 0, 0)


def _along(component: str, n: int) -> list[np.ndarray]:
    """Uniforms at a key and at the same key with one component changed."""
    steps = np.arange(n, dtype=np.uint64)
    if component == "seed":
        return [uniforms(SEED + i, steps, 1, 5, 0) for i in (0, 1)]
    if component == "replication":
        return [uniforms(SEED, steps * np.uint64(2) + np.uint64(i), 1, 5, 0) for i in (0, 1)]
    if component == "purpose":
        return [uniforms(SEED, steps, 1 + i, 5, 0) for i in (0, 1)]
    if component == "entity low":
        return [uniforms(SEED, 9, 1, steps * np.uint64(2) + np.uint64(i), 0) for i in (0, 1)]
    if component == "entity high":
        return [uniforms(SEED, 9, 1, (steps * np.uint64(2) + np.uint64(i)) << np.uint64(32), 0) for i in (0, 1)]
    return [uniforms(SEED, 9, 1, 5, steps * np.uint64(2) + np.uint64(i)) for i in (0, 1)]


COMPONENTS = ["seed", "replication", "purpose", "entity low", "entity high", "occurrence"]


@pytest.mark.parametrize("component", COMPONENTS)
def test_uniform_and_independent_along_each_component(component: str) -> None:
    """Each check has a false alarm rate of about 0.001 over seeds; the seed is fixed."""
    n = 40_000
    first, second = _along(component, n)
    assert stats.kstest(first, "uniform").pvalue > 0.001
    assert stats.kstest(second, "uniform").pvalue > 0.001
    for x, y in ((first, second), (first[:-1], first[1:])):
        assert abs(np.corrcoef(x, y)[0, 1]) * np.sqrt(len(x)) < Z
        table = np.histogram2d(x, y, bins=16, range=[[0, 1], [0, 1]])[0]
        assert stats.chisquare(table.ravel()).pvalue > 0.001
