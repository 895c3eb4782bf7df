"""Mechanism 6. Espionage or disruption: when each carrier's code acts (as `model.payload`)."""

from __future__ import annotations

import math

import numpy as np

from simulator.chance.keys import Purpose
from simulator.kernel.codes import DORMANT, SYNCHRONISED
from simulator.kernel.draws import quantile, uniform
from simulator.kernel.layout import (
    NOTHING,
    carriers,
    causes,
    codes,
    compromises,
    organisations,
    products,
    run,
    selections,
    targets,
    vendors,
)
from simulator.kernel.linker import address, int64, leaf, part, rule, void
from simulator.kernel.posture import activation_left
from simulator.rules.breadth import breadth

_ACTIVATE, _TRIGGER, _TARGET = int(Purpose.ACTIVATE), int(Purpose.TRIGGER), int(Purpose.TARGET)
_breadth = rule(breadth)
_MILLION = 1e6


@leaf
def _elsewhere(k, x, selection):
    """Organisations outside the portfolio that carry the code too, from the reach of its vendors."""
    if math.isnan(selection.elsewhere):
        return 0
    own, reach = compromises(k)[x], 0.0
    for v in range(len(vendors(k))):
        for place in range(own.first_target, own.end_target, 2):
            if products(k)[targets(k)[place]].vendor == v:
                reach += vendors(k)[v].reach_outside
                break
    return round(selection.elsewhere * reach / _MILLION)


@part(void, address, int64)
def choose_targets(k, x):
    """The portfolio's part of the n* organisations worth most, one host group each, are `chosen`; see the model."""
    own, o, table = compromises(k)[x], organisations(k), carriers(k)
    selection = selections(k)[codes(k)[own.code].selection]
    r = run(k)[0]
    r.visit += 1
    found, count = np.empty(own.count, dtype=np.int64), 0
    c = own.first_carrier
    while c != NOTHING:
        here = o[table[c].organisation]
        if here.reached != r.visit:
            here.reached, here.place = r.visit, count
            found[count] = c
            count += 1
        elif table[c].host_group > table[found[here.place]].host_group:
            found[here.place] = c
        c = table[c].next
    found = found[:count]
    whose, worth = np.empty(count, dtype=np.int64), np.empty(count)
    for n in range(count):
        whose[n] = table[found[n]].organisation
    found = found[np.argsort(whose, kind="mergesort")]
    for n in range(count):
        here = o[table[found[n]].organisation]
        worth[n] = -(here.weight * here.customers)
    order = np.argsort(worth, kind="mergesort")
    found, worth = found[order], -worth[order]
    elsewhere = _elsewhere(k, x, selection)
    everyone = count + elsewhere
    values = 1.0 / (np.arange(everyone) + 1) if elsewhere else worth
    chosen, _ = _breadth(
        values,
        selection.per_active,
        selection.discount,
        selection.outside,
        own.count + elsewhere,
        selection.per_dormant,
    )
    stretch = everyone / count
    for n in range(count):
        if (n + uniform(k, _TARGET, table[found[n]].key, 0)) * stretch < chosen:
            table[found[n]].chosen = 1


@part(void, address, int64)
def plan_actions(k, x):
    """When each carrier's code would act; inf where it never does."""
    own, table = compromises(k)[x], carriers(k)
    code = codes(k)[own.code]
    if code.trigger == DORMANT or own.first_carrier == NOTHING:
        return
    everybody = code.selection == NOTHING
    if not everybody:
        choose_targets(k, x)
    delayed = own.delay != NOTHING
    moment = own.start
    if code.trigger == SYNCHRONISED:
        moment += quantile(k, own.delay, uniform(k, _TRIGGER, causes(k)[own.cause].key, 0)) if delayed else 0.0
    c = own.first_carrier
    while c != NOTHING:
        carrier = table[c]
        if everybody or carrier.chosen:
            chance = code.activation * activation_left(k, carrier.organisation, code.mode)
            if uniform(k, _ACTIVATE, carrier.key, 0) < chance:
                if code.trigger == SYNCHRONISED:
                    carrier.acts = max(carrier.install, moment)
                else:
                    wait = quantile(k, own.delay, uniform(k, _TRIGGER, carrier.key, 0)) if delayed else 0.0
                    carrier.acts = carrier.install + wait
        c = carrier.next
