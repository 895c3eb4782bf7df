"""Parts of the kernel by themselves: draws, hashes, laws, the agenda, and what is compiled anew after an edit."""

from __future__ import annotations

import hashlib
import heapq
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba", reason="the compiled kernel needs numba: pip install geocyber[fast]")

import numba

from simulator.chance import philox
from simulator.chance.entities import joint
from simulator.chance.keys import Purpose, splitmix64, stable_hash
from simulator.kernel import draws, play  # noqa: F401  # play declares all parts
from simulator.kernel.engine import tables_of_world
from simulator.kernel.keeping import content_digest
from simulator.kernel.layout import TABLES
from simulator.kernel.linker import leaf, link, linked
from simulator.kernel.memory import Memory
from simulator.kernel.register import Register
from simulator.rules.quantile import Law
from tests.kernel import entries  # noqa: F401  # declares what is called here
from tests.kernel.worlds import random_world

WHOLE = np.iinfo(np.uint64).max
LAWS = {
    "fixed": Law.fixed(36.0),
    "no time": Law.fixed(0.0),
    "uniform": Law.uniform(2.0, 700.0),
    "exponential": Law.exponential(31.7),
    "lognormal": Law.lognormal(96.0, 1.3),
    "split lognormal": Law.lognormal_quantiles(3.0, 24.0, 900.0),
    "weibull": Law.weibull(0.7, 55.0),
    "pert": Law.pert(0.0, 12.0, 300.0),
    "pert at an end": Law.pert(4.0, 4.0, 9.0),
    "gamma": Law.gamma(40.0, 2.3),
    "gamma near nothing": Law.gamma(40.0, 0.05),
    "empirical": Law.empirical([3.0, 1.0, 8.0, 90.0], [0.2, 1.0, 0.0, 3.0]),
    "one value": Law.empirical([7.0]),
}


@pytest.fixture(scope="module")
def world() -> dict[str, np.ndarray]:
    link()
    return dict(tables_of_world(random_world(1, set(), set(), 2).driver))


@pytest.fixture
def memory(world: dict[str, np.ndarray]) -> Memory:
    return Memory(world, keep_log=True)


def uniforms() -> np.ndarray:
    """10,000 uniforms, and the ends of the range."""
    ends = [2.0**-54, 2.0**-53, 1e-300, 1e-12, 0.5, math.nextafter(0.5, 1.0), 1.0 - 1e-12, 1.0 - 2.0**-53]
    return np.concatenate([ends, np.random.default_rng(3).random(10_000)])


def test_uniforms_are_those_of_the_driver(memory: Memory) -> None:
    rng, uniform = np.random.default_rng(5), linked("tested_uniform")
    entities = [0, 1, WHOLE, *rng.integers(0, WHOLE, 3000, dtype=np.uint64).tolist()]
    for n, entity in enumerate(entities):
        seed, replication = int(rng.integers(0, WHOLE, dtype=np.uint64)), int(rng.integers(0, 2**32))
        purpose, occurrence = int(rng.choice(list(Purpose))), int(rng.integers(0, 2**24)) if n % 2 else n % 7
        memory["rules"]["seed"], memory["run"]["replication"] = seed, replication
        found = uniform(memory.address, purpose, entity, occurrence)
        assert found == philox.uniform(seed, replication, purpose, entity, occurrence)
        assert 0.0 < found < 1.0


def test_keys_are_scattered_as_the_driver_scatters_them() -> None:
    scattered, together = draws.scattered, draws.joint
    kernel = numba.njit(lambda a, b: (scattered(a), together(a, b)))
    for value in [0, 1, WHOLE, *np.random.default_rng(7).integers(0, WHOLE, 2000, dtype=np.uint64).tolist()]:
        other = value ^ 0x5555555555555555
        assert kernel(np.uint64(value), np.uint64(other)) == (splitmix64(value), joint(value, other))


@pytest.mark.parametrize("number", [0, 7, 10, 12345678901234567890, WHOLE])
def test_names_are_hashed_as_blake2b_does(memory: Memory, number: int) -> None:
    """Names of 0 to 300 bytes, with the digits of a number behind them: one, two and three blocks, full and not."""
    rng, name_key = np.random.default_rng(number % 1000), linked("tested_name_key")
    for length in range(301):
        name = rng.integers(0, 256, length, dtype=np.uint8)
        memory.put("letters", np.concatenate([np.array([1, 2], dtype=np.uint8), name, np.array([3], dtype=np.uint8)]))
        text = name.tobytes() + str(number).encode()
        expected = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")
        assert name_key(memory.address, 2, 2 + length, number) == expected


def test_a_name_is_the_stable_hash_of_its_text(memory: Memory) -> None:
    text = "crime/Wässerwerk 漢字🛰/"
    memory.put("letters", np.frombuffer(text.encode(), dtype=np.uint8).copy())
    assert linked("tested_name_key")(memory.address, 0, len(memory["letters"]), 41) == stable_hash(f"{text}41")


@pytest.mark.parametrize("name", LAWS)
def test_quantiles_are_those_of_the_rules_bit_for_bit(memory: Memory, name: str) -> None:
    register = Register()
    register.law(Law.empirical([1.0, 2.0]))  # so that no list begins at the first row
    row = register.law(LAWS[name])
    for table in ("laws", "numbers"):
        memory.put(table, register.tables()[table])
    quantile, address = linked("tested_quantile"), memory.address
    for u in uniforms().tolist():
        assert quantile(address, row, u) == LAWS[name].quantile(u), (name, u)


def test_the_agenda_goes_by_time_kind_subject_occurrence_and_order_of_asking(memory: Memory) -> None:
    """Against a heap of tuples, with many ties, events asked for in between, and some for a time that has passed."""
    rng, at, next_event = np.random.default_rng(9), linked("tested_at"), linked("tested_next_event")
    for table in ("events", "turns"):
        memory.put(table, np.zeros(4100, dtype=TABLES[table]))
    memory["run"]["idle_event"] = -1
    expected: list[tuple[float, int, int, int, int]] = []
    played, now, asked = 0, 0.0, 0
    while played < 3000:
        if asked < 4000 and (not expected or rng.random() < 0.55):
            time, kind, who = float(rng.integers(0, 50)), int(rng.integers(0, 38)), int(rng.integers(0, 4))
            occurrence = int(rng.integers(0, 3))
            at(memory.address, time, kind, who, 0, -1, occurrence, asked, -1, math.nan)
            heapq.heappush(expected, (max(time, now), kind, who, occurrence, asked))
            asked += 1
            continue
        slot = next_event(memory.address)
        now, _, _, _, number = heapq.heappop(expected)
        assert (memory["run"]["now"][0], memory["events"]["data"][slot]) == (now, number)
        played += 1
        if not expected and asked >= 4000:
            break
    assert memory["run"]["full"][0] <= 0


def made(text: str, **known: Any) -> Callable[..., Any]:
    """The last function of a text, in which leaves may be declared."""
    names: dict[str, Any] = {"leaf": leaf, "numba": numba, **known}
    exec(compile(text, "<made>", "exec"), names)
    found: Callable[..., Any] = names["own"]
    return found


SOUND = """
@leaf
def deep(x):
    return x + 1.0
@leaf
def near(x):
    return deep(x) * FACTOR + TABLE[0]
def own(x):
    return near(x)
"""


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (SOUND.replace("x + 1.0", "x + 1.5"), {}),
        (SOUND.replace("x + 1.0", "x - 1.0"), {}),
        (SOUND.replace("deep(x) *", "deep(x) +"), {}),
        (SOUND.replace("return near(x)", "return near(x) + x"), {}),
        (SOUND, {"FACTOR": 3.0}),
        (SOUND, {"TABLE": np.array([1.0, 3.0])}),
    ],
)
def test_an_edit_of_anything_compiled_in_changes_the_digest(text: str, known: dict[str, Any]) -> None:
    figures = {"FACTOR": 2.0, "TABLE": np.array([1.0, 2.0])}
    sound = content_digest(made(SOUND, **figures))
    assert content_digest(made(SOUND, **figures)) == sound
    assert content_digest(made(text, **(figures | known))) != sound


def test_an_edit_elsewhere_does_not() -> None:
    figures = {"FACTOR": 2.0, "TABLE": np.array([1.0, 2.0])}
    more = SOUND.replace("def own", "@leaf\ndef other(x):\n    return 7.0\ndef own")
    assert content_digest(made(more, **figures)) == content_digest(made(SOUND, **figures))
