"""Mechanism 17. Instruments: who is bound or told, who complies, how fast (as `model.instruments`)."""

from __future__ import annotations

import math

from simulator.chance.keys import Purpose
from simulator.kernel.agenda import after, at, note, record
from simulator.kernel.codes import ANNOUNCED, COMPLIES, INSTRUMENT, NOTICE_OVER, QUIET
from simulator.kernel.draws import joint, quantile, uniform
from simulator.kernel.layout import (
    NOTHING,
    causes,
    dependencies,
    futures,
    instruments,
    reals_at,
    rows,
    rules,
    run,
    vendors,
)
from simulator.kernel.linker import address, float64, int64, leaf, part, void
from simulator.kernel.loss_causes import open_cause
from simulator.kernel.protection import cut_off, stop_updates
from simulator.kernel.removal import ask_removal
from simulator.kernel.undertakings import warned
from simulator.model.kinds import Kind

_DELAY, _COMPLY, _COMPLY_DELAY = int(Purpose.INSTRUMENT_DELAY), int(Purpose.COMPLY), int(Purpose.COMPLY_DELAY)
_GROUNDLESS = int(Purpose.GROUNDLESS)
_INSTRUMENT, _COMPLIES, _ENDS = int(Kind.INSTRUMENT), int(Kind.COMPLIES), int(Kind.NOTICE_ENDS)


@leaf
def flag_vendors(k, first, end, flag):
    """Mark the vendors of a list for what is asked next, or mark them no more."""
    for place in range(first, end):
        vendors(k)[rows(k)[place]].flagged = flag


@leaf
def _names_flagged(k, instrument):
    for place in range(instrument.first_vendor, instrument.end_vendor):
        if vendors(k)[rows(k)[place]].flagged:
            return True
    return False


@part(void, address, int64, float64)
def wake_instruments(k, parent, origin):
    """Something about the vendors that are `flagged` became known: instruments that wait for that follow."""
    for v in range(rules(k)[0].vendors):
        if vendors(k)[v].flagged:
            vendors(k)[v].in_the_news = 1
    for n in range(rules(k)[0].instruments):
        own = instruments(k)[n]
        if own.wakes and _names_flagged(k, own):
            hours = quantile(k, own.delay, uniform(k, _DELAY, own.key, 0)) if own.delay != NOTHING else 0.0
            after(k, hours, _INSTRUMENT, n, ANNOUNCED, parent, 0, NOTHING, NOTHING, origin)


@leaf
def _notice_ends(k, n, own):
    """Hour at which its notice is over: settled in the driver for what was dated there."""
    columns, now = futures(k)[0], run(k)[0].now
    count = columns.kinds_of_instruments
    known = reals_at(columns.notice_ends, columns.rows * count)[run(k)[0].row * count + n]
    if math.isfinite(known) or own.notice == NOTHING:
        return known if math.isfinite(known) else now
    return now + quantile(k, own.notice, uniform(k, _DELAY, own.key, 1))


@part(void, address, int64, float64, int64)
def announced(k, n, origin, parent):
    """Government acts; each instrument at most once."""
    own = instruments(k)[n]
    if own.cause != NOTHING:
        return
    entry = record(k, _INSTRUMENT, n, parent, math.nan, own.kind)
    cause = open_cause(k, own.cause_key, INSTRUMENT, NOTHING, 0, origin)
    causes(k)[cause].mode, causes(k)[cause].entry = QUIET + 1 + own.kind, entry
    own.cause = cause
    warned(k, n, entry)
    over = _notice_ends(k, n, own)
    for place in range(own.first_aim, own.end_aim):
        d = rows(k)[place]
        if dependencies(k)[d].removed:
            continue
        key = joint(dependencies(k)[d].key, own.key)
        if uniform(k, _COMPLY, key, 0) < own.comply:
            hours = quantile(k, own.comply_delay, uniform(k, _COMPLY_DELAY, key, 0))
            after(k, hours, _COMPLIES, d, COMPLIES, entry, n, n)
        if own.ban:
            at(k, over, _ENDS, d, NOTICE_OVER, entry, n, NOTHING, NOTHING, math.nan)


@part(void, address, int64, int64, int64)
def complies(k, d, n, parent):
    """One organisation does as an instrument asks."""
    if dependencies(k)[d].removed:
        return
    own = instruments(k)[n]
    entry = note(k, _COMPLIES, d, parent)
    if own.order:
        cut_off(k, d)
    ask_removal(k, d, own.cause, entry, dependencies(k)[d].replaced_by)


@leaf
def notice_over(k, d, parent):
    """The end of a ban's notice stops updates for those who stayed."""
    if not dependencies(k)[d].removed:
        note(k, _ENDS, d, parent)
        stop_updates(k, d)


@part(int64, address)
def groundless_warnings(k):
    """Count, and charge to government, the warnings against vendors that turned out harmless, where it shows."""
    count = 0
    for n in range(rules(k)[0].instruments):
        own = instruments(k)[n]
        if own.cause == NOTHING or math.isnan(own.shows):
            continue
        abused = False
        for place in range(own.first_vendor, own.end_vendor):
            abused = abused or vendors(k)[rows(k)[place]].abused == 1
        if not abused and uniform(k, _GROUNDLESS, own.key, 0) < own.shows:
            count += 1
            causes(k)[own.cause].government += own.groundless_cost
    return count
