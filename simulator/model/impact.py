"""Mechanism 19. Impact: customer-hours, person-hours, energy not supplied, and cost by payer.

Customers lose the worth of the service; society the spill-over on others; the operator pays for response,
rebuilding, removal and lost revenue, less what insurer and vendor bear; government pays for emergency supply
and for warnings that prove groundless. Lost revenue is a transfer from the customers' point of view and is
booked as the operator's cost only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.model.causes import Cause
from simulator.rules.clock import HOURS_PER_DAY
from simulator.rules.cost import insured_share
from simulator.rules.total import total
from simulator.scenario.words import SECTORS, CauseKind
from simulator.world.world import World

BY_VENDOR: frozenset[CauseKind] = frozenset({"coerced_update", "outside_intrusion", "faulty_update"})
"""Causes of which a vendor bears a part."""
COMPLIANCE: frozenset[CauseKind] = frozenset({"instrument", "mitigation", "sanctions"})
"""Causes that no insurer pays for."""
_KWH_PER_MWH = 1000.0


@dataclass(slots=True)
class EventLoss:
    """One row of the event loss table, in the order of the columns of `simulator.batch.tables`."""

    cause: Cause
    paid_h: float = 0.0
    """Mean date of its costs, each counted by its amount."""
    customer_hours: list[float] = field(default_factory=lambda: [0.0] * len(SECTORS))
    person_hours: list[float] = field(default_factory=lambda: [0.0] * len(SECTORS))
    ens_mwh: float = 0.0
    operator: float = 0.0
    customers: float = 0.0
    society: float = 0.0
    insurer: float = 0.0
    vendor: float = 0.0
    government: float = 0.0

    @property
    def cost(self) -> float:
        """All payers together."""
        return self.operator + self.customers + self.society + self.insurer + self.vendor + self.government

    def is_loss(self) -> bool:
        """Does this row say anything a table of losses should hold?"""
        cause = self.cause
        return cause.malicious or self.cost > 0.0 or cause.abstract > 0.0 or any(self.customer_hours)


def assess(world: World, cause: Cause) -> EventLoss:
    """Turn what a cause did into losses by sector and payer."""
    loss = EventLoss(cause)
    impact = world.scenario.impact
    o = world.organisations
    revenue = world.lost_revenue
    gross = dict(cause.operator_cost)
    for i, hours in cause.customer_hours.items():
        sector = o.sector[i]
        loss.customer_hours[sector] += hours
        loss.person_hours[sector] += hours * (o.people[i] / o.customers[i] if o.customers[i] else 0.0)
        gross[i] = gross.get(i, 0.0) + hours / HOURS_PER_DAY * revenue.get(sector, 0.0)
    kwh = loss.customer_hours[SECTORS.index("energy")] * impact.load_per_customer.value
    loss.ens_mwh = kwh / _KWH_PER_MWH
    loss.customers = kwh * impact.value_of_lost_load.value.amount + total(
        loss.person_hours[SECTORS.index(s)] / HOURS_PER_DAY * m.value.amount
        for s, m in impact.value_per_person_day.items()
    )
    loss.society = impact.society_share.value * loss.customers
    loss.government = impact.government_share.value * loss.customers + cause.government_cost
    gross_total = 0.0
    for i in sorted(gross):
        amount = gross[i]
        gross_total += amount
        loss.insurer += _insured(world, cause, amount)
    espionage = cause.victims * impact.espionage_per_victim.value.amount
    gross_total += espionage
    if cause.kind in BY_VENDOR:
        loss.vendor = impact.vendor_liability.value * gross_total
    loss.insurer = min(loss.insurer, gross_total - loss.vendor)
    loss.operator = gross_total - loss.insurer - loss.vendor
    loss.paid_h = _mean_date(cause, loss)
    return loss


def _mean_date(cause: Cause, loss: EventLoss) -> float:
    """Hour at which all its costs, paid at once, would weigh what they do on their dates (to first order)."""
    served = total(loss.customer_hours)
    lost_h = cause.lost_hours / served if served > 0.0 else cause.start_h
    spent = total(cause.operator_cost.values())
    return (cause.spent_hours + (loss.cost - spent) * lost_h) / loss.cost if loss.cost > 0.0 else cause.start_h


def _insured(world: World, cause: Cause, amount: float) -> float:
    """The insurer's part at one organisation; none of compliance, nor of a state's act under a war exclusion."""
    cover = world.scenario.impact.insurance
    if cover is None or cause.kind in COMPLIANCE:
        return 0.0
    if cause.malicious and cause.regime in cover.war_exclusion:
        return 0.0
    return insured_share(amount, cover.insured.value, cover.retention.value.amount, cover.limit.value.amount)
