"""What a future brings of itself: regimes, dates, sanctions and crime (as the files of the model of these names)."""

from __future__ import annotations

import math

from simulator.chance.keys import Purpose
from simulator.kernel.agenda import after, at, note, record
from simulator.kernel.arrivals import hour_of, set_tempo
from simulator.kernel.codes import (
    ANNOUNCED,
    ATTEMPT_MADE,
    CRIME,
    CRIME_TRIES,
    DISRUPTION,
    FAULT_SHIPS,
    REGIME_CHANGES,
    REPLACES_AFTER_SANCTIONS,
    SANCTIONS,
    SANCTIONS_IMPOSED,
)
from simulator.kernel.digest import name_key
from simulator.kernel.draws import draw_for_all, joint, quantile, surely_longer, uniform
from simulator.kernel.effects import strike_at
from simulator.kernel.given import set_facts
from simulator.kernel.hacktivists import side_rises
from simulator.kernel.layout import (
    KNOWN_CRIMES,
    NOTHING,
    causes,
    crime_keys,
    dependencies,
    futures,
    mitigations,
    organisations,
    products,
    reals_at,
    rows,
    rules,
    run,
    tempo,
    theatres,
    uniforms,
    wholes_at,
)
from simulator.kernel.linker import address, int64, leaf, part, uint64, void
from simulator.kernel.loss_causes import open_cause
from simulator.kernel.protection import gap, stop_updates
from simulator.kernel.removal import ask_removal
from simulator.kernel.undertakings import plan_actions_of
from simulator.model.kinds import Kind

_ROUNDING = 1e-9
_CRIME_CLOCK = int(Purpose.CRIME_CLOCK)
_CRIME_ACCEPT = int(Purpose.CRIME_ACCEPT)
_FAULT_CLOCK = int(Purpose.FAULT_CLOCK)
_DELAY = int(Purpose.COMPLY_DELAY)
_REGIME = int(Kind.REGIME)
_ATTEMPT = int(Kind.ATTEMPT)
_FAULT = int(Kind.FAULT)
_CRIME = int(Kind.CRIME)
_SANCTIONS = int(Kind.SANCTIONS)
_STOP = int(Kind.UPDATES_STOP)
_COMPLIES = int(Kind.COMPLIES)
_INSTRUMENT = int(Kind.INSTRUMENT)


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
    end = tempo(k)[segments].operational
    for p in range(len(products(k))):
        own, reached, occurrence = products(k)[p], 0.0, 0
        while own.fault_rate > 0.0:
            u = uniform(k, _FAULT_CLOCK, own.key, occurrence)
            if surely_longer(u, own.fault_rate, end - reached + _ROUNDING * end):
                break
            reached -= math.log1p(-u) / own.fault_rate
            hour = hour_of(k, segments, reached)
            if hour == math.inf:
                break
            at(k, hour, _FAULT, p, FAULT_SHIPS, NOTHING, occurrence, occurrence, NOTHING, math.nan)
            occurrence += 1


@leaf
def _crimes(k):
    own, o = rules(k)[0], organisations(k)
    segments = set_tempo(k, own.crime_theatre, own.crime_factor)
    end = tempo(k)[segments].operational
    draw_for_all(k, _CRIME_CLOCK, uint64(0))
    for i in range(own.organisations):
        rate, reached, occurrence = o[i].crime_rate, 0.0, 0
        while rate > 0.0 and run(k)[0].full == NOTHING:
            u = uniforms(k)[i] if occurrence == 0 else uniform(k, _CRIME_CLOCK, o[i].key, occurrence)
            if surely_longer(u, rate, end - reached + _ROUNDING * end):
                break
            reached -= math.log1p(-u) / rate
            hour = hour_of(k, segments, reached)
            if hour == math.inf:
                break
            at(k, hour, _CRIME, i, CRIME_TRIES, NOTHING, occurrence, occurrence, NOTHING, math.nan)
            occurrence += 1


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
    set_facts(k)


@leaf
def regime_changes(k, t, state):
    """A theatre steps into another state."""
    theatres(k)[t].state = state
    record(k, _REGIME, t, NOTHING, math.nan, state)


@part(void, address, int64, int64)
def crime_tries(k, i, occurrence):
    """An ordinary intrusion, real if its mark is below the gap of the moment."""
    own = organisations(k)[i]
    key = joint(own.key, uint64(occurrence))
    if uniform(k, _CRIME_ACCEPT, key, 0) >= gap(k, i) / own.widest_gap:
        return
    if occurrence < KNOWN_CRIMES:
        name = crime_keys(k)[i * KNOWN_CRIMES + occurrence]
    else:
        name = name_key(k, own.crime_name, own.end_crime_name, uint64(occurrence))
    cause = open_cause(k, name, CRIME, NOTHING, 0, math.nan)
    entry = note(k, _CRIME, i, NOTHING)
    causes(k)[cause].mode, causes(k)[cause].entry = DISRUPTION, entry
    rule_ = rules(k)[0]
    strike_at(k, i, rule_.crime_host, 1.0, cause, joint(key, uint64(1)), rule_.crime_restoration, entry)


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
