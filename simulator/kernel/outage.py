"""Troubles of an organisation's own begin, change and end, with all that follows (as `model.service`)."""

from __future__ import annotations

from simulator.kernel.agenda import after, note, ran_out, record
from simulator.kernel.cascade import (
    break_promises,
    echoes,
    full_buffer,
    newest_cause,
    release_loops,
    supply_regained,
)
from simulator.kernel.codes import BUFFER_RUNS_DRY
from simulator.kernel.felt import felt_downstream
from simulator.kernel.grid import balance
from simulator.kernel.layout import NOTHING, links, organisations, place_of, ranked, rules, run, shares, troubles
from simulator.kernel.linker import address, float64, int64, leaf, part, void
from simulator.kernel.service import _ROUNDING as ROUNDING
from simulator.kernel.service import hand_over, row_of_shares, settle, trouble_begins, trouble_ends
from simulator.kernel.supply import mark_exhausted
from simulator.model.kinds import Kind

_RANKED = place_of("ranked")
_FELL, _FULL, _EMPTY, _RESTARTED = (
    *(int(Kind.MANUAL_FALLS), int(Kind.BUFFER_FULL), int(Kind.BUFFER_EMPTY), int(Kind.SUPPLY_RESTARTED)),
)


@part(void, address, int64, int64)
def refresh(k, i, parent):
    """Recompute output after a change, and let everybody know; losses must have been settled before it."""
    entry = felt_downstream(k, i, parent)
    if entry != NOTHING and rules(k)[0].grid and organisations(k)[i].generation > 0.0:
        balance(k, i, entry)


@part(int64, address, int64, int64, int64, float64, int64, int64)
def open_trouble(k, i, cause, route, output, parent, unsafe):
    """A new trouble begins now."""
    t = trouble_begins(k, i, cause, route, output, parent)
    troubles(k)[t].unsafe = unsafe
    entry = run(k)[0].last_entry
    refresh(k, i, entry)
    break_promises(k, i, entry)
    return t


@part(void, address, int64, int64, int64, float64, float64, float64, float64, int64)
def run_by_hand(k, i, cause, route, share, floor, falls_by, every, parent):
    """A trouble in which plant is run by hand."""
    t = trouble_begins(k, i, cause, route, share, parent)
    own, entry = troubles(k)[t], run(k)[0].last_entry
    own.manual, own.floor, own.falls_by, own.every = 1, floor, falls_by, every
    if falls_by > 0.0 and share > floor:
        hand_over(k, t, entry)
    refresh(k, i, entry)
    break_promises(k, i, entry)


@part(void, address, int64, int64)
def close_trouble(k, t, parent):
    """A trouble ends now."""
    if not troubles(k)[t].is_open:
        return
    i = troubles(k)[t].organisation
    trouble_ends(k, t)
    refresh(k, i, parent)
    release_loops(k, i, parent)
    if rules(k)[0].grid and run(k)[0].shed_share > 0.0:
        balance(k, i, parent)


@part(void, address, int64, int64, int64)
def heal(k, i, cause, parent):
    """All troubles of one cause at one organisation end now."""
    table, found, count = troubles(k), ranked(k), 0
    t = organisations(k)[i].troubles
    while t != NOTHING:
        if table[t].cause == cause:
            if count >= len(found):
                ran_out(k, _RANKED)
                return
            found[count] = t
            count += 1
        t = table[t].next
    for n in range(count):
        close_trouble(k, found[n], parent)


@part(void, address, int64, float64, int64)
def send_crews(k, i, share, parent):
    """A job takes a share of the crews that run plant by hand."""
    settle(k, i)
    own, table = organisations(k)[i], shares(k)
    new = row_of_shares(k)
    table[new].weight, table[new].next = share, NOTHING
    if own.last_crew == NOTHING:
        own.crews = new
    else:
        table[own.last_crew].next = new
    own.last_crew = new
    refresh(k, i, parent)


@part(void, address, int64, float64, int64)
def recall_crews(k, i, share, parent):
    """The crews that one job took are back."""
    settle(k, i)
    own, table = organisations(k)[i], shares(k)
    ahead, n = NOTHING, own.crews
    while n != NOTHING and table[n].weight != share:
        ahead, n = n, table[n].next
    if n != NOTHING:
        if ahead == NOTHING:
            own.crews = table[n].next
        else:
            table[ahead].next = table[n].next
        if own.last_crew == n:
            own.last_crew = ahead
        table[n].next = run(k)[0].idle_share
        run(k)[0].idle_share = n
    refresh(k, i, parent)


@leaf
def hand_falls(k, t, parent):
    """Running by hand has worn out by one step."""
    own = troubles(k)[t]
    if not own.is_open:
        return
    settle(k, own.organisation)
    fallen = own.output - own.falls_by
    own.output = fallen if fallen > own.floor + ROUNDING else own.floor
    entry = record(k, _FELL, own.organisation, parent, own.output, NOTHING)
    if own.output > own.floor:
        hand_over(k, t, entry)
    refresh(k, own.organisation, entry)


@leaf
def _switch(k, n, exhausted, entry):
    consumer = links(k)[n].consumer
    settle(k, consumer)
    mark_exhausted(k, n, exhausted)
    refresh(k, consumer, entry)


@part(void, address, int64, int64, int64)
def buffer_runs_dry(k, n, epoch, parent):
    """A buffer is empty: a delivery fills it, or the consumer feels it."""
    link = links(k)[n]
    if epoch != link.epoch:
        return
    if link.deliveries > 0:
        link.deliveries -= 1
        link.level, link.since = full_buffer(k, n), run(k)[0].now
        entry = note(k, _FULL, n, parent)
        after(k, link.level, _EMPTY, n, BUFFER_RUNS_DRY, entry, link.epoch, link.epoch)
        return
    if echoes(k, n):
        supply_regained(k, n, parent)
        return
    link.ran_dry_of = newest_cause(k, link.provider)
    entry = note(k, _EMPTY, n, parent)
    _switch(k, n, 1, entry)
    break_promises(k, link.consumer, entry)
    release_loops(k, link.consumer, entry)


@part(void, address, int64, int64, int64)
def supply_restarts(k, n, epoch, parent):
    """What ran dry is supplied again."""
    link = links(k)[n]
    if epoch != link.epoch:
        return
    entry = note(k, _RESTARTED, n, parent)
    _switch(k, n, 0, entry)
    release_loops(k, link.consumer, entry)
