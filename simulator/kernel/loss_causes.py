"""Causes of loss: one row each, filled while the replication runs (as `model.causes`)."""

from __future__ import annotations

import math

from simulator.kernel.agenda import ran_out
from simulator.kernel.codes import MALICIOUS
from simulator.kernel.layout import NOTHING, causes, place_of, run, states, theatres
from simulator.kernel.linker import address, float64, int64, part, uint64

_CAUSES = place_of("causes")
WITHOUT_MODE = -1


@part(int64, address, uint64, int64, int64, int64, float64)
def open_cause(k, key, kind, theatre, malicious, origin):
    """A new cause; its draws hang on its key. Without an origin (nan) it follows from nothing."""
    r = run(k)[0]
    n = r.causes
    if n >= len(causes(k)):
        n = ran_out(k, _CAUSES)
    else:
        r.causes = n + 1
    own = causes(k)[n]
    own.key, own.kind, own.start = key, kind, r.now
    own.origin = r.now if math.isnan(origin) else origin
    own.theatre, own.mode, own.regime = theatre, WITHOUT_MODE, NOTHING
    if theatre != NOTHING:
        own.regime = states(k)[theatres(k)[theatre].first_state + theatres(k)[theatre].state].regime
    own.malicious = int(malicious or MALICIOUS >> kind & 1)
    own.entry = own.vendor_of = NOTHING
    own.installs = own.activations = own.victims = own.first_target = own.end_target = 0
    own.first_hours = own.last_hours = own.first_cost = own.last_cost = own.first_people = own.last_people = NOTHING
    own.detection = math.nan
    own.unsafe = own.spent_hours = own.lost_hours = own.government = own.abstract = 0.0
    own.interruptions[:] = 0.0
    return n
