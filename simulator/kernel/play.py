"""The clock of a replication, and a block of replications one after the other."""

from __future__ import annotations

import math

from simulator.kernel import codes
from simulator.kernel.agenda import LAST, next_event
from simulator.kernel.attempts import attempt_made
from simulator.kernel.digest import name_key
from simulator.kernel.effects import assured, over
from simulator.kernel.faults import fault_ships
from simulator.kernel.given import given_happens
from simulator.kernel.grid import reserve_ready
from simulator.kernel.hacktivists import side_strikes
from simulator.kernel.instruments import announced, complies, notice_over
from simulator.kernel.layout import (
    NOTHING,
    bearings,
    dependencies,
    events,
    futures,
    instruments,
    links,
    mitigations,
    organisations,
    pools,
    products,
    rules,
    run,
    shorts_at,
    touched_dependencies,
    touched_links,
    touched_organisations,
    vendors,
)
from simulator.kernel.linker import address, entry, int64, leaf, part, uint64, void
from simulator.kernel.marks import empty_marks
from simulator.kernel.outage import buffer_runs_dry, hand_falls, supply_restarts
from simulator.kernel.outcome import conclude
from simulator.kernel.release import acts, crosses, detected, installs, proxy_enters, withdrawn
from simulator.kernel.removal import NOT_ASKED, replaced
from simulator.kernel.response import own_done, pool_chooses, pool_served, team_back, unaided_done
from simulator.kernel.sources import crime_tries, regime_changes, replaces_after_sanctions, sanctions_imposed, set_out
from simulator.kernel.undertakings import undertaken


@leaf
def fresh_organisation(own):
    """Full service, no trouble."""
    own.output, own.since = 1.0, 0.0
    own.touched = own.cut_off = own.own_busy = 0
    own.troubles = own.last_trouble = own.crews = own.last_crew = NOTHING
    own.blamed = own.charged = own.queue = own.last_queued = NOTHING


@leaf
def fresh_dependency(own):
    """In use from the start, or to come."""
    own.removed = 1 - own.in_use
    own.coverage = own.whole_coverage if own.in_use else 0.0
    own.touched = own.migrating = own.stopped = own.disconnected = own.paid = 0
    own.successor = NOT_ASKED


@leaf
def fresh_link(own):
    """Supplied, its buffer full."""
    own.level, own.since, own.place, own.hours = -1.0, 0.0, -1.0, math.nan
    own.supplied = 1
    own.touched = own.epoch = own.exhausted = own.ignored = 0
    own.ran_dry_of = NOTHING
    own.deliveries = own.all_deliveries


@leaf
def fresh_pool(own):
    """Asleep."""
    own.teams = own.base_teams
    own.busy = own.jobs_waiting = own.demand = own.choosing = own.epoch = own.incidents = 0
    own.gaps = own.services = own.waiting = own.ends = 0
    own.arrives = own.watched = math.inf


@part(void, address)
def make_fresh(k):
    """Set back what the last replication touched."""
    r = run(k)[0]
    for n in range(r.next_touched_organisation):
        fresh_organisation(organisations(k)[touched_organisations(k)[n]])
    for n in range(r.next_touched_dependency):
        fresh_dependency(dependencies(k)[touched_dependencies(k)[n]])
    for n in range(r.next_touched_link):
        fresh_link(links(k)[touched_links(k)[n]])
    empty_marks(k)
    for p in range(len(products(k))):
        products(k)[p].hostile = NOTHING
    for v in range(len(vendors(k))):
        vendors(k)[v].abused = vendors(k)[v].in_the_news = vendors(k)[v].flagged = 0
    for p in range(rules(k)[0].pools):
        fresh_pool(pools(k)[p])
    for n in range(rules(k)[0].instruments):
        instruments(k)[n].cause = NOTHING
    for m in range(rules(k)[0].mitigations):
        mitigations(k)[m].cause = NOTHING
    events(k)[NOTHING].order = LAST
    r.now = r.shed_share = 0.0
    r.full = r.idle_event = r.idle_share = NOTHING
    r.sequence = r.count = r.heap_size = r.causes = r.carriers = r.compromises = r.jobs = r.troubles = 0
    r.shares = r.marks = r.history = r.people = r.targets = r.disclosures = 0
    r.waiting_removals = r.shed = r.shed_end = r.shortages = r.short = r.slow_ready = 0
    r.free_integrators = rules(k)[0].integrators
    r.next_touched_organisation = r.next_touched_dependency = r.next_touched_link = 0
    r.without[:] = 0.0
    r.down[:] = 0


@entry(void, address)
def everything_fresh(k):
    """The state of a memory that has not been used yet."""
    for i in range(rules(k)[0].organisations):
        fresh_organisation(organisations(k)[i])
    for d in range(rules(k)[0].dependencies):
        fresh_dependency(dependencies(k)[d])
    for n in range(rules(k)[0].links):
        fresh_link(links(k)[n])


@part(void, address, int64, int64, int64, int64, int64)
def happens(k, action, who, parent, data, other):
    """One event comes."""
    if action == codes.CRIME_TRIES:
        crime_tries(k, who, data)
    elif action == codes.INSTALLS:
        installs(k, data, parent)
    elif action == codes.ACTS:
        acts(k, data, parent)
    elif action == codes.BUFFER_RUNS_DRY:
        buffer_runs_dry(k, who, data, parent)
    elif action == codes.SUPPLY_RESTARTS:
        supply_restarts(k, who, data, parent)
    elif action == codes.POOL_SERVED:
        pool_served(k, data, parent)
    elif action == codes.POOL_CHOOSES:
        pool_chooses(k, who)
    elif action == codes.TEAM_BACK:
        team_back(k, who)
    elif action == codes.OWN_DONE:
        own_done(k, data, parent)
    elif action == codes.UNAIDED_DONE:
        unaided_done(k, data, parent)
    elif action == codes.FALLS:
        hand_falls(k, data, parent)
    elif action == codes.ASSURED:
        assured(k, data, parent)
    elif action == codes.OVER:
        over(k, data, parent)
    elif action == codes.REGIME_CHANGES:
        regime_changes(k, who, data)
    elif action == codes.ATTEMPT_MADE:
        attempt_made(k, data, who)
    elif action == codes.FAULT_SHIPS:
        own = products(k)[who]
        fault_ships(k, who, name_key(k, own.name, own.end_name, uint64(data)))
    elif action == codes.SIDE_STRIKES:
        side_strikes(k, data)
    elif action == codes.CROSSES:
        crosses(k, data, parent)
    elif action == codes.DETECTED:
        detected(k, data, other, parent)
    elif action == codes.WITHDRAWN:
        withdrawn(k, data, parent)
    elif action == codes.PROXY_ENTERS:
        proxy_enters(k, data, other, parent)
    elif action == codes.COMPLIES:
        complies(k, who, data, parent)
    elif action == codes.NOTICE_OVER:
        notice_over(k, who, parent)
    elif action == codes.UNDERTAKEN:
        undertaken(k, data, other, parent)
    elif action == codes.REPLACED:
        replaced(k, who, parent)
    elif action == codes.SANCTIONS_IMPOSED:
        sanctions_imposed(k, who)
    elif action == codes.REPLACES_AFTER_SANCTIONS:
        replaces_after_sanctions(k, who, data, parent)
    elif action == codes.GIVEN_HAPPENS:
        given_happens(k, data)
    elif action == codes.RESERVE_COMES:
        reserve_ready(k, who, data, parent)


@entry(void, address, int64)
def play(k, row):
    """One replication from beginning to end, or until a table is full."""
    make_fresh(k)
    r, columns = run(k)[0], futures(k)[0]
    r.row = row
    r.replication = shorts_at(columns.replication, columns.rows)[row]
    for n in range(len(bearings(k))):
        bearings(k)[n].asked = 0
    set_out(k)
    while r.heap_size > 0 and r.full == NOTHING:
        event = events(k)[next_event(k)]
        if event.action == codes.ANNOUNCED:
            announced(k, event.who, event.number, event.parent)
        else:
            happens(k, event.action, event.who, event.parent, event.data, event.other)
    if r.full == NOTHING:
        conclude(k)


@entry(int64, address, int64, int64)
def play_block(k, first, end):
    """Replications from `first` on: the first that found a table full, or `end`."""
    r = run(k)[0]
    for row in range(first, end):
        losses, curves, targets = r.all_losses, r.all_curves, r.all_targets
        play(k, row)
        if r.full != NOTHING:
            r.all_losses, r.all_curves, r.all_targets = losses, curves, targets
            return row
    return end
