"""What a replication came to: its losses, and the service curves of its worst event (as `model.replication`)."""

from __future__ import annotations

import math

import numpy as np

from simulator.kernel.agenda import ran_out
from simulator.kernel.impact import assess
from simulator.kernel.instruments import groundless_warnings
from simulator.kernel.layout import NOTHING, causes, curves, losses, people, place_of, results, run
from simulator.kernel.linker import address, float64, int64, leaf, part, void
from simulator.rules.curve import RESTORED_SHARES, SERVICE_HOURS
from simulator.scenario.words import SECTORS

_CURVES = place_of("curves")
_GRID = np.array(SERVICE_HOURS)
_SHARES = np.array(RESTORED_SHARES)
_SECTORS = len(SECTORS)
EVERY = -1
"""All sectors together."""


@leaf
def _next_point(k, n, sector, start, total):
    """From change `n` on, all changes of one hour: (the next change, hour, people then). At the end all service is
    back, and what is left is rounding.
    """
    table = people(k)
    hour = table[n].hour - start
    while n != NOTHING:
        counts = sector == EVERY or table[n].sector == sector
        if counts and table[n].hour - start != hour:
            break
        if counts:
            total += table[n].change
        n = table[n].next
    return n, hour, total


@leaf
def _first_change(k, n, sector):
    while n != NOTHING and sector != EVERY and people(k)[n].sector != sector:
        n = people(k)[n].next
    return n


@part(float64, address, int64, int64)
def peak_people(k, cause, sector):
    """Most people without service at one time on a cause's account."""
    first = causes(k)[cause].first_people
    if first == NOTHING:
        return 0.0
    start, total, peak = people(k)[first].hour, 0.0, 0.0
    n = _first_change(k, first, sector)
    while n != NOTHING:
        n, _, total = _next_point(k, n, sector, start, total)
        if n != NOTHING:
            peak = max(peak, total)
    return peak


@leaf
def _restored(k, cause, peak, share):
    """Hours until the people without service on a cause's account last exceed what is left of their peak."""
    first = causes(k)[cause].first_people
    start, total, above, found = people(k)[first].hour, 0.0, False, math.nan
    n = first
    while n != NOTHING:
        n, hour, total = _next_point(k, n, EVERY, start, total)
        if above:
            found = hour
        above = n != NOTHING and total > (1.0 - share) * peak
    return found


@part(void, address, int64, int64)
def add_curve(k, cause, sector):
    """People without service on the fixed grid, for a sector that loses any."""
    r, first = run(k)[0], causes(k)[cause].first_people
    n = _first_change(k, first, sector)
    if n == NOTHING:
        return
    if r.all_curves >= len(curves(k)):
        ran_out(k, _CURVES)
        return
    curve = curves(k)[r.all_curves]
    curve.row, curve.sector = r.row, sector
    start, total, place, shown = people(k)[first].hour, 0.0, 0, 0.0
    while n != NOTHING:
        n, hour, total = _next_point(k, n, sector, start, total)
        while place < len(_GRID) and _GRID[place] < hour:
            curve.people[place] = shown
            place += 1
        shown = total if n != NOTHING else 0.0
    while place < len(_GRID):
        curve.people[place] = shown
        place += 1
    r.all_curves += 1


@part(void, address)
def conclude(k):
    """The replication is over: its losses, its worst event, its curves."""
    r = run(k)[0]
    own = results(k)[r.row]
    own.groundless = groundless_warnings(k)
    first = r.all_losses
    own.victims = 0
    for n in range(r.causes):
        own.victims += causes(k)[n].victims
        assess(k, n)
    own.losses, own.count = r.all_losses - first, r.count
    malicious = False
    for n in range(first, r.all_losses):
        malicious = malicious or losses(k)[n].malicious == 1
    worst, most = NOTHING, 0.0
    for n in range(first, r.all_losses):
        loss = losses(k)[n]
        hours = loss.customer_hours[0] + loss.customer_hours[1] + loss.customer_hours[2]
        if (loss.malicious or not malicious) and hours > most:
            worst, most = loss.number, hours
    own.worst = worst
    for s in range(_SECTORS):
        own.peak[s] = peak_people(k, worst, s) if worst != NOTHING else 0.0
    peak = peak_people(k, worst, EVERY) if worst != NOTHING else 0.0
    for n in range(len(_SHARES)):
        own.restored[n] = _restored(k, worst, peak, _SHARES[n]) if peak > 0.0 else math.nan
    if worst != NOTHING:
        for s in range(_SECTORS):
            add_curve(k, worst, s)
