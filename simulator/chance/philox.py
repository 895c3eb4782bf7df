"""Philox4x32-10: a uniform is a pure function of its key, so neither order nor laziness matters.

Source: Salmon, Moraes, Dror & Shaw, Parallel random numbers: as easy as 1, 2, 3, SC 2011 (Random123).

Layout of the counter: the 64-bit entity hash (low word, high word), the replication, and a word with the
purpose in its top 8 bits and the occurrence in the other 24. The key is the 64-bit seed.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.chance import loops

_M0, _M1 = 0xD2511F53, 0xCD9E8D57
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_WORD = 0xFFFFFFFF
_ROUNDS = 10
_BLOCK = 8192  # elements worked on at once: all buffers then stay in the processor's cache
_SCALE = 2.0**-53
_BELOW_ONE = 1.0 - 2.0**-53
_HALF, _LOW = np.uint64(32), np.uint64(_WORD)
_FACTORS = np.array([[_M1], [_M0]], dtype=np.uint64)

Schedule = tuple[tuple[int, int], ...]


@lru_cache(maxsize=64)
def _schedule(seed: int) -> Schedule:
    if seed >> 64:
        raise ValueError(f"the seed must be a whole number from 0 to 2**64 - 1, not {seed}")
    low, high = seed & _WORD, seed >> 32
    return tuple(((low + i * _W0) & _WORD, (high + i * _W1) & _WORD) for i in range(_ROUNDS))


def philox_scalar(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """The four 32-bit words of Philox4x32-10 at a counter of four words and a key of two."""
    for a, b in _schedule(k1 << 32 | k0):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = p1 >> 32 ^ c1 ^ a
        c1 = p1 & _WORD
        c2 = p0 >> 32 ^ c3 ^ b
        c3 = p0 & _WORD
    return c0, c1, c2, c3


def uniform(seed: int, replication: int, purpose: int, entity: int, occurrence: int) -> float:
    """The uniform in the open interval (0, 1) that belongs to this key, on a grid of 2**-53.

    Raises ValueError for a replication of 2**32 or more, an
    occurrence of 2**24 or more, or a purpose of 256 or more.
    """
    if replication >> 32 or occurrence >> 24 or purpose >> 8:
        raise ValueError(_complaint(replication, purpose, occurrence))
    entity = int(entity)  # integers of numpy would overflow without a word
    c0 = entity & _WORD
    c1 = entity >> 32
    c2 = int(replication)
    c3 = purpose << 24 | int(occurrence)
    for a, b in _schedule(seed):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = p1 >> 32 ^ c1 ^ a
        c1 = p1 & _WORD
        c2 = p0 >> 32 ^ c3 ^ b
        c3 = p0 & _WORD
    u = ((c0 << 21 | c1 >> 11) + 0.5) * _SCALE
    return u if u < 1.0 else _BELOW_ONE  # the top integer plus a half rounds up to 1


def uniforms(
    seed: int, replications: ArrayLike, purpose: int, entities: ArrayLike, occurrences: ArrayLike
) -> NDArray[np.float64]:
    """As `uniform`, bit for bit, over broadcast arrays; the shape is that of the broadcast."""
    replication = np.asarray(replications, dtype=np.uint64)
    entity = np.asarray(entities, dtype=np.uint64)
    occurrence = np.asarray(occurrences, dtype=np.uint64)
    shape = np.broadcast_shapes(replication.shape, entity.shape, occurrence.shape)
    if 0 in shape:
        return np.empty(shape)
    widest, latest = int(replication.max()), int(occurrence.max())
    if widest >> 32 or latest >> 24 or purpose >> 8:
        raise ValueError(_complaint(widest, purpose, latest))
    keys, last = key_words(seed), occurrence | np.uint64(purpose << 24)
    e, r, o = (np.broadcast_to(words, shape).ravel() for words in (entity, replication, last))
    out = np.empty(len(e))
    if "fill_uniforms" in loops.compiled:
        loops.run("fill_uniforms", e, r, o, keys, out)
        return out.reshape(shape)
    for start in range(0, len(out), _BLOCK):
        block = slice(start, start + _BLOCK)
        _fill(e[block], r[block], o[block], keys[:, :, None], out[block])
    return out.reshape(shape)


@lru_cache(maxsize=64)
def key_words(seed: int) -> NDArray[np.uint64]:
    """The two words of the key in each round (rounds, 2)."""
    return np.array(_schedule(seed), dtype=np.uint64)


def _fill(
    entity: NDArray[np.uint64],
    replication: NDArray[np.uint64],
    last: NDArray[np.uint64],
    keys: NDArray[np.uint64],
    out: NDArray[np.float64],
) -> None:
    even = np.empty((2, len(out)), dtype=np.uint64)  # words 0 and 2 of the counter
    odd = np.empty_like(even)  # words 1 and 3
    products = np.empty_like(even)
    swapped = even[::-1]
    even[0], even[1] = entity, replication
    even[0] &= _LOW
    np.right_shift(entity, _HALF, out=odd[0])
    odd[1] = last
    for key in keys:
        np.multiply(swapped, _FACTORS, out=products)
        np.right_shift(products, _HALF, out=even)
        even ^= odd
        even ^= key
        np.bitwise_and(products, _LOW, out=odd)
    first, second = even[0], odd[0]
    first <<= np.uint64(21)
    second >>= np.uint64(11)
    first |= second
    np.add(first, 0.5, out=out)
    out *= _SCALE
    np.minimum(out, _BELOW_ONE, out=out)


def _complaint(replication: int, purpose: int, occurrence: int) -> str:
    return (
        f"replication {replication}, purpose {purpose}, occurrence {occurrence}: "
        "allowed are 0 to 2**32 - 1, 0 to 255 and 0 to 2**24 - 1"
    )
