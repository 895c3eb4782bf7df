"""Who waits for a team of a pool, and when routine work gives its teams back: two heaps for each pool."""

from __future__ import annotations

from simulator.kernel.agenda import ran_out
from simulator.kernel.layout import (
    ends,
    place_of,
    pools,
    rules,
    waiting,
)
from simulator.kernel.linker import address, float64, int64, leaf, part, void

_WAITING = place_of("waiting")
_ENDS = place_of("ends")


@leaf
def _first(one, other):
    """Does one that waits go before another?"""
    if one.rank != other.rank:
        return one.rank < other.rank
    if one.hour != other.hour:
        return one.hour < other.hour
    if one.organisation != other.organisation:
        return one.organisation < other.organisation
    return one.cause < other.cause


@leaf
def _swap(heap, a, b):
    rank, hour, organisation = heap[a].rank, heap[a].hour, heap[a].organisation
    cause, job = heap[a].cause, heap[a].job
    heap[a].rank, heap[a].hour, heap[a].organisation = heap[b].rank, heap[b].hour, heap[b].organisation
    heap[a].cause, heap[a].job = heap[b].cause, heap[b].job
    heap[b].rank, heap[b].hour, heap[b].organisation = rank, hour, organisation
    heap[b].cause, heap[b].job = cause, job


@part(void, address, int64, float64, float64, int64, int64, int64)
def joins(k, p, rank, hour, organisation, cause, job):
    """Somebody joins those who wait for a team of a pool."""
    own = pools(k)[p]
    size = len(waiting(k)) // rules(k)[0].pools
    if own.waiting >= size - 1:
        ran_out(k, _WAITING)
        return
    heap = waiting(k)[p * size : (p + 1) * size]
    place = own.waiting
    own.waiting += 1
    new = heap[place]
    new.rank, new.hour, new.organisation, new.cause, new.job = rank, hour, organisation, cause, job
    while place > 0 and _first(heap[place], heap[(place - 1) // 2]):
        _swap(heap, place, (place - 1) // 2)
        place = (place - 1) // 2


@part(int64, address, int64)
def next_in_line(k, p):
    """Who gets a team next: a job, or -1 for routine work."""
    own = pools(k)[p]
    size = len(waiting(k)) // rules(k)[0].pools
    heap = waiting(k)[p * size : (p + 1) * size]
    job = heap[0].job
    own.waiting -= 1
    last = own.waiting
    _swap(heap, 0, last)
    place = 0
    while True:
        child = 2 * place + 1
        if child >= last:
            return job
        if child + 1 < last and _first(heap[child + 1], heap[child]):
            child += 1
        if not _first(heap[child], heap[place]):
            return job
        _swap(heap, child, place)
        place = child


@leaf
def ends_at(k, p, hour):
    """Routine work will give its team back then."""
    own = pools(k)[p]
    size = len(ends(k)) // rules(k)[0].pools
    if own.ends >= size - 1:
        ran_out(k, _ENDS)
        return
    heap = ends(k)[p * size : (p + 1) * size]
    place = own.ends
    own.ends += 1
    while place > 0 and hour < heap[(place - 1) // 2]:
        heap[place] = heap[(place - 1) // 2]
        place = (place - 1) // 2
    heap[place] = hour


@leaf
def first_end(k, p):
    return ends(k)[p * (len(ends(k)) // rules(k)[0].pools)]


@leaf
def take_first_end(k, p):
    own = pools(k)[p]
    size = len(ends(k)) // rules(k)[0].pools
    heap = ends(k)[p * size : (p + 1) * size]
    first = heap[0]
    own.ends -= 1
    last, hour, place = own.ends, heap[own.ends], 0
    while True:
        child = 2 * place + 1
        if child >= last:
            break
        if child + 1 < last and heap[child + 1] < heap[child]:
            child += 1
        if not heap[child] < hour:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = hour
    return first
