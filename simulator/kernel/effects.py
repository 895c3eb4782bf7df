"""Mechanism 9, routes. From a compromised host group to precautionary stop, loss of view or unsafe control
(as `model.effects`).
"""

from __future__ import annotations

from simulator.chance.keys import Purpose
from simulator.kernel.agenda import after, note
from simulator.kernel.codes import ASSURED, LOSS_OF_VIEW, PRECAUTION, UNSAFE_CONTROL, WATER
from simulator.kernel.draws import quantile, uniform
from simulator.kernel.layout import NOTHING, manuals, organisations, routes, rules, troubles
from simulator.kernel.linker import address, float64, int64, leaf, part, uint64, void
from simulator.kernel.marks import strike
from simulator.kernel.outage import close_trouble, open_trouble, run_by_hand
from simulator.kernel.posture import drilled, route_left
from simulator.kernel.response import ask_restoration
from simulator.model.kinds import Kind
from simulator.scenario.words import HOST_GROUPS

_ROUTE, _STOP, _OVER = int(Purpose.EFFECT_ROUTE), int(Purpose.STOP_TIME), int(Kind.OUTAGE_OVER)
_HOSTS = len(HOST_GROUPS)


@part(void, address, int64, int64, uint64, int64)
def stop(k, i, cause, key, parent):
    """A precautionary stop: until assured again, or until restored where no time is given."""
    own = rules(k)[0]
    t = open_trouble(k, i, cause, PRECAUTION, own.stopped_output, parent, 0)
    if own.stop_time != NOTHING:
        hours = quantile(k, own.stop_time, uniform(k, _STOP, key, 0))
        after(k, hours, _OVER, i, ASSURED, parent, cause, t)


@leaf
def assured(k, t, parent):
    """A stop is over, if it was not over before."""
    if troubles(k)[t].is_open:
        close_trouble(k, t, note(k, _OVER, troubles(k)[t].organisation, parent))


@part(void, address, int64, int64)
def over(k, t, parent):
    """A trouble that lasts a time of its own is over."""
    close_trouble(k, t, note(k, _OVER, troubles(k)[t].organisation, parent))


@leaf
def _lose_view(k, i, cause, parent):
    own = manuals(k)[organisations(k)[i].sector]
    share, floor, falls_by = drilled(k, i)
    if own.given:
        share, floor, falls_by = max(own.share, share), max(own.floor, floor), min(own.falls_by, falls_by)
        run_by_hand(k, i, cause, LOSS_OF_VIEW, share, floor, falls_by, own.every, parent)
    else:
        open_trouble(k, i, cause, LOSS_OF_VIEW, 0.0, parent, 0)


@part(void, address, int64, int64, float64, int64, uint64, int64, int64)
def strike_at(k, i, host_group, coverage, cause, key, shape, parent):
    """Code has acted on a host group. One uniform picks the route, the worst first; the rest is IT only."""
    ask_restoration(k, i, cause, shape, parent)
    strike(k, cause, i)
    sector = organisations(k)[i].sector
    own = routes(k)[sector * _HOSTS + host_group]
    if not own.given:
        return
    u = uniform(k, _ROUTE, key, 0)
    unsafe = coverage * own.control * route_left(k, i, host_group, UNSAFE_CONTROL)
    view = unsafe + coverage * own.blind * route_left(k, i, host_group, LOSS_OF_VIEW)
    halt = view + coverage * own.stop * route_left(k, i, host_group, PRECAUTION)
    if u < unsafe:
        running = sector == WATER and uniform(k, _ROUTE, key, 1) < rules(k)[0].unsafe_water
        open_trouble(k, i, cause, UNSAFE_CONTROL, 1.0 if running else 0.0, parent, int(running))
    elif u < view:
        _lose_view(k, i, cause, parent)
    elif u < halt:
        stop(k, i, cause, key, parent)
