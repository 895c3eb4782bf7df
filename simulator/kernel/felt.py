"""A change of output where it is felt along supply links, the balance of the grid left out."""

from __future__ import annotations

from simulator.kernel.cascade import break_promises, output_changed, release_loops
from simulator.kernel.layout import NOTHING, organisations, run, troubles
from simulator.kernel.linker import address, float64, int64, part, void
from simulator.kernel.service import restated, trouble_begins, trouble_ends


@part(int64, address, int64, int64)
def felt_downstream(k, i, parent):
    """Recompute output after a change, and let those who hang on it know. The log entry, -1 if nothing changed."""
    before = organisations(k)[i].output
    entry = restated(k, i, parent)
    if entry != NOTHING:
        output_changed(k, i, before, entry)
    return entry


@part(int64, address, int64, int64, int64, float64, float64, int64)
def shed_at(k, network, cause, route, output, share, parent):
    """Load is shed at a network, which has no generation of its own: nothing of this changes the balance."""
    t = trouble_begins(k, network, cause, route, output, parent)
    troubles(k)[t].part = share
    entry = run(k)[0].last_entry
    felt_downstream(k, network, entry)
    break_promises(k, network, entry)
    return t


@part(void, address, int64, int64)
def shed_no_more(k, t, parent):
    """Shedding ends at a network."""
    if not troubles(k)[t].is_open:
        return
    network = troubles(k)[t].organisation
    trouble_ends(k, t)
    felt_downstream(k, network, parent)
    release_loops(k, network, parent)
