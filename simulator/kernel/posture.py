"""What mitigations in force change, asked at the moment it matters (as `model.posture`).

Every question is noted, so that an arm whose mitigations bear on nothing that was asked need not be run again.
"""

from __future__ import annotations

import math

from simulator.chance.keys import Purpose
from simulator.kernel.codes import (
    ACTIVATION_LEFT,
    BUFFERS,
    BY_HAND,
    CLOSE_PATHS,
    FINDER_LEFT,
    HOLD_UPDATES,
    NOTICE_LEFT,
    OWN_TEAMS,
    POOL_TEAMS,
    REACH_LEFT,
    RESTORATION_LEFT,
    RINGS,
    ROUTES_LEFT,
)
from simulator.kernel.draws import joint, quantile, uniform
from simulator.kernel.layout import (
    NOTHING,
    added_teams,
    bearings,
    dependencies,
    futures,
    links,
    mitigations,
    organisations,
    places,
    products,
    reals_at,
    rows,
    rules,
    run,
)
from simulator.kernel.linker import address, float64, int64, leaf, part, void

_COMPLY, _COMPLY_DELAY = int(Purpose.COMPLY), int(Purpose.COMPLY_DELAY)


@part(float64, address, int64, int64)
def working_from(k, m, i):
    """Hour from which a mitigation works at an organisation; inf where it never does (`chance.adoption`)."""
    own = mitigations(k)[m]
    hour = own.starts
    if math.isinf(hour) or (own.rollout == NOTHING and math.isnan(own.comply)):
        return hour
    key = joint(organisations(k)[i].key, own.key)
    if not math.isnan(own.comply) and uniform(k, _COMPLY, key, 0) >= own.comply:
        return math.inf
    if own.rollout != NOTHING:
        hour += quantile(k, own.rollout, uniform(k, _COMPLY_DELAY, key, 0))
    return hour


@leaf
def _bearing(k, what, row):
    """Note the question, and say where the mitigations that bear on it are listed."""
    if not rules(k)[0].bearings:
        return 0, 0
    question = bearings(k)[rules(k)[0].first_bearing[what] + row]
    question.asked = 1
    return question.first, question.end


@leaf
def _works(k, m, i):
    return run(k)[0].now >= working_from(k, m, i)


@leaf
def _left(k, what, row, i, share, which):
    """Shares that remain multiply, of all mitigations that bear on a row and work at its organisation by now."""
    left = 1.0
    first, end = _bearing(k, what, row)
    for place in range(first, end):
        m = rows(k)[place]
        if _works(k, m, i):
            left *= share(mitigations(k)[m], which)
    return left


@leaf
def _added(k, what, row, i, figure):
    """What mitigations add together, of all that bear on a row and work at its organisation by now."""
    added = 0.0
    first, end = _bearing(k, what, row)
    for place in range(first, end):
        m = rows(k)[place]
        if _works(k, m, i):
            added += figure(mitigations(k)[m])
    return added


_reach = leaf(lambda own, which: own.reach_left)
_notice = leaf(lambda own, which: own.notice_left)
_activation = leaf(lambda own, which: own.activation_left[which])
_restoration = leaf(lambda own, which: own.restoration_left[which])
_hours = leaf(lambda own: own.buffer_hours)
_deliveries = leaf(lambda own: own.deliveries)
_teams = leaf(lambda own: own.own_teams)


@part(float64, address, int64)
def hold_back(k, d):
    """Hours for which updates wait at a dependency now."""
    own = dependencies(k)[d]
    held = own.held
    first, end = _bearing(k, HOLD_UPDATES, d)
    for place in range(first, end):
        m = rows(k)[place]
        if _works(k, m, own.organisation):
            held = max(held, mitigations(k)[m].hold_updates)
    return held


@leaf
def shut(k, d, path):
    """Has the operator shut this path?"""
    first, end = _bearing(k, CLOSE_PATHS, d)
    for place in range(first, end):
        m = rows(k)[place]
        if mitigations(k)[m].closes >> path & 1 and _works(k, m, dependencies(k)[d].organisation):
            return True
    return False


@part(float64, address, int64)
def reach_left(k, d):
    """Share of a host group's machines that code still reaches, beside its coverage."""
    return _left(k, REACH_LEFT, d, dependencies(k)[d].organisation, _reach, 0)


@part(float64, address, int64, int64)
def activation_left(k, i, mode):
    """Share of code of this mode that still works at an organisation."""
    return _left(k, ACTIVATION_LEFT, i, i, _activation, mode)


@part(float64, address, int64, int64, int64)
def route_left(k, i, host_group, route):
    """Factor on one route (in the order of `codes.ROUTES`) from a host group to a trouble."""
    left = 1.0
    first, end = _bearing(k, ROUTES_LEFT, i)
    for place in range(first, end):
        m = rows(k)[place]
        if mitigations(k)[m].hosts >> host_group & 1 and _works(k, m, i):
            left *= mitigations(k)[m].routes_left[route]
    return left


@part(float64, address, int64)
def notice_left(k, i):
    """Factor on the time in which the organisation itself notices."""
    return _left(k, NOTICE_LEFT, i, i, _notice, 0)


@part(float64, address, int64, int64)
def restoration_left(k, i, shape):
    """Factor on the time of a restoration of this kind."""
    return _left(k, RESTORATION_LEFT, i, i, _restoration, shape)


@leaf
def drilled(k, i):
    """(share, floor, fall) by which plant is run by hand better than it is; 0, 0, inf without drills."""
    share, floor, falls_by = 0.0, 0.0, math.inf
    first, end = _bearing(k, BY_HAND, i)
    for place in range(first, end):
        m = rows(k)[place]
        if _works(k, m, i):
            own = mitigations(k)[m]
            share, floor, falls_by = max(share, own.share), max(floor, own.floor), min(falls_by, own.falls_by)
    return share, floor, falls_by


@part(float64, address, int64)
def added_hours(k, n):
    """Hours added to the buffer of a supply link."""
    return _added(k, BUFFERS, n, links(k)[n].consumer, _hours)


@part(int64, address, int64)
def added_deliveries(k, n):
    """Deliveries added to a supply link."""
    return int64(_added(k, BUFFERS, n, links(k)[n].consumer, _deliveries))


@part(int64, address, int64)
def own_teams_added(k, i):
    """Teams of its own that the organisation has more by now."""
    return int64(_added(k, OWN_TEAMS, i, i, _teams))


@leaf
def pool_teams_added(k, pool):
    """Teams that a pool has more by now."""
    added = 0
    first, end = _bearing(k, POOL_TEAMS, pool)
    for place in range(first, end):
        m = rows(k)[place]
        if run(k)[0].now >= mitigations(k)[m].starts:
            added += added_teams(k)[m * rules(k)[0].pools + pool]
    return added


@leaf
def _at_vendor(k, m, p):
    """Hour from which a mitigation works at the vendor of a product."""
    column = places(k)[m * rules(k)[0].vendors + products(k)[p].vendor]
    own = futures(k)[0]
    return reals_at(own.vendors, own.rows * own.dates_of_vendors)[run(k)[0].row * own.dates_of_vendors + column]


@leaf
def rings_now(k, p):
    """The vendor's staged rollout now: its own, or the one it adopted last; -1 for none."""
    found, latest = products(k)[p].rings, -math.inf
    first, end = _bearing(k, RINGS, p)
    for place in range(first, end):
        m = rows(k)[place]
        begun = _at_vendor(k, m, p)
        if run(k)[0].now >= begun and begun >= latest:
            latest, found = begun, mitigations(k)[m].rings
    return found


@leaf
def finder_left(k, p):
    """Factor on the time in which an outside finder finds hostile code in this product."""
    left = 1.0
    first, end = _bearing(k, FINDER_LEFT, p)
    for place in range(first, end):
        m = rows(k)[place]
        if run(k)[0].now >= _at_vendor(k, m, p):
            left *= mitigations(k)[m].finder_left
    return left


@part(void, address, int64)
def begin(k, m):
    """A mitigation that waited for a disclosure, or for the warning that follows one, begins now."""
    own = mitigations(k)[m]
    if math.isinf(own.starts):
        own.starts = run(k)[0].now
