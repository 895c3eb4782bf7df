"""What is to happen, in order of (time, kind, subject, occurrence), and the log of what has."""

from __future__ import annotations

import math

from simulator.kernel.layout import NOTHING, events, log, place_of, rules, run, turns
from simulator.kernel.linker import address, float64, int64, leaf, part, uint64, void

_TURNS, _EVENTS, _LOG = place_of("turns"), place_of("events"), place_of("log")
_KIND, _WHO = 50, 24
"""Bits below the kind and below the subject of an order key; an occurrence has 24 bits, a subject 26."""


@leaf
def ran_out(k, table):
    """A table is full, and the replication will be played again with a larger one. Until it is given up, what found
    no room is nothing: the last row of every table is spare, and takes what is written to row -1. Where it is read
    again, as the first row of a list, it is set out like any other.
    """
    run(k)[0].full = table
    return NOTHING


@leaf
def _sooner(one, other):
    """Does one turn come before another?"""
    if one.time < other.time:
        return True
    if one.time > other.time:
        return False
    if one.order != other.order:
        return one.order < other.order
    return one.sequence < other.sequence


@part(void, address, float64, int64, int64, int64, int64, int64, int64, int64, float64)
def at(k, time, kind, who, action, parent, occurrence, data, other, number):
    """Let an action come at a time, or now if that has passed."""
    r = run(k)[0]
    r.sequence += 1
    slot = r.idle_event
    if slot != NOTHING:
        r.idle_event = events(k)[slot].next
    elif r.heap_size < len(events(k)) - 1:
        slot = r.heap_size
    else:
        ran_out(k, _EVENTS)
        return
    if r.heap_size >= len(turns(k)) - 1:
        ran_out(k, _TURNS)
        return
    event = events(k)[slot]
    event.action, event.who, event.parent = action, who, parent
    event.data, event.other, event.number = data, other, number
    heap, place = turns(k), r.heap_size
    r.heap_size += 1
    spare = heap[len(heap) - 1]
    spare.time = max(time, r.now)
    spare.order = uint64(kind) << uint64(_KIND) | uint64(who) << uint64(_WHO) | uint64(occurrence)
    spare.sequence, spare.event = r.sequence, slot
    _rise(heap, place, spare)


@leaf
def _rise(heap, place, turn):
    """Put a turn in at a free place, or above it where it comes sooner."""
    while place > 0:
        above = (place - 1) >> 1
        if not _sooner(turn, heap[above]):
            break
        _copy(heap[place], heap[above])
        place = above
    _copy(heap[place], turn)


@leaf
def _copy(to, turn):
    to.time, to.order, to.sequence, to.event = turn.time, turn.order, turn.sequence, turn.event


@leaf
def after(k, hours, kind, who, action, parent, occurrence=0, data=NOTHING, other=NOTHING, number=math.nan):
    """Let an action come in some hours."""
    at(k, run(k)[0].now + hours, kind, who, action, parent, occurrence, data, other, number)


@leaf
def note(k, kind, who, parent):
    """Log that something happened, with nothing to add."""
    return record(k, kind, who, parent, math.nan, NOTHING)


@part(int64, address)
def next_event(k):
    """Take out the first turn, move the clock to it, and return its event, which is free once it has been read."""
    r = run(k)[0]
    heap = turns(k)
    r.now = heap[0].time
    slot = heap[0].event
    r.heap_size -= 1
    last, place, child = r.heap_size, 0, 1
    while child < last:  # the sooner child moves up to the bottom; what was last rises from there, mostly not far
        if child + 1 < last and _sooner(heap[child + 1], heap[child]):
            child += 1
        _copy(heap[place], heap[child])
        place, child = child, 2 * child + 1
    _rise(heap, place, heap[last])
    events(k)[slot].next = r.idle_event
    r.idle_event = slot
    return slot


@part(int64, address, int64, int64, int64, float64, int64)
def record(k, kind, who, parent, detail, what):
    """Log that something happened now, with a figure or a word (`what`) about it, and return its number."""
    r = run(k)[0]
    number = r.count
    r.count = number + 1
    if rules(k)[0].keep_log:
        if number >= len(log(k)) - 1:
            ran_out(k, _LOG)
            return number
        entry = log(k)[number]
        entry.time, entry.kind, entry.who, entry.parent = r.now, kind, who, parent
        entry.detail, entry.what = detail, what
    return number
