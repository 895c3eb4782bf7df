"""Keys of draws: stable, apart from each other, and refused when they would coincide."""

import numpy as np
import pytest

from simulator.chance import keys
from simulator.chance.keys import Draws, Purpose, hashes, salted, splitmix64, stable_hash
from simulator.chance.philox import uniform
from simulator.scenario.errors import InputError


def test_the_hash_of_a_name_never_changes() -> None:
    assert stable_hash("vendor:North") == 0xCA00CA75D6D2ED79  # b2sum -l 64, bytes reversed
    assert stable_hash("") != stable_hash(" ")
    assert stable_hash("\u00e9") < 2**64


def test_hashes_keep_the_order_of_names() -> None:
    found = hashes(f"organisation:{i}" for i in range(100))
    assert found.dtype == np.uint64
    assert found.tolist() == [stable_hash(f"organisation:{i}") for i in range(100)]
    assert hashes([]).shape == (0,)


def test_a_collision_names_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "stable_hash", lambda name: len(name))
    with pytest.raises(InputError, match="'east' and 'west'"):
        hashes(["north", "east", "west"])


def test_a_name_used_twice_is_refused() -> None:
    with pytest.raises(InputError, match="'east' is used twice"):
        hashes(["east", "west", "east"])


def test_purposes_keep_their_numbers() -> None:
    assert [p.value for p in Purpose] == list(range(1, len(Purpose) + 1))
    assert (Purpose.REGIME_HOLD, Purpose.RING, Purpose.CRIME_STOP) == (1, 26, 50)


def test_splitmix64_published_sequence() -> None:
    """First outputs of SplitMix64 seeded with 0 (reference implementation of Vigna)."""
    assert splitmix64(0) == 0xE220A8397B1DCDAF
    assert splitmix64(0x9E3779B97F4A7C15) == 0x6E789E6AA1B965F4


def test_draws_are_those_of_the_key() -> None:
    entity = stable_hash("vendor:North")
    draws = Draws(11, 42)
    assert draws.uniform(Purpose.RING, entity, 3) == uniform(11, 42, 26, entity, 3)
    assert draws.uniform(Purpose.RING, entity) == draws.uniform(Purpose.RING, entity, 0)


def test_an_attempt_has_draws_of_its_own() -> None:
    entity = stable_hash("vendor:North")
    found = {Draws(11, 42, attempt).uniform(Purpose.RING, entity) for attempt in range(50)}
    assert len(found) == 50
    assert Draws(11, 42, 7).uniform(Purpose.RING, entity) == uniform(11, 42, 26, entity ^ splitmix64(7), 0)


def test_salted_hashes_are_those_of_the_attempts() -> None:
    entity = stable_hash("theatre:east")
    found = salted(entity, np.array([[0, 3], [3, 9]]))
    assert found.tolist() == [
        [entity, entity ^ splitmix64(3)],
        [entity ^ splitmix64(3), entity ^ splitmix64(9)],
    ]


@pytest.mark.parametrize("attempt", [0, 5])
def test_arrays_of_draws_equal_single_draws(attempt: int) -> None:
    names = hashes(f"organisation:{i}" for i in range(20))
    draws = Draws(np.int64(11), np.int64(42), attempt)
    found = draws.uniforms(Purpose.RESTORE_TIME, names, 2)
    assert found.tolist() == [draws.uniform(Purpose.RESTORE_TIME, int(h), 2) for h in names]
    assert draws.uniforms(Purpose.RESTORE_TIME, names[:, None], np.arange(3)).shape == (20, 3)


def test_a_new_organisation_changes_no_other_draw() -> None:
    before = Draws(1, 2).uniforms(Purpose.TARGET, hashes(["a", "b", "c"]))
    after = Draws(1, 2).uniforms(Purpose.TARGET, hashes(["c", "new", "a", "b"]))
    assert after[[2, 3, 0]].tolist() == before.tolist()
