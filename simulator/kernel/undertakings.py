"""Mitigations that make things happen, and what wakes them (as `model.undertakings`)."""

from __future__ import annotations

import math

from simulator.kernel.agenda import at, note
from simulator.kernel.codes import INSTRUMENT_KINDS, MITIGATION, QUIET, UNDERTAKEN
from simulator.kernel.layout import NOTHING, actions, causes, dependencies, mitigations, rows, rules, vendors
from simulator.kernel.linker import address, int64, leaf, part, void
from simulator.kernel.loss_causes import open_cause
from simulator.kernel.posture import begin, working_from
from simulator.kernel.protection import second
from simulator.kernel.removal import ask_removal, swap_product
from simulator.model.kinds import Kind

_COMPLIES = int(Kind.COMPLIES)
FIRST_MODE_OF_MITIGATION = QUIET + 1 + len(INSTRUMENT_KINDS)
"""Modes of mitigations' causes, after the nuisance and the kinds of instruments."""


@part(void, address, int64, int64)
def plan_actions_of(k, m, parent):
    """Schedule the work of a mitigation that acts by itself."""
    own = mitigations(k)[m]
    for n in range(own.first_action, own.end_action):
        d = actions(k)[n].dependency
        hour = working_from(k, m, dependencies(k)[d].organisation)
        if hour < rules(k)[0].horizon:
            at(k, hour, _COMPLIES, d, UNDERTAKEN, parent, m, m, n, math.nan)


@part(void, address, int64, int64)
def begin_now(k, m, parent):
    """What a mitigation waited for has come."""
    own = mitigations(k)[m]
    if not math.isinf(own.starts):
        return
    begin(k, m)
    if own.acts:
        plan_actions_of(k, m, parent)


@part(void, address, int64)
def disclosed_to_operators(k, parent):
    """A malicious compromise of the vendors that are `flagged` became known: mitigations that wait for one begin."""
    for m in range(rules(k)[0].mitigations):
        own = mitigations(k)[m]
        if own.disclosure:
            for place in range(own.first_vendor, own.end_vendor):
                if vendors(k)[rows(k)[place]].flagged:
                    begin_now(k, m, parent)
                    break


@leaf
def warned(k, instrument, parent):
    """An instrument was announced: mitigations begin that wait for it, where its date was not known before."""
    for m in range(rules(k)[0].mitigations):
        if mitigations(k)[m].warning == instrument:
            begin_now(k, m, parent)


@part(void, address, int64, int64, int64)
def undertaken(k, m, n, parent):
    """A product is taken out, or a second comes beside it."""
    act, own = actions(k)[n], mitigations(k)[m]
    d = act.dependency
    if dependencies(k)[d].removed:
        return
    if own.cause == NOTHING:
        own.cause = open_cause(k, own.cause_key, MITIGATION, NOTHING, 0, math.nan)
        causes(k)[own.cause].mode = FIRST_MODE_OF_MITIGATION + m
    entry = note(k, _COMPLIES, d, parent)
    if act.takes_out:
        if own.planned:
            swap_product(k, d, own.cause, entry, act.successor)
        else:
            ask_removal(k, d, own.cause, entry, act.successor)
    if act.seconds and act.second >= 0:
        second(k, d, act.second, act.share)
