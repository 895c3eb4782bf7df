"""Arrivals whose rate follows a theatre: a Poisson process in operational time (as `chance.arrivals`)."""

from __future__ import annotations

import math

from simulator.kernel.agenda import ran_out
from simulator.kernel.layout import NOTHING, futures, numbers, place_of, reals_at, rules, run, tempo, wholes_at
from simulator.kernel.linker import address, int64, leaf, part

_TEMPO = place_of("tempo")


@part(int64, address, int64, int64)
def set_tempo(k, theatre, first_factor):
    """Fill `tempo` with the pace of a theatre in this future: how many segments it has. Factors are those of the
    theatre's states from `first_factor` on; without a theatre the pace is 1 throughout.
    """
    r, own, table = run(k)[0], rules(k)[0], tempo(k)
    if theatre == NOTHING:
        table[0].starts, table[0].factor, table[0].operational = 0.0, 1.0, 0.0
        table[1].starts, table[1].operational = own.horizon, 1.0 * (own.horizon - 0.0)
        return 1
    columns = futures(k)[0]
    offsets = wholes_at(columns.regime_from, columns.rows * (columns.theatres + 1))
    first = offsets[r.row * (columns.theatres + 1) + theatre]
    end = offsets[r.row * (columns.theatres + 1) + theatre + 1]
    times, states = reals_at(columns.regime_time, end), wholes_at(columns.regime_state, end)
    count = 0
    for n in range(first, end):
        if times[n] < own.horizon:
            if count >= len(table) - 1:
                ran_out(k, _TEMPO)
                return 0
            table[count].starts, table[count].factor = times[n], numbers(k)[first_factor + states[n]]
            count += 1
    table[count].starts = own.horizon
    table[0].operational = 0.0
    for n in range(count):
        lasts = table[n].factor * (table[n + 1].starts - table[n].starts)
        table[n + 1].operational = table[n].operational + lasts
    return count


@leaf
def hour_of(k, segments, operational):
    """Hour at which an operational time is reached; inf beyond the horizon."""
    table = tempo(k)
    if operational > table[segments].operational:
        return math.inf
    low, high = 0, segments + 1
    while low < high:
        middle = (low + high) // 2
        if table[middle].operational < operational:
            low = middle + 1
        else:
            high = middle
    n = max(low, 1) - 1
    return table[n].starts + (operational - table[n].operational) / table[n].factor
