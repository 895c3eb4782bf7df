"""Mechanism 12. Cascades along supply links (as `model.cascade`)."""

from __future__ import annotations

import math

from simulator.chance.keys import Purpose
from simulator.kernel.agenda import after
from simulator.kernel.codes import BUFFER_RUNS_DRY, NUISANCE, SUPPLY_RESTARTS
from simulator.kernel.draws import quantile, uniform
from simulator.kernel.layout import NOTHING, fed, frames, links, organisations, queued, rows, run, shares
from simulator.kernel.linker import address, float64, int64, leaf, part, void
from simulator.kernel.posture import added_deliveries, added_hours
from simulator.kernel.service import delivered, own_output
from simulator.kernel.supply import downstream, factor, touch_link
from simulator.model.kinds import Kind

_PLACE = int(Purpose.LINK_PLACE)
_EMPTY, _FULL, _RESTARTED = int(Kind.BUFFER_EMPTY), int(Kind.BUFFER_FULL), int(Kind.SUPPLY_RESTARTED)


@leaf
def _reaches(k, n, output):
    """Partial output reaches the consumer if it exceeds its place, uniform on (0, 1) in each replication."""
    if output == 0.0 or output == 1.0:
        return output > 0.0
    link = links(k)[n]
    if link.place < 0.0:
        touch_link(k, n)
        link.place = uniform(k, _PLACE, link.key, 0)
    return output > link.place


@part(float64, address, int64)
def full_buffer(k, n):
    """Hours the buffer holds when full, drawn once per link and replication, and what was added since."""
    link = links(k)[n]
    if math.isnan(link.hours):
        touch_link(k, n)
        link.hours = quantile(k, link.buffer, uniform(k, _PLACE, link.key, 1))
    return link.hours + added_hours(k, n)


@leaf
def _charged(k, n):
    """Hours in the buffer of a link that is supplied."""
    full, link = full_buffer(k, n), links(k)[n]
    if link.level < 0.0:
        return full
    hours = run(k)[0].now - link.since
    if hours >= link.refilled_after:
        return full
    return min(full, link.level + link.recharge * hours)


@leaf
def _drain(k, n, parent):
    link = links(k)[n]
    after(k, link.level, _EMPTY, n, BUFFER_RUNS_DRY, parent, link.epoch, link.epoch)


@part(void, address, int64, int64)
def supply_lost(k, n, parent):
    """A link is no longer supplied: its buffer drains."""
    touch_link(k, n)
    link = links(k)[n]
    link.level = _charged(k, n)
    if link.level >= full_buffer(k, n):
        link.deliveries = link.all_deliveries + added_deliveries(k, n)
    link.since = run(k)[0].now
    link.supplied = 0
    link.epoch += 1
    if not link.exhausted:
        _drain(k, n, parent)


@part(void, address, int64, int64)
def supply_regained(k, n, parent):
    """A link is supplied again: its buffer recharges, or what ran dry restarts."""
    touch_link(k, n)
    link, now = links(k)[n], run(k)[0].now
    remaining = 0.0 if link.exhausted else max(link.level - (now - link.since), 0.0)
    link.level, link.since, link.supplied = remaining, now, 1
    link.epoch += 1
    if link.exhausted:
        after(k, link.restart_lag, _RESTARTED, n, SUPPLY_RESTARTS, parent, link.epoch, link.epoch)


@leaf
def _upstream(k, i):
    """List in `queued`, and mark (`in_loop`), the organisation and all whose service it lost, through any number of
    exhausted links. How many they are.
    """
    r, o, table, queue = run(k)[0], organisations(k), links(k), queued(k)
    r.visit += 1
    o[i].in_loop = r.visit
    queue[0] = i
    count, n = 1, 0
    while n < count:
        here = o[queue[n]]
        n += 1
        if not here.cut_off:
            continue
        for link in range(here.first_link, here.end_link):
            provider = table[link].provider
            if table[link].exhausted and o[provider].in_loop != r.visit:
                o[provider].in_loop = r.visit
                queue[count] = provider
                count += 1
    return count


@leaf
def _once_restarted(k, count):
    """Output (`loop_output`) of each of the `count` organisations in `queued` once all links marked `ignored` carry
    again that can (the greatest fixed point). Of those that cannot the mark is taken away.
    """
    o, table, list_ = organisations(k), links(k), queued(k)
    changed = True
    while changed:
        changed = False
        for a in range(count):
            j = list_[a]
            o[j].loop_output = own_output(k, j, NUISANCE) * factor(k, j)
        for a in range(count):
            for n in range(o[list_[a]].first_link, o[list_[a]].end_link):
                if table[n].ignored and not _reaches(k, n, o[table[n].provider].loop_output):
                    table[n].ignored = 0
                    changed = True


@part(void, address, int64, int64)
def release_loops(k, i, parent):
    """Restart the loop through an organisation unless causes of its own, or supplies from outside, keep it down."""
    o, table = organisations(k), links(k)
    if not o[i].cut_off or o[i].first_out == o[i].end_out:
        return
    _upstream(k, i)
    above = run(k)[0].visit
    downstream(k, i)
    below = run(k)[0].visit
    count = 0
    list_ = queued(k)
    for place in range(run(k)[0].fed):
        j = fed(k)[place]
        if o[j].in_loop == above:
            list_[count] = j
            count += 1
    if count == 1:
        return
    for a in range(1, count):
        j, b = list_[a], a
        while b > 0 and list_[b - 1] > j:
            list_[b] = list_[b - 1]
            b -= 1
        list_[b] = j
    for a in range(count):
        for n in range(o[list_[a]].first_link, o[list_[a]].end_link):
            provider = o[table[n].provider]
            if table[n].exhausted and provider.in_loop == above and provider.fed == below:
                table[n].ignored = 1
    _once_restarted(k, count)
    for a in range(count):
        for n in range(o[list_[a]].first_link, o[list_[a]].end_link):
            if table[n].ignored:
                table[n].ignored = 0
                if not table[n].supplied:
                    supply_regained(k, n, parent)


@leaf
def newest_cause(k, i):
    """Number of the newest cause known behind an organisation's outage, -1 for none."""
    newest, n = NOTHING, organisations(k)[i].blamed
    while n != NOTHING:
        newest = max(newest, shares(k)[n].cause)
        n = shares(k)[n].next
    return newest


@leaf
def _only_waits(k, n):
    """Whether a link would be supplied, were all back round its circle that only waits to restart."""
    o, table, list_, provider = organisations(k), links(k), queued(k), links(k)[n].provider
    count = _upstream(k, provider)
    for a in range(count):
        for m in range(o[list_[a]].first_link, o[list_[a]].end_link):
            table[m].ignored = table[m].exhausted & table[m].circular
    _once_restarted(k, count)
    for a in range(count):
        for m in range(o[list_[a]].first_link, o[list_[a]].end_link):
            table[m].ignored = 0
    return _reaches(k, n, o[provider].loop_output)


@part(int64, address, int64)
def echoes(k, n):
    """Whether an outage comes once more to a link in a circle, whose provider only waits to restart."""
    link = links(k)[n]
    known = newest_cause(k, link.provider) <= link.ran_dry_of
    return known and link.circular and _only_waits(k, n)


@leaf
def _promise(k, depth, i):
    """Look at what an organisation promised: what it will deliver once what it waits for has restarted."""
    own, table = organisations(k)[i], links(k)
    for n in range(own.first_link, own.end_link):
        table[n].ignored = table[n].exhausted & table[n].supplied
    promised = own_output(k, i, NUISANCE) * factor(k, i)
    for n in range(own.first_link, own.end_link):
        table[n].ignored = 0
    frame = frames(k)[depth]
    frame.place, frame.end, frame.output = own.first_out, own.end_out, max(promised, delivered(k, i))


@part(void, address, int64, int64)
def break_promises(k, i, parent):
    """A provider that was only waiting to restart will not: trouble strikes it, or more of its supply is lost. What was
    promised is lost again, and so on down.
    """
    if organisations(k)[i].first_out == organisations(k)[i].end_out:
        return
    depth = 0
    _promise(k, depth, i)
    while depth >= 0:
        frame = frames(k)[depth]
        if frame.place == frame.end:
            depth -= 1
            continue
        n = rows(k)[frame.place]
        frame.place += 1
        link = links(k)[n]
        if link.supplied and not _reaches(k, n, frame.output):
            also_waiting = link.exhausted
            supply_lost(k, n, parent)
            if also_waiting:
                depth += 1
                _promise(k, depth, link.consumer)


@part(void, address, int64, float64, int64)
def output_changed(k, provider, before, parent):
    """A provider's output fell or rose: links whose place in the queue it no longer, or again, reaches."""
    own = organisations(k)[provider]
    if own.first_out == own.end_out:
        return
    output = delivered(k, provider)
    for place in range(own.first_out, own.end_out):
        n = rows(k)[place]
        link, link_reached = links(k)[n], _reaches(k, n, output)
        if output < before and link.supplied and not link_reached:
            supply_lost(k, n, parent)
            if link.exhausted:
                break_promises(k, link.consumer, parent)
        elif output > before and not link.supplied and link_reached:
            supply_regained(k, n, parent)
