"""Causes: one row of the event loss table each, filled while the replication runs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.words import MALICIOUS_CAUSES, SECTORS, CauseKind

_SECTORS = len(SECTORS)


@dataclass(slots=True)
class Cause:
    """A compromise or other root of loss."""

    number: int
    key: int
    """Hash of the cause's stable name: what its draws are keyed by."""
    kind: CauseKind
    start_h: float
    origin_h: float
    """Start of the compromise or other event that this one follows from; its own start for most."""
    vendor: str = ""
    product: str = ""
    path: str = ""
    mode: str = ""
    theatre: str = ""
    regime: str = ""
    malicious: bool = False
    """By its kind; only a given fact is told."""
    entry: int = -1
    """Number of its release in the event log."""
    installs: int = 0
    activations: int = 0
    victims: int = 0
    """Espionage victims, counted apart."""
    struck: set[int] = field(default_factory=set)
    detection_h: float = math.nan
    customer_hours: dict[int, float] = field(default_factory=dict)
    """By organisation."""
    unsafe_person_hours: float = 0.0
    people_out: list[tuple[float, int, float]] = field(default_factory=list)
    """(hour, sector, change) of the people without service on its account."""
    interruptions: list[float] = field(default_factory=lambda: [0.0] * _SECTORS)
    operator_cost: dict[int, float] = field(default_factory=dict)
    """Response, rebuilding and removal, by organisation; lost revenue is added from customer-hours."""
    spent_hours: float = 0.0
    """Sum of the operator's costs, each times its hour: over their sum, their mean date."""
    lost_hours: float = 0.0
    """Sum of customer-hours, each times its hour."""
    government_cost: float = 0.0
    abstract: float = 0.0

    def __post_init__(self) -> None:
        self.malicious = self.malicious or self.kind in MALICIOUS_CAUSES

    @property
    def year(self) -> int:
        """Year of origin: losses are booked here and run off to completion."""
        return int(self.origin_h // HOURS_PER_YEAR)

    def spend(self, organisation: int, amount: float, hour: float) -> None:
        """Book a cost of the operator, at an hour of the replication."""
        self.operator_cost[organisation] = self.operator_cost.get(organisation, 0.0) + amount
        self.spent_hours += amount * hour
