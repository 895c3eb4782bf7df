"""Draws of one replication: the same pure function of its key as in `simulator.chance`, and quantiles of laws."""

from __future__ import annotations

import math

import numpy as np
from numba import float64, int32
from scipy.special import cython_special

from simulator.kernel.layout import keys, laws, numbers, rules, run, uniforms
from simulator.kernel.linker import address, external, int64, leaf, part, rule, symbol, uint64, void
from simulator.kernel.tables import rows_from
from simulator.rules import quantile as law_rules

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_WORD, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_ROUNDS = 10
_SCALE = 2.0**-53
_BELOW_ONE = 1.0 - 2.0**-53
_MORE_THAN_ROUNDING = 1.0 + 1e-9

_exponential = rule(law_rules.exponential_quantile)
_lognormal = rule(law_rules.lognormal_quantile)
_split_lognormal = rule(law_rules.split_lognormal_quantile)
_uniform = rule(law_rules.uniform_quantile)
_weibull = rule(law_rules.weibull_quantile)
_empirical = rule(law_rules.empirical_quantile)
_pert_shapes = rule(law_rules.pert_shapes)
FIXED, UNIFORM, EXPONENTIAL = law_rules.FIXED, law_rules.UNIFORM, law_rules.EXPONENTIAL
LOGNORMAL, WEIBULL, GAMMA = law_rules.LOGNORMAL, law_rules.WEIBULL, law_rules.GAMMA
SPLIT_LOGNORMAL, EMPIRICAL = law_rules.SPLIT_LOGNORMAL, law_rules.EMPIRICAL

symbol("betaincinv", cython_special.__pyx_capi__["__pyx_fuse_0betaincinv"])
symbol("gammaincinv", cython_special.__pyx_capi__["gammaincinv"])
_betaincinv = external("betaincinv", float64(float64, float64, float64, int32))
_gammaincinv = external("gammaincinv", float64(float64, float64, int32))


@leaf
def philox(seed, replication, purpose, entity, occurrence):
    """The uniform in (0, 1) of a key, as `simulator.chance.philox.uniform`."""
    k0, k1 = seed & _WORD, seed >> _HALF
    c0, c1 = entity & _WORD, entity >> _HALF
    c2 = np.uint64(replication)
    c3 = np.uint64(purpose) << np.uint64(24) | np.uint64(occurrence)
    for _ in range(_ROUNDS):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = p1 >> _HALF ^ c1 ^ k0
        c1 = p1 & _WORD
        c2 = p0 >> _HALF ^ c3 ^ k1
        c3 = p0 & _WORD
        k0 = (k0 + _W0) & _WORD
        k1 = (k1 + _W1) & _WORD
    u = (np.float64(c0 << np.uint64(21) | c1 >> np.uint64(11)) + 0.5) * _SCALE
    return u if u < 1.0 else _BELOW_ONE


@part(float64, address, int64, uint64, int64)
def uniform(k, purpose, entity, occurrence):
    """The uniform of this replication for a purpose and an entity."""
    r = run(k)[0]
    r.draws += 1
    return philox(rules(k)[0].seed, r.replication, purpose, entity, occurrence)


@part(void, address, int64, uint64, long_loops=True)
def draw_for_all(k, purpose, cause):
    """Fill `uniforms` with the uniform of each organisation for a purpose and a cause (0: for itself)."""
    r, table, out, count = run(k)[0], keys(k), uniforms(k), rules(k)[0].organisations
    seed, replication = rules(k)[0].seed, r.replication
    r.draws += count
    for i in range(count):
        out[i] = philox(seed, replication, purpose, table[i] ^ cause, 0)


@leaf
def scattered(value):
    """The finaliser of SplitMix64, as `simulator.chance.keys.splitmix64`."""
    z = value + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return z ^ z >> np.uint64(31)


@leaf
def joint(entity, cause):
    """Key of what a cause does to an entity, as `simulator.chance.entities.joint`."""
    return entity ^ scattered(cause)


@part(float64, address, int64, float64)
def quantile(k, law, u):
    """A law's quantile, as `simulator.rules.quantile.Law.quantile`."""
    own = laws(k)[law]
    kind = own.kind
    if kind == FIXED:
        return own.a
    if kind == EXPONENTIAL:
        return _exponential(u, own.a)
    if kind == LOGNORMAL:
        return _lognormal(u, own.a, own.b)
    if kind == UNIFORM:
        return _uniform(u, own.a, own.b)
    if kind == WEIBULL:
        return _weibull(u, own.a, own.b)
    if kind == SPLIT_LOGNORMAL:
        return _split_lognormal(u, own.a, own.b, own.c)
    if kind == EMPIRICAL:
        count = (own.end - own.first) // 2
        points, cumulative = rows_from(numbers(k), own.first, count), rows_from(numbers(k), own.first + count, count)
        return _empirical(u, points, cumulative)
    if kind == GAMMA:
        return own.a / own.b * _gammaincinv(own.b, u, int32(0))
    first, second = _pert_shapes(own.a, own.b, own.c)
    return own.a + (own.c - own.a) * _betaincinv(first, second, u, int32(0))


@leaf
def wait(u, rate):
    """An exponential time with this rate."""
    return -math.log1p(-u) / rate


@leaf
def surely_longer(u, rate, hours):
    """Is an exponential time with this rate longer than so many hours, beyond what rounding could change? It says so
    for most that are, and without a logarithm: -log(1 - u) is more than u + u^2 / 2.
    """
    return u + 0.5 * u * u > rate * hours * _MORE_THAN_ROUNDING
