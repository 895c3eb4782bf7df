"""The scenario file: one section per mechanism. A section left out switches its mechanism off."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.scenario.base import Section
from simulator.scenario.conflict import Sanctions, Theatre
from simulator.scenario.distribution import Duration, Stated
from simulator.scenario.government import Given, Instrument
from simulator.scenario.impact import Impact
from simulator.scenario.mitigations import Mitigation
from simulator.scenario.operations import Grid, Pool, Removal, Restoration, Service
from simulator.scenario.portfolio import Portfolio
from simulator.scenario.quantity import Number, PositiveHours
from simulator.scenario.threats import (
    Crime,
    Detection,
    Fault,
    Hacktivists,
    Intrusion,
    Payload,
    Targeting,
    TelecomProxy,
)
from simulator.scenario.vendors import Control, Jurisdiction, Product, Vendor
from simulator.scenario.words import Currency, Measure


class PathChoice(Section):
    """The attacker sees the controls, then picks (V44)."""

    rule: Literal["best", "logit"] = "best"
    precision: Stated[Number] = Field(
        Stated(10.0, assumption="a path 0.1 likelier to work is tried e times as often", range=(1.0, 100.0)),
        description="how sharply a logit choice goes by success",
    )


class Scenario(Section):
    """Everything a run needs but the seed and the number of replications."""

    format: Literal[1] = Field(description="version of this file format")
    name: str
    title: str
    question: str = Field(description="what the scenario asks, in one paragraph")
    extends: str | None = Field(None, description="another scenario file this one builds on")
    horizon: PositiveHours
    currency: Currency = "USD"
    measure: Measure = Field("cost", description="the loss that leads the results")
    portfolio: Portfolio

    jurisdictions: dict[str, Jurisdiction] = {}
    theatres: dict[str, Theatre] = {}
    vendors: dict[str, Vendor] = {}
    products: dict[str, Product] = {}
    controls: dict[str, Control] = {}
    path_choice: PathChoice = PathChoice()
    payloads: dict[str, Payload] = {}
    detection: dict[str, Detection] = {}
    adoption: dict[str, Stated[Duration]] = {}
    intrusion: Intrusion | None = None
    faults: dict[str, Fault] = {}
    service: Service
    pools: dict[str, Pool] = {}
    restoration: dict[str, Restoration] = {}
    grid: Grid | None = None
    telecom_proxy: TelecomProxy | None = None
    hacktivists: dict[str, Hacktivists] = {}
    crime: Crime | None = None
    sanctions: Sanctions | None = None
    instruments: tuple[Instrument, ...] = ()
    removal: Removal | None = None
    targeting: Targeting | None = None
    impact: Impact
    mitigations: dict[str, Mitigation] = Field({}, description="on offer")
    mitigation_sets: dict[str, tuple[str, ...]] = Field({}, description="named sets, to be compared as a whole")
    in_force: tuple[str, ...] = Field((), description="names of the mitigations that hold in this scenario")
    given: Given | None = None
