"""Instruments of government, and dated facts that stand in place of draws."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from simulator.scenario.base import Section
from simulator.scenario.distribution import Duration, Stated
from simulator.scenario.quantity import Hours, Money, PositiveCount, PositiveHours, Share
from simulator.scenario.words import Audience, HostGroup, Path, Regime

InstrumentKind = Literal["private_warning", "public_advice", "covered_list", "ban", "emergency_order"]


class Trigger(Section):
    """What sets an instrument off: a date, a regime reached, or a disclosure."""

    at: Hours | None = None
    theatre: str | None = None
    regime: Regime | None = None
    disclosure: bool = False
    delay: Stated[Duration] | None = None

    @model_validator(mode="after")
    def one_trigger(self) -> Trigger:
        given = [self.at is not None, self.regime is not None, self.disclosure]
        if sum(given) != 1:
            raise ValueError("a trigger is exactly one of at, regime (with theatre), disclosure")
        if (self.regime is None) != (self.theatre is None):
            raise ValueError("regime and theatre go together")
        return self


class ReachFalls(Section):
    """The vendors' whole reach falls in equal steps at exponential times, once in force (V39)."""

    levels: PositiveCount
    every: Stated[PositiveHours] = Field(description="mean time of a step")


class Instrument(Section):
    name: str
    kind: InstrumentKind
    trigger: Trigger
    vendors: tuple[str, ...] = ()
    home_state: str | None = None
    bound: Audience = "all"
    host_groups: tuple[HostGroup, ...] = ("office", "privileged", "near_ot")
    evidence_disclosed: bool = Field(False, description="said in the story; moves no figure")
    right_of_reply: bool = Field(False, description="of the vendors it is about; said in the story, moves no figure")
    comply: Stated[Share]
    comply_delay: Stated[Duration]
    notice: Stated[Duration] | None = Field(None, description="a ban's time from announcement to effect")
    falls: ReachFalls | None = Field(
        None, description="how the vendors' reach falls; left out: as operators comply and replace, on average"
    )
    groundless_cost: Stated[Money] | None = Field(None, description="if the warning proves groundless and it shows")
    groundless_shows: Stated[Share] | None = None

    @model_validator(mode="after")
    def names_somebody(self) -> Instrument:
        if not self.vendors and self.home_state is None:
            raise ValueError("an instrument names vendors or a home_state")
        return self


class GivenRegime(Section):
    at: Hours
    regime: Regime


class GivenCompromise(Section):
    """A release in hostile hands, at a date."""

    at: Hours
    product: str
    payload: str
    path: Path
    installed: Literal["by_adoption", "everywhere_at_once"] = "by_adoption"
    offered_for: PositiveHours | None = Field(
        None, description="how long the release is on offer, if a clean one takes its place unawares"
    )
    detected_after: Hours | None = None


class GivenFault(Section):
    """A faulty update without malice, at a date: by the fault profile of its product."""

    at: Hours
    product: str


class GivenOutage(Section):
    at: Hours
    organisation: str
    lasts: Hours | None = Field(None, description="left out: until a response team restores it")
    restoration: str | None = None

    @model_validator(mode="after")
    def ends_somehow(self) -> GivenOutage:
        if (self.lasts is None) == (self.restoration is None):
            raise ValueError("an outage has either lasts or restoration")
        return self


class GivenInstrument(Section):
    at: Hours
    name: str


class Given(Section):
    """Dated facts; every result of such a scenario is labelled conditional."""

    regimes: dict[str, tuple[GivenRegime, ...]] = {}
    compromises: tuple[GivenCompromise, ...] = ()
    faults: tuple[GivenFault, ...] = ()
    outages: tuple[GivenOutage, ...] = ()
    instruments: tuple[GivenInstrument, ...] = ()
