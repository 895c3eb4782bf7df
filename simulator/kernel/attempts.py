"""Mechanisms 2 to 4. Attempts of the driver become releases (as `model.coercion`)."""

from __future__ import annotations

import math

from simulator.chance.future import Answer
from simulator.chance.keys import Purpose
from simulator.kernel.agenda import note, record
from simulator.kernel.codes import (
    ACCESS_RELEASE,
    PRIVILEGED,
)
from simulator.kernel.digest import name_key
from simulator.kernel.draws import joint, uniform
from simulator.kernel.install import add_carrier, new_carrier
from simulator.kernel.instruments import flag_vendors, wake_instruments
from simulator.kernel.layout import (
    NOTHING,
    causes,
    channels,
    compromises,
    futures,
    organisations,
    products,
    rows,
    rules,
    run,
    theatres,
    wholes_at,
)
from simulator.kernel.linker import address, int64, leaf, part, rule, uint64, void
from simulator.kernel.loss_causes import open_cause
from simulator.kernel.protection import stop_updates
from simulator.kernel.release import add_all_carriers, add_target, goes_out, new_compromise, spreads
from simulator.model.kinds import Kind
from simulator.rules.access import holding_probability

_HOLDS = int(Purpose.FOOTHOLD)
_ATTEMPT = int(Kind.ATTEMPT)
_STOP = int(Kind.UPDATES_STOP)
_SUCCEEDED = int(Answer.SUCCEEDED)
_PUBLICISED = int(Answer.PUBLICISED)
_LEFT = int(Answer.LEFT_MARKET)
_holding = rule(holding_probability)


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
