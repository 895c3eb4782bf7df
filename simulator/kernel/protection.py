"""Who runs what, and how well it protects: replaced products, stopped updates, stale definitions
(as `model.protection`).
"""

from __future__ import annotations

from simulator.kernel.codes import CODE_RELEASE, CONTENT_UPDATE
from simulator.kernel.layout import dependencies, organisations, rules, run, touched_dependencies
from simulator.kernel.linker import address, float64, int64, leaf, part, void
from simulator.kernel.posture import hold_back, shut


@leaf
def touch_dependency(k, d):
    """Its state will have to be set back after the replication."""
    own = dependencies(k)[d]
    if not own.touched:
        own.touched = 1
        r = run(k)[0]
        touched_dependencies(k)[r.next_touched_dependency] = d
        r.next_touched_dependency += 1


@leaf
def is_update(path):
    """Does this path end when updates stop, and can a customer hold it back?"""
    return path == CODE_RELEASE or path == CONTENT_UPDATE


@leaf
def present(k, d):
    """Is the product still in use and connected?"""
    own = dependencies(k)[d]
    return not own.removed and not own.disconnected


@part(int64, address, int64, int64)
def reachable(k, d, path):
    """Can a release on this path still arrive here?"""
    if not present(k, d) or (is_update(path) and dependencies(k)[d].stopped):
        return 0
    return int(not shut(k, d, path))


@part(void, address, int64)
def stop_updates(k, d):
    """Updates stop now; definitions grow stale from here."""
    own = dependencies(k)[d]
    if not own.removed and not own.stopped:
        touch_dependency(k, d)
        own.stopped, own.stopped_since = 1, run(k)[0].now


@leaf
def cut_off(k, d):
    """Disconnected by order: nothing arrives on any path, and definitions grow stale."""
    stop_updates(k, d)
    touch_dependency(k, d)
    dependencies(k)[d].disconnected = 1


@leaf
def _hand_over(k, d, successor, coverage):
    touch_dependency(k, d)
    touch_dependency(k, successor)
    new = dependencies(k)[successor]
    new.removed = 0
    new.coverage = min(new.coverage + coverage, 1.0)
    dependencies(k)[d].coverage -= coverage


@part(void, address, int64, int64)
def remove(k, d, successor):
    """Gone, and its replacement works. One that is not named protects as well, and has no hazards of its own."""
    touch_dependency(k, d)
    own = dependencies(k)[d]
    own.removed, own.migrating, own.stopped = 1, 0, 0
    if successor >= 0:
        _hand_over(k, d, successor, own.coverage)


@part(void, address, int64, int64, float64)
def second(k, d, successor, share):
    """A second product takes over a share of the machines."""
    own = dependencies(k)[d]
    if not own.removed:
        _hand_over(k, d, successor, share * own.coverage)


@leaf
def _working(k, d):
    """Share of its worth a product gives: none while migrating, halving with stale definitions."""
    own = dependencies(k)[d]
    if own.migrating:
        return 0.0
    held = hold_back(k, d) - own.held
    stale = held + run(k)[0].now - own.stopped_since if own.stopped else held
    return rules(k)[0].half ** (stale / rules(k)[0].half_life) if stale > 0.0 else 1.0


@part(float64, address, int64)
def gap(k, i):
    """Factor on the rate of ordinary intrusions: 1 with protection working, up to the widest gap without."""
    own, table, found = organisations(k)[i], dependencies(k), 1.0
    for d in range(own.first_dependency, own.end_dependency):
        if table[d].worth > 0.0:
            coverage = table[d].coverage
            now = table[d].worth * coverage * _working(k, d) if coverage > 0.0 else 0.0
            found *= (1.0 - now) / table[d].lets_through
    return found
