"""What NumPy does in many passes over many arrays, as plain loops: the kernel compiles them, with the same results.

They run as they are under Python, but slowly, so they serve only where compiled: `compiled` is empty until
`simulator.kernel.placing` fills it. All arrays are C-contiguous; the last argument is written to.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]
compiled: dict[str, Callable[..., Any]] = {}
"""By the name of the loop; all of them or none."""

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WORD, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_UP, _DOWN = np.uint64(21), np.uint64(11)
_SCALE = 2.0**-53
_BELOW_ONE = 1.0 - 2.0**-53


def run(name: str, *arguments: Any) -> Any:
    """Call a compiled loop."""
    return compiled[name](*(np.ascontiguousarray(x) if isinstance(x, np.ndarray) else x for x in arguments))


def keyed_uniform(entity: np.uint64, replication: np.uint64, last: np.uint64, keys: Words) -> float:
    """The uniform of `simulator.chance.philox` for the words of a counter, and keys (rounds, 2)."""
    c0, c1, c2, c3 = entity & _WORD, entity >> _HALF, replication, last
    for n in range(len(keys)):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = (p1 >> _HALF) ^ c1 ^ keys[n, 0]
        c1 = p1 & _WORD
        c2 = (p0 >> _HALF) ^ c3 ^ keys[n, 1]
        c3 = p0 & _WORD
    u = (float((c0 << _UP) | (c1 >> _DOWN)) + 0.5) * _SCALE
    return u if u < 1.0 else _BELOW_ONE


def fill_uniforms(entity: Words, replication: Words, last: Words, keys: Words, out: Floats) -> None:
    """The uniforms (N,) of counters (N,)."""
    for n in range(len(out)):
        out[n] = keyed_uniform(entity[n], replication[n], last[n], keys)


def fill_exp(values: Floats, out: Floats) -> None:
    """(N,)"""
    for n in range(len(out)):
        out[n] = math.exp(values[n])


def fill_expm1(values: Floats, out: Floats) -> None:
    """(N,)"""
    for n in range(len(out)):
        out[n] = math.expm1(values[n])


def fill_log1p(values: Floats, out: Floats) -> None:
    """(N,)"""
    for n in range(len(out)):
        out[n] = math.log1p(values[n])


def fill_states(starts: Floats, times: Floats, states: Integers, out: Integers) -> None:
    """States (R, S) at starts (R, S) that rise in each row: `simulator.chance.segments.states_at`."""
    for r in range(len(starts)):
        j = 0
        for s in range(starts.shape[1]):
            while j + 1 < times.shape[1] and times[r, j + 1] <= starts[r, s]:
                j += 1
            out[r, s] = states[r, j]


def fill_integrals(edges: Floats, rates: Floats, until: Floats, out: Floats) -> None:
    """Integrals (C, R) of rates (C, R, S), each up to a time (C, R): `simulator.chance.segments.integral`."""
    for c in range(len(rates)):
        for r in range(len(edges)):
            reached = 0.0
            for s in range(edges.shape[1] - 1):
                start, end = edges[r, s], min(edges[r, s + 1], until[c, r])
                if end > start:
                    reached += rates[c, r, s] * (end - start)
            out[c, r] = reached


def fill_crossings(edges: Floats, rates: Floats, since: Floats, level: Floats, out: Floats) -> None:
    """Times (R,) of `simulator.chance.segments.crossing`."""
    for r in range(len(edges)):
        left = level[r]
        out[r] = math.inf
        for s in range(edges.shape[1] - 1):
            lower, end = max(edges[r, s], since[r]), edges[r, s + 1]
            if end <= lower or rates[r, s] == 0.0:
                continue
            mass = rates[r, s] * (end - lower)
            if mass >= left:
                out[r] = min(lower + left / rates[r, s], end)
                break
            left -= mass


def fill_paths(
    reach: Floats,
    led_times: Floats,
    led_states: Integers,
    entity: Words,
    replication: Words,
    keys: Words,
    purposes: Words,
    horizon_h: float,
    times: Floats,
    states: Integers,
) -> int:
    """Paths (R, J) of `simulator.chance.regimes.sample_paths`, from states (R, 0) on.

    `reach` (m, n, n) holds the rates out of each state added up, by the state of the theatre that leads, whose paths
    (R, K) are given; `purposes` the last words of the counters of holding and of going on, jump 0. Returns the number
    of columns needed, which may be more than there are.
    """
    most = 1
    for r in range(len(times)):
        now, state, jump, segment = 0.0, states[r, 0], 0, 0
        while True:
            times[r, jump], states[r, jump] = now, state
            jump += 1
            number = np.uint64(jump)
            left, due = -math.log1p(-keyed_uniform(entity[r], replication[r], purposes[0] | number, keys)), math.inf
            while True:
                rate = reach[led_states[r, segment], state, -1]
                end = led_times[r, segment + 1] if segment + 1 < led_times.shape[1] else math.inf
                if rate > 0.0:
                    due = now + left / rate
                if due < end or end >= horizon_h:
                    break
                left, now, due, segment = left - rate * (end - now), end, math.inf, segment + 1
            if due >= end or due >= horizon_h:
                break
            if jump >= times.shape[1]:
                return jump + 1
            rates, now = reach[led_states[r, segment], state], due
            mark, state = keyed_uniform(entity[r], replication[r], purposes[1] | number, keys) * rates[-1], 0
            while rates[state] <= mark:
                state += 1
        most = max(most, jump)
        for j in range(jump, times.shape[1]):
            times[r, j], states[r, j] = math.inf, state
    return most


LOOPS = (
    fill_uniforms,
    fill_exp,
    fill_expm1,
    fill_log1p,
    fill_states,
    fill_integrals,
    fill_crossings,
    fill_paths,
)
