"""What goes wrong: payloads, intrusions, faults, crime, hacktivists, proxies; and how it is found."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from simulator.scenario.base import Section
from simulator.scenario.distribution import Duration, Severity, Stated
from simulator.scenario.quantity import Number, PerHour, PositiveHours, Share
from simulator.scenario.words import HostGroup, Path, Regime


class Selection(Section):
    """Espionage breadth: add a target while its value beats the risk of losing the campaign (V36).

    The choice is made over all who carry the code, those outside the portfolio included.
    """

    discount: Stated[PerHour]
    found_per_active: Stated[PerHour]
    found_per_dormant: Stated[PerHour]
    found_outside: Stated[PerHour]
    elsewhere: Stated[Number] | None = Field(
        None,
        description="organisations outside the portfolio that carry the code, per million customers of the vendor's "
        "reach_outside; left out: none",
    )


class Payload(Section):
    """What a hostile update does once installed."""

    mode: Literal["disruption", "espionage"]
    trigger: Literal["on_install", "synchronised", "dormant"] = Field(
        description="acts at each install, everywhere at one moment after release, or never by itself"
    )
    delay: Stated[Duration] | None = Field(None, description="from install, or from release if synchronised")
    activation: Stated[Share] = Field(
        description="probability that it works at a host group; of espionage, that work at a chosen one succeeds"
    )
    worm: Stated[Share] | None = Field(None, description="probability of crossing a trust link")
    worm_delay: Stated[Duration] | None = None
    selection: Selection | None = None
    detection: str
    restoration: str

    @model_validator(mode="after")
    def complete(self) -> Payload:
        if self.trigger != "dormant" and self.delay is None:
            raise ValueError(f"trigger {self.trigger} needs a delay")
        if self.worm is not None and self.worm_delay is None:
            raise ValueError("worm needs worm_delay")
        if self.mode == "espionage" and self.selection is None:
            raise ValueError("an espionage payload needs a selection")
        return self


class Detection(Section):
    """The first detector reveals all (V09, V10); then the vendor withdraws."""

    own: Stated[Duration] = Field(description="time for one infected organisation to notice")
    finder: Stated[Duration] | None = Field(None, description="an outside finder, from release")
    visible: Stated[Duration] | None = Field(None, description="from the first activation")
    pull: Stated[Duration] = Field(description="from detection to withdrawal by the vendor")
    pull_if_coerced: Stated[Duration] | None = Field(None, description="replaces pull where a vendor has orders")
    slower: dict[Regime, Stated[Number]] = Field({}, description="noise of a regime multiplies times to notice")


class Intrusion(Section):
    """Outside intrusion into a vendor's build, the replacement's included."""

    theatre: str
    rate: Stated[PerHour] = Field(description="successful intrusions per vendor in peace")
    multiplier: dict[Regime, Stated[Number]] = {}
    vendors: tuple[str, ...] | None = Field(None, description="default: every vendor")
    payload: str
    paths: tuple[Path, ...] = ("code_release", "content_update")


class Fault(Section):
    """Faulty update without malice."""

    rate: Stated[PerHour] = Field(description="per product")
    path: Path
    activation: Stated[Share]
    detection: str
    restoration: str


class Crime(Section):
    """Ordinary intrusions that security products help to stop."""

    rate: Stated[PerHour] = Field(description="per organisation of the reference size, with protection working")
    reference_customers: Stated[Number]
    size_exponent: Stated[Number]
    theatre: str | None = None
    multiplier: dict[Regime, Stated[Number]] = {}
    stale_after: Stated[PositiveHours] = Field(description="time in which stale definitions lose half their worth")
    host_group: HostGroup = "office"
    restoration: str

    @model_validator(mode="after")
    def multiplier_has_a_theatre(self) -> Crime:
        if self.multiplier and self.theatre is None:
            raise ValueError("multiplier goes by the regimes of a theatre, and none is named; give theatre too")
        return self


class TelecomProxy(Section):
    """A compromised operator raises the hazard of its customers, one step deep."""

    rate: Stated[PerHour] = Field(description="per customer organisation while the operator is compromised")
    host_group: HostGroup = "office"
    restoration: str


class Hacktivists(Section):
    """One side's nuisance events: regime-modulated, self-exciting (V03, V04), capped in severity."""

    theatre: str
    rate: dict[Regime, Stated[PerHour]]
    branching: Stated[Share] | None = Field(None, description="offspring per event, below 1")
    decay: Stated[PerHour] | None = None
    duration: Stated[Duration]
    output_lost: Stated[Share] = Field(description="cap on the share of service lost while it lasts")
    abstract_loss: Stated[Severity] | None = None

    @model_validator(mode="after")
    def stable(self) -> Hacktivists:
        if self.branching is not None and (self.decay is None or self.branching.value >= 1):
            raise ValueError("branching needs decay and must be below 1")
        return self


class Targeting(Section):
    """Log-weights of who is chosen."""

    critical_infrastructure: Stated[Number]
    services_to_country_at_war: Stated[Number]
    public_stance: Stated[Number]
