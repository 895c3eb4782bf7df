"""What is to happen, in order of (time, kind, subject, occurrence), and the log of what has."""

from __future__ import annotations

import math

import numpy as np

from simulator.kernel.heaps import rise
from simulator.kernel.layout import NOTHING, events, log, place_of, rules, run, turns
from simulator.kernel.linker import address, float64, int64, leaf, part, uint64, void
from simulator.kernel.tables import copy_row

_TURNS, _EVENTS, _LOG = place_of("turns"), place_of("events"), place_of("log")
_CHILDREN = 4
"""Turns below one in the heap: half as many levels as with two, and its children are in one line of the cache."""
LAST = np.uint64(2**64 - 1)
"""Order of what comes after all else: that of event -1, which has no turn."""
_KIND, _WHO = 50, 24
"""Bits below the kind and below the subject of an order key; an occurrence has 24 bits, a subject 26."""


@leaf
def ran_out(k, table):
    """A table is full, and the replication will be played again with a larger one. Until it is given up, what found
    no room is nothing: row -1 of every table is spare, and takes what is written to it. Where it is read
    again, as the first row of a list, it is set out like any other.
    """
    run(k)[0].full = table
    return NOTHING


@leaf
def _sooner(k, one, other):
    """Does one turn come before another?"""
    if one.time != other.time:
        return one.time < other.time
    first, second = events(k)[one.event], events(k)[other.event]
    if first.order != second.order:
        return first.order < second.order
    return first.sequence < second.sequence


@leaf
def _soonest(k, heap, first):
    """Which of the four places from one on holds the soonest turn. Without a branch, unless there are two at one time:
    a processor could only guess.
    """
    a, b, c, d = heap[first].time, heap[first + 1].time, heap[first + 2].time, heap[first + 3].time
    ab, cd = min(a, b), min(c, d)
    if a == b or c == d or ab == cd:
        found = first
        for place in range(first + 1, first + _CHILDREN):
            if _sooner(k, heap[place], heap[found]):
                found = place
        return found
    late = int(cd < ab)
    return first + 2 * late + (int(b < a) & (late ^ 1) | int(d < c) & late)


@part(void, address, float64, int64, int64, int64, int64, int64, int64, int64, float64)
def at(k, time, kind, who, action, parent, occurrence, data, other, number):
    """Let an action come at a time, or now if that has passed."""
    r = run(k)[0]
    r.sequence += 1
    slot = r.idle_event
    if slot != NOTHING:
        r.idle_event = events(k)[slot].next
    elif r.heap_size < len(events(k)):
        slot = r.heap_size
    else:
        ran_out(k, _EVENTS)
        return
    if r.heap_size + _CHILDREN > len(turns(k)):
        ran_out(k, _TURNS)
        return
    event = events(k)[slot]
    event.order = uint64(kind) << uint64(_KIND) | uint64(who) << uint64(_WHO) | uint64(occurrence)
    event.sequence, event.action, event.who, event.parent = r.sequence, action, who, parent
    event.data, event.other, event.number = data, other, number
    heap, place = turns(k), r.heap_size
    r.heap_size += 1
    if place % _CHILDREN == 1:
        for sibling in range(place + 1, place + _CHILDREN):
            _no_turn(heap[sibling])
    turn = heap[NOTHING]
    turn.time, turn.event = max(time, r.now), slot
    rise(k, heap, place, _CHILDREN, _sooner)


@leaf
def _no_turn(turn):
    """A place without a turn comes last: whoever looks for the sooner of siblings may look at it."""
    turn.time, turn.event = math.inf, NOTHING


@part(int64, address)
def next_event(k):
    """Take out the first turn, move the clock to it, and return its event, which is free once it has been read."""
    r = run(k)[0]
    heap = turns(k)
    r.now = heap[0].time
    slot = heap[0].event
    r.heap_size -= 1
    last, place, child = r.heap_size, 0, 1
    copy_row(heap[NOTHING], heap[last])
    _no_turn(heap[last])
    while child < last:  # the soonest child moves up to the bottom; what was last rises from there, mostly not far
        child = _soonest(k, heap, child)
        copy_row(heap[place], heap[child])
        place, child = child, _CHILDREN * child + 1
    rise(k, heap, place, _CHILDREN, _sooner)
    events(k)[slot].next = r.idle_event
    r.idle_event = slot
    return slot


@leaf
def after(k, hours, kind, who, action, parent, occurrence=0, data=NOTHING, other=NOTHING, number=math.nan):
    """Let an action come in some hours."""
    at(k, run(k)[0].now + hours, kind, who, action, parent, occurrence, data, other, number)


@leaf
def note(k, kind, who, parent):
    """Log that something happened, with nothing to add."""
    return record(k, kind, who, parent, math.nan, NOTHING)


@part(int64, address, int64, int64, int64, float64, int64)
def record(k, kind, who, parent, detail, what):
    """Log that something happened now, with a figure or a word (`what`) about it, and return its number."""
    r = run(k)[0]
    number = r.count
    r.count = number + 1
    if rules(k)[0].keep_log:
        if number >= len(log(k)):
            ran_out(k, _LOG)
            return number
        entry = log(k)[number]
        entry.time, entry.kind, entry.who, entry.parent = r.now, kind, who, parent
        entry.detail, entry.what = detail, what
    return number
