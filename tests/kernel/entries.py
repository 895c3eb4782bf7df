"""Parts of the kernel under names by which tests can call them."""

from __future__ import annotations

from simulator.kernel.agenda import at, next_event
from simulator.kernel.digest import name_key
from simulator.kernel.draws import quantile, uniform
from simulator.kernel.linker import address, entry, float64, int64, uint64, void


@entry(float64, address, int64, uint64, int64)
def tested_uniform(k, purpose, entity, occurrence):
    return uniform(k, purpose, entity, occurrence)


@entry(float64, address, int64, float64)
def tested_quantile(k, law, u):
    return quantile(k, law, u)


@entry(uint64, address, int64, int64, uint64)
def tested_name_key(k, first, end, number):
    return name_key(k, first, end, number)


@entry(void, address, float64, int64, int64, int64, int64, int64, int64, int64, float64)
def tested_at(k, time, kind, who, action, parent, occurrence, data, other, number):
    at(k, time, kind, who, action, parent, occurrence, data, other, number)


@entry(int64, address)
def tested_next_event(k):
    return next_event(k)
