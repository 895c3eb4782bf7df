"""Mechanism 19. Impact: what each cause did, turned into losses by sector and payer (as `model.impact`)."""

from __future__ import annotations

from simulator.kernel.agenda import ran_out
from simulator.kernel.codes import (
    BORNE_BY_VENDORS,
    ENERGY,
    OF_COMPLIANCE,
)
from simulator.kernel.layout import (
    NOTHING,
    causes,
    loss_targets,
    losses,
    marks,
    organisations,
    place_of,
    prices,
    ranked,
    rules,
    run,
    targets,
    ticked,
)
from simulator.kernel.linker import address, int64, leaf, part, rule
from simulator.kernel.tables import trailing_zeros
from simulator.rules.clock import HOURS_PER_DAY, HOURS_PER_YEAR
from simulator.rules.cost import insured_share

_insured_share = rule(insured_share)
_KWH_PER_MWH = 1000.0
_BITS = 6
_WORD = 1 << _BITS
_LOSSES, _LOSS_TARGETS, _RANKED = place_of("losses"), place_of("loss_targets"), place_of("ranked")


@leaf
def _tick(k, m):
    """Tick off the organisation of a mark, and keep the mark there."""
    i = marks(k)[m].organisation
    organisations(k)[i].place = m
    ticked(k)[i >> _BITS] |= 1 << (i & (_WORD - 1))


@leaf
def _payers(k, cause):
    """Put the marks of all who lost by a cause into `ranked`, by organisation, and count them."""
    own, table, found, count = causes(k)[cause], marks(k), ranked(k), 0
    m = own.first_cost
    while m != NOTHING:
        _tick(k, m)
        m = table[m].next_cost
    m = own.first_hours
    while m != NOTHING:
        _tick(k, m)
        m = table[m].next_hours
    for place in range(len(ticked(k))):
        bits = ticked(k)[place]
        ticked(k)[place] = 0
        while bits != 0:
            if count < len(found):
                found[count] = organisations(k)[place * _WORD + trailing_zeros(bits)].place
            count += 1
            bits &= bits - 1
    if count > len(found):
        ran_out(k, _RANKED)
        return 0
    return count


@leaf
def _insured(k, cause, amount):
    """The insurer's part at one organisation; none of compliance, nor of a state's act under a war exclusion."""
    own, cover = causes(k)[cause], rules(k)[0]
    if not cover.insurance or OF_COMPLIANCE >> own.kind & 1:
        return 0.0
    if own.malicious and own.regime != NOTHING and cover.war_exclusion >> own.regime & 1:
        return 0.0
    return _insured_share(amount, cover.insured, cover.retention, cover.limit)


@leaf
def _copy_targets(k, loss, cause):
    r, source = run(k)[0], causes(k)[cause]
    loss.proxy = int(source.vendor_of != NOTHING)
    if loss.proxy:
        source = causes(k)[source.vendor_of]
    loss.first_target = r.all_targets
    for place in range(source.first_target, source.end_target):
        if r.all_targets >= len(loss_targets(k)):
            ran_out(k, _LOSS_TARGETS)
            return
        loss_targets(k)[r.all_targets] = targets(k)[place]
        r.all_targets += 1
    loss.end_target = r.all_targets


@part(int64, address, int64)
def assess(k, cause):
    """Add the row of a cause to `losses`, if it says anything a table of losses should hold: 1 if so, else 0."""
    r, own, price, o, table = run(k)[0], causes(k)[cause], rules(k)[0], organisations(k), marks(k)
    if r.all_losses >= len(losses(k)):
        ran_out(k, _LOSSES)
        return 0
    loss = losses(k)[r.all_losses]
    loss.customer_hours[:] = 0.0
    loss.person_hours[:] = 0.0
    loss.organisations_out = 0
    m = own.first_hours
    while m != NOTHING:
        here = o[table[m].organisation]
        hours = table[m].hours
        loss.customer_hours[here.sector] += hours
        loss.person_hours[here.sector] += hours * (here.people / here.customers if here.customers else 0.0)
        loss.organisations_out += 1
        m = table[m].next_hours
    kwh = loss.customer_hours[ENERGY] * price.load_per_customer
    loss.ens = kwh / _KWH_PER_MWH
    worth = 0.0
    for n in range(price.prices):
        worth += loss.person_hours[prices(k)[n].sector] / HOURS_PER_DAY * prices(k)[n].amount
    loss.customers = kwh * price.lost_load + worth
    loss.society = price.society_share * loss.customers
    loss.government = price.government_share * loss.customers + own.government
    gross = insurer = 0.0
    for n in range(_payers(k, cause)):
        mark = table[ranked(k)[n]]
        amount = mark.cost
        if mark.has_hours:
            amount = amount + mark.hours / HOURS_PER_DAY * price.lost_revenue[o[mark.organisation].sector]
        gross += amount
        insurer += _insured(k, cause, amount)
    gross += own.victims * price.espionage_per_victim
    loss.vendor = 0.0
    if BORNE_BY_VENDORS >> own.kind & 1:
        loss.vendor = price.vendor_liability * gross
    loss.insurer = min(insurer, gross - loss.vendor)
    loss.operator = gross - loss.insurer - loss.vendor
    cost = loss.operator + loss.customers + loss.society + loss.insurer + loss.vendor + loss.government
    served = loss.customer_hours[0] + loss.customer_hours[1] + loss.customer_hours[2]
    lost = loss.customer_hours[0] != 0.0 or loss.customer_hours[1] != 0.0 or loss.customer_hours[2] != 0.0
    if not (own.malicious or cost > 0.0 or own.abstract > 0.0 or lost):
        return 0
    spent, m = 0.0, own.first_cost
    while m != NOTHING:
        spent += table[m].cost
        m = table[m].next_cost
    lost_at = own.lost_hours / served if served > 0.0 else own.start
    loss.paid = (own.spent_hours + (cost - spent) * lost_at) / cost if cost > 0.0 else own.start
    loss.row, loss.number, loss.kind, loss.mode = r.row, cause, own.kind, own.mode
    loss.theatre, loss.regime, loss.malicious = own.theatre, own.regime, own.malicious
    loss.start, loss.year = own.start, int(own.origin // HOURS_PER_YEAR)
    loss.installs, loss.activations, loss.detection = own.installs, own.activations, own.detection
    loss.unsafe, loss.abstract = own.unsafe, own.abstract
    for s in range(len(own.interruptions)):
        loss.interruptions[s] = own.interruptions[s]
    _copy_targets(k, loss, cause)
    r.all_losses += 1
    return 1
