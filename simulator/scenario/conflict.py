"""Theatres: how conflict moves between regimes, and what a home state does with vendors it can reach."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from simulator.scenario.base import Section
from simulator.scenario.distribution import Duration, Stated
from simulator.scenario.quantity import Number, PerHour, PositiveCount, PositiveHours, Share
from simulator.scenario.words import Regime


class Hyperexponential(Section):
    """Two exponential kinds of spell: `share` of spells are short, `ratio` is long mean over short mean."""

    share: Stated[Share]
    ratio: Stated[Number]


class Sojourn(Section):
    """Shape of a regime's duration; its mean stays one over the exit rate. Default: exponential."""

    erlang: PositiveCount | None = Field(None, description="Erlang shape: more regular than exponential")
    hyperexponential: Hyperexponential | None = Field(None, description="declining hazard of ending")

    @model_validator(mode="after")
    def one_shape(self) -> Sojourn:
        if self.erlang is not None and self.hyperexponential is not None:
            raise ValueError("a sojourn has one shape: erlang or hyperexponential, not both")
        return self


class Surge(Section):
    """Activity above the regime's level from its start until an exponential time has passed."""

    mean: Stated[PositiveHours]
    multiplier: Stated[Number]


class Mobilisation(Section):
    """A phase before a regime, with its own activity: preparation, not knowledge of the future."""

    before: Regime
    mean: Stated[PositiveHours]
    multiplier: Stated[Number]
    stands_down: Stated[Share] = Field(description="probability that the phase ends without the regime")


class LinkedTheatre(Section):
    """Escalation rates here are multiplied while another theatre is in the given regimes."""

    theatre: str
    multiplier: dict[Regime, Stated[Number]]


class Refusal(Section):
    """What a firm or its staff do when they do not comply; shares of refusals, adding to 1."""

    resist: Stated[Share]
    publicise: Stated[Share]
    leave: Stated[Share] = Field(description="the vendor leaves the market: updates stop")
    move: Stated[Share] = Field(description="the firm moves and leaves staff behind")
    hazard_after_move: Stated[Share] = Field(description="share of the hazard left after a move")

    @model_validator(mode="after")
    def shares_add_to_one(self) -> Refusal:
        total = self.resist.value + self.publicise.value + self.leave.value + self.move.value
        if abs(total - 1.0) > 1e-9:
            raise ValueError(f"resist, publicise, leave and move must add to 1, they add to {total:g}")
        return self


class Coercion(Section):
    """The home state's decision to use what it can use once (DESIGN 4.2; V14, V15, V39)."""

    hazard: dict[Regime, Stated[PerHour]] = Field(
        description="hazard of use at full exposure: of the home state (all_at_once), of each vendor (one_by_one)"
    )
    campaign: Literal["all_at_once", "one_by_one"] = "all_at_once"
    saves_for_war: Stated[Share] = Field(
        description="does the state save its asset for a better day? 0 myopic, 1 fully (eta in the documentation)"
    )
    occasions: dict[Regime, Stated[PerHour]]
    burn_cost: dict[Regime, Stated[Number]]
    espionage_value: dict[Regime, Stated[Number]] = Field(description="value a year of the unused asset")
    discount: Stated[PerHour]
    unused_loss: Stated[PerHour] = Field(description="rate at which an unused asset is lost anyway")
    compliance: dict[Regime, Stated[Share]]
    refusal: Refusal
    failed_use_burns: bool = Field(True, description="a use that fails for technical reasons still ends the asset")
    payload: str


class AccessStock(Section):
    """Footholds gained months earlier that a war releases."""

    gained: Stated[PerHour] = Field(description="footholds gained per organisation of unit targeting weight")
    kept: Stated[PositiveHours] = Field(description="mean time before a foothold is found or lost")
    release: dict[Regime, Stated[PerHour]]
    payload: str


class Theatre(Section):
    """A home state against a bloc."""

    home_state: str
    start: Regime
    rates: dict[Regime, dict[Regime, Stated[PerHour]]]
    sojourn: dict[Regime, Sojourn] = {}
    surge: dict[Regime, Surge] = {}
    mobilisation: tuple[Mobilisation, ...] = ()
    linked_to: LinkedTheatre | None = None
    coercion: Coercion | None = None
    access_stock: AccessStock | None = None

    @model_validator(mode="after")
    def no_self_rate(self) -> Theatre:
        for regime, row in self.rates.items():
            if regime in row:
                raise ValueError(f"rates.{regime} names a rate from {regime} to itself")
        return self


class Sanctions(Section):
    """Updates from vendors of the theatre's home state stop; customers stay unprotected until they replace."""

    theatre: str
    regime: Regime
    probability: Stated[Share]
    delay: Stated[Duration]
    replacement: Stated[Duration]
