"""Releases: from the first install to withdrawal (as `model.release`), and mechanism 13, telecom as a proxy."""

from __future__ import annotations

import math

from simulator.chance.keys import Purpose
from simulator.kernel.agenda import after, at, note, ran_out, record
from simulator.kernel.codes import (
    ACTS,
    CROSSES,
    DETECTED,
    DISRUPTION,
    ESPIONAGE,
    FAULT,
    INSTALLS,
    OFFICE,
    PROXY_ENTERS,
    TELECOM,
    TELECOM_PROXY,
    WITHDRAWN,
)
from simulator.kernel.detection import draw_notice, first_detection, pull_delay
from simulator.kernel.draws import joint, quantile, uniform, wait
from simulator.kernel.effects import stop, strike_at
from simulator.kernel.install import add_carrier, add_carriers_of, new_carrier
from simulator.kernel.instruments import wake_instruments
from simulator.kernel.layout import (
    NOTHING,
    carriers,
    causes,
    codes,
    compromises,
    disclosures,
    links,
    marks,
    organisations,
    place_of,
    products,
    rows,
    rules,
    run,
    targets,
    vendors,
)
from simulator.kernel.linker import address, float64, int64, leaf, part, uint64, void
from simulator.kernel.loss_causes import open_cause
from simulator.kernel.marks import infected, mark_of, restoring, struck
from simulator.kernel.payload import plan_actions
from simulator.kernel.protection import present, reachable
from simulator.kernel.response import ask_restoration
from simulator.kernel.undertakings import disclosed_to_operators
from simulator.model.kinds import Kind

_PROXY_CLOCK, _WORM, _WORM_DELAY = int(Purpose.PROXY_CLOCK), int(Purpose.WORM), int(Purpose.WORM_DELAY)
_ROUTE = int(Purpose.EFFECT_ROUTE)
_RELEASE, _INSTALL, _FOOTHOLD = int(Kind.RELEASE), int(Kind.INSTALL), int(Kind.FOOTHOLD)
_ACTIVATION, _CROSSED, _DETECTION = int(Kind.ACTIVATION), int(Kind.WORM), int(Kind.DETECTION)
_GONE, _PROXY = int(Kind.WITHDRAWN), int(Kind.PROXY)
_COMPROMISES, _TARGETS, _DISCLOSURES = place_of("compromises"), place_of("targets"), place_of("disclosures")


@part(int64, address, int64, int64, int64)
def new_compromise(k, cause, code, coerced):
    """A compromise under way, with no product yet and nobody who carries it."""
    r = run(k)[0]
    x = r.compromises
    if x >= len(compromises(k)):
        x = ran_out(k, _COMPROMISES)
    else:
        r.compromises = x + 1
    own = compromises(k)[x]
    own.cause, own.code, own.coerced = cause, code, coerced
    own.delay, own.worm_delay = codes(k)[code].delay, codes(k)[code].worm_delay
    own.start, own.detected, own.withdrawn, own.given_detection = r.now, math.inf, math.inf, math.nan
    own.epoch = own.count = 0
    own.first_target = own.end_target = r.targets
    own.first_carrier = own.last_carrier = NOTHING
    causes(k)[cause].mode = codes(k)[code].mode
    if rules(k)[0].abstract:
        causes(k)[cause].abstract += rules(k)[0].per_compromise
    return x


@leaf
def add_target(k, x, p, path):
    """The release goes out by this path of a product, unless one is in hostile hands already."""
    r, own = run(k)[0], compromises(k)[x]
    cause = causes(k)[own.cause]
    if cause.malicious and products(k)[p].hostile != NOTHING:
        return
    if r.targets + 1 >= len(targets(k)):
        ran_out(k, _TARGETS)
        return
    targets(k)[r.targets], targets(k)[r.targets + 1] = p, path
    r.targets += 2
    own.end_target = r.targets


@part(int64, address, int64, int64)
def goes_out(k, x, parent):
    """All products are named: the release is logged, and products are in hostile hands."""
    own = compromises(k)[x]
    cause = causes(k)[own.cause]
    cause.first_target, cause.end_target = own.first_target, own.end_target
    paths = 0
    for place in range(own.first_target, own.end_target, 2):
        paths |= 1 << targets(k)[place + 1]
    entry = record(k, _RELEASE, own.cause, parent, math.nan, paths)
    cause.entry = entry
    if cause.malicious:
        for place in range(own.first_target, own.end_target, 2):
            product = products(k)[targets(k)[place]]
            product.hostile = x
            vendors(k)[product.vendor].abused = 1
    return entry


@leaf
def add_all_carriers(k, x):
    """Everyone whom the release can reach through its products."""
    own = compromises(k)[x]
    for place in range(own.first_target, own.end_target, 2):
        add_carriers_of(k, x, targets(k)[place], targets(k)[place + 1], causes(k)[own.cause].key, own.coerced)


@leaf
def _arrival(carrier):
    """Kind and subject of the code's arrival: through a product in use, or by a foothold gained earlier."""
    if carrier.dependency >= 0:
        return _INSTALL, carrier.dependency
    return _FOOTHOLD, carrier.organisation


@part(void, address, int64)
def schedule(k, x):
    """The first detection as things stand, and the installs that come before the withdrawal it leads to."""
    own = compromises(k)[x]
    cause = causes(k)[own.cause]
    found = first_detection(k, x)
    own.epoch += 1
    if math.isfinite(found):
        at(k, found, _DETECTION, own.cause, DETECTED, cause.entry, 0, x, own.epoch, math.nan)
    gone = found + pull_delay(k, x)
    c = own.first_carrier
    while c != NOTHING:
        carrier = carriers(k)[c]
        if not carrier.scheduled and (carrier.install < gone or carrier.install == own.start):
            carrier.scheduled = 1
            kind, who = _arrival(carrier)
            at(k, carrier.install, kind, who, INSTALLS, cause.entry, own.cause, c, NOTHING, math.nan)
        c = carrier.next


@part(void, address, int64, int64, float64)
def spreads(k, x, everywhere_at_once, offered_for):
    """All who can be reached are known: when each installs, when its code acts, when it would notice."""
    own = compromises(k)[x]
    now, ahead, c = run(k)[0].now, NOTHING, own.first_carrier
    while c != NOTHING:
        carrier = carriers(k)[c]
        carrier.install = now if everywhere_at_once else now + carrier.install
        if not math.isnan(offered_for) and not carrier.install <= now + offered_for:
            if ahead == NOTHING:
                own.first_carrier = carrier.next
            else:
                carriers(k)[ahead].next = carrier.next
            own.count -= 1
        else:
            ahead = c
        c = carrier.next
    own.last_carrier = ahead
    plan_actions(k, x)
    c = own.first_carrier
    while c != NOTHING:
        draw_notice(k, c)
        c = carriers(k)[c].next
    schedule(k, x)


@part(void, address, int64, int64, int64)
def operator_compromised(k, operator, x, parent):
    """One exponential clock per customer of a telecom operator, which counts only while it is still compromised."""
    own = organisations(k)[operator]
    if own.sector != TELECOM:
        return
    mark = marks(k)[mark_of(k, compromises(k)[x].cause, operator)]
    if mark.proxied:
        return
    mark.proxied = 1
    rate = rules(k)[0].proxy_rate
    if rate == 0.0:
        return
    for place in range(own.first_out, own.end_out):
        n = rows(k)[place]
        key = joint(links(k)[n].key, causes(k)[compromises(k)[x].cause].key)
        hours = wait(uniform(k, _PROXY_CLOCK, key, 0), rate)
        after(k, hours, _PROXY, links(k)[n].consumer, PROXY_ENTERS, parent, operator, x, n)


@part(void, address, int64, int64, int64)
def proxy_enters(k, x, n, parent):
    """An intrusion through a compromised operator; what enters this way goes no further."""
    own, link = compromises(k)[x], links(k)[n]
    clean = run(k)[0].now >= own.withdrawn and not restoring(k, own.cause, link.provider)
    customer = link.consumer
    if clean or infected(k, own.cause, customer):
        return
    source = own.cause
    key = joint(link.key, causes(k)[source].key)
    n_cause = open_cause(k, link.proxy_key ^ causes(k)[source].key, TELECOM_PROXY, NOTHING, 0, causes(k)[source].origin)
    cause = causes(k)[n_cause]
    cause.vendor_of, cause.theatre, cause.regime = source, causes(k)[source].theatre, causes(k)[source].regime
    cause.mode = DISRUPTION
    cause.installs = cause.activations = 1
    entry = record(k, _PROXY, customer, parent, math.nan, link.provider)
    cause.entry = entry
    strike_at(k, customer, rules(k)[0].proxy_host, 1.0, n_cause, key, rules(k)[0].proxy_restoration, entry)


@part(void, address, int64, int64)
def told(k, c, parent):
    """A carrier that learns of its infection may stop as a precaution, and asks to be cleaned."""
    carrier = carriers(k)[c]
    own = compromises(k)[carrier.compromise]
    code, i, cause = codes(k)[own.code], carrier.organisation, own.cause
    if carrier.acted and code.mode != ESPIONAGE:
        return
    if code.mode != FAULT:
        carrier.told = 1
        ask_restoration(k, i, cause, code.restoration, parent)
    chance = rules(k)[0].stop_on_disclosure[carrier.host_group]
    if math.isnan(chance) or struck(k, cause, i):
        return
    if uniform(k, _ROUTE, carrier.key, 2) < chance * carrier.coverage:
        ask_restoration(k, i, cause, code.restoration, parent)
        stop(k, i, cause, joint(carrier.key, uint64(1)), parent)


@leaf
def _drop(k, c):
    """The product went, or its updates stopped, before the code arrived or acted: nothing is found here."""
    carrier = carriers(k)[c]
    carrier.install = carrier.noticed = carrier.acts = math.inf
    if math.isinf(compromises(k)[carrier.compromise].detected):
        schedule(k, carrier.compromise)


@part(void, address, int64, int64)
def installs(k, c, parent):
    """The code arrives."""
    carrier = carriers(k)[c]
    own = compromises(k)[carrier.compromise]
    if run(k)[0].now >= own.withdrawn:
        return
    if carrier.dependency >= 0 and not reachable(k, carrier.dependency, carrier.path):
        _drop(k, c)
        return
    cause = causes(k)[own.cause]
    carrier.installed = 1
    cause.installs += 1
    if rules(k)[0].abstract:
        cause.abstract += rules(k)[0].per_install
    kind, who = _arrival(carrier)
    entry = record(k, kind, who, parent, math.nan, carrier.organisation)
    marks(k)[mark_of(k, own.cause, carrier.organisation)].infected = 1
    if rules(k)[0].proxy and cause.malicious:
        operator_compromised(k, carrier.organisation, carrier.compromise, entry)
    if math.isfinite(carrier.acts):
        who = max(carrier.dependency, 0)
        at(k, carrier.acts, _ACTIVATION, carrier.organisation, ACTS, entry, who, c, NOTHING, math.nan)
    if math.isfinite(own.detected):
        told(k, c, entry)


@part(void, address, int64, int64)
def acts(k, c, parent):
    """The code acts."""
    carrier = carriers(k)[c]
    x = carrier.compromise
    own = compromises(k)[x]
    i = carrier.organisation
    cleaned = carrier.told and not restoring(k, own.cause, i)
    if run(k)[0].now >= own.withdrawn or cleaned:
        return
    if carrier.dependency >= 0 and not present(k, carrier.dependency):
        _drop(k, c)
        return
    carrier.acted = 1
    causes(k)[own.cause].activations += 1
    entry = record(k, _ACTIVATION, i, parent, math.nan, carrier.host_group)
    code = codes(k)[own.code]
    if code.mode == ESPIONAGE:
        causes(k)[own.cause].victims += 1
        return
    strike_at(k, i, carrier.host_group, carrier.coverage, own.cause, carrier.key, code.restoration, entry)
    if code.worm > 0.0 and own.worm_delay != NOTHING:
        _crawls(k, x, i, entry)


@leaf
def _crawls(k, x, i, parent):
    """A worm crosses trust links to organisations that do not carry the code yet."""
    own, o = compromises(k)[x], organisations(k)
    for place in range(o[i].first_trust, o[i].end_trust):
        neighbour = rows(k)[place]
        key = joint(joint(o[neighbour].key, o[i].key), causes(k)[own.cause].key)
        if not uniform(k, _WORM, key, 0) < codes(k)[own.code].worm or infected(k, own.cause, neighbour):
            continue
        hours = quantile(k, own.worm_delay, uniform(k, _WORM_DELAY, key, 0))
        c = new_carrier(k, x, NOTHING, neighbour, OFFICE, 1.0, key)
        after(k, hours, _CROSSED, neighbour, CROSSES, parent, i, c)


@part(void, address, int64, int64)
def crosses(k, c, parent):
    """A worm arrives across a trust link."""
    carrier = carriers(k)[c]
    x = carrier.compromise
    own = compromises(k)[x]
    i, cause, now = carrier.organisation, own.cause, run(k)[0].now
    if now >= own.withdrawn or infected(k, cause, i) or struck(k, cause, i):
        return
    marks(k)[mark_of(k, cause, i)].infected = 1
    add_carrier(k, x, c)
    carrier.install, carrier.scheduled, carrier.installed = now, 1, 1
    draw_notice(k, c)
    entry = note(k, _CROSSED, i, parent)
    if rules(k)[0].proxy and causes(k)[cause].malicious:
        operator_compromised(k, i, x, entry)
    if math.isinf(own.detected):
        schedule(k, x)
    after(k, 0.0, _ACTIVATION, i, ACTS, entry, 0, c)


@leaf
def _flag_vendors_of(k, x, flag):
    own = compromises(k)[x]
    for place in range(own.first_target, own.end_target, 2):
        vendors(k)[products(k)[targets(k)[place]].vendor].flagged = flag


@part(void, address, int64, int64, int64)
def detected(k, x, epoch, parent):
    """The first detector reveals all."""
    own = compromises(k)[x]
    if math.isfinite(own.detected) or epoch != own.epoch:
        return
    r, cause = run(k)[0], own.cause
    own.detected = r.now
    causes(k)[cause].detection = r.now - own.start
    entry = note(k, _DETECTION, cause, parent)
    hours = pull_delay(k, x)
    own.withdrawn = r.now + hours
    after(k, hours, _GONE, cause, WITHDRAWN, entry, 0, x)
    c = own.first_carrier
    while c != NOTHING:
        if carriers(k)[c].installed:
            told(k, c, entry)
        c = carriers(k)[c].next
    if not causes(k)[cause].malicious:
        return
    if r.disclosures >= len(disclosures(k)):
        ran_out(k, _DISCLOSURES)
        return
    known = disclosures(k)[r.disclosures]
    known.hour, known.first_target, known.end_target = r.now, own.first_target, own.end_target
    r.disclosures += 1
    _flag_vendors_of(k, x, 1)
    disclosed_to_operators(k, entry)
    wake_instruments(k, entry, causes(k)[cause].origin)
    _flag_vendors_of(k, x, 0)


@part(void, address, int64, int64)
def withdrawn(k, x, parent):
    """The release is withdrawn, and its products are in hostile hands no more."""
    own = compromises(k)[x]
    note(k, _GONE, own.cause, parent)
    for place in range(own.first_target, own.end_target, 2):
        product = products(k)[targets(k)[place]]
        if product.hostile == x:
            product.hostile = NOTHING
