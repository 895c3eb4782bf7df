"""Mechanism 9. Output of every organisation, and the losses while it is below one (as `model.service`)."""

from __future__ import annotations

import math

from simulator.kernel.agenda import after, ran_out, record
from simulator.kernel.codes import FALLS, NUISANCE
from simulator.kernel.layout import (
    NOTHING,
    causes,
    fed,
    history,
    organisations,
    people,
    place_of,
    reached,
    root_weights,
    rules,
    run,
    shares,
    troubles,
    weights,
)
from simulator.kernel.linker import address, float64, int64, leaf, part, void
from simulator.kernel.marks import book_hours, strike
from simulator.kernel.supply import downstream, factor, reach, touch_organisation
from simulator.model.kinds import Kind

_ROUNDING = 1e-12
_SHARES, _TROUBLES, _PEOPLE = place_of("shares"), place_of("troubles"), place_of("people")
_HISTORY, _WEIGHTS, _ROOTS = place_of("history"), place_of("weights"), place_of("root_weights")
_OUTAGE, _DOWN, _UP, _FALLS = int(Kind.OUTAGE), int(Kind.SERVICE_DOWN), int(Kind.SERVICE_UP), int(Kind.MANUAL_FALLS)


@part(float64, address, int64)
def left_by(k, t):
    """Share of service one trouble leaves; by hand, what the crews still there can run, or else the floor."""
    trouble = troubles(k)[t]
    if not trouble.manual:
        return trouble.output
    away = 0.0
    n = organisations(k)[trouble.organisation].crews
    while n != NOTHING:
        away += shares(k)[n].weight
        n = shares(k)[n].next
    crews = max(1.0 - away, 0.0)
    return max(trouble.output * crews, min(trouble.floor, trouble.output))


@part(float64, address, int64, int64)
def own_output(k, i, besides):
    """Output the organisation's own troubles leave: the worst of them rules; one route may be left out."""
    output, n, table = 1.0, organisations(k)[i].troubles, troubles(k)
    while n != NOTHING:
        if table[n].route != besides:
            output = min(output, left_by(k, n))
        n = table[n].next
    return output


@part(float64, address, int64)
def delivered(k, i):
    """Output as those who hang on it feel it: a nuisance is capped where it strikes and cuts nobody off."""
    own, table = organisations(k)[i], troubles(k)
    n = own.troubles
    while n != NOTHING:
        if table[n].route == NUISANCE:
            return own_output(k, i, NUISANCE) * factor(k, i)
        n = table[n].next
    return own.output


@leaf
def _raise(found, count, cause, weight):
    """Raise the weight of a cause among `count` found; zero is no weight. How many there are then, which is more
    than there is room for if one found none.
    """
    if not weight > 0.0:
        return count
    for n in range(min(count, len(found))):
        if found[n].cause == cause:
            if weight > found[n].weight:
                found[n].weight = weight
            return count
    if count < len(found):
        found[count].cause, found[count].weight = cause, weight
    return count + 1


@leaf
def _taken(k, found, count, i, carried, besides, also):
    """By cause: the share of service that the worst of its own troubles here takes, as far as it is carried."""
    n, table = organisations(k)[i].troubles, troubles(k)
    while n != NOTHING:
        own = table[n]
        if own.route != besides and own.route != also:
            count = _raise(found, count, own.cause, carried * own.part * (1.0 - left_by(k, n)))
        n = own.next
    return count


@part(int64, address, int64, int64)
def roots(k, i, besides):
    """Fill `root_weights` with the causes behind the organisation's loss of service now, one route left out, each
    with its weight, and say how many.
    """
    found = root_weights(k)
    count = _taken(k, found, 0, i, 1.0, besides, besides)
    if organisations(k)[i].cut_off:
        reach(k, i)
        o = organisations(k)
        for n in range(1, run(k)[0].reached):
            j = reached(k)[n]
            count = _taken(k, found, count, j, o[j].carried, NUISANCE, besides)
    if count > len(found):
        ran_out(k, _ROOTS)
        return 0
    return count


@leaf
def row_of_shares(k):
    """A row for a list of causes or shares."""
    r = run(k)[0]
    n = r.idle_share
    if n != NOTHING:
        r.idle_share = shares(k)[n].next
        return n
    n = r.shares
    if n >= len(shares(k)):
        return ran_out(k, _SHARES)
    r.shares = n + 1
    return n


@leaf
def _give_back(k, first):
    """The rows of a list are idle again."""
    r, table = run(k)[0], shares(k)
    while first != NOTHING:
        following = table[first].next
        table[first].next = r.idle_share
        r.idle_share = first
        first = following


@leaf
def _listed(k, found, count):
    """The first row of a new list of these causes and weights."""
    first, table = NOTHING, shares(k)
    for n in range(count - 1, -1, -1):
        new = row_of_shares(k)
        table[new].cause, table[new].weight, table[new].next = found[n].cause, found[n].weight, first
        first = new
    return first


@part(int64, address, int64)
def answerable(k, i):
    """Fill `weights` with the causes that answer for what is lost here now and their shares, which sum to one, by
    number; and say how many.
    """
    own, table = organisations(k)[i], shares(k)
    count = roots(k, i, NUISANCE)
    if count > 0 or own.blamed == NOTHING:
        if count == 0 and own.cut_off:
            count = _last_known_upstream(k, i)
        _give_back(k, own.blamed)
        own.blamed = _listed(k, root_weights(k), count)
    found = weights(k)
    count = _taken(k, found, 0, i, 1.0, NOTHING, NOTHING)
    n = own.blamed
    while n != NOTHING:
        count = _raise(found, count, table[n].cause, table[n].weight)
        n = table[n].next
    if count > len(found):
        ran_out(k, _WEIGHTS)
        return 0
    for a in range(1, count):  # by number of the cause: a handful
        cause, weight = found[a].cause, found[a].weight
        b = a
        while b > 0 and found[b - 1].cause > cause:
            found[b].cause, found[b].weight = found[b - 1].cause, found[b - 1].weight
            b -= 1
        found[b].cause, found[b].weight = cause, weight
    total = 0.0
    for n in range(count):
        total += found[n].weight
    for n in range(count):
        found[n].weight = found[n].weight / total
    return count


@leaf
def _last_known_upstream(k, i):
    """Weights of the causes last known behind the loss of those it hangs on. `reach` has just been filled."""
    o, table, found, count = organisations(k), shares(k), root_weights(k), 0
    for place in range(run(k)[0].reached):
        j = reached(k)[place]
        n = o[j].blamed
        while n != NOTHING:
            count = _raise(found, count, table[n].cause, o[j].carried * table[n].weight)
            n = table[n].next
    if count > len(found):
        ran_out(k, _ROOTS)
        return 0
    return count


@part(void, address, int64)
def accrue(k, i):
    """Book the losses here up to now."""
    own, now = organisations(k)[i], run(k)[0].now
    hours = now - own.since
    if hours == 0.0:
        return
    touch_organisation(k, i)
    own.since = now
    if hours <= 0.0:
        return
    if own.output < 1.0:
        loss = (1.0 - own.output) * hours * own.customers
        count = answerable(k, i)
        for n in range(count):
            cause, share = weights(k)[n].cause, weights(k)[n].weight
            book_hours(k, cause, i, loss * share)
            causes(k)[cause].lost_hours += loss * share * (now - 0.5 * hours)
    n = own.troubles
    while n != NOTHING:
        if troubles(k)[n].unsafe:
            causes(k)[troubles(k)[n].cause].unsafe += hours * own.people
        n = troubles(k)[n].next


@part(void, address, int64)
def settle(k, i):
    """Book losses up to now, here and wherever this organisation's troubles are felt."""
    downstream(k, i)
    for n in range(run(k)[0].fed):
        accrue(k, fed(k)[n])


@leaf
def _people_out(k, cause, sector, change):
    r, own, table = run(k)[0], causes(k)[cause], people(k)
    n = r.people
    if n >= len(table):
        ran_out(k, _PEOPLE)
        return
    r.people = n + 1
    table[n].hour, table[n].sector, table[n].change, table[n].next = r.now, sector, change, NOTHING
    if own.last_people == NOTHING:
        own.first_people = n
    else:
        table[own.last_people].next = n
    own.last_people = n


@part(void, address, int64, float64, int64)
def charge(k, i, output, count):
    """Share the people without service here among the `count` causes of the moment in `weights`."""
    own, now, table = organisations(k)[i], weights(k), shares(k)
    out = (1.0 - output) * own.people
    if not out > 0.0:
        count = 0
    same, n, place = True, own.charged, 0
    while same and (n != NOTHING or place < count):
        same = n != NOTHING and place < count and table[n].cause == now[place].cause
        if same:
            same = table[n].weight == out * now[place].weight
            n, place = table[n].next, place + 1
    if same:
        return
    n, place = own.charged, 0
    while n != NOTHING or place < count:
        if place >= count or (n != NOTHING and table[n].cause < now[place].cause):
            _people_out(k, table[n].cause, own.sector, 0.0 - table[n].weight)
            n = table[n].next
        elif n == NOTHING or now[place].cause < table[n].cause:
            _people_out(k, now[place].cause, own.sector, out * now[place].weight)
            place += 1
        else:
            _people_out(k, now[place].cause, own.sector, out * now[place].weight - table[n].weight)
            n, place = table[n].next, place + 1
    _give_back(k, own.charged)
    first = NOTHING
    for n in range(count - 1, -1, -1):
        new = row_of_shares(k)
        table[new].cause, table[new].weight, table[new].next = now[n].cause, out * now[n].weight, first
        first = new
    own.charged = first


@part(int64, address, int64, int64)
def restated(k, i, parent):
    """Recompute output after a change; losses must have been settled before it. The log entry, -1 if none changed."""
    touch_organisation(k, i)
    own = organisations(k)[i]
    before = own.output
    left = factor(k, i)
    output = own_output(k, i, NOTHING) * left
    if left == 1.0:
        _give_back(k, own.blamed)
        own.blamed = NOTHING
    count = answerable(k, i) if output < 1.0 else 0
    charge(k, i, output, count)
    if output == before:
        return NOTHING
    own.output = output
    own.since = run(k)[0].now
    return _noted(k, i, before, output, count, parent)


@leaf
def _noted(k, i, before, output, count, parent):
    """Log the change, count the customers interrupted and the people without service."""
    r, own = run(k)[0], organisations(k)[i]
    sector = own.sector
    if output < before:
        entry = record(k, _DOWN, i, parent, output, NOTHING)
        for n in range(count):
            answers = weights(k)[n]
            causes(k)[answers.cause].interruptions[sector] += (before - output) * own.customers * answers.weight
    else:
        entry = record(k, _UP, i, parent, output, NOTHING)
    r.down[sector] += int(output < 1.0) - int(before < 1.0)
    if r.down[sector] == 0:
        r.without[sector] = 0.0
    else:
        r.without[sector] = max(r.without[sector] + (before - output) * own.people, 0.0)
    if not rules(k)[0].keep_log:
        return entry
    n = r.history
    if n >= len(history(k)):
        ran_out(k, _HISTORY)
        return entry
    r.history = n + 1
    history(k)[n].hour, history(k)[n].sector, history(k)[n].people = r.now, sector, r.without[sector]
    return entry


@part(int64, address, int64, int64, int64, float64, int64)
def trouble_begins(k, i, cause, route, output, parent):
    """A new trouble, whose losses are settled and which is logged (`last_entry`), but which is not felt yet."""
    settle(k, i)
    r, own, table = run(k)[0], organisations(k)[i], troubles(k)
    t = r.troubles
    if t >= len(table):
        return ran_out(k, _TROUBLES)
    r.troubles = t + 1
    new = table[t]
    new.organisation, new.cause, new.route, new.output = i, cause, route, output
    new.unsafe = new.manual = 0
    new.part, new.is_open, new.next = 1.0, 1, NOTHING
    if own.last_trouble == NOTHING:
        own.troubles = t
    else:
        table[own.last_trouble].next = t
    own.last_trouble = t
    strike(k, cause, i)
    r.last_entry = record(k, _OUTAGE, i, parent, math.nan, route)
    return t


@leaf
def hand_over(k, t, parent):
    """Running by hand wears out: the share kept falls at every step until its floor."""
    own = troubles(k)[t]
    after(k, own.every, _FALLS, own.organisation, FALLS, parent, own.cause, t)


@part(void, address, int64)
def trouble_ends(k, t):
    """A trouble ends now: losses are settled, and it is gone from the list, but that is not felt yet."""
    table = troubles(k)
    i = table[t].organisation
    settle(k, i)
    own = organisations(k)[i]
    table[t].is_open = 0
    ahead, n = NOTHING, own.troubles
    while n != t and n != NOTHING:
        ahead, n = n, table[n].next
    if ahead == NOTHING:
        own.troubles = table[t].next
    else:
        table[ahead].next = table[t].next
    if own.last_trouble == t:
        own.last_trouble = ahead
