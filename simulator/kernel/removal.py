"""Taking a product out: a finite pool of integrators, an overrun, and a gap meanwhile (as `model.removal`)."""

from __future__ import annotations

from simulator.chance.keys import Purpose
from simulator.kernel.agenda import after, note, ran_out
from simulator.kernel.codes import REPLACED
from simulator.kernel.draws import joint, quantile, uniform
from simulator.kernel.heaps import close_gap, rise
from simulator.kernel.layout import (
    NOTHING,
    causes,
    dependencies,
    organisations,
    place_of,
    removals,
    rules,
    run,
)
from simulator.kernel.linker import address, int64, leaf, part, void
from simulator.kernel.marks import spend
from simulator.kernel.protection import remove, touch_dependency
from simulator.model.kinds import Kind

_TIME, _STARTS, _REPLACED = int(Purpose.REMOVAL_TIME), int(Kind.REMOVAL_STARTS), int(Kind.REPLACED)
_REMOVALS = place_of("removals")
NOT_ASKED = -2
"""Successor of a dependency that nobody asked to be taken out."""


@leaf
def _sooner(k, one, other):
    if one.hour != other.hour:
        return one.hour < other.hour
    return one.dependency < other.dependency


@leaf
def _pay(k, d, cause, overrun):
    """Once for each organisation and product, on however many host groups it runs."""
    table = dependencies(k)
    i, p = table[d].organisation, table[d].product
    own = organisations(k)[i]
    for other in range(own.first_dependency, own.end_dependency):
        if table[other].product == p and table[other].paid:
            return
    touch_dependency(k, d)
    table[d].paid = 1
    spend(k, cause, i, rules(k)[0].removal_per_customer * own.customers * overrun, run(k)[0].now)


@part(void, address)
def assign_integrators(k):
    """Free integrators take what waits, first come, first served."""
    r, own, heap = run(k)[0], rules(k)[0], removals(k)
    while r.free_integrators > 0 and r.waiting_removals > 0:
        d, parent, cause = heap[0].dependency, heap[0].parent, heap[0].cause
        r.waiting_removals -= 1
        close_gap(k, heap, r.waiting_removals, _sooner)
        r.free_integrators -= 1
        touch_dependency(k, d)
        dependencies(k)[d].migrating = 1
        key = joint(dependencies(k)[d].key, causes(k)[cause].key)
        hours = own.overrun * quantile(k, own.removal_time, uniform(k, _TIME, key, 0))
        entry = note(k, _STARTS, d, parent)
        _pay(k, d, cause, own.overrun)
        after(k, hours, _REPLACED, d, REPLACED, entry)


@part(void, address, int64, int64, int64, int64)
def ask_removal(k, d, cause, parent, successor):
    """Replace this product here, once an integrator is free; asking twice changes nothing."""
    own, r, heap = dependencies(k)[d], run(k)[0], removals(k)
    if own.successor != NOT_ASKED:
        return
    touch_dependency(k, d)
    own.successor = successor
    place = r.waiting_removals
    if place >= len(heap):
        ran_out(k, _REMOVALS)
        return
    r.waiting_removals = place + 1
    new = heap[NOTHING]
    new.hour, new.dependency, new.parent, new.cause = r.now, d, parent, cause
    rise(k, heap, place, 2, _sooner)
    assign_integrators(k)


@leaf
def _gone(k, d, parent):
    remove(k, d, dependencies(k)[d].successor)
    note(k, _REPLACED, d, parent)


@part(void, address, int64, int64, int64, int64)
def swap_product(k, d, cause, parent, successor):
    """Replace it at the end of a contract: prepared in time, so with no queue, no overrun and no gap."""
    own = dependencies(k)[d]
    if own.successor == NOT_ASKED:
        touch_dependency(k, d)
        own.successor = successor
        _pay(k, d, cause, 1.0)
        _gone(k, d, parent)


@part(void, address, int64, int64)
def replaced(k, d, parent):
    """An integrator is done."""
    _gone(k, d, parent)
    run(k)[0].free_integrators += 1
    assign_integrators(k)
