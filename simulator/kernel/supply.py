"""State of the supply links: which are exhausted, and what that leaves of each consumer (as `model.supply`)."""

from __future__ import annotations

from simulator.kernel.agenda import ran_out
from simulator.kernel.layout import (
    NOTHING,
    fed,
    links,
    organisations,
    place_of,
    queued,
    reached,
    rows,
    run,
    touched_links,
    touched_organisations,
)
from simulator.kernel.linker import address, float64, int64, leaf, part, void

_QUEUED = place_of("queued")


@leaf
def touch_organisation(k, i):
    """Its state will have to be set back after the replication."""
    own = organisations(k)[i]
    if not own.touched:
        own.touched = 1
        r = run(k)[0]
        touched_organisations(k)[r.next_touched_organisation] = i
        r.next_touched_organisation += 1


@leaf
def touch_link(k, n):
    """Its state will have to be set back after the replication."""
    own = links(k)[n]
    if not own.touched:
        own.touched = 1
        r = run(k)[0]
        touched_links(k)[r.next_touched_link] = n
        r.next_touched_link += 1


@leaf
def mark_exhausted(k, n, exhausted):
    """A link runs dry, or carries again."""
    link = links(k)[n]
    if link.exhausted != exhausted:
        touch_link(k, n)
        touch_organisation(k, link.consumer)
        link.exhausted = exhausted
        organisations(k)[link.consumer].cut_off += 1 if exhausted else -1


@part(float64, address, int64)
def factor(k, i):
    """Share of output the exhausted links leave, those marked `ignored` left out."""
    own = organisations(k)[i]
    if not own.cut_off:
        return 1.0
    lost0 = lost1 = lost2 = 0.0
    first = second = third = NOTHING
    table = links(k)
    for n in range(own.first_link, own.end_link):
        link = table[n]
        if link.exhausted and not link.ignored:
            s = link.sector
            if first == NOTHING or first == s:
                first = s
                lost0 = lost0 + link.carries * link.unbacked
            elif second == NOTHING or second == s:
                second = s
                lost1 = lost1 + link.carries * link.unbacked
            else:
                third = s
                lost2 = lost2 + link.carries * link.unbacked
    left = 1.0
    if first != NOTHING:
        left *= max(1.0 - lost0, 0.0)
    if second != NOTHING:
        left *= max(1.0 - lost1, 0.0)
    if third != NOTHING:
        left *= max(1.0 - lost2, 0.0)
    return left


@part(void, address, int64)
def reach(k, i):
    """Fill `reached` with the organisation and all whose service it lost, in the order met; `carried` says how much
    of its own service hangs on each: what the exhausted links of the strongest chain carry.
    """
    r, o, table = run(k)[0], organisations(k), links(k)
    r.visit += 1
    found, queue = reached(k), queued(k)
    found[0] = queue[0] = i
    r.reached = queued_ = 1
    o[i].reached, o[i].carried = r.visit, 1.0
    n = 0
    while n < queued_:
        here = o[queue[n]]
        n += 1
        if not here.cut_off:
            continue
        for link in range(here.first_link, here.end_link):
            if not table[link].exhausted:
                continue
            provider = o[table[link].provider]
            carried = here.carried * table[link].carries * table[link].unbacked
            known = provider.carried if provider.reached == r.visit else 0.0
            if carried > known:
                if provider.reached != r.visit:
                    provider.reached = r.visit
                    found[r.reached] = table[link].provider
                    r.reached += 1
                provider.carried = carried
                if queued_ >= len(queue):
                    ran_out(k, _QUEUED)
                    return
                queue[queued_] = table[link].provider
                queued_ += 1


@part(void, address, int64)
def downstream(k, i):
    """Fill `fed` with the organisation and all that lost supply because of it, in the order met."""
    r, o, table, list_ = run(k)[0], organisations(k), links(k), rows(k)
    r.visit += 1
    found = fed(k)
    found[0] = i
    r.fed = 1
    o[i].fed = r.visit
    n = 0
    while n < r.fed:
        here = o[found[n]]
        n += 1
        for place in range(here.first_out, here.end_out):
            link = table[list_[place]]
            consumer = o[link.consumer]
            if link.exhausted and consumer.fed != r.visit:
                consumer.fed = r.visit
                found[r.fed] = link.consumer
                r.fed += 1
