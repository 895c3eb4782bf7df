"""A card: a scenario of an incident, and what was seen of it with how far a forecast may be off.

    format: 1
    name: ...
    title: ...
    about: ...                     # what the scenario is given, and what it leaves out
    incident: ...                  # id in the incident catalogue, if it is there
    scenario: path.yaml            # or a whole scenario, which may extend a shipped one by name, or nothing
    stands_for: ...                # what one organisation of the scenario stands for, in words
    each: 8500                     # the same as a number; or by beginning of name: {Host: 8500, Firm: 1}
    observed: [...]

A card is one file, and a user may write one with the scenario inside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import Field

from simulator.checks.hindcast.quantities import QUANTITIES, Ask, Quantity
from simulator.checks.hindcast.tolerance import Tolerance
from simulator.evidence.incidents import Incident, incident
from simulator.scenario.base import Section
from simulator.scenario.load import LoadedScenario
from simulator.scenario.quantity import Share

Status = Literal["fitted", "implied", "held_out"]
"""Its law was fitted on these points; arithmetic on the inputs; or foretold. Only the last is scored."""
STATUSES: tuple[Status, ...] = get_args(Status)

Written = float | str
"""A number, or one with its unit."""


class NaiveEntry(Section):
    """What one would say without a model: the median of other incidents, say."""

    value: Written
    basis: str = Field(alias="from", description="where that comes from")


class ObservedEntry(Section):
    """One quantity that was seen, as written."""

    quantity: str
    what: str = Field(description="what was seen, in words")
    at: Written | None = Field(None, description="time at which it was seen, counted from `since`")
    since: str | None = None
    among: str | tuple[str, ...] = Field((), description="a sector, or how the names of the organisations begin")
    value: Written
    plus_or_minus: Written | None = None
    within: tuple[Written, Written] | None = None
    at_most: Written | None = None
    at_least: Written | None = None
    central: Share | None = Field(None, description="the observation lies in this central share of the predictions")
    status: str
    because: str = Field(description="why it is fitted, implied or held out")
    naive: NaiveEntry | None = None
    source: str = Field(description="id of the evidence, or a text with where to read it")
    fails_because: str | None = Field(None, description="the known reason, written after the run")


class CardFile(Section):
    """The file of a card."""

    format: Literal[1] = Field(description="version of this file format")
    name: str
    title: str
    about: str
    incident: str | None = None
    scenario: str | dict[str, Any]
    stands_for: str
    each: float | dict[str, float] = 1.0
    observed: tuple[ObservedEntry, ...]


@dataclass(frozen=True)
class Naive:
    """A forecast without a model, in the unit of the quantity."""

    value: float
    basis: str


@dataclass(frozen=True)
class Observed:
    """One quantity that was seen, in the model's units: hours, shares from 0 to 1, counts, money of the scenario."""

    ask: Ask
    what: str
    value: float
    tolerance: Tolerance
    status: Status
    because: str
    naive: Naive | None
    source: str
    fails_because: str

    @property
    def quantity(self) -> Quantity:
        return QUANTITIES[self.ask.quantity]

    @property
    def scored(self) -> bool:
        return self.status == "held_out"


@dataclass(frozen=True)
class Card:
    """A checked card with its scenario."""

    name: str
    title: str
    about: str
    incident: str
    stands_for: str
    each: Mapping[str, float]
    """What an organisation stands for, by how its name begins; "" for all others."""
    loaded: LoadedScenario
    observed: tuple[Observed, ...]

    @property
    def record(self) -> Incident | None:
        """The incident as published, where the card names it."""
        return incident(self.incident) if self.incident else None

    @property
    def currency(self) -> str:
        return self.loaded.scenario.currency

    def curves(self) -> tuple[Ask, ...]:
        """The shares over time that it has points of, each once and without a time."""
        found: dict[Ask, None] = {}
        for one in self.observed:
            if one.quantity.at == "needed" and not one.quantity.chance:
                found[Ask(one.ask.quantity, one.ask.since, among=one.ask.among)] = None
        return tuple(found)
