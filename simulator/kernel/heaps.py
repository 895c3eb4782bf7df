"""Heaps: the row that comes first is at place 0, and row -1 holds one on its way.

`sooner(k, one, other)` says whether a row comes before another.
"""

from __future__ import annotations

from simulator.kernel.layout import NOTHING
from simulator.kernel.linker import leaf
from simulator.kernel.tables import copy_row


@leaf
def rise(k, heap, place, children, sooner):
    """Put the row on its way in at a free place, or above it where it comes sooner."""
    while place > 0:
        above = (place - 1) // children
        if not sooner(k, heap[NOTHING], heap[above]):
            break
        copy_row(heap[place], heap[above])
        place = above
    copy_row(heap[place], heap[NOTHING])


@leaf
def close_gap(k, heap, left, sooner):
    """The first row was taken out of a heap of pairs, and so many are left: the sooner of two moves up, down to the
    bottom, and what was last rises from there, mostly not far.
    """
    place, child = 0, 1
    while child < left:
        if child + 1 < left:
            child += int(sooner(k, heap[child + 1], heap[child]))
        copy_row(heap[place], heap[child])
        place, child = child, 2 * child + 1
    copy_row(heap[NOTHING], heap[left])
    rise(k, heap, place, 2, sooner)
