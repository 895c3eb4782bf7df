"""Given facts: dated compromises, faults and outages in place of draws (as `model.given`)."""

from __future__ import annotations

import math

from simulator.kernel.agenda import after, at, note
from simulator.kernel.codes import (
    GIVEN_HAPPENS,
    GIVEN_OUTAGE,
    OVER,
)
from simulator.kernel.faults import fault_ships
from simulator.kernel.layout import (
    NOTHING,
    compromises,
    facts,
    rules,
    run,
)
from simulator.kernel.linker import address, int64, leaf, part, void
from simulator.kernel.loss_causes import open_cause
from simulator.kernel.outage import open_trouble
from simulator.kernel.release import add_all_carriers, add_target, goes_out, new_compromise, spreads
from simulator.kernel.response import ask_restoration
from simulator.model.kinds import Kind

_FAULT = int(Kind.FAULT)
_GIVEN = int(Kind.GIVEN_COMPROMISE)
_OUTAGE = int(Kind.OUTAGE)
_OUTAGE_OVER = int(Kind.OUTAGE_OVER)
GIVEN_A_COMPROMISE, GIVEN_A_FAULT, GIVEN_AN_OUTAGE = range(3)


@leaf
def set_facts(k):
    for n in range(rules(k)[0].facts):
        own = facts(k)[n]
        kind = _GIVEN
        if own.kind == GIVEN_A_FAULT:
            kind = _FAULT
        elif own.kind == GIVEN_AN_OUTAGE:
            kind = _OUTAGE
        at(k, own.at, kind, own.who, GIVEN_HAPPENS, NOTHING, own.occurrence, n, NOTHING, math.nan)


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
