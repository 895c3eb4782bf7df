"""Mechanism 10. Response teams: each organisation's own, and pools shared with others and with routine work
(as `model.response`).
"""

from __future__ import annotations

import math

from simulator.chance.keys import Purpose
from simulator.kernel.agenda import after, at, note, ran_out, record
from simulator.kernel.codes import (
    FIRST_COME,
    LARGEST,
    OWN_DONE,
    PER_HOUR,
    POOL_CHOOSES,
    POOL_SERVED,
    RANDOM,
    SMALLEST,
    TEAM_BACK,
    UNAIDED_DONE,
)
from simulator.kernel.draws import joint, quantile, uniform
from simulator.kernel.layout import (
    NOTHING,
    causes,
    jobs,
    marks,
    organisations,
    place_of,
    pools,
    run,
    shapes,
)
from simulator.kernel.linker import address, float64, int64, leaf, part, rule, void
from simulator.kernel.marks import mark_of
from simulator.kernel.posture import own_teams_added, pool_teams_added
from simulator.kernel.restoration import job_done, job_starts
from simulator.kernel.supply import touch_organisation
from simulator.kernel.waiting_lines import ends_at, first_end, joins, next_in_line, take_first_end
from simulator.model.kinds import Kind
from simulator.rules.erlang import stationary_state

_RESTORE = int(Purpose.RESTORE_TIME)
_TARGET = int(Purpose.TARGET)
_STATE = int(Purpose.ROUTINE_STATE)
_ARRIVAL = int(Purpose.ROUTINE_ARRIVAL)
_SERVICE = int(Purpose.ROUTINE_SERVICE)
_STARTS = int(Kind.REPAIR_STARTS)
_RESTORED = int(Kind.RESTORED)
_FREE = int(Kind.TEAM_FREE)
_JOBS = place_of("jobs")
_stationary = rule(stationary_state)
OWN_TEAM = 0
"""Word about work that an own team starts."""


@leaf
def _serve_routine(k, p, hour):
    own = pools(k)[p]
    own.busy += 1
    u = uniform(k, _SERVICE, own.key, own.services)
    own.services += 1
    ends_at(k, p, hour - own.service * math.log1p(-u))


@leaf
def _queue_routine(k, p, hour):
    """Routine work waits behind every job with customers, and in turn under first come, first served."""
    own = pools(k)[p]
    own.incidents += 1
    joins(k, p, hour if own.priority == FIRST_COME else math.inf, hour, -1, own.incidents, NOTHING)


@leaf
def _next_routine(k, p, hour):
    own = pools(k)[p]
    u = uniform(k, _ARRIVAL, own.key, own.gaps)
    own.gaps += 1
    own.arrives = hour - math.log1p(-u) / own.arrivals


@part(void, address, int64, float64)
def assign(k, p, hour):
    """Give free teams to those who wait."""
    own = pools(k)[p]
    while own.busy < own.teams and own.waiting > 0 and run(k)[0].full == NOTHING:
        j = next_in_line(k, p)
        if j == NOTHING:
            _serve_routine(k, p, hour)
            continue
        own.jobs_waiting -= 1
        job = jobs(k)[j]
        if not job.started:
            job.started = 1
            own.busy += 1
            entry = note(k, _STARTS, job.organisation, job.parent)
            hours = job_starts(k, j, entry)
            after(k, hours, _RESTORED, job.organisation, POOL_SERVED, entry, job.cause, j)


@part(void, address, int64)
def catch_up(k, p):
    """Routine work up to now."""
    own, now = pools(k)[p], run(k)[0].now
    while own.arrives <= now or (own.ends > 0 and first_end(k, p) <= now):
        if run(k)[0].full != NOTHING:
            return
        if own.ends > 0 and first_end(k, p) <= own.arrives:
            hour = take_first_end(k, p)
            own.busy -= 1
        else:
            hour = own.arrives
            _queue_routine(k, p, hour)
            _next_routine(k, p, hour)
        assign(k, p, hour)


@leaf
def _watch(k, p):
    """While a job waits, be there when routine work gives a team back."""
    own = pools(k)[p]
    if own.jobs_waiting and own.ends > 0 and first_end(k, p) != own.watched:
        own.watched = first_end(k, p)
        at(k, own.watched, _FREE, p, TEAM_BACK, NOTHING, 0, NOTHING, NOTHING, math.nan)


@leaf
def _choose(k, p):
    """Assign once all of this instant has failed: priority decides among them, not the order of names."""
    own = pools(k)[p]
    if not own.busy < own.teams:
        _watch(k, p)
    elif own.waiting > 0 and not own.choosing:
        own.choosing = 1
        after(k, 0.0, _STARTS, p, POOL_CHOOSES, NOTHING)


@leaf
def _leave(k, p):
    """Demand falls; when it is over, routine work is forgotten until the next."""
    own = pools(k)[p]
    own.demand -= 1
    if own.demand == 0:
        own.epoch += 1
        own.busy = own.waiting = own.jobs_waiting = own.ends = 0
        own.arrives = math.inf


@leaf
def _wake(k, p):
    """Demand begins: teams are as busy as in the long run (Erlang C), and routine work goes on."""
    own = pools(k)[p]
    if not own.routine or own.arrivals == 0.0:
        return
    u = uniform(k, _STATE, own.key, own.epoch)
    now = run(k)[0].now
    for _ in range(_stationary(u, own.teams, own.arrivals * own.service)):
        if own.busy < own.teams:
            _serve_routine(k, p, now)
        else:
            _queue_routine(k, p, now)
    _next_routine(k, p, now)


@leaf
def _rank(k, p, j):
    """The c-mu rule (customers per repair hour), or a plainer one."""
    job, priority = jobs(k)[j], pools(k)[p].priority
    customers = organisations(k)[job.organisation].customers
    if priority == PER_HOUR:
        return -customers / max(shapes(k)[job.shape].mean, 1e-9)
    if priority == LARGEST:
        return -customers
    if priority == SMALLEST:
        return customers
    if priority == RANDOM:
        return uniform(k, _TARGET, job.key, 0)
    return run(k)[0].now


@part(void, address, int64, int64)
def ask_pool(k, p, j):
    """A job joins; it starts now if a team is free and no job of this instant goes before it."""
    catch_up(k, p)
    own, job = pools(k)[p], jobs(k)[j]
    own.teams = own.base_teams + pool_teams_added(k, p)
    own.demand += 1
    if own.demand == 1:
        _wake(k, p)
    own.jobs_waiting += 1
    joins(k, p, _rank(k, p, j), run(k)[0].now, job.organisation, job.cause, j)
    _choose(k, p)


@part(void, address, int64)
def pool_chooses(k, p):
    """All of this instant has failed: teams go to whom they help most."""
    pools(k)[p].choosing = 0
    assign(k, p, run(k)[0].now)
    _watch(k, p)


@part(void, address, int64)
def team_back(k, p):
    """Routine work gives a team back while a job waits."""
    catch_up(k, p)
    _watch(k, p)


@part(void, address, int64, int64)
def pool_served(k, j, parent):
    """A team of a pool is done."""
    i = jobs(k)[j].organisation
    p = organisations(k)[i].pool
    catch_up(k, p)
    entry = note(k, _RESTORED, i, parent)
    pools(k)[p].busy -= 1
    job_done(k, j, entry)
    _leave(k, p)
    _choose(k, p)


@leaf
def _own_free(k, i):
    """Has the organisation a team to spare? One that is added while a job waits takes the next job."""
    own = organisations(k)[i]
    return own.own_busy < own.own_teams + own_teams_added(k, i)


@leaf
def _own(k, j):
    job = jobs(k)[j]
    touch_organisation(k, job.organisation)
    organisations(k)[job.organisation].own_busy += 1
    job.started = 1
    entry = record(k, _STARTS, job.organisation, job.parent, math.nan, OWN_TEAM)
    hours = job_starts(k, j, entry)
    after(k, hours, _RESTORED, job.organisation, OWN_DONE, entry, job.cause, j)


@part(void, address, int64, int64)
def own_done(k, j, parent):
    """An own team is done, and takes over what waits."""
    i, table = jobs(k)[j].organisation, jobs(k)
    own = organisations(k)[i]
    entry = note(k, _RESTORED, i, parent)
    own.own_busy -= 1
    job_done(k, j, entry)
    while own.queue != NOTHING and table[own.queue].started:
        own.queue = table[own.queue].next
    if own.queue != NOTHING and _own_free(k, i):
        taken = own.queue
        own.queue = table[taken].next
        _own(k, taken)
        if own.pool >= 0:
            catch_up(k, own.pool)
            _leave(k, own.pool)
    if own.queue == NOTHING:
        own.last_queued = NOTHING


@leaf
def unaided_done(k, j, parent):
    """Ordinary staff are done."""
    job_done(k, j, note(k, _RESTORED, jobs(k)[j].organisation, parent))


@part(void, address, int64, int64, int64, int64)
def ask_restoration(k, i, cause, shape, parent):
    """A job to restore what a cause did here, unless one is already under way."""
    m = mark_of(k, cause, i)
    if marks(k)[m].pending:
        return
    marks(k)[m].pending = 1
    r, own = run(k)[0], organisations(k)[i]
    j = r.jobs
    if j >= len(jobs(k)):
        ran_out(k, _JOBS)
        return
    r.jobs = j + 1
    job, form = jobs(k)[j], shapes(k)[shape]
    job.organisation, job.cause, job.shape, job.parent, job.started, job.next = i, cause, shape, parent, 0, NOTHING
    job.key = joint(own.key, causes(k)[cause].key)
    job.hours = quantile(k, form.law, uniform(k, _RESTORE, job.key, 0))
    if not form.needs_team:
        job.started = 1
        entry = note(k, _STARTS, i, parent)
        hours = job_starts(k, j, entry)
        after(k, hours, _RESTORED, i, UNAIDED_DONE, entry, cause, j)
    elif _own_free(k, i):
        _own(k, j)
    else:
        touch_organisation(k, i)
        if own.last_queued == NOTHING:
            own.queue = j
        else:
            jobs(k)[own.last_queued].next = j
        own.last_queued = j
        if own.pool >= 0:
            ask_pool(k, own.pool, j)
