"""Mitigations: what operators, vendors and governments change on purpose, each from a date on.

A scenario holds those on offer under `mitigations` and names those in force under `in_force`; a comparison is of
scenarios that differ in nothing else. A figure that names neither a source nor an assumption is refused.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from simulator.scenario.base import Section
from simulator.scenario.distribution import Duration, Stated
from simulator.scenario.government import Instrument
from simulator.scenario.quantity import Count, Hours, Money, Number, PositiveCount, PositiveHours, Share
from simulator.scenario.vendors import Rings, Signing
from simulator.scenario.words import HOST_GROUPS, Audience, HostGroup, Mode, Path, Payer, Regime, Sector, Shape

Grade = Literal["A", "B", "C", "D"]


class Scope(Section):
    """Whom a mitigation is about. Every field given narrows it; without any it is about everybody."""

    organisations: tuple[str, ...] = ()
    sectors: tuple[Sector, ...] = ()
    audience: Audience = "all"
    larger_than: Stated[Number] | None = Field(None, description="only operators with more customers than this")
    vendors: tuple[str, ...] = ()
    home_states: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    kinds: tuple[str, ...] = Field((), description="kinds of product, for example endpoint_security")
    host_groups: tuple[HostGroup, ...] = HOST_GROUPS


class Start(Section):
    """When a mitigation begins: at a date, when a regime is reached, at a disclosure, or at a warning."""

    at: Hours | None = None
    theatre: str | None = None
    regime: Regime | None = None
    disclosure: bool = Field(False, description="of a malicious compromise of a vendor in scope")
    warning: str | None = Field(None, description="name of the instrument that sets it off")

    @model_validator(mode="after")
    def one_start(self) -> Start:
        if sum([self.at is not None, self.regime is not None, self.disclosure, self.warning is not None]) != 1:
            raise ValueError("a start is exactly one of at, regime (with theatre), disclosure, warning")
        if (self.regime is None) != (self.theatre is None):
            raise ValueError("regime and theatre go together")
        return self


class Price(Section):
    """An amount, and an amount for each customer of the operator."""

    fixed: Stated[Money] | None = None
    per_customer: Stated[Money] | None = None


class Cost(Section):
    """What a mitigation costs whoever pays for it, besides the work of taking a product out (see `removal`)."""

    capital: Price | None = Field(None, description="when it begins, and again at every end of its life")
    running: Price | None = Field(None, description="a year, from when it begins")
    each: Literal["organisation", "vendor", "once"] = "organisation"
    payer: Payer = "operator"


class Replace(Section):
    """Another product in place of those in scope: with a queue for integrators, an overrun and a gap meanwhile."""

    by: dict[str, str] = Field(description="product taken out: product that takes its place")
    planned: bool = Field(False, description="at the end of a contract: no queue, no overrun, no gap")


class SecondSource(Section):
    """A second product beside each in scope, on a share of its machines."""

    by: dict[str, str] = Field(description="product: the second beside it")
    share: Stated[Share] = Field(description="of the machines that move to the second product")


class PlantGuard(Section):
    """Share of each route from a struck host group to an outage that segmentation leaves open."""

    precautionary_stop: Stated[Share]
    loss_of_view: Stated[Share]
    unsafe_control: Stated[Share]


class Buffers(Section):
    """Backup power, storage, fuel: hours added to the buffer of supply links, and deliveries while it lasts."""

    provider: Sector | None = Field(None, description="only links to providers of this sector")
    added: Stated[Hours]
    deliveries: Count = 0


class Drills(Section):
    """Running by hand, as practised: what is kept, at least; the wear, at most."""

    share: Stated[Share]
    floor: Stated[Share]
    falls_by: Stated[Share]


class Effect(Section):
    """What changes. Shares are of what is left: 0.3 means that three tenths remain."""

    hold_updates: Stated[Hours] | None = Field(None, description="updates by code and content wait this long")
    close_paths: tuple[Path, ...] = Field((), description="paths the operator shuts to the vendor")
    reach_left: Stated[Share] | None = Field(None, description="least privilege: reach of code on its hosts")
    activation_left: dict[Mode, Stated[Share]] = Field(
        {}, description="by mode: code that still works, for example behind an egress filter"
    )
    routes_left: PlantGuard | None = Field(None, description="segmentation between IT and plant")
    notice_left: Stated[Share] | None = Field(None, description="monitoring: time to notice")
    restoration_left: dict[Shape, Stated[Share]] = Field(
        {}, description="by kind: time to restore, for example from offline copies"
    )
    own_teams: PositiveCount | None = Field(None, description="response teams added to each organisation")
    pool_teams: dict[str, PositiveCount] = Field({}, description="response teams added to a pool")
    buffers: Buffers | None = None
    manual: Drills | None = None
    replace: Replace | None = None
    second_source: SecondSource | None = None
    controls: tuple[str, ...] = Field((), description="controls, by name, that vendors in scope adopt")
    signing: Signing | None = Field(None, description="a signing quorum that vendors in scope adopt")
    rings: Rings | None = Field(None, description="a staged rollout run by the vendors of products in scope")
    finder_left: Stated[Share] | None = Field(
        None, description="public update log: time an outside finder takes with updates of products in scope"
    )
    instrument: Instrument | None = Field(None, description="a government act, with a trigger of its own")

    @model_validator(mode="after")
    def does_something(self) -> Effect:
        if not self.model_fields_set:
            raise ValueError(f"an effect is empty; allowed: at least one of {', '.join(type(self).model_fields)}")
        if self.instrument is not None and len(self.model_fields_set) > 1:
            raise ValueError("an instrument stands alone; give what goes with it as a mitigation of its own")
        return self


class Mitigation(Section):
    """One mitigation: what it does, to whom, from when, how surely, at what cost, and how good the evidence is."""

    title: str
    about: str = Field(description="how it works and what it does not do, in a sentence or two")
    grade: Grade = Field(description="of the evidence for its effect: A measured ... D judgement")
    does: Effect
    scope: Scope = Scope()
    starts: Start = Field(default_factory=lambda: Start.model_validate({"at": "0 h"}), description="left out: at once")
    rollout: Stated[Duration] | None = Field(None, description="from the start to working, drawn for each")
    comply: Stated[Share] | None = Field(None, description="share of those meant that really do it; left out: all")
    end_of_life: Stated[PositiveHours] | None = Field(None, description="then it is bought again")
    cost: Cost | None = None
