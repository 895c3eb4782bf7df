"""Mechanism 14. Hacktivists on both sides (as `model.hacktivists`), and whom they choose: mechanism 18."""

from __future__ import annotations

import math

import numpy as np

from simulator.chance.keys import Purpose
from simulator.kernel.agenda import after, at, ran_out, record
from simulator.kernel.arrivals import hour_of, set_tempo
from simulator.kernel.codes import (
    HACKTIVIST,
    NUISANCE,
    OVER,
    QUIET,
    SIDE_STRIKES,
)
from simulator.kernel.digest import name_key
from simulator.kernel.draws import draw_for_all, joint, quantile, scattered, surely_longer, uniform
from simulator.kernel.layout import (
    NOTHING,
    causes,
    organisations,
    place_of,
    rules,
    run,
    sides,
    strikes,
    uniforms,
)
from simulator.kernel.linker import address, int64, leaf, part, uint64, void
from simulator.kernel.loss_causes import open_cause
from simulator.kernel.outage import open_trouble
from simulator.model.kinds import Kind

_CLOCK = int(Purpose.HACKTIVIST_CLOCK)
_OFFSPRING = int(Purpose.HACKTIVIST_OFFSPRING)
_LASTS = int(Purpose.HACKTIVIST_DURATION)
_TARGET = int(Purpose.TARGET)
_HACKTIVISTS = int(Kind.HACKTIVISTS)
_OUTAGE_OVER = int(Kind.OUTAGE_OVER)
_STRIKES = place_of("strikes")


@leaf
def _add_strike(k, count, hour, key, side):
    table = strikes(k)
    if count >= len(table):
        ran_out(k, _STRIKES)
        return count
    table[count].hour, table[count].key, table[count].side = hour, key, side
    return count + 1


@leaf
def _offspring(k, first, end):
    """Events that follow an event, and those that follow these: the cluster form of an exponential kernel."""
    own = sides(k)[strikes(k)[first].side]
    if math.isnan(own.branching) or math.isnan(own.decay) or own.branching == 0.0:
        return end
    n = first
    while n < end and run(k)[0].full == NOTHING:
        hour, key = strikes(k)[n].hour, strikes(k)[n].key
        reached, child = 0.0, 0
        while True:
            reached -= math.log1p(-uniform(k, _OFFSPRING, key, 2 * child))
            if reached > own.branching:
                break
            wait = -math.log1p(-uniform(k, _OFFSPRING, key, 2 * child + 1)) / own.decay
            child += 1
            if hour + wait < rules(k)[0].horizon:
                end = _add_strike(k, end, hour + wait, joint(scattered(key), uint64(child)), strikes(k)[n].side)
        n += 1
    return end


@leaf
def _picked(k, key):
    """The organisation that wins a race with rates in proportion to targeting weights (mechanism 18)."""
    o, best, first = organisations(k), math.inf, 0
    draw_for_all(k, _TARGET, scattered(key))
    for i in range(rules(k)[0].organisations):
        u = uniforms(k)[i]
        if surely_longer(u, o[i].weight, best):
            continue
        time = -math.log1p(-u) / o[i].weight
        if time < best:
            best, first = time, i
    return first


@part(int64, address, int64, int64)
def side_rises(k, s, first):
    """The events of one side of hacktivists are set, from `first` on in `strikes`; where they end."""
    own, table = sides(k)[s], strikes(k)
    segments = set_tempo(k, own.theatre, own.first_factor)
    end, reached, occurrence = first, 0.0, 0
    while run(k)[0].full == NOTHING:
        reached -= math.log1p(-uniform(k, _CLOCK, own.key, occurrence)) / 1.0
        hour = hour_of(k, segments, reached)
        if hour == math.inf:
            break
        end = _add_strike(k, end, hour, joint(own.key, uint64(occurrence)), s)
        occurrence += 1
    if end == first:
        return end
    end = _offspring(k, first, end)
    hours = np.empty(end - first)
    for n in range(end - first):
        hours[n] = table[first + n].hour
    order = np.argsort(hours, kind="mergesort")
    for number in range(end - first):
        n = first + order[number]
        table[n].target = _picked(k, table[n].key) if own.harms else NOTHING
        at(k, table[n].hour, _HACKTIVISTS, 0, SIDE_STRIKES, NOTHING, number, n, NOTHING, math.nan)
    return end


@part(void, address, int64)
def side_strikes(k, n):
    """A nuisance event of one side of hacktivists."""
    own = strikes(k)[n]
    side = sides(k)[own.side]
    name = name_key(k, side.name, side.end_name, own.key)
    cause = open_cause(k, name, HACKTIVIST, side.theatre, 0, math.nan)
    causes(k)[cause].mode = QUIET
    if side.abstract != NOTHING:
        causes(k)[cause].abstract += quantile(k, side.abstract, uniform(k, _LASTS, own.key, 1))
    entry = record(k, _HACKTIVISTS, own.target, NOTHING, math.nan, own.side)
    causes(k)[cause].entry = entry
    if not side.harms:
        return
    t = open_trouble(k, own.target, cause, NUISANCE, 1.0 - side.lost, entry, 0)
    hours = quantile(k, side.duration, uniform(k, _LASTS, own.key, 0))
    after(k, hours, _OUTAGE_OVER, own.target, OVER, entry, cause, t)
