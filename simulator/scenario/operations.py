"""How organisations suffer, answer and recover: service, response, restoration, cascades."""

from __future__ import annotations

from pydantic import Field

from simulator.scenario.base import Section
from simulator.scenario.distribution import Duration, Stated
from simulator.scenario.quantity import Count, Hours, Kilowatts, Number, PerHour, PositiveHours, Share
from simulator.scenario.words import HostGroup, Priority, Sector, Shape


class Routes(Section):
    """Probability of each route from a compromised host group to an outage; the rest is IT only."""

    precautionary_stop: Stated[Share]
    loss_of_view: Stated[Share]
    unsafe_control: Stated[Share]


class Manual(Section):
    """Running by hand: a share of service that falls with hours and crews."""

    share: Stated[Share]
    floor: Stated[Share] = Field(description="what goes on however long it lasts and however many crews are away")
    falls_by: Stated[Share] = Field(description="share of service lost at each step")
    every: Stated[PositiveHours]


class Service(Section):
    """IT, OT and service are three things (DESIGN 4.9)."""

    on_activation: dict[Sector, dict[HostGroup, Routes]]
    stop_on_disclosure: dict[HostGroup, Stated[Share]] = Field(
        {}, description="probability that an organisation that only carries the code stops at disclosure"
    )
    stop_time: Stated[Duration] | None = Field(None, description="left out: until restored")
    stopped_output: Stated[Share]
    manual: dict[Sector, Manual] = {}
    unsafe_water: Stated[Share] = Field(description="share of unsafe-control outages in water that leave it unsafe")


class Routine(Section):
    """Ordinary incidents that keep a pool busy (V07)."""

    arrivals: Stated[PerHour]
    service: Stated[PositiveHours] = Field(description="mean; exponential")


class Pool(Section):
    """Response teams shared by the organisations that name the pool."""

    teams: Stated[Count]
    priority: Priority = "customers_per_repair_hour"
    routine: Routine | None = None


class Restoration(Section):
    """One of three shapes: restart, rebuild, visit the site."""

    kind: Shape
    time: Stated[Duration]
    needs_team: bool = True
    slower_without_telecom: Stated[Number] | None = Field(None, description="multiplies the time of a visit")
    crew_share: Stated[Share] | None = Field(None, description="crews taken from running plant by hand")


class Grid(Section):
    """Simultaneous loss of generation above the reserve sheds load."""

    load: Stated[Kilowatts]
    reserve: Stated[Kilowatts]
    slow_reserve: Stated[Kilowatts]
    slow_after: Stated[Hours]


class Removal(Section):
    """Taking a product out: a finite pool of integrators, with overrun."""

    time: Stated[Duration]
    overrun: Stated[Number]
    integrators: Stated[Count]
    replaced_by: dict[str, str] = Field(
        {}, description="product taken out: product in its place; left out: one unnamed, without hazards of its own"
    )
