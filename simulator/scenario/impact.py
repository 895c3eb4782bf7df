"""What a loss is and who pays for it."""

from __future__ import annotations

from pydantic import Field

from simulator.scenario.base import Section
from simulator.scenario.distribution import Stated
from simulator.scenario.quantity import Kilowatts, Money, Number, PerHour, Share
from simulator.scenario.words import Regime, Sector


class Insurance(Section):
    """Cover for the operator's own cost of one event at one organisation."""

    insured: Stated[Share] = Field(description="share of cost above the retention that is covered")
    retention: Stated[Money]
    limit: Stated[Money]
    war_exclusion: tuple[Regime, ...] = ()


class AbstractLoss(Section):
    """Losses in units of the user's own, for exact test cases (V19)."""

    per_compromise: Stated[Number]
    per_install: Stated[Number]


class Impact(Section):
    people_per_customer: dict[Sector, Stated[Number]]
    load_per_customer: Stated[Kilowatts]
    value_per_person_day: dict[Sector, Stated[Money]] = Field(
        description="worth to customers of a person-day of water or telecom"
    )
    value_of_lost_load: Stated[Money] = Field(description="per kWh not supplied")
    society_share: Stated[Share] = Field(description="spill-over on others, on top, as a share of the customers' loss")
    lost_revenue_per_customer_day: dict[Sector, Stated[Money]]
    response_per_team_day: Stated[Money]
    rebuild_per_customer: Stated[Money] = Field(description="IT rebuild, per customer served, before the cap")
    rebuild_cap: Stated[Money]
    espionage_per_victim: Stated[Money]
    vendor_liability: Stated[Share] = Field(description="share of the operator's cost the vendor bears")
    government_share: Stated[Share] = Field(description="emergency supply and support, share of customers' loss")
    removal_per_customer: Stated[Money]
    insurance: Insurance | None = None
    discount: Stated[PerHour] | None = Field(None, description="of costs and losses in comparisons; left out: none")
    abstract: AbstractLoss | None = None
