"""Mechanism 12, generation. A simultaneous loss of generation above the reserve sheds load (as `model.grid`).

The model looks at the balance again when a network recovers from shedding. That changes nothing, for what is lost
at plants does not count shedding, so it is left out here; the equality test would tell.
"""

from __future__ import annotations

from simulator.kernel.agenda import after, note, ran_out, record
from simulator.kernel.codes import ENERGY, RESERVE_COMES, SHED
from simulator.kernel.felt import shed_at, shed_no_more
from simulator.kernel.layout import (
    NOTHING,
    organisations,
    parts_of_shortfall,
    place_of,
    plants,
    root_weights,
    rules,
    run,
    shed,
)
from simulator.kernel.linker import address, float64, int64, leaf, part, void
from simulator.kernel.service import roots
from simulator.model.kinds import Kind

_GRID, _READY = int(Kind.GRID), int(Kind.RESERVE_READY)
_SHED, _PARTS = place_of("shed"), place_of("parts_of_shortfall")


@part(int64, address)
def lost_plants(k):
    """Put the plants that are down for a reason other than the shedding itself first in `lost`, and count them."""
    table, o, count = plants(k), organisations(k), 0
    half = len(table) // 2
    for n in range(half):
        i = table[n]
        if o[i].output < 1.0 and roots(k, i, SHED) > 0:
            table[half + count] = i
            count += 1
    return count


@part(int64, address, int64)
def shortfall_by_cause(k, count):
    """Causes behind the lost plants, and the share of the lost generation each answers for, by number."""
    table, o, found, known = plants(k), organisations(k), parts_of_shortfall(k), 0
    half = len(table) // 2
    for n in range(count):
        own = o[table[half + n]]
        causes_here = roots(k, table[half + n], SHED)
        weights = root_weights(k)
        total = 0.0
        for a in range(causes_here):
            total += weights[a].weight
        for a in range(causes_here):
            missing = own.generation * (1.0 - own.output)
            place = 0
            while place < known and found[place].cause < weights[a].cause:
                place += 1
            if place == known or found[place].cause != weights[a].cause:
                if known >= len(found):
                    ran_out(k, _PARTS)
                    return 0
                for b in range(known, place, -1):
                    found[b].cause, found[b].weight = found[b - 1].cause, found[b - 1].weight
                found[place].cause, found[place].weight = weights[a].cause, 0.0
                known += 1
            found[place].weight = found[place].weight + missing * weights[a].weight / total
    total = 0.0
    for n in range(known):
        total += found[n].weight
    for n in range(known):
        found[n].weight = found[n].weight / total
    return known


@part(void, address, float64, int64, int64)
def shed_load(k, share, lost, parent):
    """New shedding begins before the old ends, so that no network is back for no time at all."""
    r, o = run(k)[0], organisations(k)
    if share == r.shed_share:
        return
    causes_known = shortfall_by_cause(k, lost)
    entry = record(k, _GRID, 0, parent, share, NOTHING)
    r.shed_share = share
    first, end = r.shed, r.shed_end
    r.shed = end
    if share > 0.0:
        for i in range(rules(k)[0].organisations):
            if o[i].sector != ENERGY or o[i].generation != 0.0:
                continue
            for n in range(causes_known):
                if r.shed_end >= len(shed(k)):
                    ran_out(k, _SHED)
                    return
                own = parts_of_shortfall(k)[n]
                t = shed_at(k, i, own.cause, SHED, 1.0 - share, own.weight, entry)
                shed(k)[r.shed_end] = t
                r.shed_end += 1
    for place in range(first, end):
        shed_no_more(k, shed(k)[place], entry)


@part(void, address, int64, int64)
def balance(k, i, parent):
    """What generation is short of load; slow reserve comes in some time after the first shortfall."""
    r, own, o = run(k)[0], rules(k)[0], organisations(k)
    lost = lost_plants(k)
    half = len(plants(k)) // 2
    missing = 0.0
    for n in range(lost):
        plant = o[plants(k)[half + n]]
        missing += plant.generation * (1.0 - plant.output)
    short = missing - own.reserve
    if short <= 0.0:
        r.short = r.slow_ready = 0
    elif not r.short:
        r.short = 1
        r.shortages += 1
        after(k, own.slow_after, _READY, i, RESERVE_COMES, parent, 0, r.shortages)
    if r.slow_ready:
        short -= own.slow_reserve
    shed_load(k, min(max(short / own.load, 0.0), 1.0), lost, parent)


@leaf
def reserve_ready(k, i, shortage, parent):
    """The slow reserve comes in, if it is still wanted."""
    r = run(k)[0]
    if r.short and shortage == r.shortages:
        r.slow_ready = 1
        balance(k, i, note(k, _READY, i, parent))
