"""Lots: uniforms that are pure functions of (seed, purpose, name), for making up portfolios.

A lot belongs to the thing named: adding a group, a product or a provider leaves all other lots as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

_UNITS = 2.0**-53
_DROPPED = np.uint64(11)


def lots(seed: int, purpose: str, names: Sequence[str]) -> NDArray[np.float64]:
    """A uniform in (0, 1) for each name: 53 bits of a BLAKE2b hash of the key, at the middle of a cell."""
    return _uniforms(codes(seed, purpose, names))


def codes(seed: int, purpose: str, names: Sequence[str]) -> NDArray[np.uint64]:
    """The 64-bit hash behind the lot of each name."""
    prefix = _prefix(seed, purpose)
    joined = b"".join([blake2b(prefix + name.encode(), digest_size=8).digest() for name in names])
    return np.frombuffer(joined, dtype="<u8").astype(np.uint64)


def pair_lots(row: NDArray[np.uint64], column: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Uniforms of all pairs, shape (rows, columns), from the codes of both sides.

    The codes are added and mixed by the finaliser of SplitMix64 (Steele, Lea & Flood 2014).
    """
    z = row[:, None] + column[None, :]
    z ^= z >> np.uint64(30)
    z *= np.uint64(0xBF58476D1CE4E5B9)
    z ^= z >> np.uint64(27)
    z *= np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return _uniforms(z)


def _prefix(seed: int, purpose: str) -> bytes:
    return f"{seed}|{purpose}|".encode()


def _uniforms(code: NDArray[np.uint64]) -> NDArray[np.float64]:
    found = (code >> _DROPPED).astype(np.float64)
    found += 0.5
    found *= _UNITS
    return found
