"""Mechanism 11. Restoration in three shapes: what a job takes, and what is over when it is done."""

from __future__ import annotations

import math

from simulator.kernel.codes import RESTART, TELECOM
from simulator.kernel.layout import jobs, links, marks, organisations, rules, run, shapes
from simulator.kernel.linker import address, float64, int64, leaf, part, void
from simulator.kernel.marks import mark_of, spend
from simulator.kernel.outage import heal, recall_crews, send_crews
from simulator.kernel.posture import restoration_left
from simulator.rules.clock import HOURS_PER_DAY


@leaf
def _without_telecom(k, i):
    own, table = organisations(k)[i], links(k)
    for n in range(own.first_link, own.end_link):
        if table[n].exhausted and table[n].sector == TELECOM:
            return True
    return False


@part(float64, address, int64, int64)
def job_starts(k, j, entry):
    """Work begins: the hours it will take."""
    job = jobs(k)[j]
    i, shape, price = job.organisation, shapes(k)[job.shape], rules(k)[0]
    hours = job.hours * restoration_left(k, i, shape.kind)
    if not math.isnan(shape.slower_without_telecom) and _without_telecom(k, i):
        hours *= shape.slower_without_telecom
    if not math.isnan(shape.crew_share):
        send_crews(k, i, shape.crew_share, entry)
    now = run(k)[0].now
    spend(k, job.cause, i, hours / HOURS_PER_DAY * price.response_per_day, now)
    if shape.kind != RESTART:
        rebuild = price.rebuild_per_customer * organisations(k)[i].customers
        spend(k, job.cause, i, min(rebuild, price.rebuild_cap), now)
    return hours


@part(void, address, int64, int64)
def job_done(k, j, entry):
    """That cause no longer troubles that organisation."""
    job = jobs(k)[j]
    marks(k)[mark_of(k, job.cause, job.organisation)].pending = 0
    shape = shapes(k)[job.shape]
    if not math.isnan(shape.crew_share):
        recall_crews(k, job.organisation, shape.crew_share, entry)
    heal(k, job.organisation, job.cause, entry)
