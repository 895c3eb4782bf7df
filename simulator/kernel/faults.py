"""Mechanism 5. Faulty updates without malice (as `model.faults`)."""

from __future__ import annotations

import math

from simulator.kernel.agenda import note
from simulator.kernel.codes import (
    FAULTY_UPDATE,
)
from simulator.kernel.layout import (
    NOTHING,
    codes,
    products,
)
from simulator.kernel.linker import address, int64, part, uint64, void
from simulator.kernel.loss_causes import open_cause
from simulator.kernel.release import add_all_carriers, add_target, goes_out, new_compromise, spreads
from simulator.model.kinds import Kind

_FAULT = int(Kind.FAULT)


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
