"""Who waits for a team of a pool, and when routine work gives its teams back: two heaps for each pool."""

from __future__ import annotations

from simulator.kernel.agenda import ran_out
from simulator.kernel.heaps import close_gap, rise
from simulator.kernel.layout import NOTHING, ends, place_of, pools, rules, waiting
from simulator.kernel.linker import address, float64, int64, leaf, part, void
from simulator.kernel.tables import rows_from

_WAITING = place_of("waiting")
_ENDS = place_of("ends")


@leaf
def _of_pool(k, table, p):
    """The rows of a table that are a pool's own, and before them its own spare row."""
    size = len(table) // rules(k)[0].pools
    return rows_from(table, p * size + 1, size - 1)


@leaf
def _first(k, one, other):
    """Does one that waits go before another?"""
    if one.rank != other.rank:
        return one.rank < other.rank
    if one.hour != other.hour:
        return one.hour < other.hour
    if one.organisation != other.organisation:
        return one.organisation < other.organisation
    return one.cause < other.cause


@part(void, address, int64, float64, float64, int64, int64, int64)
def joins(k, p, rank, hour, organisation, cause, job):
    """Somebody joins those who wait for a team of a pool."""
    own, heap = pools(k)[p], _of_pool(k, waiting(k), p)
    place = own.waiting
    if place >= len(heap):
        ran_out(k, _WAITING)
        return
    own.waiting += 1
    new = heap[NOTHING]
    new.rank, new.hour, new.organisation, new.cause, new.job = rank, hour, organisation, cause, job
    rise(k, heap, place, 2, _first)


@part(int64, address, int64)
def next_in_line(k, p):
    """Who gets a team next: a job, or -1 for routine work."""
    own, heap = pools(k)[p], _of_pool(k, waiting(k), p)
    job = heap[0].job
    own.waiting -= 1
    close_gap(k, heap, own.waiting, _first)
    return job


@leaf
def _earlier(k, one, other):
    return one.hour < other.hour


@leaf
def ends_at(k, p, hour):
    """Routine work will give its team back then."""
    own, heap = pools(k)[p], _of_pool(k, ends(k), p)
    place = own.ends
    if place >= len(heap):
        ran_out(k, _ENDS)
        return
    own.ends += 1
    heap[NOTHING].hour = hour
    rise(k, heap, place, 2, _earlier)


@leaf
def first_end(k, p):
    """When routine work gives a team back next."""
    return _of_pool(k, ends(k), p)[0].hour


@leaf
def take_first_end(k, p):
    """The same, and it is over."""
    own, heap = pools(k)[p], _of_pool(k, ends(k), p)
    first = heap[0].hour
    own.ends -= 1
    close_gap(k, heap, own.ends, _earlier)
    return first
