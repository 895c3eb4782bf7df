"""What a future brings of itself: regimes, attempts, faults, sanctions, crime, hacktivists and given facts
(as the model's files of these names).
"""

from __future__ import annotations

import math

import numpy as np

from simulator.chance.future import Answer
from simulator.chance.keys import Purpose
from simulator.kernel.agenda import after, at, note, ran_out, record
from simulator.kernel.arrivals import hour_of, set_tempo
from simulator.kernel.codes import (
    ACCESS_RELEASE,
    ANNOUNCED,
    ATTEMPT_MADE,
    CRIME,
    CRIME_TRIES,
    DISRUPTION,
    FAULT_SHIPS,
    FAULTY_UPDATE,
    GIVEN_HAPPENS,
    GIVEN_OUTAGE,
    HACKTIVIST,
    NUISANCE,
    OVER,
    PRIVILEGED,
    QUIET,
    REGIME_CHANGES,
    REPLACES_AFTER_SANCTIONS,
    SANCTIONS,
    SANCTIONS_IMPOSED,
    SIDE_STRIKES,
)
from simulator.kernel.digest import name_key
from simulator.kernel.draws import joint, quantile, scattered, uniform
from simulator.kernel.effects import strike_at
from simulator.kernel.install import add_carrier, new_carrier
from simulator.kernel.instruments import flag_vendors, wake_instruments
from simulator.kernel.layout import (
    NOTHING,
    causes,
    channels,
    codes,
    compromises,
    dependencies,
    facts,
    futures,
    mitigations,
    organisations,
    place_of,
    products,
    reals_at,
    rows,
    rules,
    run,
    sides,
    strikes,
    theatres,
    wholes_at,
)
from simulator.kernel.linker import address, int64, leaf, part, rule, uint64, void
from simulator.kernel.loss_causes import open_cause
from simulator.kernel.outage import open_trouble
from simulator.kernel.protection import gap, stop_updates
from simulator.kernel.release import add_all_carriers, add_target, goes_out, new_compromise, spreads
from simulator.kernel.removal import ask_removal
from simulator.kernel.response import ask_restoration
from simulator.kernel.undertakings import plan_actions_of
from simulator.model.kinds import Kind
from simulator.rules.access import holding_probability

_CRIME_CLOCK, _CRIME_ACCEPT, _FAULT_CLOCK = (
    *(int(Purpose.CRIME_CLOCK), int(Purpose.CRIME_ACCEPT), int(Purpose.FAULT_CLOCK)),
)
_CLOCK, _OFFSPRING = int(Purpose.HACKTIVIST_CLOCK), int(Purpose.HACKTIVIST_OFFSPRING)
_LASTS, _TARGET, _HOLDS = int(Purpose.HACKTIVIST_DURATION), int(Purpose.TARGET), int(Purpose.FOOTHOLD)
_DELAY = int(Purpose.COMPLY_DELAY)
_REGIME, _ATTEMPT, _FAULT, _CRIME = int(Kind.REGIME), int(Kind.ATTEMPT), int(Kind.FAULT), int(Kind.CRIME)
_HACKTIVISTS, _SANCTIONS, _STOP = int(Kind.HACKTIVISTS), int(Kind.SANCTIONS), int(Kind.UPDATES_STOP)
_COMPLIES, _GIVEN, _OUTAGE = int(Kind.COMPLIES), int(Kind.GIVEN_COMPROMISE), int(Kind.OUTAGE)
_INSTRUMENT, _OUTAGE_OVER = int(Kind.INSTRUMENT), int(Kind.OUTAGE_OVER)
_SUCCEEDED, _PUBLICISED, _LEFT = int(Answer.SUCCEEDED), int(Answer.PUBLICISED), int(Answer.LEFT_MARKET)
_STRIKES = place_of("strikes")
_holding = rule(holding_probability)
GIVEN_A_COMPROMISE, GIVEN_A_FAULT, GIVEN_AN_OUTAGE = range(3)


@leaf
def _begins(k):
    """Mitigations of this future: when each begins, and the work of those that act by themselves."""
    columns, count = futures(k)[0], rules(k)[0].mitigations
    dates = reals_at(columns.mitigations, columns.rows * count)
    for m in range(count):
        mitigations(k)[m].starts = dates[run(k)[0].row * count + m]
    for m in range(count):
        if mitigations(k)[m].acts and math.isfinite(mitigations(k)[m].starts):
            plan_actions_of(k, m, NOTHING)


@leaf
def _regimes(k):
    columns, row = futures(k)[0], run(k)[0].row
    across = columns.theatres + 1
    offsets = wholes_at(columns.regime_from, columns.rows * across)
    for t in range(columns.theatres):
        first, end = offsets[row * across + t], offsets[row * across + t + 1]
        times, states = reals_at(columns.regime_time, end), wholes_at(columns.regime_state, end)
        theatres(k)[t].state = states[first]
        for n in range(first, end):
            at(k, times[n], _REGIME, t, REGIME_CHANGES, NOTHING, n - first, states[n], NOTHING, math.nan)


@leaf
def _attempts(k):
    columns, row = futures(k)[0], run(k)[0].row
    offsets = wholes_at(columns.attempt_from, columns.rows + 1)
    first, end = offsets[row], offsets[row + 1]
    times, channel = reals_at(columns.attempt_time, end), wholes_at(columns.attempt_channel, end)
    occurrence = wholes_at(columns.attempt_occurrence, end)
    for n in range(first, end):
        at(k, times[n], _ATTEMPT, channel[n], ATTEMPT_MADE, NOTHING, occurrence[n], n, NOTHING, math.nan)


@leaf
def _dated_acts(k):
    columns, own = futures(k)[0], rules(k)[0]
    row, count = run(k)[0].row, columns.kinds_of_instruments
    dates = reals_at(columns.instruments, columns.rows * count)
    for n in range(count):
        if dates[row * count + n] < own.horizon:
            at(k, dates[row * count + n], _INSTRUMENT, n, ANNOUNCED, NOTHING, 0, NOTHING, NOTHING, math.nan)
    if own.sanctions:
        hour = reals_at(columns.sanctions, columns.rows)[row]
        if hour < own.horizon:
            at(k, hour, _SANCTIONS, own.sanctions_theatre, SANCTIONS_IMPOSED, NOTHING, 0, NOTHING, NOTHING, math.nan)


@leaf
def _faults(k):
    segments = set_tempo(k, NOTHING, 0)
    for p in range(len(products(k))):
        own, reached, occurrence = products(k)[p], 0.0, 0
        while own.fault_rate > 0.0:
            reached -= math.log1p(-uniform(k, _FAULT_CLOCK, own.key, occurrence)) / own.fault_rate
            hour = hour_of(k, segments, reached)
            if hour == math.inf:
                break
            at(k, hour, _FAULT, p, FAULT_SHIPS, NOTHING, occurrence, occurrence, NOTHING, math.nan)
            occurrence += 1


@leaf
def _crimes(k):
    own, o = rules(k)[0], organisations(k)
    segments = set_tempo(k, own.crime_theatre, own.crime_factor)
    for i in range(own.organisations):
        rate, reached, occurrence = o[i].crime_rate, 0.0, 0
        while rate > 0.0 and run(k)[0].full == NOTHING:
            reached -= math.log1p(-uniform(k, _CRIME_CLOCK, o[i].key, occurrence)) / rate
            hour = hour_of(k, segments, reached)
            if hour == math.inf:
                break
            at(k, hour, _CRIME, i, CRIME_TRIES, NOTHING, occurrence, occurrence, NOTHING, math.nan)
            occurrence += 1


@leaf
def _add_strike(k, count, hour, key, side):
    table = strikes(k)
    if count >= len(table) - 1:
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
    scattered_key = scattered(key)
    for i in range(rules(k)[0].organisations):
        time = -math.log1p(-uniform(k, _TARGET, o[i].key ^ scattered_key, 0)) / o[i].weight
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


@leaf
def _given(k):
    for n in range(rules(k)[0].facts):
        own = facts(k)[n]
        kind = _GIVEN
        if own.kind == GIVEN_A_FAULT:
            kind = _FAULT
        elif own.kind == GIVEN_AN_OUTAGE:
            kind = _OUTAGE
        at(k, own.at, kind, own.who, GIVEN_HAPPENS, NOTHING, own.occurrence, n, NOTHING, math.nan)


@part(void, address)
def set_out(k):
    """Everything that is set before the clock starts, in the model's order."""
    _begins(k)
    _regimes(k)
    _attempts(k)
    _dated_acts(k)
    if rules(k)[0].faults:
        _faults(k)
    if rules(k)[0].crime:
        _crimes(k)
    end = 0
    for s in range(rules(k)[0].sides):
        end = side_rises(k, s, end)
    _given(k)


@leaf
def regime_changes(k, t, state):
    """A theatre steps into another state."""
    theatres(k)[t].state = state
    record(k, _REGIME, t, NOTHING, math.nan, state)


@leaf
def _use_footholds(k, x, theatre):
    """Footholds gained earlier and not yet lost act at once, with no product in between."""
    stock, o, key = theatres(k)[theatre], organisations(k), causes(k)[compromises(k)[x].cause].key
    for i in range(rules(k)[0].organisations):
        own = joint(o[i].key, key)
        if uniform(k, _HOLDS, own, 0) < _holding(stock.gained, stock.kept, o[i].weight):
            add_carrier(k, x, new_carrier(k, x, NOTHING, i, PRIVILEGED, 1.0, own))


@leaf
def _vendors_leave(k, channel, entry):
    """The firm leaves the market rather than obey: its customers' updates stop."""
    for place in range(channel.first_vendor, channel.end_vendor):
        v = rows(k)[place]
        note(k, _STOP, v, entry)
        for p in range(len(products(k))):
            if products(k)[p].vendor == v:
                for other in range(products(k)[p].first_dependency, products(k)[p].end_dependency):
                    stop_updates(k, rows(k)[other])


@part(void, address, int64, int64)
def attempt_made(k, n, c):
    """An attempt of the driver takes place on a channel."""
    columns, own = futures(k)[0], channels(k)[c]
    answer = wholes_at(columns.attempt_answer, n + 1)[n]
    entry = record(k, _ATTEMPT, c, NOTHING, math.nan, answer)
    if answer == _PUBLICISED:
        flag_vendors(k, own.first_vendor, own.end_vendor, 1)
        wake_instruments(k, entry, run(k)[0].now)
        flag_vendors(k, own.first_vendor, own.end_vendor, 0)
    elif answer == _LEFT:
        _vendors_leave(k, own, entry)
    elif answer == _SUCCEEDED:
        occurrence = wholes_at(columns.attempt_occurrence, n + 1)[n]
        key = name_key(k, own.name, own.end_name, uint64(occurrence))
        cause = open_cause(k, key, own.cause_kind, own.theatre, 0, math.nan)
        x = new_compromise(k, cause, own.code, own.coerced)
        if own.cause_kind != ACCESS_RELEASE:
            offsets = wholes_at(columns.target_from, n + 2)
            for place in range(offsets[n], offsets[n + 1]):
                p = wholes_at(columns.target_product, place + 1)[place]
                add_target(k, x, p, wholes_at(columns.target_path, place + 1)[place])
        goes_out(k, x, entry)
        if own.cause_kind == ACCESS_RELEASE:
            _use_footholds(k, x, own.theatre)
        add_all_carriers(k, x)
        spreads(k, x, 0, math.nan)


@part(void, address, int64, uint64)
def fault_ships(k, p, key):
    """A faulty update of a product goes out now."""
    own = products(k)[p]
    cause = open_cause(k, key, FAULTY_UPDATE, NOTHING, 0, math.nan)
    entry = note(k, _FAULT, p, NOTHING)
    x = new_compromise(k, cause, own.fault, 0)
    add_target(k, x, p, codes(k)[own.fault].path)
    goes_out(k, x, entry)
    add_all_carriers(k, x)
    spreads(k, x, 0, math.nan)


@part(void, address, int64, int64)
def crime_tries(k, i, occurrence):
    """An ordinary intrusion, real if its mark is below the gap of the moment."""
    own = organisations(k)[i]
    key = joint(own.key, uint64(occurrence))
    if uniform(k, _CRIME_ACCEPT, key, 0) >= gap(k, i) / own.widest_gap:
        return
    name = name_key(k, own.crime_name, own.end_crime_name, uint64(occurrence))
    cause = open_cause(k, name, CRIME, NOTHING, 0, math.nan)
    entry = note(k, _CRIME, i, NOTHING)
    causes(k)[cause].mode, causes(k)[cause].entry = DISRUPTION, entry
    rule_ = rules(k)[0]
    strike_at(k, i, rule_.crime_host, 1.0, cause, joint(key, uint64(1)), rule_.crime_restoration, entry)


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


@part(void, address, int64)
def sanctions_imposed(k, t):
    """Updates of every vendor of a home state stop, and a gap stays open until each product is replaced."""
    own = rules(k)[0]
    cause = open_cause(k, own.sanctions_key, SANCTIONS, t, 0, math.nan)
    entry = note(k, _SANCTIONS, t, NOTHING)
    causes(k)[cause].entry = entry
    for place in range(theatres(k)[t].first_vendor, theatres(k)[t].end_vendor):
        v = rows(k)[place]
        stopped = note(k, _STOP, v, entry)
        for p in range(len(products(k))):
            if products(k)[p].vendor != v:
                continue
            for other in range(products(k)[p].first_dependency, products(k)[p].end_dependency):
                d = rows(k)[other]
                if dependencies(k)[d].removed:
                    continue
                stop_updates(k, d)
                key = joint(dependencies(k)[d].key, causes(k)[cause].key)
                hours = quantile(k, own.replacement, uniform(k, _DELAY, key, 0))
                after(k, hours, _COMPLIES, d, REPLACES_AFTER_SANCTIONS, stopped, 0, cause)


@leaf
def replaces_after_sanctions(k, d, cause, parent):
    """An organisation gives up waiting for updates."""
    if not dependencies(k)[d].removed:
        ask_removal(k, d, cause, note(k, _COMPLIES, d, parent), dependencies(k)[d].replaced_by)


@part(void, address, int64)
def given_happens(k, n):
    """A dated fact takes place."""
    own = facts(k)[n]
    if own.kind == GIVEN_A_FAULT:
        fault_ships(k, own.who, own.cause_key)
        return
    cause = open_cause(k, own.cause_key, own.cause_kind, NOTHING, own.malicious, math.nan)
    if own.kind == GIVEN_A_COMPROMISE:
        entry = note(k, _GIVEN, own.who, NOTHING)
        x = new_compromise(k, cause, own.code, 0)
        add_target(k, x, own.who, own.path)
        goes_out(k, x, entry)
        add_all_carriers(k, x)
        if not math.isnan(own.detected_after):
            compromises(k)[x].given_detection = run(k)[0].now + own.detected_after
        spreads(k, x, own.everywhere, own.offered_for)
        return
    t = open_trouble(k, own.who, cause, GIVEN_OUTAGE, 0.0, NOTHING, 0)
    if not math.isnan(own.lasts):
        after(k, own.lasts, _OUTAGE_OVER, own.who, OVER, NOTHING, cause, t)
    else:
        ask_restoration(k, own.who, cause, own.restoration, NOTHING)
