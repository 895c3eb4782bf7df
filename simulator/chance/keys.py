"""Keys of draws: who a draw belongs to, what it decides, and how often that was asked."""

from collections.abc import Iterable
from enum import IntEnum
from hashlib import blake2b

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.chance.philox import uniform, uniforms
from simulator.scenario.errors import InputError

_LONG = 0xFFFFFFFFFFFFFFFF


class Purpose(IntEnum):
    """What a draw decides. The numbers are part of every key and must never change."""

    REGIME_HOLD = 1
    REGIME_NEXT = 2
    COERCION_CLOCK = 3
    COERCION_REFUSAL = 4
    COERCION_MARK = 5
    INTRUSION_CLOCK = 6
    INTRUSION_PATH = 7
    ACCESS_CLOCK = 8
    FOOTHOLD = 9
    FIRST_SUCCESS = 10
    FIRST_CHANNEL = 11
    STRATUM_ACCEPT = 12
    FAULT_CLOCK = 13
    CRIME_CLOCK = 14
    CRIME_ACCEPT = 15
    CRIME_EFFECT = 16
    HACKTIVIST_CLOCK = 17
    HACKTIVIST_OFFSPRING = 18
    HACKTIVIST_TARGET = 19
    HACKTIVIST_DURATION = 20
    INSTRUMENT_DELAY = 21
    COMPLY = 22
    COMPLY_DELAY = 23
    REMOVAL_TIME = 24
    EXIT_DELAY = 25
    RING = 26
    INSTALL_DELAY = 27
    INSTALL_FIRST = 28
    TRIGGER = 29
    ACTIVATE = 30
    DETECT_OWN = 31
    DETECT_FINDER = 32
    DETECT_VISIBLE = 33
    PULL_DELAY = 34
    KILL_DELAY = 35
    EFFECT_ROUTE = 36
    STOP_TIME = 37
    WORM = 38
    WORM_DELAY = 39
    RESTORE_TIME = 40
    ROUTINE_STATE = 41
    ROUTINE_ARRIVAL = 42
    ROUTINE_SERVICE = 43
    LINK_PLACE = 44
    PROXY_CLOCK = 45
    TARGET = 46
    GROUNDLESS = 47
    PERSONNEL = 48
    IMPACT = 49
    CRIME_STOP = 50
    REFUSAL_MARK = 51
    SUCCESS_MARK = 52
    REACH_FALLS = 53
    IGNORANCE = 54


def stable_hash(name: str) -> int:
    """The 64-bit BLAKE2b hash of a stable name, the same on every machine."""
    return int.from_bytes(blake2b(name.encode("utf-8"), digest_size=8).digest(), "little")


def hashes(names: Iterable[str]) -> NDArray[np.uint64]:
    """Hashes of names, in their order.

    Raises InputError if a name occurs twice or two names share a hash, for they would share all draws.
    """
    owner: dict[int, str] = {}
    for name in names:
        code = stable_hash(name)
        if code in owner:
            raise InputError(_collision(owner[code], name))
        owner[code] = name
    return np.fromiter(owner, dtype=np.uint64, count=len(owner))


def splitmix64(value: int) -> int:
    """The finaliser of SplitMix64 (Steele, Lea & Flood 2014): scatters nearby integers over 64 bits."""
    z = (value + 0x9E3779B97F4A7C15) & _LONG
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _LONG
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _LONG
    return z ^ z >> 31


def salts(attempts: ArrayLike) -> NDArray[np.uint64]:
    """What each attempt makes of a hash, as `Draws` does, by exclusive or: an array shaped like `attempts`."""
    first = np.asarray(attempts, dtype=np.uint64)
    z = first + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return np.where(first > 0, z ^ z >> np.uint64(31), np.uint64(0))


def salted(entity: int, attempts: ArrayLike) -> NDArray[np.uint64]:
    """The hash of one entity in each attempt, as `Draws` uses it: an array shaped like `attempts`."""
    return np.uint64(entity) ^ salts(attempts)


class Draws:
    """The draws of one replication.

    `attempt` counts the driver paths tried by rejection; an attempt above 0 has draws of its own for
    every entity. Entities are 64-bit hashes.
    """

    __slots__ = ("_salt", "attempt", "replication", "seed")

    def __init__(self, seed: int, replication: int, attempt: int = 0) -> None:
        self.seed = int(seed)
        self.replication = int(replication)
        self.attempt = int(attempt)
        self._salt = splitmix64(self.attempt) if self.attempt else 0

    def uniform(self, purpose: int, entity: int, occurrence: int = 0) -> float:
        """The uniform in (0, 1) of this key."""
        return uniform(self.seed, self.replication, purpose, entity ^ self._salt, occurrence)

    def uniforms(self, purpose: int, entities: ArrayLike, occurrence: ArrayLike = 0) -> NDArray[np.float64]:
        """As `uniform`, over broadcast arrays of entities and occurrences."""
        salted = np.asarray(entities, dtype=np.uint64) ^ np.uint64(self._salt)
        return uniforms(self.seed, self.replication, purpose, salted, occurrence)


def _collision(first: str, second: str) -> str:
    if first == second:
        return f"the name '{first}' is used twice: names must differ"
    return f"the names '{first}' and '{second}' have the same hash: change one of them"
