"""BLAKE2b of a cause's name, so that causes without number need no table of names.

Source: RFC 7693. Only what is needed: eight bytes of digest, no key, a prefix and perhaps a number after it.
"""

from __future__ import annotations

import numpy as np

from simulator.kernel.layout import letters
from simulator.kernel.linker import address, int64, leaf, part, uint64

_IV = np.array(
    [
        0x6A09E667F3BCC908,
        0xBB67AE8584CAA73B,
        0x3C6EF372FE94F82B,
        0xA54FF53A5F1D36F1,
        0x510E527FADE682D1,
        0x9B05688C2B3E6C1F,
        0x1F83D9ABFB41BD6B,
        0x5BE0CD19137E2179,
    ],
    dtype=np.uint64,
)
_PARAMETERS = np.uint64(0x01010008)
"""Eight bytes of digest, no key."""
_ORDER = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    ]
)
_BLOCK = 128
_MOST_DIGITS = 20


@leaf
def _turned(x, by):
    return x >> np.uint64(by) | x << np.uint64(64 - by)


@leaf
def _mix(v, a, b, c, d, x, y):
    v[a] = v[a] + v[b] + x
    v[d] = _turned(v[d] ^ v[a], 32)
    v[c] = v[c] + v[d]
    v[b] = _turned(v[b] ^ v[c], 24)
    v[a] = v[a] + v[b] + y
    v[d] = _turned(v[d] ^ v[a], 16)
    v[c] = v[c] + v[d]
    v[b] = _turned(v[b] ^ v[c], 63)


@leaf
def _compress(h, m, read, last):
    v = np.empty(16, dtype=np.uint64)
    for i in range(8):
        v[i] = h[i]
        v[i + 8] = _IV[i]
    v[12] ^= np.uint64(read)
    if last:
        v[14] = ~v[14]
    for turn in range(12):
        s = _ORDER[turn]
        for i in range(4):
            _mix(v, i, i + 4, i + 8, i + 12, m[s[2 * i]], m[s[2 * i + 1]])
        for i in range(4):
            _mix(v, i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12, m[s[2 * i + 8]], m[s[2 * i + 9]])
    for i in range(8):
        h[i] ^= v[i] ^ v[i + 8]


@part(uint64, address, int64, int64, uint64)
def name_key(k, first, end, number):
    """The stable hash of the letters from `first` to `end`, followed by a number in decimal digits."""
    digits = np.empty(_MOST_DIGITS, dtype=np.uint8)
    count = 0
    rest = number
    while count == 0 or rest > np.uint64(0):
        digits[count] = np.uint8(48 + rest % np.uint64(10))
        rest //= np.uint64(10)
        count += 1
    text = letters(k)
    length = end - first + count
    h = _IV.copy()
    h[0] ^= _PARAMETERS
    m = np.zeros(16, dtype=np.uint64)
    for place in range(length):
        if place > 0 and place % _BLOCK == 0:
            _compress(h, m, place, False)
            m[:] = np.uint64(0)
        letter = text[first + place] if first + place < end else digits[count - 1 - (first + place - end)]
        m[place % _BLOCK // 8] |= np.uint64(letter) << np.uint64(8 * (place % 8))
    _compress(h, m, length, True)
    return h[0]
