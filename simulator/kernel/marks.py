"""What each cause did to each organisation: a hash table of (cause, organisation), emptied by what was used of it."""

from __future__ import annotations

from simulator.kernel.agenda import ran_out
from simulator.kernel.draws import scattered
from simulator.kernel.layout import NOTHING, causes, marks, place_of, run, used_marks
from simulator.kernel.linker import address, float64, int64, leaf, part, uint64, void

_MARKS = place_of("marks")


@part(int64, address, int64, int64)
def found_mark(k, cause, organisation):
    """Row of the mark, or -1 where there is none yet."""
    table = marks(k)
    mask = uint64(len(table) - 1)
    place = scattered(uint64(cause) << uint64(32) | uint64(organisation)) & mask
    while table[place].used:
        if table[place].cause == cause and table[place].organisation == organisation:
            return int64(place)
        place = (place + uint64(1)) & mask
    return NOTHING


@part(int64, address, int64, int64)
def mark_of(k, cause, organisation):
    """Row of the mark, made if there is none yet."""
    r, table = run(k)[0], marks(k)
    mask = uint64(len(table) - 1)
    place = scattered(uint64(cause) << uint64(32) | uint64(organisation)) & mask
    while table[place].used:
        if table[place].cause == cause and table[place].organisation == organisation:
            return int64(place)
        place = (place + uint64(1)) & mask
    if 2 * r.marks >= len(table):
        return ran_out(k, _MARKS)
    used_marks(k)[r.marks] = int64(place)
    r.marks += 1
    own = table[place]
    own.cause, own.organisation, own.used = cause, organisation, 1
    own.struck = own.infected = own.pending = own.proxied = own.has_hours = own.has_cost = 0
    own.hours = own.cost = 0.0
    return int64(place)


@leaf
def empty_marks(k):
    """Forget all marks."""
    table, used = marks(k), used_marks(k)
    for n in range(run(k)[0].marks):
        table[used[n]].used = 0


@leaf
def strike(k, cause, organisation):
    """The cause struck here."""
    marks(k)[mark_of(k, cause, organisation)].struck = 1


@leaf
def struck(k, cause, organisation):
    """Did the cause strike here?"""
    m = found_mark(k, cause, organisation)
    return m != NOTHING and marks(k)[m].struck == 1


@leaf
def infected(k, cause, organisation):
    """Has the organisation taken the code of this cause?"""
    m = found_mark(k, cause, organisation)
    return m != NOTHING and marks(k)[m].infected == 1


@leaf
def restoring(k, cause, organisation):
    """Is the organisation still marked by this cause?"""
    m = found_mark(k, cause, organisation)
    return m != NOTHING and marks(k)[m].pending == 1


@part(void, address, int64, int64, float64)
def book_hours(k, cause, organisation, hours):
    """Customer-hours lost here on the account of a cause."""
    m = mark_of(k, cause, organisation)
    mark, own = marks(k)[m], causes(k)[cause]
    if not mark.has_hours:
        mark.has_hours, mark.next_hours = 1, NOTHING
        if own.last_hours == NOTHING:
            own.first_hours = m
        else:
            marks(k)[own.last_hours].next_hours = m
        own.last_hours = m
    mark.hours += hours


@part(void, address, int64, int64, float64, float64)
def spend(k, cause, organisation, amount, hour):
    """A cost of the operator here on the account of a cause."""
    m = mark_of(k, cause, organisation)
    mark, own = marks(k)[m], causes(k)[cause]
    if not mark.has_cost:
        mark.has_cost, mark.next_cost = 1, NOTHING
        if own.last_cost == NOTHING:
            own.first_cost = m
        else:
            marks(k)[own.last_cost].next_cost = m
        own.last_cost = m
    mark.cost += amount
    own.spent_hours += amount * hour
